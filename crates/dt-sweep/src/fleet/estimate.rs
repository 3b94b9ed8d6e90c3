//! What a sweep is going to ask.

use std::fmt;

use dt_model::Amount;
use dt_transport::{Client, Transport};

use super::{Deep, FleetOptions, known};

/// How many requests a sweep of so many devices takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// How many devices there are.
    pub devices: u64,
    /// Requests of first looks.
    pub looks: u64,
    /// Requests after first looks, as far as that can be known: full reports, with what is looked up before them.
    pub reports: u64,
    /// Those of them that look domains up.
    pub look_ups: u64,
    /// How many similar devices first looks ask for, if there are fewer of them where that is faster.
    pub cover: Option<u32>,
}

/// About one device in thirty-five has a rare domain that is looked up; its full report need not ask again.
const DEVICES_A_LOOK_UP: u64 = 35;

/// A full report takes about eleven requests, and about one device in thirty gets one.
const REPORTS_A_DEVICE: f64 = 11.2 / 30.0;

impl FleetOptions {
    /// Asks how many devices there are, and estimates what a sweep of them takes; `None` if the appliance does not
    /// say how many it has.
    ///
    /// # Errors
    ///
    /// If the appliance does not answer.
    pub fn estimate<T: Transport>(
        &self,
        client: &Client<T>,
    ) -> Result<Option<Estimate>, Box<dt_transport::Error>> {
        let search = self.selection.search().count(1);
        let search = match self.seen_since {
            Some(since) => search.seen_since(since),
            None => search,
        };
        let listed = client.ask(&search).map_err(Box::new)?.total_count;
        Ok(listed.map(|devices| Estimate { cover: self.cover, ..Estimate::of(devices, self.deep) }))
    }
}

impl Estimate {
    /// Of so many devices.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate of a count"
    )]
    pub fn of(devices: u64, deep: Deep) -> Self {
        let look_ups = devices.div_ceil(DEVICES_A_LOOK_UP).min(known::MOST as u64);
        let reports = match deep {
            Deep::None => look_ups,
            Deep::Promoted(_) => (devices as f64 * REPORTS_A_DEVICE).round() as u64,
        };
        Self { devices, looks: devices.saturating_mul(3), reports, look_ups, cover: None }
    }

    /// In words, with how long it takes at so many requests a second.
    #[must_use]
    pub fn at_rate(self, rate: Option<u32>) -> String {
        let Some(rate) = rate.filter(|rate| *rate > 0) else { return self.to_string() };
        let requests = self.looks.saturating_add(self.reports);
        let minutes = requests.div_ceil(u64::from(rate)).div_ceil(60);
        format!("{self}, about {minutes} min at {rate}/s")
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |count: u64| Amount::Exact(count.into());
        let [devices, looks, reports, look_ups] =
            [self.devices, self.looks, self.reports, self.look_ups].map(count);
        write!(f, "{devices} devices, {looks} + about {reports} requests")?;
        write!(f, " ({look_ups} to look domains up)")?;
        self.cover.map_or(Ok(()), |similar| {
            write!(f, ", fewer if {similar} similar devices with each answer are faster")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_says_devices_requests_and_minutes() {
        let whole = Estimate::of(5_012, Deep::default());
        assert_eq!(
            whole.at_rate(Some(5)),
            "5,012 devices, 15,036 + about 1,871 requests (144 to look domains up), about 57 min at 5/s"
        );
        assert_eq!(
            Estimate { cover: Some(5), ..Estimate::of(70, Deep::None) }.at_rate(None),
            "70 devices, 210 + about 2 requests (2 to look domains up), fewer if 5 similar devices with each answer \
             are faster"
        );
    }
}
