//! Whether planted incidents are found in synthetic networks that no test uses, how many devices
//! without one are flagged, and how high the incident devices rank; beside the module document's
//! rules on the same data.
//!
//! An incident is found if its device has a finding of medium or above that names it: the right kind
//! of finding, about the right domain or port, at the right time. A device is flagged if it has any such finding. The benign events that are planted
//! beside the incidents count as false alarms if flagged, as do the devices at the other end.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use dt_analysis::assessment::Assessment;
use dt_analysis::finding::{Finding, Object, Rule};
use dt_analysis::{Level, Policy, concerns, external, peers, transfers};
use dt_appliance::{Incident, IncidentKind, Network};
use dt_model::{DeviceId, Evidence};
use jiff::Timestamp;

use super::say;
use super::site::Site;

const FIRST_SEED: u64 = 9_001;
const SEEDS: u64 = 20;
const LEAST_RECALL: f64 = 0.95;
const LEAST_PRECISION: f64 = 0.9;
/// Incident devices belong into this part of the list.
const TOP: f64 = 0.05;

pub(super) fn run() -> anyhow::Result<()> {
    let end: Timestamp = "2026-11-23T23:00:00Z".parse()?;
    let mut tally = Tally::default();
    // Half of the seeds a thread: drawing the traffic is most of the work.
    let halves = thread::scope(|scope| {
        let threads = [0, 1].map(|half| {
            scope.spawn(move || {
                let seeds = (FIRST_SEED..FIRST_SEED + SEEDS).filter(|seed| seed % 2 == half);
                seeds.map(|seed| of_network(seed, end)).collect::<anyhow::Result<Vec<Tally>>>()
            })
        });
        threads.map(thread::ScopedJoinHandle::join)
    });
    for half in halves {
        let half = half.map_err(|_| anyhow::anyhow!("an evaluation panicked"))??;
        tally = half.into_iter().fold(tally, Tally::and);
    }
    tally.print();
    Ok(())
}

fn of_network(seed: u64, end: Timestamp) -> anyhow::Result<Tally> {
    let site = Site::new(Network::generate(seed, end))?;
    let policy = Policy::default();
    let network = site.network();
    let guilty: BTreeSet<DeviceId> =
        network.incidents().iter().map(|incident| incident.did).collect();
    let mut tally = Tally::default();
    let mut ranked = Vec::new();
    for did in network.device_ids() {
        let (evidence, assessment) = site.assess(did, &policy)?;
        ranked.push((assessment.priority.score, did));
        let incidents = network.incidents().iter().filter(|incident| incident.did == did);
        tally.add(seed, did, incidents, &assessment);
        tally.documented.add(guilty.contains(&did), is_flagged_by_document(&evidence));
    }
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    tally.ranks = ranked
        .iter()
        .enumerate()
        .filter(|(_, (_, did))| guilty.contains(did))
        .map(|(place, _)| (place + 1) as f64 / ranked.len() as f64)
        .collect();
    Ok(tally)
}

fn is_flagged_by_document(evidence: &Evidence) -> bool {
    let policy = Policy::documented();
    let (out, into) = (evidence.bytes_out.answer(), evidence.bytes_in.answer());
    let transfers = transfers::analyse(out, into, &policy);
    let comparison = evidence.connections.answer().map(|info| peers::compare(info, &policy));
    let external = external::analyse(evidence, &policy);
    let concerns = concerns(Some(&transfers), comparison.as_ref(), external.as_ref());
    concerns.iter().any(|concern| concern.level >= Level::Medium)
}

/// How often devices were flagged.
#[derive(Default)]
struct Flags {
    guilty: usize,
    guilty_flagged: usize,
    innocent: usize,
    innocent_flagged: usize,
}

impl Flags {
    fn add(&mut self, guilty: bool, flagged: bool) {
        let (all, some) = if guilty {
            (&mut self.guilty, &mut self.guilty_flagged)
        } else {
            (&mut self.innocent, &mut self.innocent_flagged)
        };
        *all += 1;
        *some += usize::from(flagged);
    }

    fn and(self, other: &Self) -> Self {
        Self {
            guilty: self.guilty + other.guilty,
            guilty_flagged: self.guilty_flagged + other.guilty_flagged,
            innocent: self.innocent + other.innocent,
            innocent_flagged: self.innocent_flagged + other.innocent_flagged,
        }
    }

    fn precision(&self) -> f64 {
        let flagged = self.guilty_flagged + self.innocent_flagged;
        self.guilty_flagged as f64 / flagged.max(1) as f64
    }

    fn print(&self, whose: &str) {
        say(&format!(
            "{whose:<20} incident devices flagged {} of {}, others {} of {}, precision {:.3}",
            self.guilty_flagged,
            self.guilty,
            self.innocent_flagged,
            self.innocent,
            self.precision()
        ));
    }
}

#[derive(Default)]
struct Tally {
    /// By kind: found, and all.
    incidents: BTreeMap<String, (usize, usize)>,
    extended: Flags,
    documented: Flags,
    /// Of each incident device, as a fraction of the list.
    ranks: Vec<f64>,
    /// What was wrong, to look at.
    faults: Vec<String>,
}

impl Tally {
    fn add<'a>(
        &mut self,
        seed: u64,
        did: DeviceId,
        incidents: impl Iterator<Item = &'a Incident>,
        assessment: &Assessment,
    ) {
        let alarms: Vec<&Finding> = assessment
            .findings
            .iter()
            .filter(|finding| finding.severity >= Level::Medium)
            .collect();
        let mut guilty = false;
        for incident in incidents {
            guilty = true;
            let found = alarms.iter().any(|alarm| names(alarm, incident));
            let count = self.incidents.entry(format!("{:?}", incident.kind)).or_default();
            count.0 += usize::from(found);
            count.1 += 1;
            if !found {
                self.faults.push(format!("seed {seed}, device {did}: missed {:?}", incident.kind));
            }
        }
        self.extended.add(guilty, !alarms.is_empty());
        if !guilty {
            self.faults.extend(
                alarms
                    .first()
                    .map(|alarm| format!("seed {seed}, device {did}: false alarm, {alarm}")),
            );
        }
    }

    fn and(mut self, other: Self) -> Self {
        for (kind, (found, all)) in other.incidents {
            let count = self.incidents.entry(kind).or_default();
            *count = (count.0 + found, count.1 + all);
        }
        self.extended = self.extended.and(&other.extended);
        self.documented = self.documented.and(&other.documented);
        self.ranks.extend(other.ranks);
        self.faults.extend(other.faults);
        self
    }

    fn print(&self) {
        say(&format!("{SEEDS} networks of 240 devices, seeds from {FIRST_SEED}"));
        for fault in &self.faults {
            say(&format!("  {fault}"));
        }
        for (kind, (found, all)) in &self.incidents {
            say(&format!("{kind:<20} found {found} of {all}"));
        }
        self.extended.print("extended rules");
        self.documented.print("documented rules");
        let (found, all) =
            self.incidents.values().fold((0, 0), |(a, b), (found, all)| (a + found, b + all));
        verdict("recall", found as f64 / all.max(1) as f64, LEAST_RECALL);
        verdict("precision", self.extended.precision(), LEAST_PRECISION);
        let top = self.ranks.iter().filter(|rank| **rank <= TOP).count();
        let worst = self.ranks.iter().copied().fold(0.0, f64::max);
        verdict("in the top 5 %", top as f64 / self.ranks.len().max(1) as f64, 1.0);
        say(&format!("lowest rank of an incident device: top {:.1} %", 100.0 * worst));
    }
}

/// Whether a finding says what happened, and when, give or take the hour a series resolves.
fn names(finding: &Finding, incident: &Incident) -> bool {
    let about = match incident.kind {
        IncidentKind::NightUpload => finding.rule == Rule::ExternalUpload,
        IncidentKind::RegularCaller => finding.rule == Rule::RegularCaller,
        IncidentKind::NewPort => {
            incident.port.map(|port| Object::Port(port.into())).as_ref() == Some(&finding.object)
        }
        IncidentKind::ManyNewPeers => finding.rule == Rule::NewPeers,
        IncidentKind::NewCountry => {
            incident.domain.clone().map(Object::Domain).as_ref() == Some(&finding.object)
        }
        _ => false,
    };
    about && finding.first_time <= incident.end && incident.start <= finding.last_time
}

fn verdict(what: &str, found: f64, least: f64) {
    let met = if found >= least { "met" } else { "MISSED" };
    say(&format!("{what:<15} {found:.3}, at least {least:.2}: {met}"));
}
