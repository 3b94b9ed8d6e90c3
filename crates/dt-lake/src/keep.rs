//! Which runs a lake keeps, and whose series.
//!
//! An appliance knows four weeks. Of every three weeks one run's series hold every hour, so those of the runs
//! between need not be kept.

use std::fs;

use dt_store::files;
use jiff::{SignedDuration, Timestamp};

use crate::lake::Lake;
use crate::run_id::RunId;
use crate::schema::Table;
use crate::{Error, Manifest};

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Every run that is not older.
    pub runs: SignedDuration,
    /// After that one run a week, as long as this.
    pub weekly: SignedDuration,
    /// The series of so many newest runs.
    pub series: usize,
    /// Before them those of one run in this time.
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
    /// Runs that are removed as a whole.
    pub runs: Vec<RunId>,
    /// Runs whose series are removed.
    pub series: Vec<RunId>,
    /// How many bytes that is.
    pub bytes: u64,
}

impl Lake {
    /// What a retention removes as of a time; nothing is removed by asking.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read.
    pub fn surplus(&self, retention: Retention, now: Timestamp) -> Result<Thinned, Error> {
        let (mut thinned, mut kept_week, mut kept_series) = (Thinned::default(), None, None);
        let mut newest_first = self.manifests()?;
        newest_first.reverse();
        for (place, manifest) in newest_first.iter().enumerate() {
            let Ok(run) = manifest.run.parse::<RunId>() else { continue };
            let age = now.duration_since(run.began());
            let week = run.began().as_second().div_euclid(7 * 24 * 3600);
            let is_kept =
                age <= retention.runs || (age <= retention.weekly && kept_week != Some(week));
            if !is_kept {
                thinned.bytes += bytes(manifest, None);
                thinned.runs.push(run);
                continue;
            }
            kept_week = Some(week);
            let is_far =
                |last: Timestamp| last.duration_since(run.began()) >= retention.series_every;
            if place < retention.series || kept_series.is_none_or(is_far) {
                kept_series = Some(run.began());
            } else if bytes(manifest, Some(Table::Series)) > 0 {
                thinned.bytes += bytes(manifest, Some(Table::Series));
                thinned.series.push(run);
            }
        }
        Ok(thinned)
    }

    /// Removes what is surplus: each manifest first, so that nobody reads a run of which only some is there.
    ///
    /// # Errors
    ///
    /// If something cannot be removed. What is left is found again the next time.
    pub fn remove(&self, thinned: &Thinned) -> Result<(), Error> {
        for run in &thinned.runs {
            let path = self.manifest_path(*run);
            fs::remove_file(&path).map_err(Error::table(&path))?;
            Table::ALL.into_iter().try_for_each(|table| self.remove_table(table, *run))?;
            remove(&self.evidence_directory(*run))?;
        }
        for run in &thinned.series {
            let mut manifest = self.manifest(*run)?;
            manifest.files.retain(|file| !is_of(&file.path, Table::Series));
            let path = self.manifest_path(*run);
            let text = serde_json::to_vec_pretty(&manifest).map_err(Error::damaged(&path))?;
            files::replace(&path, &text)?;
            self.remove_table(Table::Series, *run)?;
        }
        Ok(())
    }

    fn remove_table(&self, table: Table, run: RunId) -> Result<(), Error> {
        remove(&self.table_directory(table, run))
    }
}

fn remove(directory: &std::path::Path) -> Result<(), Error> {
    if directory.exists() {
        fs::remove_dir_all(directory).map_err(Error::table(directory))?;
    }
    Ok(())
}

fn is_of(path: &str, table: Table) -> bool {
    path.strip_prefix(table.name()).is_some_and(|rest| rest.starts_with('/'))
}

/// How many bytes a run has, or one table of it.
fn bytes(manifest: &Manifest, table: Option<Table>) -> u64 {
    let files = manifest.files.iter();
    files
        .filter(|file| table.is_none_or(|table| is_of(&file.path, table)))
        .map(|file| file.bytes)
        .sum()
}
