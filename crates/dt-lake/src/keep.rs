//! Which runs a lake keeps, and whose series.
//!
//! An appliance knows four weeks. Of every three weeks one run's series hold every hour, so those of the runs
//! between need not be kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use dt_store::files;
use jiff::{SignedDuration, Timestamp};

use crate::lake::Lake;
use crate::paths::is_of;
use crate::run::LOCK;
use crate::run_id::RunId;
use crate::schema::Table;
use crate::{Error, Manifest};

/// What is kept.
///
/// Runs of other devices are others: what is said here of runs holds for those of each appliance, shard and selection
/// by themselves, except which are the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Every run that is not older.
    pub runs: SignedDuration,
    /// After that one run a week, as long as this: one whose series are kept, if there is one.
    pub weekly: SignedDuration,
    /// The series of so many newest runs.
    pub series: usize,
    /// Before them those of one run in this time: the series of a run are not kept if those of one before and of one
    /// after are that are no further apart.
    pub series_every: SignedDuration,
}

impl Default for Retention {
    fn default() -> Self {
        const DAY: i64 = 24;
        Self {
            runs: SignedDuration::from_hours(90 * DAY),
            weekly: SignedDuration::from_hours(2 * 365 * DAY),
            series: 2,
            series_every: SignedDuration::from_hours(21 * DAY),
        }
    }
}

/// What is not kept any more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thinned {
    /// Runs that are removed as a whole. Some may be what is left of one that was removed before.
    pub runs: Vec<RunId>,
    /// Runs whose series are removed.
    pub series: Vec<RunId>,
    /// How many bytes that is.
    pub bytes: u64,
}

/// A run that is not too old.
struct Aged<'a> {
    run: RunId,
    manifest: &'a Manifest,
    /// Whether it is kept for being young.
    is_young: bool,
    /// Whether its series are kept for being of a newest run.
    is_newest: bool,
    /// How many series it has.
    series: u64,
}

impl Aged<'_> {
    /// Whether it can have the series that another run has: one whose time ran out may lack many. A few devices more or
    /// less are a fleet's life.
    const fn has_series_of(&self, other: &Self) -> bool {
        self.series > 0 && 10 * self.series >= 9 * other.series
    }
}

/// Which devices a run is of: its appliances, its shard and its selection.
type Part<'a> = (BTreeSet<&'a str>, Option<&'a str>, Vec<(&'a str, &'a str)>);

fn part(manifest: &Manifest) -> Part<'_> {
    let appliances = manifest.appliances.iter().map(|it| it.name.as_str()).collect();
    // Since when devices were seen may be another time every night.
    let selection = manifest.selection.iter().map(|(option, value)| match option.as_str() {
        "seen_since" => ("seen_since", ""),
        option => (option, value.as_str()),
    });
    (appliances, manifest.shard.as_deref(), selection.collect())
}

impl Lake {
    /// What a retention removes as of a time; nothing is removed by asking.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read.
    pub fn surplus(&self, retention: Retention, now: Timestamp) -> Result<Thinned, Error> {
        let mut thinned = self.left_over()?;
        let manifests = self.manifests()?;
        let mut parts: BTreeMap<Part<'_>, Vec<Aged<'_>>> = BTreeMap::new();
        for (place, manifest) in manifests.iter().rev().enumerate() {
            let Ok(run) = manifest.run.parse::<RunId>() else { continue };
            let age = now.duration_since(run.began());
            if age > retention.runs && age > retention.weekly {
                thinned.remove_run(self, run, manifest);
                continue;
            }
            let is_young = age <= retention.runs;
            let is_newest = place < retention.series;
            let of_series = manifest.files.iter().filter(|it| is_of(&it.path, Table::Series));
            let series = of_series.map(|file| file.rows).sum();
            let aged = Aged { run, manifest, is_young, is_newest, series };
            parts.entry(part(manifest)).or_default().push(aged);
        }
        for mut part in parts.into_values() {
            part.reverse();
            let repeated = repeated_series(&part, retention.series_every);
            for place in &repeated {
                part[*place].series = 0;
            }
            let weekly = weekly(&part);
            for (place, aged) in part.iter().enumerate() {
                if !aged.is_young && !weekly.contains(&place) {
                    thinned.remove_run(self, aged.run, aged.manifest);
                } else if repeated.contains(&place) {
                    let of_series = aged.manifest.files.iter();
                    let of_series = of_series.filter(|it| is_of(&it.path, Table::Series));
                    thinned.bytes += of_series.map(|file| file.bytes).sum::<u64>();
                    thinned.series.push(aged.run);
                } else if aged.series == 0 {
                    // That a manifest does not list any more.
                    let left = size(&self.table_directory(Table::Series, aged.run));
                    thinned.bytes += left;
                    thinned.series.extend((left > 0).then_some(aged.run));
                }
            }
        }
        thinned.runs.sort();
        thinned.series.sort();
        Ok(thinned)
    }

    /// What is left of runs that somebody began to remove.
    fn left_over(&self) -> Result<Thinned, Error> {
        // In this order: a run that is being finished has its tables before its manifest, and is gone from those
        // that are not finished after it.
        let mut left = self.runs_with_files()?;
        for run in self.unfinished()?.into_iter().chain(self.runs()?) {
            left.remove(&run);
        }
        let bytes =
            left.iter().flat_map(|run| self.directories(*run)).map(|path| size(&path)).sum();
        Ok(Thinned { runs: left.into_iter().collect(), series: Vec::new(), bytes })
    }

    /// Removes what is surplus: each manifest first, so that nobody reads a run of which only some is there.
    ///
    /// # Errors
    ///
    /// If something cannot be removed. What is left is found again the next time.
    pub fn remove(&self, thinned: &Thinned) -> Result<(), Error> {
        let _lock = self.share()?;
        for run in &thinned.runs {
            // One whose time ran out has its journal, and may be gone on with just now.
            let journal = self.unfinished_directory(*run);
            let _own = match files::lock(&journal.join(LOCK)) {
                Err(error) if error.is_locked() => continue,
                Err(error) if error.is_not_found() => None,
                lock => Some(lock?),
            };
            files::remove_directory(&journal)?;
            files::remove(&self.manifest_path(*run))?;
            for directory in self.directories(*run) {
                files::remove_directory(&directory)?;
            }
        }
        for run in &thinned.series {
            let _own = match files::lock(&self.unfinished_directory(*run).join(LOCK)) {
                Err(error) if error.is_locked() => continue,
                Err(error) if error.is_not_found() => None,
                lock => Some(lock?),
            };
            let mut manifest = self.manifest(*run)?;
            manifest.files.retain(|file| !is_of(&file.path, Table::Series));
            files::replace_json(&self.manifest_path(*run), &manifest)?;
            files::remove_directory(&self.table_directory(Table::Series, *run))?;
        }
        Ok(())
    }

    /// How many bytes the tables of a run have, with the answers behind its full reports.
    #[must_use]
    pub fn bytes(&self, manifest: &Manifest) -> u64 {
        let tables: u64 = manifest.files.iter().map(|file| file.bytes).sum();
        let evidence = manifest.run.parse().map(|run| size(&self.evidence_directory(run)));
        tables + evidence.unwrap_or(0)
    }

    /// What a run has, or may have.
    fn directories(&self, run: RunId) -> impl Iterator<Item = std::path::PathBuf> {
        let tables = Table::ALL.into_iter().map(move |table| self.table_directory(table, run));
        tables.chain([self.evidence_directory(run)])
    }
}

impl Thinned {
    fn remove_run(&mut self, lake: &Lake, run: RunId, manifest: &Manifest) {
        self.bytes += lake.bytes(manifest) + size(&lake.unfinished_directory(run));
        self.runs.push(run);
    }
}

/// The runs whose series others repeat, by their places. It goes from the oldest, which stays the same from night to
/// night: what is kept once stays so.
fn repeated_series(oldest_first: &[Aged<'_>], every: SignedDuration) -> BTreeSet<usize> {
    let (mut repeated, mut kept) = (BTreeSet::new(), Vec::<&Aged<'_>>::new());
    for (place, aged) in oldest_first.iter().enumerate().filter(|(_, aged)| aged.series > 0) {
        let before = kept.iter().rev().find(|it| it.has_series_of(aged));
        let after = oldest_first[place + 1..].iter().find(|it| it.has_series_of(aged));
        let is_between = before.zip(after).is_some_and(|(before, after)| {
            after.run.began().duration_since(before.run.began()) <= every
        });
        if is_between && !aged.is_newest {
            repeated.insert(place);
        } else {
            kept.push(aged);
        }
    }
    repeated
}

/// The run that stands for each week, by its place: one that has its series, if there is one, and is complete; of
/// several, the newest.
fn weekly(oldest_first: &[Aged<'_>]) -> BTreeSet<usize> {
    let mut weeks: BTreeMap<i64, (bool, bool, usize)> = BTreeMap::new();
    for (place, aged) in oldest_first.iter().enumerate() {
        let week = aged.run.began().as_second().div_euclid(7 * 24 * 3600);
        let this = (aged.series > 0, aged.manifest.complete, place);
        weeks.entry(week).and_modify(|best| *best = this.max(*best)).or_insert(this);
    }
    weeks.into_values().map(|(_, _, place)| place).collect()
}

/// How many bytes the files below a directory have, as far as they can be seen.
fn size(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
