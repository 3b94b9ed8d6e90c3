//! Snapshots, read again.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use dt_model::{Evidence, IntervalHours};
use dt_store::{About, Snapshot};

use crate::asked::Asked;
use crate::failure::{Failure, Result};
use crate::input::Input;
use crate::inputs::{Inputs, Origin};

/// A snapshot, and what its answers say.
pub(crate) struct Kept {
    pub(crate) path: PathBuf,
    pub(crate) about: About,
    pub(crate) inputs: Inputs,
}

impl Kept {
    /// Reads a snapshot. `interval` is how wide its buckets are, if that is known better than it says.
    pub(crate) fn read(path: &Path, interval: Option<IntervalHours>) -> Result<Self> {
        let Snapshot { path, about, exchanges, .. } = Snapshot::open(path)?;
        let mut inputs = Inputs::default();
        // What was tried again is there more than once: the last answer is the one that was used.
        let last: HashMap<&str, usize> = exchanges
            .iter()
            .enumerate()
            .map(|(place, (_, exchange))| (exchange.target.as_str(), place))
            .collect();
        for (place, (file, exchange)) in exchanges.iter().enumerate() {
            if last[exchange.target.as_str()] != place {
                continue;
            }
            let asked = Asked::of(&exchange.target);
            let refused = !exchange.status.is_success() && !Inputs::knows_nothing(exchange);
            match asked {
                // What cannot be said about a single domain is not asked again.
                Some(Asked { domain: Some(_), .. }) if refused => {}
                Some(Asked { part, .. }) if refused => {
                    let reason = format!("the appliance answered {}", exchange.status.as_u16());
                    inputs.notes.push(format!("\"{part}\" is not reported: {reason}"));
                    inputs.missed.push((part, reason));
                }
                _ => inputs.add_exchange(&Input::file(file), exchange, interval)?,
            }
        }
        let (taken, appliance) = (about.taken, about.appliance.clone());
        inputs.origin = Some(Origin { taken, appliance });
        Ok(Self { path, about, inputs })
    }
}

/// Reads the snapshots of one device from these directories, each of which is one or holds some, and
/// joins them.
pub(crate) fn read(
    directories: &[&Path],
    device: Option<&str>,
    interval: Option<IntervalHours>,
) -> Result<Inputs> {
    let (paths, unreadable) = of_one_device(directories, device)?;
    let kept = paths.iter().map(|path| Kept::read(path, interval)).collect::<Result<Vec<_>>>()?;
    let mut inputs = join(kept)?;
    inputs.warnings.extend(unreadable);
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

/// The newest of several snapshots of a device, with the history that all of them tell together.
fn join(kept: Vec<Kept>) -> Result<Inputs> {
    let mut joined = Inputs::default();
    let (count, mut taken) = (kept.len(), Vec::with_capacity(kept.len()));
    let newest = kept.last().map(|newest| newest.path.display().to_string());
    for Kept { about, mut inputs, .. } in kept {
        joined.warnings.append(&mut inputs.warnings);
        // Of what is not reported, only the newest counts.
        (joined.notes, joined.missed) = (inputs.notes, inputs.missed);
        joined.origin = inputs.origin;
        taken.push((about.taken, inputs.evidence));
    }
    let (evidence, joints) = Evidence::joined(taken).map_err(|error| {
        Failure::usage(error.to_string()).hint("name snapshots that were taken in the same way")
    })?;
    joined.evidence = evidence;
    for (part, joint) in joints {
        if joint.differing > 0 || !joint.gaps.is_empty() {
            joined.warnings.push(format!("{part}: {joint}"));
        }
    }
    if let (Some(newest), 2..) = (newest, count) {
        joined.notes.push(format!(
            "{count} snapshots are joined for what is told over time; all else is told by {newest}"
        ));
    }
    Ok(joined)
}
