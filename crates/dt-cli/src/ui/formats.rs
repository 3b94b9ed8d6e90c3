//! Which formats, and which events, there are of what a command prints.

use clap::ValueEnum;
use dt_report::event::Subject;
use dt_report::schema::Object;

use crate::failure::{Failure, Result};
use crate::options::{Format, Rules};

/// What the events of an object tell; refuses those that there are not.
pub(super) fn subject(format: Format, events: Option<Subject>, object: Object) -> Result<Subject> {
    let Some(standard) = format.standard() else {
        return match events {
            None => Ok(Subject::default()),
            Some(_) => Err(Failure::usage("--events is about -o ecs, ocsf and hec")
                .hint("add one of these, or leave it out")),
        };
    };
    let by_default = if object == Object::Devices { Subject::Devices } else { Subject::default() };
    let subject = events.unwrap_or(by_default);
    if standard.tells(subject, object) { Ok(subject) } else { Err(none(format, subject, object)) }
}

/// Refuses events about what is never there: nothing is found under the document's rules.
pub(crate) fn found(format: Format, subject: Subject, rules: Rules) -> Result<()> {
    match (format.standard(), subject, rules) {
        (Some(_), Subject::Findings, Rules::Documented) => {
            Err(Failure::usage("the documented rules have no findings to print as events")
                .hint("leave out --rules documented, or add --events traffic"))
        }
        _ => Ok(()),
    }
}

fn none(format: Format, subject: Subject, object: Object) -> Failure {
    const OTHERS: &str =
        "dt report has findings and traffic, dt external traffic, dt devices -o ocsf devices";
    let hint = match (subject, object) {
        (Subject::Findings, Object::External) => {
            "add --events traffic, or ask dt report for findings"
        }
        (Subject::Devices, _) => "use -o ocsf, or -o ndjson",
        (Subject::Findings | Subject::Traffic, _) => OTHERS,
    };
    let name = format.to_possible_value().map(|value| value.get_name().to_uppercase());
    let (object_name, name) = (object.name(), name.unwrap_or_default());
    let others = [Subject::Findings, Subject::Traffic, Subject::Devices];
    let has_events = format
        .standard()
        .is_some_and(|standard| others.into_iter().any(|subject| standard.tells(subject, object)));
    Failure::usage(if has_events {
        let what = match subject {
            Subject::Findings => "findings",
            Subject::Traffic => "traffic",
            Subject::Devices => "devices",
        };
        format!("{object_name} has no {what} to print as {name}")
    } else {
        format!("{object_name} cannot be printed as {name}; it has {}", of(object))
    })
    .hint(hint)
}

/// The formats of an object, as a list in words.
fn of(object: Object) -> String {
    let subjects = [Subject::Findings, Subject::Traffic, Subject::Devices];
    let has = |format: &Format| match format.standard() {
        None => true,
        Some(standard) => subjects.iter().any(|subject| standard.tells(*subject, object)),
    };
    let formats = Format::value_variants().iter().filter(|format| has(format));
    let names = formats.filter_map(ValueEnum::to_possible_value);
    let mut names: Vec<String> = names.map(|name| name.get_name().to_owned()).collect();
    let last = names.pop().unwrap_or_default();
    format!("{} and {last}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_events_has_their_formats() {
        let every = "table, json, ndjson, csv, md";
        assert_eq!(of(Object::Connections), format!("{every} and html"));
        assert_eq!(of(Object::Devices), format!("{every}, html and ocsf"));
        assert_eq!(of(Object::External), format!("{every}, html, ecs, ocsf and hec"));
    }
}
