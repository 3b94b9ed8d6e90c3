//! The chart that shows a report's top finding.

use dt_analysis::AsOf;
use dt_analysis::finding::{Aspect, Object, Rule};

use crate::chart::{Chart, Drawing, Incident};
use crate::contract::{Answer, Finding, Report, ReportFacts};
use crate::phrases::times;
use crate::phrases::when::when;
use crate::samples::{Samples, width};
use crate::unit::Unit;

/// The first of the most severe findings that a series shows; `None` where none of them is about one.
pub(super) fn chart(answer: &Answer<Report>, from: AsOf<'_>) -> Option<Chart> {
    let findings = answer.body.judged.findings();
    let worst = findings.first()?.severity;
    let mut top = findings.iter().take_while(|finding| finding.severity == worst);
    top.find_map(|finding| of(finding, &answer.facts, from))
}

fn of(finding: &Finding, facts: &ReportFacts, from: AsOf<'_>) -> Option<Chart> {
    let (counted, unit, series) = series(finding.rule.id, facts)?;
    let (start, end) = match finding.object {
        Object::Hours { start, end } => (start, end),
        _ => (finding.first_time, finding.last_time),
    };
    // What was seen once has no length of its own.
    let bucket = width(series.buckets().iter().map(|&(time, _)| time))?;
    let end = end.max(start.checked_add(bucket).ok()?);
    let within = series.buckets().iter().filter(|(time, _)| *time + bucket > start && *time < end);
    let (time, peak) = within.copied().reduce(|peak, it| if it.1 > peak.1 { it } else { peak })?;
    let (peak, when) = (unit.words(peak as f64), when(finding, from));
    let at = times::date_and_hour(time, from);
    Some(Chart {
        caption: finding.message.as_str().into(),
        alt_text: format!("{counted} by hour, {when}; peak {peak} at {at}.").into(),
        drawing: Drawing::Incident(Incident { series: series.clone(), unit, start, end }),
    })
}

/// What the findings of a rule are seen in: what is counted, and the series; `None` for those that
/// are about no time, and where the series is missing.
fn series(rule: Rule, facts: &ReportFacts) -> Option<(&'static str, Unit, &Samples)> {
    let ReportFacts { connections, outbound, transfers, .. } = facts;
    let (counted, unit, series) = match rule.aspect() {
        Aspect::BytesOutside => {
            ("Bytes sent to external destinations", Unit::Bytes, Some(outbound))
        }
        Aspect::BytesSent => ("Bytes sent", Unit::Bytes, transfers.outbound.as_ref()),
        Aspect::BytesReceived => ("Bytes received", Unit::Bytes, transfers.inbound.as_ref()),
        Aspect::Connections | Aspect::Peers => {
            ("Connections", Unit::Connections, Some(connections))
        }
        Aspect::Ports | Aspect::Domains | Aspect::SimilarDevices => return None,
    };
    Some((counted, unit, series?))
}
