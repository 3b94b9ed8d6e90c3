//! What the appliance itself says, in sentences.

use dt_analysis::AsOf;
use dt_analysis::alerts::model_name;
use dt_model::WatchedDomain;

use super::times;
use crate::contract::{AnalystIncident, Breach, Finding, Report, WatchedDestination};

/// How many breaches a sentence names.
const NAMED: usize = 2;

/// What a model is called, without its folders.
fn named(model: Option<&str>) -> String {
    model.map_or_else(|| "a model".to_owned(), |model| format!("\"{}\"", model_name(model)))
}

/// Some texts in a row, and how many more there are.
fn some_of(mut texts: impl Iterator<Item = String>) -> String {
    let named: Vec<String> = texts.by_ref().take(NAMED).collect();
    match texts.count() {
        0 => named.join(" and "),
        rest => format!("{} and {rest} more", named.join(", ")),
    }
}

/// The breaches within a finding; `None` without any.
pub(crate) fn within(finding: &Finding, from: AsOf<'_>) -> Option<String> {
    let told = finding.breaches.iter().map(|breach| {
        let time = times::beside(breach.time, finding.first_time, from);
        format!("{} at {time}", named(breach.model.as_deref()))
    });
    let breached = || some_of(told);
    (!finding.breaches.is_empty())
        .then(|| format!("the appliance breached {}, within this finding", breached()))
}

/// What matters most of it, in a line: the newest breach that nobody has acknowledged, else all that is
/// said besides; `None` if nothing is.
pub(crate) fn in_short(report: &Report, from: AsOf<'_>) -> Option<String> {
    let (seen, unseen): (Vec<&Breach>, Vec<&Breach>) =
        report.breaches.iter().flatten().partition(|it| it.breach.acknowledged);
    if let Some(newest) = unseen.first() {
        let time = times::date_and_hour(newest.breach.time, from);
        let told = format!("breached {} {time}", named(newest.breach.model.as_deref()));
        let more = unseen.len() - 1 + report.breaches_left_out;
        return Some(if more > 0 { format!("{told} and {more} more") } else { told });
    }
    let seen = match seen.len() {
        0 => None,
        some => Some(format!("each model breach is acknowledged: {some}")),
    };
    let incidents = report.analyst.as_deref().filter(|incidents| !incidents.is_empty());
    let incidents = incidents.map(|it| format!("AI Analyst: {}", some_of(it.iter().map(incident))));
    let watched = report.watched.as_deref().filter(|watched| !watched.is_empty());
    let watched = watched.map(|it| format!("watches {}", some_of(it.iter().map(is_watched))));
    let told: Vec<String> = [seen, incidents, watched].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// Which of the findings a breach is within, from 1 on.
pub(crate) fn place(breach: &Breach, report: &Report) -> Option<usize> {
    let finding = breach.finding?;
    let place = report.judged.findings().iter().position(|it| it.id == finding)?;
    Some(place + 1)
}

/// What an incident is called, and how grave it is.
pub(crate) fn incident(incident: &AnalystIncident) -> String {
    let title = incident.titles.first().map_or("an incident", String::as_str);
    match incident.category.as_deref() {
        Some(category) => format!("\"{title}\" ({category})"),
        None => format!("\"{title}\""),
    }
}

/// A destination that is watched, and why.
pub(crate) fn is_watched(it: &WatchedDestination) -> String {
    let WatchedDomain { name, description, .. } = &it.watched;
    let above = if *name == it.domain { "" } else { name.as_str() };
    let why: Vec<&str> = [above, description.as_deref().unwrap_or_default()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    if why.is_empty() { it.domain.clone() } else { format!("{} ({})", it.domain, why.join(": ")) }
}
