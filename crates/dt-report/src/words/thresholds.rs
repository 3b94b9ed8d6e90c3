//! Every threshold by which something was judged.

use dt_analysis::moderated::Prior;
use dt_analysis::{
    Analyses, ChangePolicy, CountPolicy, DirectionPolicy, ExternalPolicy, FindingPolicy,
    ForecastPolicy, MixPolicy, NoveltyPolicy, PeerPolicy, Policy, PriorityPolicy, RegularityPolicy,
    RiskWeights, SilencePolicy, TimelinePolicy, TransferPolicy, TrendPolicy,
};
use jiff::SignedDuration;

use super::numbers::plural;
use crate::chart::Unit;

/// What a threshold is for, what it is, and how much.
pub(crate) type Row = (&'static str, &'static str, String);

/// The thresholds of a policy. They are taken apart field by field, so that a new one cannot be
/// forgotten here.
pub(crate) fn rows(policy: &Policy) -> Vec<Row> {
    // How unknowns and estimates are taken is what the rules are called for.
    let Policy {
        analyses,
        unknowns: _,
        estimates: _,
        transfers,
        peers,
        external,
        timeline,
        direction,
        regularity,
        mix,
        novelty,
        silence,
        finding,
        priority,
        counts,
        change,
        trend,
        forecast,
    } = policy;
    let mut rows = Vec::new();
    if *analyses == Analyses::All {
        rows.extend(of_timeline(timeline));
        rows.extend(of_silence(silence));
        rows.extend(of_finding(finding));
        rows.extend(of_novelty(novelty));
        rows.extend(of_direction(direction));
        rows.extend(of_regularity(regularity));
        rows.extend(of_mix(mix));
        rows.extend(of_priority(priority));
        rows.extend(of_counts(counts));
        rows.extend(of_change(change));
        rows.extend(of_trend(trend));
        rows.extend(of_forecast(forecast));
    }
    rows.extend(of_transfers(transfers));
    rows.extend(of_peers(peers));
    rows.extend(of_external(external));
    rows
}

fn of_timeline(policy: &TimelinePolicy) -> Vec<Row> {
    let TimelinePolicy {
        fewest_buckets,
        fewest_in_cell,
        fewest_residuals,
        smallest_spread,
        windows,
        apart,
        tail_from,
        tail_to,
        tail_odds,
        fewest_days,
        fence,
        rare_days,
        notice_from,
        alert_from,
        silence,
        trailing,
    } = policy;
    let windows = windows.map(time);
    let row = |what, value| ("when", what, value);
    vec![
        row("fewest intervals", fewest_buckets.to_string()),
        row("fewest others in an hour's cell", fewest_in_cell.to_string()),
        row("fewest others with an expectation", fewest_residuals.to_string()),
        row("smallest spread, on ln(1+x)", smallest_spread.to_string()),
        row("longer times that are looked at", windows.join(", ")),
        row("others begin this much before or after", time(*apart)),
        row("a tail begins at", percent(*tail_from)),
        row("goes through", percent(*tail_to)),
        row("and reaches one interval in", tail_odds.to_string()),
        row("fewest other days for a fence", fewest_days.to_string()),
        row("interquartile ranges of a fence", fence.to_string()),
        row("days that exceed it, where half are the same", percent(*rare_days)),
        row("a notice from z", notice_from.to_string()),
        row("an alert from z", alert_from.to_string()),
        row("silence after a level", time(*silence)),
        row("how far the causal form looks back", time(*trailing)),
    ]
}

fn of_silence(policy: &SilencePolicy) -> Vec<Row> {
    let SilencePolicy { windows, up_to, least_usual, fewest_others, others_up_to } = policy;
    let row = |what, value| ("drops", what, value);
    vec![
        row("times that are looked at", windows.map(time).join(", ")),
        row("silent is up to", format!("{} of what is usual", percent(*up_to))),
        row("nothing is missed below", format!("{least_usual} connections")),
        row("fewest others at the same hour", fewest_others.to_string()),
        row("of which may be silent, too", percent(*others_up_to)),
    ]
}

fn of_finding(policy: &FindingPolicy) -> Vec<Row> {
    let FindingPolicy {
        continues_from,
        gap,
        joined_within,
        least_bytes,
        many_bytes,
        far_above,
        least_connections,
        least_port_connections,
        explains_from,
        domains_asked,
    } = policy;
    let row = |what, value| ("findings", what, value);
    vec![
        row("an episode goes on from z", continues_from.to_string()),
        row("usual hours that do not end it", gap.to_string()),
        row("episodes are joined within", time(*joined_within)),
        row("a rise in bytes is low below", bytes(*least_bytes)),
        row("an upload can be high from", bytes(*many_bytes)),
        row("times the largest usual amount for more than low", far_above.to_string()),
        row("a rise in connections is low below", least_connections.to_string()),
        row("a new port for anything says little below", least_port_connections.to_string()),
        row("a domain explains an episode from", percent(*explains_from)),
        row("domains asked about again", domains_asked.to_string()),
    ]
}

fn of_novelty(policy: &NoveltyPolicy) -> Vec<Row> {
    let NoveltyPolicy {
        within,
        least_share,
        rare_up_to_popularity,
        generated_from,
        burst_of_peers,
        burst_of_domains,
    } = policy;
    let row = |what, value| ("what is new", what, value);
    vec![
        row("first seen within", time(*within)),
        row("least share of the traffic", percent(*least_share)),
        row("rare up to", format!("{rare_up_to_popularity} % of the network's devices")),
        row("looks generated from DGA score", generated_from.to_string()),
        row("a burst of peers from", burst_of_peers.to_string()),
        row("a burst of domains from", burst_of_domains.to_string()),
    ]
}

fn of_direction(policy: &DirectionPolicy) -> Vec<Row> {
    let DirectionPolicy { fewest_bytes, exports_from, recent, next_to_nothing } = policy;
    let row = |what, value| ("direction", what, value);
    vec![
        row("fewest bytes both ways", bytes(*fewest_bytes as f64)),
        row("exports from PCR", exports_from.to_string()),
        row("the recent past", time(*recent)),
        row("next to nothing, an interval", bytes(*next_to_nothing)),
    ]
}

fn of_regularity(policy: &RegularityPolicy) -> Vec<Row> {
    let RegularityPolicy {
        fewest_buckets,
        steady_up_to,
        filled_above,
        periodic_from,
        fewest_periods,
    } = policy;
    let row = |what, value| ("regularity", what, value);
    vec![
        row("fewest intervals", fewest_buckets.to_string()),
        row("steady up to a coefficient of variation of", steady_up_to.to_string()),
        row("intervals not empty above", percent(*filled_above)),
        row("periodic from an autocorrelation of", periodic_from.to_string()),
        row("fewest periods", fewest_periods.to_string()),
    ]
}

fn of_mix(policy: &MixPolicy) -> Vec<Row> {
    let MixPolicy { fewest, least_bits, times_chance } = policy;
    let row = |what, value| ("composition", what, value);
    vec![
        row("fewest connections on either side", fewest.to_string()),
        row("least divergence", format!("{least_bits} bits")),
        row("times what chance makes", times_chance.to_string()),
    ]
}

fn of_priority(policy: &PriorityPolicy) -> Vec<Row> {
    let PriorityPolicy {
        base,
        low,
        medium,
        high,
        further,
        family_cap,
        half_life,
        low_from,
        medium_from,
        high_from,
    } = policy;
    let row = |what, value| ("priority", what, value);
    vec![
        row("log-odds without any finding", base.to_string()),
        row("a low, medium, high finding adds", format!("{low}, {medium}, {high}")),
        row("further ones of a family count", percent(*further)),
        row("the most one family adds", family_cap.to_string()),
        row("a finding counts half after", time(*half_life)),
        row("low, medium, high from", format!("{low_from}, {medium_from}, {high_from}")),
    ]
}

fn of_counts(policy: &CountPolicy) -> Vec<Row> {
    let CountPolicy { fewest_buckets, fewest_in_cell, reported_below, outbreak_below } = policy;
    let row = |what, value| ("counts", what, value);
    vec![
        row("fewest intervals", fewest_buckets.to_string()),
        row("fewest others in an hour's cell", fewest_in_cell.to_string()),
        row("reported below a q-value of", reported_below.to_string()),
        row("no part of what is usual below a tail of", outbreak_below.to_string()),
    ]
}

fn of_change(policy: &ChangePolicy) -> Vec<Row> {
    let ChangePolicy {
        recent,
        before,
        late_at_most,
        fewest_share,
        fewest_similar,
        change,
        level,
        significant_to,
    } = policy;
    let prior =
        |Prior { freedom, spread }: &Prior| format!("{spread} with {freedom} degrees of freedom");
    let row = |what, value| ("change", what, value);
    vec![
        row("the recent past", time(*recent)),
        row("the time before", time(*before)),
        row("it may begin late by", time(*late_at_most)),
        row("intervals that are there from", percent(*fewest_share)),
        row("fewest similar devices", fewest_similar.to_string()),
        row("usual spread of changes", prior(change)),
        row("usual spread of levels", prior(level)),
        row("significant to a q-value of", significant_to.to_string()),
    ]
}

fn of_trend(policy: &TrendPolicy) -> Vec<Row> {
    let TrendPolicy { fewest_days, whole_from, significant_to } = policy;
    let row = |what, value| ("trend", what, value);
    vec![
        row("fewest days", fewest_days.to_string()),
        row("a day is whole from", percent(*whole_from)),
        row("significant to a p-value of", significant_to.to_string()),
    ]
}

fn of_forecast(policy: &ForecastPolicy) -> Vec<Row> {
    let ForecastPolicy {
        fewest_buckets,
        fewest_in_cell,
        trailing,
        ahead,
        present,
        lasting,
        damping,
        hours_around,
        fewest_in_band,
    } = policy;
    let row = |what, value| ("forecast", what, value);
    vec![
        row("fewest intervals", fewest_buckets.to_string()),
        row("fewest others in an hour's cell", fewest_in_cell.to_string()),
        row("how far it looks back", time(*trailing)),
        row("how far it looks ahead", time(*ahead)),
        row("the present", time(*present)),
        row("of the present level, lasts", percent(*lasting)),
        row("a trend is damped to", percent(*damping)),
        row("hours around that tell the band", hours_around.to_string()),
        row("fewest of them", fewest_in_band.to_string()),
    ]
}

fn of_transfers(policy: &TransferPolicy) -> Vec<Row> {
    let TransferPolicy { upload_heavy_above, download_heavy_below } = policy;
    vec![
        ("transfers", "upload-heavy above a ratio of", upload_heavy_above.to_string()),
        ("transfers", "download-heavy below a ratio of", download_heavy_below.to_string()),
    ]
}

fn of_peers(policy: &PeerPolicy) -> Vec<Row> {
    let PeerPolicy {
        significant_above,
        high_connections_above,
        low_connections_below,
        high_destinations_above,
        high_external_above,
        zero_baseline: _,
        lower_bounds: _,
    } = policy;
    let row = |what, value| ("similar devices", what, value);
    vec![
        row("a deviation is significant above", percent(*significant_above)),
        row("many connections above, times the mean", high_connections_above.to_string()),
        row("few connections below, times the mean", low_connections_below.to_string()),
        row("many destinations above, times the mean", high_destinations_above.to_string()),
        row("much outside above, times the mean", high_external_above.to_string()),
    ]
}

fn of_external(policy: &ExternalPolicy) -> Vec<Row> {
    let ExternalPolicy {
        high_risk_countries,
        usual_ports,
        concentration_above,
        many_destinations_above,
        weights,
        high_from,
        medium_from,
        low_from,
        investigate_from,
        review_ports_above,
        filter_destinations_above,
        domains: _,
        unresolved_country: _,
    } = policy;
    let RiskWeights {
        high_risk_countries: countries,
        unusual_ports,
        concentration,
        many_destinations,
    } = weights;
    let ports: Vec<String> = usual_ports.iter().map(u16::to_string).collect();
    let levels = [low_from, medium_from, high_from].map(|from| from.value().to_string());
    let row = |what, value| ("risk outside", what, value);
    vec![
        row("countries of high risk", high_risk_countries.join(", ")),
        row("a connection to one of them adds", countries.value().to_string()),
        row("usual ports", ports.join(", ")),
        row("an unusual port adds", unusual_ports.value().to_string()),
        row("a destination is a concentration above", percent(*concentration_above)),
        row("a concentration adds", concentration.value().to_string()),
        row("many destinations above", many_destinations_above.to_string()),
        row("many destinations add", many_destinations.value().to_string()),
        row("low, medium, high from", levels.join(", ")),
        row("an investigation is recommended from", investigate_from.value().to_string()),
        row(
            "a review of ports above",
            plural(*review_ports_above, "unusual port", "unusual ports"),
        ),
        row("filtering above", plural(*filter_destinations_above, "destination", "destinations")),
    ]
}

fn bytes(bytes: f64) -> String {
    format!("{} bytes", Unit::Connections.words(bytes))
}

fn percent(share: f64) -> String {
    format!("{} %", share * 100.0)
}

fn time(time: SignedDuration) -> String {
    match time.as_hours() {
        hours if hours >= 48 && hours % 24 == 0 => format!("{} days", hours / 24),
        hours => format!("{hours} hours"),
    }
}
