//! `/intelfeed`: the domains that the appliance watches.

use jiff::Timestamp;
use serde::Serialize;

use crate::answer::{Answer, Refusal};
use crate::parameters::Parameters;
use crate::records::Records;

/// A watched domain: its name, why, and who put it there. The first is that of the upload at night, and
/// nobody talks to the others.
const WATCHED: [(&str, &str, &str); 3] = [
    ("cdn-sync.example", "Staging of stolen data", "Threat Exchange"),
    ("update-cache.example", "Loader", "Threat Exchange"),
    ("free-wallet.example", "Phishing", "Default"),
];

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    description: &'static str,
    strength: &'static str,
    iagn: bool,
}

pub(super) fn answer(
    _: &Records,
    mut parameters: Parameters,
    _: Timestamp,
) -> Result<Answer, Refusal> {
    let lists_sources = parameters.flag("sources", false)?;
    let source = parameters.text("source");
    let has_details = parameters.flag("fulldetails", false)?;
    parameters.finish()?;
    if lists_sources {
        let mut sources = WATCHED.map(|(_, _, source)| source).to_vec();
        sources.sort_unstable();
        sources.dedup();
        return Ok(Answer::json(&sources));
    }
    let entries = WATCHED
        .into_iter()
        .filter(|(_, _, known)| source.as_deref().is_none_or(|source| source == *known));
    if has_details {
        let entry =
            |(name, description, _)| Entry { name, description, strength: "100", iagn: false };
        return Ok(Answer::json(&entries.map(entry).collect::<Vec<_>>()));
    }
    Ok(Answer::json(&entries.map(|(name, ..)| name).collect::<Vec<_>>()))
}
