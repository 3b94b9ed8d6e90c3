//! The change against similar devices where there is none: nominal 0.01 stays between 0.005 and
//! 0.015 on draws whose variance comes from the prior, and below 0.015 on simulated quiet devices.
//! Beside it, how many changes are found.

use dt_analysis::change::{self, Answers};
use dt_analysis::moderated::{Prior, moderated_t};
use dt_analysis::{ChangePolicy, Policy};
use dt_model::{DeviceInfo, Dialect, Profile, SimilarProfile};
use rand::RngExt;
use rand_distr::{ChiSquared, Distribution, StandardNormal};

use super::super::quiet::Quiet;
use super::super::say;
use super::verdict;

const DRAWS: usize = 100_000;
const DEVICES: usize = 40;
const NOMINAL: f64 = 0.01;
const FEWEST: f64 = 0.005;
const MOST: f64 = 0.015;
/// The first hour of the last seven days.
const LAST_WEEK: i64 = 21 * 24;

pub(super) fn run(rng: &mut impl RngExt) -> anyhow::Result<()> {
    from_the_prior(rng)?;
    simulated(rng)
}

fn from_the_prior(rng: &mut impl RngExt) -> anyhow::Result<()> {
    let prior = ChangePolicy::default().change;
    let mut below = [0; 8];
    for draw in 0..DRAWS {
        let similar = 3 + draw % below.len();
        below[draw % below.len()] += usize::from(p_of_draw(similar, prior, rng)? < NOMINAL);
    }
    say(&format!("\nchange: {DRAWS} draws of the prior, share with p < {NOMINAL}"));
    for (place, &below) in below.iter().enumerate() {
        let share = below as f64 / (DRAWS / 8) as f64;
        say(&format!("{:>3} similar devices  {share:.4}", 3 + place));
    }
    let share = below.iter().sum::<usize>() as f64 / DRAWS as f64;
    let met = if (FEWEST..=MOST).contains(&share) { "met" } else { "MISSED" };
    say(&format!("all of them          {share:.4}, from {FEWEST} to {MOST}: {met}"));
    Ok(())
}

fn p_of_draw(similar: usize, prior: Prior, rng: &mut impl RngExt) -> anyhow::Result<f64> {
    let chi: f64 = ChiSquared::new(prior.freedom)?.sample(rng);
    let spread = (prior.freedom * prior.spread.powi(2) / chi).sqrt();
    let mut value = || spread * Distribution::<f64>::sample(&StandardNormal, rng);
    let own = value();
    let similar: Vec<f64> = (0..similar).map(|_| value()).collect();
    Ok(moderated_t(own, &similar, prior).map_or(1.0, |it| it.p))
}

fn simulated(rng: &mut impl RngExt) -> anyhow::Result<()> {
    say(&format!(
        "\nchange: {DEVICES} quiet devices each, at levels of 2, 5, 30 and 200; share with"
    ));
    say(&format!("p < {NOMINAL}, and share found (q <= 0.05) of those with more in the last week"));
    say("overdispersion  similar   quiet  found x1.5  found x2");
    let mut worst = 0.0_f64;
    for overdispersion in [1.0, 2.0, 5.0, 10.0, 20.0] {
        for similar in [3, 5, 10] {
            let mut share = |times: f64, found: fn(&DeviceInfo) -> bool| -> anyhow::Result<f64> {
                let mut count = 0;
                for device in 0..4 * DEVICES {
                    let level = [2.0, 5.0, 30.0, 200.0][device % 4];
                    let habits = Quiet { level, overdispersion };
                    count += usize::from(found(&answer(habits, similar, times, rng)?));
                }
                Ok(count as f64 / (4 * DEVICES) as f64)
            };
            let quiet = share(1.0, is_unlikely)?;
            let (half, twice) = (share(1.5, is_significant)?, share(2.0, is_significant)?);
            worst = worst.max(quiet);
            say(&format!(
                "{overdispersion:>14}  {similar:>7}  {quiet:>6.4}  {half:>10.3}  {twice:>8.3}"
            ));
        }
    }
    verdict("change, worst", worst, MOST);
    Ok(())
}

/// A device, and similar devices at levels around its own.
fn answer(
    habits: Quiet,
    similar: usize,
    times: f64,
    rng: &mut impl RngExt,
) -> anyhow::Result<DeviceInfo> {
    let mut device = |times: f64| -> anyhow::Result<Profile> {
        let taste: f64 = StandardNormal.sample(rng);
        let habits = Quiet { level: habits.level * (0.4 * taste).exp(), ..habits };
        let change = |hour| if hour >= LAST_WEEK { times } else { 1.0 };
        Ok(Profile { series: habits.draw_with(change, rng)?, ..Profile::default() })
    };
    let subject = device(times)?;
    let similar = (0..similar)
        .map(|_| Ok(SimilarProfile { similarity: None, profile: device(1.0)? }))
        .collect::<anyhow::Result<_>>()?;
    Ok(DeviceInfo {
        dialect: Dialect::Appliance,
        subject,
        similar,
        devices: Vec::new(),
        summary: None,
        warnings: Vec::new(),
    })
}

fn is_unlikely(info: &DeviceInfo) -> bool {
    let judged = judged(info);
    judged.metrics.iter().any(|it| it.change.moderated.is_some_and(|it| it.p < NOMINAL))
}

fn is_significant(info: &DeviceInfo) -> bool {
    judged(info).significant().next().is_some()
}

fn judged(info: &DeviceInfo) -> change::Changes {
    let answers = Answers { connections: Some(info), ..Answers::default() };
    change::analyse(answers, &Policy::default())
}
