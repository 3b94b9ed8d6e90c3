//! The real series, and what is known about them.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use anyhow::Context;
use dt_model::{Bucket, DataType, DeviceInfo, Series};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// A line of the manifest.
#[derive(Debug, Deserialize)]
struct Entry {
    name: String,
    family: String,
    entity: String,
    /// From and to, in epoch milliseconds.
    labels: Vec<(i64, i64)>,
}

/// A real series.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) family: String,
    pub(super) entity: String,
    pub(super) half: Half,
    pub(super) series: Series,
    /// When its owners say that something was wrong.
    pub(super) labels: Vec<(Timestamp, Timestamp)>,
}

/// What a series is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Half {
    /// Constants are chosen on it.
    Tuning,
    /// It is looked at afterwards.
    Holdout,
}

impl Half {
    pub(super) const ALL: [Self; 2] = [Self::Tuning, Self::Holdout];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Tuning => "tuning half",
            Self::Holdout => "holdout half",
        }
    }

    /// Of each entity: every second one of its family, in the order of the hashes of their names
    /// (FNV-1a). All series of a machine are on the same side.
    fn of_each<'a>(entities: impl Iterator<Item = (&'a str, &'a str)>) -> HashMap<String, Self> {
        let hash = |entity: &str| {
            entity.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
        };
        let ordered: BTreeSet<(&str, u64, &str)> =
            entities.map(|(family, entity)| (family, hash(entity), entity)).collect();
        let ordered: Vec<_> = ordered.into_iter().collect();
        let families = ordered.chunk_by(|a, b| a.0 == b.0);
        let halves = families.flat_map(|family| family.iter().zip(Self::ALL.into_iter().cycle()));
        halves.map(|((_, _, entity), half)| ((*entity).to_owned(), half)).collect()
    }
}

pub(super) fn read(folder: &Path) -> anyhow::Result<Vec<Subject>> {
    let manifest = folder.join("manifest.json");
    let manifest =
        fs::read(&manifest).with_context(|| format!("there is no {}", manifest.display()))?;
    let entries: Vec<Entry> = serde_json::from_slice(&manifest)?;
    let halves =
        Half::of_each(entries.iter().map(|entry| (entry.family.as_str(), entry.entity.as_str())));
    let subject = |entry: Entry| Subject::read(folder, halves[&entry.entity], entry);
    entries.into_iter().map(subject).collect()
}

impl Subject {
    fn read(folder: &Path, half: Half, entry: Entry) -> anyhow::Result<Self> {
        let Entry { name, family, entity, labels } = entry;
        let bytes = fs::read(folder.join(format!("{name}.json")))
            .with_context(|| format!("there is no series {name}"))?;
        let info = DeviceInfo::from_slice_as(&bytes, DataType::Connections)?;
        let labels = labels.into_iter().map(|(from, to)| {
            anyhow::Ok((Timestamp::from_millisecond(from)?, Timestamp::from_millisecond(to)?))
        });
        Ok(Self {
            half,
            name,
            family,
            entity,
            series: info.subject.series,
            labels: labels.collect::<anyhow::Result<_>>()?,
        })
    }

    /// Its four weeks, as many as it has: the last ones, and those before them.
    pub(super) fn four_weeks(&self) -> Vec<Series> {
        let (Some(start), Some(end)) = (self.series.start(), self.series.end()) else {
            return Vec::new();
        };
        let ends = [end, end - FOUR_WEEKS].into_iter().filter(|end| *end - FOUR_WEEKS >= start);
        ends.map(|end| self.series.clone().between(Some(end - FOUR_WEEKS), Some(end))).collect()
    }

    /// From which bucket on incidents are planted for the causal form: after four weeks, or three
    /// where there are less than five.
    pub(super) fn known_from(&self) -> usize {
        const HOURS: usize = 7 * 24;
        let weeks = if self.series.buckets().len() < 5 * HOURS { 3 } else { 4 };
        weeks * HOURS
    }

    /// Whether its owners say that something was wrong between.
    pub(super) fn is_labelled(&self, from: Timestamp, to: Timestamp) -> bool {
        self.labels.iter().any(|(begin, end)| *begin < to && from <= *end)
    }
}

pub(super) const FOUR_WEEKS: SignedDuration = SignedDuration::from_hours(28 * 24);

/// A series with other counts.
pub(super) fn with_counts(series: &Series, counts: &[f64]) -> Series {
    let buckets = series.buckets().iter().zip(counts).map(|(bucket, count)| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count, not below 0 and far below 2^53"
        )]
        let count = count.round() as u64;
        Bucket { start: bucket.start, count, detail: None }
    });
    Series::new(series.measure(), buckets.collect())
}
