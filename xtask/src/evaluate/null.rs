//! How often analyses find something about quiet devices.
//!
//! The timeline flags a quiet device in four weeks with at most 0.2 alerts and 1.0 flagged buckets
//! on average, whatever its level and overdispersion. The other analyses have files of their own.

mod change;
mod counts;

use dt_analysis::Policy;
use dt_analysis::timeline::{self, Baseline, Severity};
use jiff::tz::TimeZone;
use rand::SeedableRng;
use rand_pcg::Lcg128CmDxsm64;

use super::quiet::Quiet;
use super::say;

const DEVICES: usize = 1_000;
const SEED: u64 = 20_261_124;
const MOST_ALERTS: f64 = 0.2;
const MOST_FLAGGED: f64 = 1.0;

pub(super) fn run() -> anyhow::Result<()> {
    let mut rng = Lcg128CmDxsm64::seed_from_u64(SEED);
    let (mut worst_alerts, mut worst_flagged) = (0.0_f64, 0.0_f64);
    say(&format!("{DEVICES} quiet devices each, four weeks by the hour; per device on average"));
    say("overdispersion  level  alerts  flagged");
    for overdispersion in [1.0, 2.0, 5.0, 10.0, 20.0] {
        for level in [2.0, 5.0, 30.0, 200.0] {
            let (mut alerts, mut flagged) = (0, 0);
            for _ in 0..DEVICES {
                let series = Quiet { level, overdispersion }.draw(&mut rng)?;
                let found = timeline::analyse(
                    &series,
                    &TimeZone::UTC,
                    Baseline::Others,
                    &Policy::default(),
                );
                let raised = || found.points.iter().filter_map(|point| point.severity);
                alerts += raised().filter(|severity| *severity == Severity::Alert).count();
                flagged += raised().count();
            }
            let each = |count: usize| count as f64 / DEVICES as f64;
            let (alerts, flagged) = (each(alerts), each(flagged));
            say(&format!("{overdispersion:>14}  {level:>5}  {alerts:>6.3}  {flagged:>7.3}"));
            worst_alerts = worst_alerts.max(alerts);
            worst_flagged = worst_flagged.max(flagged);
        }
    }
    verdict("alerts, worst", worst_alerts, MOST_ALERTS);
    verdict("flagged, worst", worst_flagged, MOST_FLAGGED);
    change::run(&mut rng)?;
    counts::run(&mut rng)
}

fn verdict(what: &str, found: f64, most: f64) {
    let met = if found <= most { "met" } else { "MISSED" };
    say(&format!("{what:<15} {found:.4}, at most {most:.3}: {met}"));
}
