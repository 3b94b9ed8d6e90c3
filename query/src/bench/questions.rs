//! What is asked.

use dt_lake::Table;

use super::figures::Limit;

/// A question, with what it needs to read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    name: &'static str,
    pub(super) sql: &'static str,
    pub(super) reads: &'static [Read],
    expected: Expectation,
}

/// Columns of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read {
    pub(super) table: Table,
    pub(super) runs: Runs,
    pub(super) columns: &'static [&'static str],
}

/// Which runs' files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    Newest,
    All,
}

/// What is expected of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expectation {
    /// It is read half as fast as it is decoded, at least.
    Ratio,
    /// That, and a bound in seconds at ten million device-days.
    RatioAndSeconds,
    /// Nothing: its time is that of the analyses.
    Nothing,
}

/// Where the bound in seconds holds.
const MANY_DAYS: u64 = 10_000_000;
const MOST_SECONDS: f64 = 0.2;
const LEAST_RATIO: f64 = 0.5;

impl Question {
    pub(super) const ALL: &'static [Self] = &[
        Self {
            name: "top 20 of the newest run",
            sql: "SELECT appliance, did, hostname, level, rank_score, top_reason FROM latest \
                  ORDER BY rank_score DESC, appliance, did LIMIT 20",
            reads: &[Read {
                table: Table::Devices,
                runs: Runs::Newest,
                columns: &["did", "hostname", "level", "rank_score", "top_reason"],
            }],
            expected: Expectation::RatioAndSeconds,
        },
        Self {
            name: "prevalence",
            sql: "SELECT domain, devices, fleet, first_run FROM prevalence WHERE share <= 0.02 \
                  ORDER BY devices, domain LIMIT 20",
            reads: &[
                Read {
                    table: Table::Domains,
                    runs: Runs::Newest,
                    columns: &["domain", "registrable"],
                },
                Read { table: Table::Known, runs: Runs::All, columns: &["domain", "first_run"] },
            ],
            expected: Expectation::Ratio,
        },
        Self {
            name: "first seen",
            sql: "SELECT k.domain, k.hosts, l.appliance, l.hostname FROM known k \
                  JOIN domains d ON d.appliance = k.appliance AND d.domain = k.domain \
                  AND d.run = k.first_run \
                  JOIN latest l ON l.run = d.run AND l.appliance = d.appliance AND l.did = d.did \
                  WHERE k.first_run = (SELECT max(run) FROM runs) \
                  ORDER BY k.domain, l.appliance, l.did LIMIT 20",
            reads: &[
                Read { table: Table::Domains, runs: Runs::Newest, columns: &["did", "domain"] },
                Read { table: Table::Devices, runs: Runs::Newest, columns: &["did", "hostname"] },
                Read {
                    table: Table::Known,
                    runs: Runs::All,
                    columns: &["appliance", "domain", "first_run", "hosts"],
                },
            ],
            expected: Expectation::Ratio,
        },
        Self {
            name: "one device's history",
            sql: "SELECT run, level, score, findings, external_bytes_out, top_reason FROM devices \
                  WHERE appliance = 'site-01' AND did = 7 ORDER BY run",
            reads: &[Read {
                table: Table::Devices,
                runs: Runs::All,
                columns: &["did", "level", "score", "findings", "external_bytes_out", "top_reason"],
            }],
            expected: Expectation::Ratio,
        },
        Self {
            name: "a full aggregate",
            sql: "SELECT run, level, count(*) AS devices, avg(score) AS score, \
                  sum(CAST(external_bytes_out AS double)) AS sent FROM devices \
                  GROUP BY run, level ORDER BY run, level",
            reads: &[Read {
                table: Table::Devices,
                runs: Runs::All,
                columns: &["level", "score", "external_bytes_out"],
            }],
            expected: Expectation::Ratio,
        },
        Self {
            name: "dt_assess",
            sql: "SELECT a['level'] AS level, count(*) AS devices FROM (SELECT dt_assess(start, \
                  step_seconds, co, external, external_out, sizeout, sizein, asked) AS a \
                  FROM series) GROUP BY a['level'] ORDER BY level",
            reads: &[Read {
                table: Table::Series,
                runs: Runs::All,
                columns: &[
                    "start",
                    "step_seconds",
                    "co",
                    "external",
                    "external_out",
                    "sizeout",
                    "sizein",
                    "asked",
                ],
            }],
            expected: Expectation::Nothing,
        },
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|question| question.name == name).copied()
    }

    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether its time is that of the analyses.
    pub(super) fn judges(&self) -> bool {
        self.expected == Expectation::Nothing
    }

    /// How long it may take, if that is said for so many device-days.
    pub(super) fn most_seconds(&self, days: u64) -> Option<Limit> {
        let is_held = self.expected == Expectation::RatioAndSeconds && days >= MANY_DAYS;
        is_held.then_some(Limit::AtMost(MOST_SECONDS))
    }

    /// How fast it should be, as a part of decoding.
    pub(super) fn least_ratio(&self) -> Option<Limit> {
        (!self.judges()).then_some(Limit::AtLeast(LEAST_RATIO))
    }
}
