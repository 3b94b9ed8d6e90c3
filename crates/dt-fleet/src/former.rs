//! Which former runs tell how devices were?
//!
//! A run may have only some devices: those of a shard or of a selection, those that were looked at before its time ran
//! out, or those of one appliance of several. What is newer counts, and each device is as the newest run has it
//! that looked at it.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use crate::{ApplianceSummary, Manifest};

/// So many runs of an appliance are looked through at most: two weeks of nights.
pub const MOST_FORMER_RUNS: usize = 14;

/// A former run, and of which appliances it tells how devices were.
#[derive(Debug, Clone, PartialEq)]
pub struct FormerRun<M> {
    /// The run.
    pub manifest: M,
    /// Of these a newer run has every device: which it does not have are gone.
    settled: BTreeSet<String>,
}

impl<M> FormerRun<M> {
    /// A run that tells of all that it has.
    pub const fn whole(manifest: M) -> Self {
        Self { manifest, settled: BTreeSet::new() }
    }

    /// Whether it tells of an appliance.
    #[must_use]
    pub fn tells_of(&self, appliance: &str) -> bool {
        !self.settled.contains(appliance)
    }

    /// The appliances of which it tells nothing.
    pub fn settled(&self) -> impl Iterator<Item = &str> {
        self.settled.iter().map(String::as_str)
    }
}

/// The runs that tell how devices of these appliances were, of runs from the newest on: back to one that looked at
/// [every device](Manifest::has_all_of) of each.
pub fn former_runs<'a, M: Borrow<Manifest>>(
    newest_first: impl IntoIterator<Item = M>,
    appliances: impl IntoIterator<Item = &'a str>,
) -> Vec<FormerRun<M>> {
    let mut open: BTreeSet<&str> = appliances.into_iter().collect();
    let (mut settled, mut former) = (BTreeSet::new(), Vec::new());
    let mut newest_first = newest_first.into_iter();
    // What is not needed is not taken.
    while !open.is_empty() && former.len() < MOST_FORMER_RUNS {
        let Some(run) = newest_first.next() else { break };
        let manifest: &Manifest = run.borrow();
        let names = || manifest.appliances.iter().map(|it| it.name.as_str());
        if !names().any(|name| open.contains(name)) {
            continue;
        }
        let (before, of_this) = (settled.clone(), names().filter(|it| manifest.has_all_of(it)));
        settled.extend(of_this.map(str::to_owned));
        open.retain(|name| !settled.contains(*name));
        former.push(FormerRun { manifest: run, settled: before });
    }
    former
}

impl Manifest {
    /// Whether every device of an appliance was looked at, or failed: neither were some chosen, nor did the run end
    /// before.
    #[must_use]
    pub fn has_all_of(&self, appliance: &str) -> bool {
        let has_all = |it: &ApplianceSummary| self.complete || it.is_through();
        let is_of_some = self.shard.is_some() || !self.selection.is_empty();
        let mut found = self.appliances.iter().filter(|it| it.name == appliance);
        !is_of_some && found.next().is_some_and(has_all)
    }
}

impl ApplianceSummary {
    /// Whether each of its devices has a row or an error, though another appliance's may not.
    const fn is_through(&self) -> bool {
        let has_list = self.given_up.is_none() && self.list_error.is_none();
        has_list && self.swept > 0 && self.swept + self.failed >= self.devices_listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run of appliances of ten devices, of which it looked at so many.
    fn run(name: &str, appliances: &[(&str, u64)]) -> Manifest {
        let appliances = appliances.iter().map(|(name, swept)| ApplianceSummary {
            name: (*name).to_owned(),
            devices_listed: 10,
            swept: *swept,
            ..ApplianceSummary::default()
        });
        let appliances: Vec<_> = appliances.collect();
        Manifest {
            format: Manifest::FORMAT,
            run: name.to_owned(),
            began: jiff::Timestamp::UNIX_EPOCH,
            ended: jiff::Timestamp::UNIX_EPOCH,
            complete: appliances.iter().all(|it| it.swept == 10),
            dt_version: String::new(),
            policy: String::new(),
            appliances,
            files: Vec::new(),
            shard: None,
            selection: std::collections::BTreeMap::new(),
            chance: crate::Chance::default(),
            groups: None,
        }
    }

    fn names(newest_first: &[Manifest], appliances: &[&str]) -> Vec<String> {
        let former = former_runs(newest_first, appliances.iter().copied());
        former.into_iter().map(|it| it.manifest.run.clone()).collect()
    }

    #[test]
    fn a_run_of_some_devices_is_completed_by_those_before_it() {
        let whole = |name| run(name, &[("a", 10)]);
        assert_eq!(names(&[whole("2"), whole("1")], &["a"]), ["2"]);
        let shard = Manifest { shard: Some("1/3".to_owned()), ..whole("noon") };
        let tag = ("tag".to_owned(), "Finance".to_owned());
        let tagged = Manifest { selection: [tag].into(), ..whole("noon") };
        let cut = run("noon", &[("a", 3)]);
        for noon in [shard, tagged, cut] {
            assert_eq!(names(&[noon, whole("2"), whole("1")], &["a"]), ["noon", "2"]);
        }
        let shards = vec![Manifest { shard: Some("1/99".to_owned()), ..whole("x") }; 20];
        assert_eq!(names(&shards, &["a"]).len(), MOST_FORMER_RUNS);
    }

    #[test]
    fn of_several_appliances_each_is_as_its_last_run_had_it() {
        let runs = [
            run("3", &[("a", 10), ("b", 0)]),
            run("2", &[("c", 10)]),
            run("1", &[("a", 10), ("b", 10)]),
        ];
        let former = former_runs(&runs, ["a", "b"]);
        let told = |at: usize| ["a", "b"].map(|name| former[at].tells_of(name));
        assert_eq!((former.len(), told(0), told(1)), (2, [true; 2], [false, true]));
        assert_eq!(names(&runs, &["a"]), ["3"], "that b failed is nothing to a");
        assert_eq!(names(&runs, &["c"]), ["2"]);
        assert_eq!(names(&runs, &["new"]), [""; 0]);
        // However often another appliance was swept since.
        let others = vec![run("noon", &[("b", 10)]); 2 * MOST_FORMER_RUNS];
        let runs = [others, vec![run("1", &[("a", 10)])]].concat();
        assert_eq!(names(&runs, &["a"]), ["1"]);
    }
}
