//! Whether planted incidents are found in synthetic networks that no test uses, how many devices
//! without one are flagged, and how high the incident devices rank; beside the module document's
//! rules on the same data. Of both versions of the network: in the second incidents are of several sizes,
//! down to what cannot be found, so that recall stands by kind and size.
//!
//! An incident is found if its device has a finding of medium or above that names it: the right kind
//! of finding, about the right domain or port, at the right time. A device is flagged if it has any such finding. The benign events that are planted
//! beside the incidents count as false alarms if flagged, as do the devices at the other end; since nobody
//! could tell a backup from data that is collected by its size, precision without them stands beside.

use std::collections::{BTreeMap, BTreeSet};

use dt_analysis::assessment::Assessment;
use dt_analysis::finding::{Finding, Object, Rule};
use dt_analysis::{Level, Policy, concerns, external, peers, transfers};
use dt_appliance::{Incident, IncidentKind, NetworkVersion, Pace};
use dt_model::{DeviceId, Evidence};

use super::say;
use super::survey::{Device, Networks, Surveyed, in_all_networks};

const FIRST_SEED: u64 = 9_001;
const LEAST_RECALL: f64 = 0.95;
const LEAST_PRECISION: f64 = 0.9;
/// Incident devices belong into this part of the list.
const TOP: f64 = 0.05;

pub(super) fn run(networks: Networks) -> anyhow::Result<()> {
    for version in [NetworkVersion::One, NetworkVersion::Two] {
        networks.announce(version, FIRST_SEED);
        let tallies = in_all_networks(version, networks, FIRST_SEED, of_network)?;
        let tally = tallies.into_iter().fold(Tally::default(), Tally::and);
        match version {
            NetworkVersion::One => tally.print_with_verdicts(),
            _ => tally.print_by_size(),
        }
    }
    Ok(())
}

fn of_network(network: &Surveyed<'_>) -> Tally {
    let guilty: BTreeSet<DeviceId> = network.incidents().iter().map(|it| it.did).collect();
    let benign: BTreeSet<DeviceId> = network.benign().iter().map(|it| it.did).collect();
    let mut tally = Tally::default();
    let mut ranked = Vec::new();
    for Device { did, evidence, assessment } in &network.devices {
        ranked.push((assessment.priority.score, *did));
        let incidents = network.incidents().iter().filter(|incident| incident.did == *did);
        tally.add(network.seed, *did, incidents, benign.contains(did), assessment);
        tally.documented.add(guilty.contains(did), is_flagged_by_document(evidence));
    }
    ranked.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    tally.ranks = ranked
        .iter()
        .enumerate()
        .filter(|(_, (_, did))| guilty.contains(did))
        .map(|(place, _)| (place + 1) as f64 / ranked.len() as f64)
        .collect();
    tally
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
    /// By kind and size: found, and all.
    incidents: BTreeMap<(String, String), (usize, usize)>,
    /// By pace.
    by_pace: BTreeMap<&'static str, (usize, usize)>,
    /// How many of the devices with a benign event were flagged.
    benign_flagged: usize,
    extended: Flags,
    documented: Flags,
    /// Of each incident device, as a fraction of the list.
    ranks: Vec<f64>,
    /// How many other devices have a finding of medium or above of a rule, the benign left out.
    false_alarms: BTreeMap<(Level, &'static str), usize>,
    /// What was wrong, to look at.
    faults: Vec<String>,
}

impl Tally {
    fn add<'a>(
        &mut self,
        seed: u64,
        did: DeviceId,
        incidents: impl Iterator<Item = &'a Incident>,
        is_benign: bool,
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
            let key = (format!("{:?}", incident.kind), format!("{:?}", incident.size));
            let pace = if incident.pace == Pace::Slow { "slow" } else { "quick" };
            for count in
                [self.incidents.entry(key).or_default(), self.by_pace.entry(pace).or_default()]
            {
                count.0 += usize::from(found);
                count.1 += 1;
            }
            if !found {
                self.faults.push(format!("seed {seed}, device {did}: missed {:?}", incident.kind));
            }
        }
        self.extended.add(guilty, !alarms.is_empty());
        if is_benign && !guilty {
            self.benign_flagged += usize::from(!alarms.is_empty());
        } else if !guilty {
            let rules: BTreeSet<_> =
                alarms.iter().map(|alarm| (alarm.severity, alarm.rule.id())).collect();
            for rule in rules {
                *self.false_alarms.entry(rule).or_default() += 1;
            }
            self.faults.extend(
                alarms
                    .first()
                    .map(|alarm| format!("seed {seed}, device {did}: false alarm, {alarm}")),
            );
        }
    }

    fn and(mut self, other: Self) -> Self {
        for (key, (found, all)) in other.incidents {
            let count = self.incidents.entry(key).or_default();
            *count = (count.0 + found, count.1 + all);
        }
        for (pace, (found, all)) in other.by_pace {
            let count = self.by_pace.entry(pace).or_default();
            *count = (count.0 + found, count.1 + all);
        }
        for (rule, devices) in other.false_alarms {
            *self.false_alarms.entry(rule).or_default() += devices;
        }
        self.benign_flagged += other.benign_flagged;
        self.extended = self.extended.and(&other.extended);
        self.documented = self.documented.and(&other.documented);
        self.ranks.extend(other.ranks);
        self.faults.extend(other.faults);
        self
    }

    /// What version 1 is held to.
    fn print_with_verdicts(&self) {
        for fault in &self.faults {
            say(&format!("  {fault}"));
        }
        for ((kind, _), (found, all)) in &self.incidents {
            say(&format!("{kind:<20} found {found} of {all}"));
        }
        self.print_flags();
        verdict("recall", self.recall(), LEAST_RECALL);
        verdict("precision without the benign", self.precision(), LEAST_PRECISION);
        verdict("in the top 5 %", self.share_within(TOP), 1.0);
        self.print_ranks();
    }

    /// What is found of version 2, in which perfect figures would say that it is too easy.
    fn print_by_size(&self) {
        const SIZES: [&str; 4] = ["Large", "Medium", "Small", "Faint"];
        say(&format!("{:<20} {}", "found of", SIZES.map(|size| format!("{size:>9}")).concat()));
        let kinds: BTreeSet<&String> = self.incidents.keys().map(|(kind, _)| kind).collect();
        for kind in kinds {
            let by_size = SIZES.map(|size| {
                let count = self.incidents.get(&(kind.clone(), size.to_owned()));
                let (found, all) = count.copied().unwrap_or_default();
                format!("{:>9}", format!("{found}/{all}"))
            });
            say(&format!("{kind:<20} {}", by_size.concat()));
        }
        for (pace, (found, all)) in &self.by_pace {
            say(&format!("{pace:<20} {found} of {all}"));
        }
        self.print_flags();
        let (recall, precision) = (self.recall(), self.precision());
        say(&format!("recall {recall:.3}, precision without the benign {precision:.3}"));
        for ((level, rule), devices) in &self.false_alarms {
            say(&format!("false alarms: {rule}, {level}, of {devices} devices"));
        }
        self.print_ranks();
    }

    fn print_flags(&self) {
        self.extended.print("extended rules");
        self.documented.print("documented rules");
        say(&format!("of the others flagged, {} have a benign event", self.benign_flagged));
    }

    fn recall(&self) -> f64 {
        let (found, all) =
            self.incidents.values().fold((0, 0), |(a, b), (found, all)| (a + found, b + all));
        found as f64 / all.max(1) as f64
    }

    /// Of what is flagged, the part with an incident, where benign events are left out.
    fn precision(&self) -> f64 {
        let Flags { guilty_flagged, innocent_flagged, .. } = self.extended;
        let others = innocent_flagged - self.benign_flagged;
        guilty_flagged as f64 / (guilty_flagged + others).max(1) as f64
    }

    /// The part of the incident devices that rank so high.
    fn share_within(&self, part: f64) -> f64 {
        let within = self.ranks.iter().filter(|rank| **rank <= part).count();
        within as f64 / self.ranks.len().max(1) as f64
    }

    fn print_ranks(&self) {
        let shares = [0.02, TOP, 0.1, 0.2].map(|part| {
            format!(
                "{:.0} % of them in the top {:.0} %",
                100.0 * self.share_within(part),
                100.0 * part
            )
        });
        let worst = self.ranks.iter().copied().fold(0.0, f64::max);
        say(&format!(
            "incident devices: {}; the lowest in the top {:.1} %",
            shares.join(", "),
            100.0 * worst
        ));
    }
}

/// Whether a finding says what happened, and when, give or take the hour a series resolves.
fn names(finding: &Finding, incident: &Incident) -> bool {
    let domain = incident.domain.clone().map(Object::Domain);
    let names_domain =
        domain.is_some_and(|domain| finding.object == domain || finding.explains.contains(&domain));
    let about = match incident.kind {
        IncidentKind::NightUpload => finding.rule == Rule::ExternalUpload || names_domain,
        IncidentKind::RegularCaller => finding.rule == Rule::RegularCaller || names_domain,
        IncidentKind::NewPort => {
            let port = incident.port.map(|port| Object::Port(port.into()));
            port.as_ref() == Some(&finding.object)
        }
        IncidentKind::ManyNewPeers => finding.rule == Rule::NewPeers,
        IncidentKind::NewCountry => names_domain,
        _ => false,
    };
    about && finding.first_time <= incident.end && incident.start <= finding.last_time
}

fn verdict(what: &str, found: f64, least: f64) {
    let met = if found >= least { "met" } else { "MISSED" };
    say(&format!("{what:<15} {found:.3}, at least {least:.2}: {met}"));
}
