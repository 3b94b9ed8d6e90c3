//! How far the timeline can be trusted on real series: how often it raises something where nothing was
//! planted, and how much of what is planted it finds.
//!
//! The series stand in a folder with their `manifest.json`, which names family, entity and labelled
//! times of each. Half of the entities, by a hash of their names, are for choosing constants; the other
//! half is only looked at, so that both are reported always. Looking back judges four weeks at a
//! time, the causal form what comes after four weeks of history (three where a series has less than
//! five), and, cold, what comes after its first week.
//!
//! What is planted is listed in [`inject`]. A rise is found if it is told during the incident where
//! nothing is told without it: an incident that meets a told hour of its series is not counted. The
//! drops, which no timeline tells, are found if there is a finding of theirs. The interval of a recall
//! is of 90 %, by drawing entities again (bootstrap).
//!
//! The same figures of the form before are in `baseline.csv`, which `--record FILE` writes.

mod baseline;
mod data;
mod inject;
mod rates;
mod recall;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::bail;
use dt_analysis::Policy;
use dt_analysis::timeline::Baseline;

use super::say;
use baseline::Figures;
use data::{Half, Subject};

/// How a series is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Back,
    Causal,
    Cold,
}

impl Form {
    const ALL: [Self; 3] = [Self::Back, Self::Causal, Self::Cold];

    const fn name(self) -> &'static str {
        match self {
            Self::Back => "looking back",
            Self::Causal => "causal",
            Self::Cold => "causal, cold",
        }
    }

    const fn baseline(self) -> Baseline {
        match self {
            Self::Back => Baseline::Others,
            Self::Causal | Self::Cold => Baseline::Before,
        }
    }
}

/// Prints the figures beside those of the form before; writes them to a file instead of comparing
/// them with themselves, if there is one.
pub(super) fn run(folder: Option<&Path>, record: Option<&Path>) -> anyhow::Result<()> {
    let Some(folder) = folder else {
        bail!("name the folder with the real series and their manifest.json with --data");
    };
    let subjects = data::read(folder)?;
    let policy = Policy::default();
    let before = Figures::recorded()?;
    let mut now = Figures::default();
    for half in Half::ALL {
        let half_subjects: Vec<&Subject> =
            subjects.iter().filter(|subject| subject.half == half).collect();
        say(&format!("\n== {} ({}) ==", half.name(), entities(&half_subjects)));
        rates::print(&half_subjects, half, &policy, &before, &mut now);
        recall::print(&half_subjects, half, &policy, &before, &mut now)?;
    }
    match record {
        Some(file) => now.write(file),
        None => Ok(()),
    }
}

fn entities(subjects: &[&Subject]) -> String {
    let mut by_family: BTreeMap<&str, usize> = BTreeMap::new();
    for subject in subjects {
        *by_family.entry(&subject.family).or_default() += 1;
    }
    let families: Vec<String> =
        by_family.into_iter().map(|(family, count)| format!("{family} {count}")).collect();
    format!("{} series: {}", subjects.len(), families.join(", "))
}
