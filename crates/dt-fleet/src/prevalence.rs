//! How common is a domain in this fleet?
//!
//! A device's answers list the domains it uses most, and merge the others: a domain is used by at least as
//! many devices as list it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use dt_analysis::finding::{Finding, Object, Rule};
use dt_analysis::{Level, Policy, priority};

use crate::rows::{DeviceRow, DomainRow, FindingRow, ScoreTerm};
use crate::{COMMON_FROM, rank_score};

/// By how many devices of a fleet something is used: at least so many.
///
/// ```
/// use dt_fleet::Prevalence;
///
/// let prevalence = Prevalence { devices: 3, of: 5_012 };
/// assert_eq!(prevalence.to_string(), "at least 3 of 5,012 (0.06 %)");
/// assert!(prevalence.is_rare());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prevalence {
    /// How many devices list it.
    pub devices: u32,
    /// Of how many.
    pub of: u32,
}

/// The domains of a fleet, and how many devices list each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prevalences {
    counts: HashMap<String, u32>,
    of: u32,
}

impl Prevalence {
    /// The share of the fleet.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { f64::from(self.devices) / f64::from(self.of) }
    }

    /// Whether it is rare in the fleet. What a handful of devices uses is, however small the fleet: a share
    /// says nothing about so few.
    #[must_use]
    pub fn is_rare(self) -> bool {
        const HANDFUL: u32 = 4;
        self.devices <= HANDFUL || self.share() <= COMMON_FROM
    }
}

impl Prevalences {
    /// Of a fleet of `devices`, from its domains: each device's are listed once.
    #[must_use]
    pub fn new<'a>(devices: usize, domains: impl IntoIterator<Item = &'a DomainRow>) -> Self {
        let of = u32::try_from(devices).unwrap_or(u32::MAX);
        let mut prevalences = Self { counts: HashMap::new(), of };
        domains.into_iter().for_each(|row| prevalences.count(&row.domain));
        prevalences
    }

    /// Counts a device that lists a domain.
    fn count(&mut self, domain: &str) {
        match self.counts.get_mut(domain) {
            Some(count) => *count += 1,
            None => drop(self.counts.insert(domain.to_owned(), 1)),
        }
    }

    /// Counts one more device, with its domains.
    pub fn add_device(&mut self, domains: &[DomainRow]) {
        self.of = self.of.saturating_add(1);
        for row in domains {
            self.count(&row.domain);
        }
    }

    /// How common a domain is, whatever its case.
    #[must_use]
    pub fn of(&self, domain: &str) -> Prevalence {
        let devices = self.counts.get(&domain.to_lowercase()).copied().unwrap_or(0);
        Prevalence { devices, of: self.of }
    }

    /// The domains, each with how common it is.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Prevalence)> {
        let of = self.of;
        self.counts
            .iter()
            .map(move |(domain, &devices)| (domain.as_str(), Prevalence { devices, of }))
    }
}

impl fmt::Display for Prevalence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [devices, of] =
            [self.devices, self.of].map(|count| dt_model::Amount::Exact(count.into()));
        write!(f, "at least {devices} of {of} ({} %)", percent(100.0 * self.share()))
    }
}

/// Percent with two digits that count.
fn percent(percent: f64) -> String {
    let digits = match percent {
        _ if percent >= 10.0 => 0,
        _ if percent >= 1.0 => 1,
        _ => 2,
    };
    format!("{percent:.digits$}")
}

/// Makes findings about domains that are new, but common in the fleet, low: what many devices began to use is a
/// product's doing. The score of the device is summed again, and its most severe finding is first again.
pub fn demote_common(
    device: &mut DeviceRow,
    findings: &mut [FindingRow],
    prevalences: &Prevalences,
    policy: &Policy,
) {
    let mut is_changed = false;
    for FindingRow { record, .. } in findings.iter_mut().filter(|row| row.counts()) {
        let finding = &mut record.finding;
        let Some(prevalence) = common(finding, prevalences) else { continue };
        finding.severity = Level::Low;
        finding.doubts.push(format!("common in the fleet: {prevalence} devices"));
        is_changed = true;
    }
    if is_changed {
        findings.sort_by_key(|row| (!row.counts(), Reverse(row.record.finding.severity)));
        score_again(device, findings, policy);
    }
}

/// How common the domain of a finding is which is more than low for being new, if many devices use it.
fn common(finding: &Finding, prevalences: &Prevalences) -> Option<Prevalence> {
    let Object::Domain(domain) = &finding.object else { return None };
    let is_told = finding.rule == Rule::NewDomain && finding.severity > Level::Low;
    let prevalence = prevalences.of(domain);
    (is_told && !prevalence.is_rare()).then_some(prevalence)
}

/// Sums the score of a device again.
fn score_again(device: &mut DeviceRow, findings: &[FindingRow], policy: &Policy) {
    let counting = findings.iter().filter(|row| row.counts());
    let found: Vec<Finding> = counting.map(|row| row.record.finding.clone()).collect();
    let missing = std::mem::take(&mut device.missing);
    let priority = priority::of_findings(&found, device.data_until, missing, policy);
    let priority = priority.and(device.said_by_appliance(), policy);
    device.score = priority.score;
    device.level = priority.level;
    device.rank_score = rank_score(priority.score, device.importance);
    device.contributions = ScoreTerm::all(&priority);
    device.missing = priority.missing;
    *device = device.clone().with_top(found.first());
}
