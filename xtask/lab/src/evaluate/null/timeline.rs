//! How often the timeline flags a quiet device in four weeks: at most 0.2 alerts and 1.0 flagged
//! buckets on average, whatever its level and overdispersion, looking back and causally. What the
//! causal form says in its first week, when it has hardly seen the device, is not counted.

use dt_analysis::Policy;
use dt_analysis::timeline::{self, Baseline, Severity};
use jiff::tz::TimeZone;
use rand::RngExt;

use super::{Quiet, say, verdict};

const DEVICES: usize = 1_000;
const MOST_ALERTS: f64 = 0.2;
const MOST_FLAGGED: f64 = 1.0;
const FIRST_WEEK: usize = 7 * 24;

pub(super) fn run(rng: &mut impl RngExt) -> anyhow::Result<()> {
    let (mut worst_alerts, mut worst_flagged) = (0.0_f64, 0.0_f64);
    say(&format!("{DEVICES} quiet devices each, four weeks by the hour; per device on average"));
    say("                       looking back        causal, after a week");
    say("overdispersion  level  alerts  flagged     alerts  flagged");
    for overdispersion in [1.0, 2.0, 5.0, 10.0, 20.0] {
        for level in [2.0, 5.0, 30.0, 200.0] {
            let (mut back, mut causal) = (Raised::default(), Raised::default());
            for _ in 0..DEVICES {
                let series = Quiet { level, overdispersion }.draw(rng)?;
                let look = |baseline| {
                    timeline::analyse(&series, &TimeZone::UTC, baseline, &Policy::default()).points
                };
                back.add(&look(Baseline::Others));
                causal.add(&look(Baseline::Before)[FIRST_WEEK..]);
            }
            say(&format!("{overdispersion:>14}  {level:>5}  {back}     {causal}"));
            for raised in [back, causal] {
                worst_alerts = worst_alerts.max(raised.alerts());
                worst_flagged = worst_flagged.max(raised.flagged());
            }
        }
    }
    verdict("alerts, worst", worst_alerts, MOST_ALERTS);
    verdict("flagged, worst", worst_flagged, MOST_FLAGGED);
    Ok(())
}

/// How many buckets were raised, of all devices together.
#[derive(Debug, Clone, Copy, Default)]
struct Raised {
    alerts: usize,
    flagged: usize,
}

impl Raised {
    fn add(&mut self, points: &[timeline::Point]) {
        let raised = || points.iter().filter_map(|point| point.told.map(|told| told.severity));
        self.alerts += raised().filter(|severity| *severity == Severity::Alert).count();
        self.flagged += raised().count();
    }

    fn alerts(self) -> f64 {
        self.alerts as f64 / DEVICES as f64
    }

    fn flagged(self) -> f64 {
        self.flagged as f64 / DEVICES as f64
    }
}

impl std::fmt::Display for Raised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>6.3}  {:>7.3}", self.alerts(), self.flagged())
    }
}
