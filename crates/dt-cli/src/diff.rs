//! `dt diff`: two snapshots of a device beside each other.

use std::path::{Path, PathBuf};

use dt_analysis::AsOf;
use dt_report::contract::{Answer, Compared, Document, Perspective};
use dt_store::Snapshot;

use crate::config::{Chatter, Differing};
use crate::failure::{Failure, Result};
use crate::kept::{self, Kept};
use crate::printer::{Making, Printer};
use crate::run;
use crate::say::{say, tell};

/// Prints what changed, and gives the exit status.
pub(crate) fn differ(differing: &Differing) -> Result<u8> {
    let Differing { policy, output, now, .. } = differing;
    let [old, new] = two(differing)?.map(|path| Kept::read(&path, differing.interval));
    let (mut old, mut new) = (old?, new?);
    same_subject(&old, &new)?;
    for (side, name) in [(&mut old, "old snapshot"), (&mut new, "new snapshot")] {
        side.inputs.about = Some(name.to_owned());
        tell(&side.inputs, output.chatter);
    }
    if old.about.taken > new.about.taken && output.chatter > Chatter::ErrorsOnly {
        say("note: the first snapshot is the newer one, so what came is told as gone");
    }
    let viewpoint = AsOf { now: new.about.taken, zone: &output.time_zone };
    let appliance = Some(new.about.appliance.as_str());
    let paths = [&old, &new].map(|side| side.path.display().to_string());
    let answer = Answer::diff(
        Compared { evidence: &old.inputs.evidence, taken: old.about.taken, path: &paths[0] },
        Compared { evidence: &new.inputs.evidence, taken: new.about.taken, path: &paths[1] },
        Perspective { policy, viewpoint, appliance },
    );
    let answer = answer.ok_or_else(|| Failure::new("one of the snapshots holds no answer"))?;
    let document = Document::Diff(Box::new(answer));
    let status = run::status(differing.fail_on, &document);
    let mut printer = Printer::one(Making {
        output,
        now: *now,
        appliance,
        source: format!("snapshots: {}", paths.join(", ")),
        policy: Some(policy),
    });
    printer.print(document)?;
    printer.finish()?;
    Ok(status)
}

/// The two snapshots that are meant: those that are named, or the oldest and the newest of those in
/// the directories that are.
fn two(differing: &Differing) -> Result<[PathBuf; 2]> {
    let named: Vec<&Path> = differing.snapshots.iter().map(PathBuf::as_path).collect();
    if let [old, new] = named.as_slice()
        && Snapshot::is_at(old)
        && Snapshot::is_at(new)
    {
        return Ok([old.to_path_buf(), new.to_path_buf()]);
    }
    let (found, _) = kept::of_one_device(&named, None)?;
    match found.as_slice() {
        [old, new] => Ok([old.clone(), new.clone()]),
        [old, .., new] => {
            if differing.output.chatter > Chatter::ErrorsOnly {
                say(&format!("note: of {} snapshots, the oldest and the newest", found.len()));
            }
            Ok([old.clone(), new.clone()])
        }
        _ => Err(Failure::usage("there is only one snapshot, and nothing to compare it with")
            .hint("dt diff OLD NEW compares two; dt snapshot DEVICE --to DIR takes another")),
    }
}

fn same_subject(old: &Kept, new: &Kept) -> Result<()> {
    let of = |kept: &Kept| (kept.about.appliance.clone(), kept.about.device.did);
    let dialect = |kept: &Kept| kept.inputs.evidence.dialect();
    let failure = if of(old) != of(new) {
        let words =
            |kept: &Kept| format!("did {} on {}", kept.about.device.did, kept.about.appliance);
        Failure::usage("the snapshots are about different devices").also(format!(
            "{} and {}",
            words(old),
            words(new)
        ))
    } else if dialect(old) != dialect(new) {
        Failure::usage("the snapshots are in different dialects")
    } else {
        return Ok(());
    };
    Err(failure.hint("name two snapshots of one device, taken in the same way"))
}
