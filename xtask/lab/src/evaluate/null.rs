//! How often analyses find something about quiet devices.

mod change;
mod counts;
mod drops;
mod timeline;

use rand::SeedableRng;
use rand_pcg::Lcg128CmDxsm64;

use super::quiet::Quiet;
use super::say;

const SEED: u64 = 20_261_124;

pub(super) fn run() -> anyhow::Result<()> {
    let mut rng = Lcg128CmDxsm64::seed_from_u64(SEED);
    timeline::run(&mut rng)?;
    change::run(&mut rng)?;
    counts::run(&mut rng)?;
    drops::run(&mut rng)
}

fn verdict(what: &str, found: f64, most: f64) {
    let met = if found <= most { "met" } else { "MISSED" };
    say(&format!("{what:<15} {found:.4}, at most {most:.3}: {met}"));
}
