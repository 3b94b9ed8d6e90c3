//! Drops on quiet devices: at most 0.015 of them have one, whatever their level and overdispersion.
//! Beside it, how many silences of an afternoon and of a day are found.

use std::ops::Range;

use dt_analysis::assessment::assess;
use dt_analysis::finding::Rule;
use dt_analysis::{AsOf, Policy};
use dt_model::{DeviceInfo, Dialect, Evidence, Part, Profile, Series};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rand::RngExt;

use super::super::quiet::Quiet;
use super::super::say;
use super::verdict;

const QUIET: usize = 500;
const SILENT: usize = 100;
const MOST: f64 = 0.015;
/// The last Wednesday, from 12:00 to 17:00.
const AFTERNOON: Range<i64> = 23 * 24 + 12..23 * 24 + 17;
const DAY: Range<i64> = 23 * 24..24 * 24;

pub(super) fn run(rng: &mut impl RngExt) -> anyhow::Result<()> {
    say(&format!(
        "\ndrops: share of {QUIET} quiet devices with one, and of {SILENT} that were silent"
    ));
    say("overdispersion  level   quiet   an afternoon   a day");
    let mut worst = 0.0_f64;
    for overdispersion in [1.0, 2.0, 5.0, 10.0, 20.0] {
        for level in [5.0, 30.0, 200.0, 2_000.0] {
            let habits = Quiet { level, overdispersion };
            let mut share = |silence: &Range<i64>, devices: usize| -> anyhow::Result<f64> {
                let mut found = 0;
                for _ in 0..devices {
                    let times = |hour| if silence.contains(&hour) { 0.0 } else { 1.0 };
                    found += usize::from(is_found(habits.draw_with(times, rng)?));
                }
                Ok(found as f64 / devices as f64)
            };
            let quiet = share(&(0..0), QUIET)?;
            let (afternoon, day) = (share(&AFTERNOON, SILENT)?, share(&DAY, SILENT)?);
            worst = worst.max(quiet);
            say(&format!(
                "{overdispersion:>14}  {level:>5}  {quiet:>6.3}  {afternoon:>13.3}  {day:>6.3}"
            ));
        }
    }
    verdict("drops, worst", worst, MOST);
    Ok(())
}

fn is_found(series: Series) -> bool {
    let now = series.end().unwrap_or(Timestamp::MAX);
    let connections = DeviceInfo {
        dialect: Dialect::Appliance,
        subject: Profile { series, ..Profile::default() },
        similar: Vec::new(),
        devices: Vec::new(),
        summary: None,
        warnings: Vec::new(),
    };
    let evidence = Evidence { connections: Part::Answered(connections), ..Evidence::default() };
    let viewpoint = AsOf { now, zone: &TimeZone::UTC };
    let found = assess(&evidence, viewpoint, &Policy::default());
    found.findings.iter().any(|finding| finding.rule == Rule::ConnectionDrop)
}
