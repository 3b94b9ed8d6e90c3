//! What the program is asked about every set of fixtures.

/// A command line but for its input: what the case is called, and the arguments.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) arguments: &'static [&'static str],
    pub(super) formats: &'static [&'static str],
}

const DATA: &[&str] = &["json", "ndjson", "csv"];
const ALL: &[&str] = &["json", "ndjson", "csv", "ecs", "ocsf", "hec"];
const JSON: &[&str] = &["json"];
const EVENTS: &[&str] = &["ecs", "ocsf", "hec"];

const fn line(
    name: &'static str,
    arguments: &'static [&'static str],
    formats: &'static [&'static str],
) -> Line {
    Line { name, arguments, formats }
}

/// Every command with every format that is for machines.
pub(super) const EXTENDED: &[Line] = &[
    line("connections", &["connections"], DATA),
    line("transfers", &["transfers"], DATA),
    line("compare", &["compare"], DATA),
    line("external", &["external"], DATA),
    line("external traffic", &["external", "--events", "traffic"], EVENTS),
    line("timeline", &["timeline"], DATA),
    line("timeline sizeout", &["timeline", "--datatype", "sizeout"], JSON),
    line("timeline sizein", &["timeline", "--datatype", "sizein"], JSON),
    line("timeline causal", &["timeline", "--causal"], JSON),
    line("report", &["report"], ALL),
    line("report berlin", &["report", "--timezone", "Europe/Berlin"], JSON),
    line("report cut", &["report", "--until", "2026-11-21T00:00Z"], JSON),
    line("connections cut", &["connections", "--since", "2026-11-19T02:00Z"], JSON),
    line("transfers cut", &["transfers", "--since", "2026-11-19T02:00Z"], JSON),
];

/// Every command by itself: formats do not depend on the rules.
pub(super) const PLAIN: &[Line] = &[
    line("connections", &["connections"], JSON),
    line("transfers", &["transfers"], JSON),
    line("compare", &["compare"], JSON),
    line("external", &["external"], JSON),
    line("timeline", &["timeline"], JSON),
    line("report", &["report"], JSON),
];
