//! The screen of `dt evidence`.

use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::{AssessedDevice, Evidence};
use crate::phrases::numbers::plural;
use crate::phrases::scope;

pub(super) fn body(screen: &mut Screen, evidence: &Evidence) {
    screen.bold(&scope::sentence(evidence));
    screen.line(&scope::exchanges(evidence));
    screen.blank();
    let columns = &[Column::Number, Column::Word, Column::Text, Column::Text];
    let mut rows =
        Rows::new(columns, Long::Cut).header(&["priority", "", "device", "most severe finding"]);
    for device in &evidence.devices {
        let (score, level) = match &device.priority {
            Some(priority) => (format!("{:.0}", 100.0 * priority.score), priority.level.as_str()),
            None => (String::new(), ""),
        };
        rows.row([score, level.to_owned(), device.device.name(), worst(device)]);
    }
    if !evidence.devices.is_empty() {
        rows.show(screen);
    }
    for failed in &evidence.failed {
        screen.line(&format!("  not looked at: {}: {}", failed.name, failed.reason));
    }
    for (part, why, devices) in scope::missing(evidence) {
        let devices = plural(devices, "device", "devices");
        screen.line(&format!("  missing of {devices}: {part}: {why}"));
    }
    screen.line(&format!("  thresholds {}, {} rules", evidence.policy, evidence.rules));
    custody(screen, evidence);
    screen.line("  -o html has all of it, to be filed; --to DIR keeps what was answered");
}

/// Who had it made, and how.
fn custody(screen: &mut Screen, evidence: &Evidence) {
    let mut rows = Rows::new(&[Column::Word, Column::Text], Long::Wrapped);
    for (name, value) in evidence.custody.facts() {
        rows.row([name.to_lowercase().as_str(), value]);
    }
    if evidence.custody.facts().next().is_some() {
        rows.show(screen);
    }
}

/// The first of the findings, and how many more there are.
fn worst(device: &AssessedDevice) -> String {
    let Some(findings) = &device.findings else { return String::new() };
    let Some(first) = findings.first() else { return "nothing found".to_owned() };
    match findings.len() - 1 {
        0 => first.message.clone(),
        more => format!("{} and {}", first.message, plural(more, "more", "more")),
    }
}
