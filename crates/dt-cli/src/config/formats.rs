//! Which formats there are of what a command prints.

use clap::ValueEnum;
use dt_report::event::Subject;
use dt_report::schema::Object;

use crate::failure::{Failure, Result};
use crate::options::Format;

/// What a command prints.
#[derive(Debug, Clone, Copy)]
pub(super) enum Printed {
    /// An object of ours, which has formats.
    Object(Object),
    /// What an appliance answered, byte for byte: JSON.
    Response,
    /// A path, and nothing else.
    Path,
}

impl Printed {
    /// The format that is asked for; refuses one in which this cannot be printed.
    pub(super) fn format(self, asked: Option<Format>) -> Result<Format> {
        let format = asked.unwrap_or(Format::Table);
        match (self, format) {
            (Self::Object(_), _)
            | (_, Format::Table)
            | (Self::Response, Format::Json | Format::Ndjson) => Ok(format),
            (Self::Response, _) => Err(Failure::usage("get passes the response on as it is: json")
                .hint("leave out -o, or ask with another command, such as dt report")),
            (Self::Path, _) => Err(Failure::usage("what is printed is a path, in no other format")
                .hint("leave out -o; dt config show has others")),
        }
    }

    pub(super) const fn object(self) -> Option<Object> {
        match self {
            Self::Object(object) => Some(object),
            Self::Response | Self::Path => None,
        }
    }
}

/// The formats of an object, as a list in words.
pub(super) fn of(object: Object) -> String {
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

    #[test]
    fn a_response_is_json_and_a_path_is_a_path() {
        for format in Format::value_variants() {
            let is_json = matches!(format, Format::Table | Format::Json | Format::Ndjson);
            assert_eq!(Printed::Response.format(Some(*format)).is_ok(), is_json, "{format:?}");
            let is_plain = *format == Format::Table;
            assert_eq!(Printed::Path.format(Some(*format)).is_ok(), is_plain, "{format:?}");
        }
    }
}
