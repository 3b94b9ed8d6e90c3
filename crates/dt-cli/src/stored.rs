//! Snapshots, read again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dt_model::{IntervalHours, Question};
use dt_store::{About, Snapshot, StoredEvidence, StoredExchange};

use crate::failure::{Failure, Result};
use crate::inputs::{Inputs, Origin};

/// A snapshot, and what its answers say.
pub(crate) struct StoredSnapshot {
    pub(crate) path: PathBuf,
    pub(crate) about: About,
    pub(crate) inputs: Inputs,
}

impl StoredSnapshot {
    /// Reads a snapshot. `interval` is how wide its intervals are said to be.
    pub(crate) fn read(path: &Path, interval: Option<IntervalHours>) -> Result<Self> {
        let snapshot = open(path, interval)?;
        let inputs = inputs(snapshot.evidence(), &snapshot.about);
        let Snapshot { path, about, .. } = snapshot;
        Ok(Self { path, about, inputs })
    }
}

/// Opens a snapshot, whose intervals have to be as wide as they are said to be.
fn open(path: &Path, interval: Option<IntervalHours>) -> Result<Snapshot> {
    let snapshot = Snapshot::open(path)?;
    let Some(said) = interval else { return Ok(snapshot) };
    for StoredExchange { file, exchange, .. } in &snapshot.exchanges {
        if let Some(Question::Part(_, query)) = Question::from_target(&exchange.target) {
            same_interval(query.bucket_width(), said).map_err(|failure| {
                failure.at(file.display().to_string()).hint("leave out --interval-hours")
            })?;
        }
    }
    Ok(snapshot)
}

/// Refuses a recorded answer whose intervals are not as wide as they are said to be.
pub(crate) fn same_interval(recorded: IntervalHours, said: IntervalHours) -> Result<()> {
    if recorded == said {
        return Ok(());
    }
    let (recorded, said) = (recorded.get(), said.get());
    Err(Failure::usage(format!(
        "the recorded exchange has intervals of {recorded} h, not of {said} h"
    )))
}

fn inputs(stored: StoredEvidence, about: &About) -> Inputs {
    let StoredEvidence { evidence, warnings, joins, .. } = stored;
    let mut inputs = Inputs { evidence, ..Inputs::default() };
    for (file, warning) in warnings {
        inputs.warn(&file.display().to_string(), &[warning]);
    }
    for (part, report) in joins {
        if report.differing > 0 || !report.gaps.is_empty() {
            inputs.warnings.push(format!("{part}: {report}"));
        }
    }
    inputs.origin = Some(Origin { taken: about.taken, appliance: about.appliance.clone() });
    inputs
}

/// Reads the snapshots of one device from these directories, each of which is one or holds some, and
/// joins them.
pub(crate) fn read(
    directories: &[&Path],
    device: Option<&str>,
    interval: Option<IntervalHours>,
) -> Result<Inputs> {
    let (paths, unreadable) = of_one_device(directories, device)?;
    let snapshots =
        paths.iter().map(|path| open(path, interval)).collect::<Result<Vec<Snapshot>>>()?;
    let stored = Snapshot::joined(&snapshots).map_err(|error| {
        Failure::usage(error.to_string()).hint("name snapshots that were taken in the same way")
    })?;
    let Some(newest) = snapshots.last() else { return Ok(Inputs::default()) };
    let mut inputs = inputs(stored, &newest.about);
    inputs.warnings.extend(unreadable);
    if snapshots.len() > 1 {
        let (count, newest) = (snapshots.len(), newest.path.display());
        inputs.notes.push(format!(
            "{count} snapshots are joined for what is told over time; all else is told by {newest}"
        ));
    }
    Ok(inputs)
}

/// The snapshots of one device in these directories, the oldest first, and why others could not be read
/// that are beside them: whose they are, nobody knows, and a device that is named can do without.
pub(crate) fn of_one_device(
    directories: &[&Path],
    device: Option<&str>,
) -> Result<(Vec<PathBuf>, Vec<String>)> {
    let mut found: Vec<(About, PathBuf)> = Vec::new();
    let mut unreadable = Vec::new();
    for directory in directories {
        for path in snapshots(directory)? {
            match Snapshot::about(&path) {
                Ok(about) => found.push((about, path)),
                Err(error) if device.is_some() && path != *directory => {
                    unreadable.push(format!("left out: {error}"));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    let all = subjects(&found);
    if let Some(device) = device {
        found.retain(|(about, _)| is_called(about, device));
    }
    let chosen = subjects(&found);
    if let [_] = chosen.as_slice() {
        found.sort_by(|(one, first), (other, second)| {
            (one.taken, first).cmp(&(other.taken, second))
        });
        found.dedup_by(|(_, one), (_, other)| one == other);
        return Ok((found.into_iter().map(|(_, path)| path).collect(), unreadable));
    }
    let failure = match device {
        Some(name) if chosen.is_empty() => {
            let failure = Failure::new(format!("no snapshot is known to be about {name:?}"));
            unreadable.into_iter().fold(failure, Failure::also)
        }
        _ => Failure::usage("the snapshots are about several devices"),
    };
    Err(failure
        .also(all.join(", "))
        .hint("choose one: name it as DEVICE, or name its snapshots themselves"))
}

/// The snapshot at a path, or those in it.
fn snapshots(directory: &Path) -> Result<Vec<PathBuf>> {
    if Snapshot::is_at(directory) {
        return Ok(vec![directory.to_owned()]);
    }
    let found = Snapshot::list(directory)?;
    if found.is_empty() {
        return Err(Failure::new("there is no snapshot")
            .at(directory.display().to_string())
            .hint("dt snapshot DEVICE --to DIR makes one; single responses are named as files"));
    }
    Ok(found)
}

/// Each device once, in words.
fn subjects(found: &[(About, PathBuf)]) -> Vec<String> {
    let mut subjects: BTreeMap<(i64, &str), Vec<&About>> = BTreeMap::new();
    for (about, _) in found {
        subjects.entry((about.device.did, &about.appliance)).or_default().push(about);
    }
    let words = |abouts: Vec<&About>| {
        let device = &abouts.first()?.device;
        let name = device.hostname.as_deref().or(device.ip.as_deref()).unwrap_or("no name");
        let appliance = &abouts.first()?.appliance;
        let snapshots = if abouts.len() == 1 { "snapshot" } else { "snapshots" };
        Some(format!("{name} (did {}, {appliance}, {} {snapshots})", device.did, abouts.len()))
    };
    subjects.into_values().filter_map(words).collect()
}

fn is_called(about: &About, name: &str) -> bool {
    let device = &about.device;
    match name.parse::<i64>() {
        Ok(did) => device.did == did,
        Err(_) => [&device.hostname, &device.ip, &device.mac]
            .into_iter()
            .flatten()
            .any(|known| known.eq_ignore_ascii_case(name)),
    }
}
