//! What a sweep is going to ask.

use std::fmt;

use dt_model::Amount;
use dt_transport::{Client, Transport};

use super::{Deep, FleetOptions};

/// How many requests a sweep of so many devices takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// How many devices there are.
    pub devices: u64,
    /// Requests of first looks.
    pub looks: u64,
    /// Requests of full reports, as far as that can be known.
    pub reports: u64,
}

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
        Ok(listed.map(|devices| Estimate::of(devices, self.deep)))
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
        let reports = match deep {
            Deep::None => 0,
            Deep::Promoted(_) => (devices as f64 * REPORTS_A_DEVICE).round() as u64,
        };
        Self { devices, looks: devices.saturating_mul(3), reports }
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
        write!(f, "{} devices, {}", count(self.devices), count(self.looks))?;
        if self.reports > 0 {
            write!(f, " + about {}", count(self.reports))?;
        }
        f.write_str(" requests")
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
            "5,012 devices, 15,036 + about 1,871 requests, about 57 min at 5/s"
        );
        assert_eq!(Estimate::of(2, Deep::None).at_rate(None), "2 devices, 6 requests");
    }
}
