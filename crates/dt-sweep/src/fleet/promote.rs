//! Which devices get a full report after the first look at all of them.

use std::collections::HashSet;

use dt_fleet::rows::{DeviceRow, DomainRow, Stage};
use dt_fleet::{Candidate, Prevalences, Promoted, Promotion};
use dt_lake::{DeviceLine, Line};
use dt_model::{Device, DeviceId, ModelBreachesQuery};
use dt_transport::Transport;
use jiff::SignedDuration;

use super::known::LookUps;
use super::site::SiteSweep;

/// The appliance's own breaches count for so long.
const BREACHED_WITHIN: SignedDuration = SignedDuration::from_hours(24);

impl<T: Transport> SiteSweep<'_, T> {
    /// The devices that get a full report, and how many others deserve one.
    pub(super) fn promote(
        &self,
        promotion: Promotion,
        prevalences: &Prevalences,
        look_ups: &LookUps,
    ) -> Result<(Vec<Device>, u64), dt_lake::Error> {
        let breached = self.breached();
        // Of the many that do not deserve a report, no more is kept than how many they are.
        let (mut devices, mut rows) = (0, Vec::new());
        for line in self.writer().devices(self.site.name) {
            let DeviceLine { device, domains, .. } = line?;
            let rare = domains.iter().filter(|row| prevalences.of(&row.domain).is_rare());
            let counts = rare.filter(|row| row.share() >= promotion.least_share);
            let share = counts.clone().map(DomainRow::share).fold(0.0, f64::max);
            let is_new = counts
                .clone()
                .any(|row| look_ups.is_new(&row.domain, self.sweep.policy, (self.sweep.now)()));
            devices += 1;
            let row = (device, share, is_new);
            if promotion.reason(&self.candidate(&row, &breached)).is_some() {
                rows.push(row);
            }
        }
        let candidates: Vec<Candidate<'_>> =
            rows.iter().map(|row| self.candidate(row, &breached)).collect();
        let Promoted { chosen, cut } = promotion.choose(devices, &candidates);
        for place in &cut {
            self.mark_cut(rows[*place].0.did)?;
        }
        // Of a run that goes on, some have their report.
        let left = chosen.iter().map(|(place, _)| &rows[*place].0);
        let left = left.filter(|row| row.stage == Stage::One);
        Ok((left.map(DeviceRow::device).collect(), cut.len() as u64))
    }

    /// A device after its first look, with the largest share that a domain has which is rare in the fleet, and
    /// whether one is new to the network as well.
    fn candidate<'r>(
        &self,
        (row, rare_share, is_new_domain): &'r (DeviceRow, f64, bool),
        breached: &HashSet<DeviceId>,
    ) -> Candidate<'r> {
        Candidate {
            row,
            rare_share: *rare_share,
            is_new_domain: *is_new_domain,
            before: self.before.level(self.site.name, row.did),
            is_breached: breached.contains(&row.did),
        }
    }

    /// The devices about which the appliance itself breached a model lately; none if it does not say.
    fn breached(&self) -> HashSet<DeviceId> {
        let end = (self.sweep.now)();
        let query = ModelBreachesQuery::new(end - BREACHED_WITHIN, end);
        let breaches = self.site.client.ask(&query).map_or_else(|_| Vec::new(), |list| list.items);
        breaches.into_iter().filter_map(|breach| breach.did).collect()
    }

    /// Notes that a device deserved a full report and did not get one.
    fn mark_cut(&self, did: DeviceId) -> Result<(), dt_lake::Error> {
        let Some(mut line) = self.first_look(did)? else { return Ok(()) };
        line.device.stage_wanted = Stage::Two;
        self.writer().record(self.site.name, &Line::Device(Box::new(line)))
    }
}
