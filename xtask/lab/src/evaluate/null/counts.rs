//! The count tail on quiet devices: at most 0.015 of them have a bucket reported, whatever their
//! level and overdispersion. Beside it, how many rises are found.

use dt_analysis::{Policy, counts};
use dt_model::Series;
use jiff::tz::TimeZone;
use rand::RngExt;

use super::super::quiet::Quiet;
use super::super::say;
use super::verdict;

const QUIET: usize = 500;
const RISEN: usize = 100;
const MOST: f64 = 0.015;
/// Three hours of the last Wednesday, from 13:00.
const RISE: std::ops::Range<i64> = 23 * 24 + 13..23 * 24 + 16;

pub(super) fn run(rng: &mut impl RngExt) -> anyhow::Result<()> {
    say(&format!(
        "\ncounts: share of {QUIET} quiet devices with a bucket reported, and of {RISEN}"
    ));
    say("with three busy hours of so many times as much");
    say("overdispersion  level   quiet        x1.5        x2        x4");
    let mut worst = 0.0_f64;
    for overdispersion in [1.0, 2.0, 5.0, 10.0, 20.0] {
        for level in [2.0, 5.0, 30.0, 200.0, 2_000.0] {
            let habits = Quiet { level, overdispersion };
            let mut share = |times: f64, devices: usize| -> anyhow::Result<f64> {
                let mut found = 0;
                for _ in 0..devices {
                    let rise = |hour| if RISE.contains(&hour) { times } else { 1.0 };
                    found += usize::from(is_found(&habits.draw_with(rise, rng)?));
                }
                Ok(found as f64 / devices as f64)
            };
            let quiet = share(1.0, QUIET)?;
            let [half, twice, four] = [share(1.5, RISEN)?, share(2.0, RISEN)?, share(4.0, RISEN)?];
            worst = worst.max(quiet);
            say(&format!(
                "{overdispersion:>14}  {level:>5}  {quiet:>6.3}  {half:>10.3}  {twice:>8.3}  {four:>8.3}"
            ));
        }
    }
    verdict("counts, worst", worst, MOST);
    Ok(())
}

fn is_found(series: &Series) -> bool {
    counts::analyse(series, &TimeZone::UTC, &Policy::default()).reported().next().is_some()
}
