//! Which events are told.

use dt_report::event::Subject;
use dt_report::schema::Object;

use super::formats;
use crate::failure::{Failure, Result};
use crate::options::{Events, Format, OutputOptions, Rules};

/// What the events of a command tell; refuses those that there are not. `of` is what the command
/// answers with, if that is an object of ours.
pub(super) fn subject(options: &OutputOptions, of: Option<Object>) -> Result<Subject> {
    let Some(standard) = options.format.and_then(Format::standard) else {
        return match options.events {
            None => Ok(Subject::default()),
            Some(_) => Err(Failure::usage("--events is about -o ecs, ocsf and hec")
                .hint("add one of these, or leave it out")),
        };
    };
    let subject = match (options.events, of) {
        (Some(Events::Findings), _) => Subject::Findings,
        (Some(Events::Traffic), _) => Subject::Traffic,
        (None, Some(Object::Devices)) => Subject::Devices,
        (None, _) => Subject::default(),
    };
    if of.is_some_and(|of| standard.tells(subject, of)) {
        return Ok(subject);
    }
    Err(none(subject, of))
}

/// Nothing is found under the document's rules.
pub(super) fn found(format: Format, subject: Subject, rules: Rules) -> Result<()> {
    match (format.standard(), subject, rules) {
        (Some(_), Subject::Findings, Rules::Documented) => {
            Err(Failure::usage("the document's rules have no findings that events could tell")
                .hint("leave out --rules documented, or add --events traffic"))
        }
        _ => Ok(()),
    }
}

fn none(subject: Subject, of: Option<Object>) -> Failure {
    let (what, hint) = match (subject, of) {
        (Subject::Findings, Some(Object::External)) => {
            ("findings", "add --events traffic, or ask dt report for findings")
        }
        (Subject::Devices, _) => ("devices in this format", "use -o ocsf, or -o ndjson"),
        (Subject::Findings, _) => ("findings", OTHERS),
        (Subject::Traffic, _) => ("traffic", OTHERS),
    };
    let (name, has) = match of {
        Some(of) => (of.name(), format!("; it has {}", formats::of(of))),
        None => ("this", String::new()),
    };
    Failure::usage(format!("{name} has no events that tell {what}{has}")).hint(hint)
}

const OTHERS: &str =
    "dt report tells findings and traffic, dt external traffic, dt devices -o ocsf devices";
