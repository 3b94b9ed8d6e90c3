//! How good the analyses are, in figures. Nothing here runs in the project's check: it takes long, or
//! needs data that is not part of the repository.

mod field;
mod fleet;
mod forecast;
mod incidents;
mod nab;
mod nights;
mod null;
mod parity;
mod priority;
mod quiet;
mod site;
mod survey;
mod vectors;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::say;

/// What is evaluated, and on what.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which evaluation
    #[arg(value_enum)]
    evaluation: Evaluation,

    /// The folder with the public series, for `field`, `forecast` and `nab`
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    #[command(flatten)]
    of: nights::Fleets,

    /// Write the figures of `field` to a file, as those to compare later ones with
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    #[command(flatten)]
    networks: survey::Networks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Evaluation {
    /// How often real series are flagged, and what of planted incidents is found in them
    Field,
    /// What fourteen nights are like for somebody who sweeps 2,000 devices, and what stands above the line
    Fleet,
    /// What a day is like for somebody who watches 5,000 devices
    Day,
    /// Whether planted incidents are found, and how high their devices rank
    Incidents,
    /// How far forecasts are off, and how often their bands hold
    Forecast,
    /// What a priority and a severity mean: the share of devices with an incident
    Priority,
    /// How often quiet devices are flagged
    Null,
    /// The score of the causal timeline on labelled public series
    Nab,
    /// How far the statistics are from recorded ones
    Parity,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match arguments.evaluation {
        Evaluation::Field => field::run(arguments.data.as_deref(), arguments.record.as_deref()),
        Evaluation::Fleet => nights::run(arguments.of, arguments.networks.first_seed()),
        Evaluation::Day => fleet::run(),
        Evaluation::Incidents => incidents::run(arguments.networks),
        Evaluation::Priority => priority::run(arguments.networks),
        Evaluation::Forecast => forecast::run(arguments.data.as_deref()),
        Evaluation::Null => null::run(),
        Evaluation::Nab => nab::run(arguments.data.as_deref()),
        Evaluation::Parity => parity::run(),
    }
}
