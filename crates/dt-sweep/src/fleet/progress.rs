//! How far the sweep of several appliances is.

use std::collections::BTreeMap;

/// How far the sweep of an appliance is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SiteProgress {
    /// So many devices are listed so far.
    Listed(usize),
    /// Of all devices, so many have had their first look.
    FirstLook {
        /// How many have.
        done: usize,
        /// How many there are.
        all: usize,
    },
    /// Of the promoted devices, so many have their report.
    Reports {
        /// How many have.
        done: usize,
        /// How many there are.
        all: usize,
    },
}

/// How far all appliances are together.
///
/// ```
/// use dt_sweep::fleet::{FleetProgress, SiteProgress};
///
/// let mut progress = FleetProgress::default();
/// progress.at("site-a", SiteProgress::FirstLook { done: 10, all: 10 });
/// progress.at("site-a", SiteProgress::Reports { done: 1, all: 4 });
/// assert_eq!(progress.together(), ("full reports", 1, 4));
/// progress.at("site-b", SiteProgress::FirstLook { done: 20, all: 100 });
/// assert_eq!(progress.together(), ("devices", 30, 110), "what some still wait for");
/// ```
#[derive(Debug, Clone, Default)]
pub struct FleetProgress {
    sites: BTreeMap<String, Stages>,
}

/// How many are done of how many there are, in each stage of an appliance.
#[derive(Debug, Clone, Copy, Default)]
struct Stages {
    looks: (usize, usize),
    reports: Option<(usize, usize)>,
}

impl FleetProgress {
    /// An appliance is a step further.
    pub fn at(&mut self, name: &str, step: SiteProgress) {
        let site = self.sites.entry(name.to_owned()).or_default();
        match step {
            SiteProgress::Listed(listed) => site.looks = (0, listed),
            SiteProgress::FirstLook { done, all } => site.looks = (done, all),
            SiteProgress::Reports { done, all } => site.reports = Some((done, all)),
        }
    }

    /// What is counted, how many of them are done, and how many there are. First looks are counted as long as an
    /// appliance is at them.
    #[must_use]
    pub fn together(&self) -> (&'static str, usize, usize) {
        let reports: Option<Vec<(usize, usize)>> =
            self.sites.values().map(|site| site.reports).collect();
        let (what, counts) = match reports {
            Some(reports) => ("full reports", reports),
            None => ("devices", self.sites.values().map(|site| site.looks).collect()),
        };
        let sum = |of: fn(&(usize, usize)) -> usize| counts.iter().map(of).sum();
        (what, sum(|counts| counts.0), sum(|counts| counts.1))
    }
}
