//! How far the statistics are from `SciPy`'s and statsmodels': at most 1e-9, relative where p < 0.1.

use anyhow::{anyhow, ensure};

use super::say;
use super::vectors::{MOST, compare};

/// Compiled in, so that the evaluation runs from anywhere.
const RECORDED: &[u8] = include_bytes!("../../../../fixtures/statistics/scipy.json");

pub(super) fn run() -> anyhow::Result<()> {
    let compared = compare(RECORDED).map_err(|error| anyhow!(error))?;
    say(&format!("{:<36} {:>6}  largest difference", "statistic", "values"));
    for it in &compared {
        say(&format!("{:<36} {:>6}  {:.1e}", it.name, it.values, it.worst));
    }
    let worst = compared.iter().map(|it| it.worst).fold(0.0, f64::max);
    ensure!(worst <= MOST, "MISSED: {worst:.1e} is more than {MOST:.0e}");
    say(&format!("all within {MOST:.0e}: met"));
    Ok(())
}
