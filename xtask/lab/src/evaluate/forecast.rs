//! How far forecasts of a week are off that was held back, beside that of repeating the week before,
//! and how often their bands held.
//!
//! MASE is the mean absolute error in units of that of the repeated week, on the week held back. It
//! should be below 0.9 on average, and the bands of 80 % and 95 % within five points.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use dt_analysis::{Policy, Status, forecast};
use dt_appliance::{Network, Responder};
use dt_model::{Bucket, DataType, DeviceInfo, Dialect, Series};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::say;

const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
const MOST_MASE: f64 = 0.9;
const MOST_OFF: f64 = 0.05;
/// Networks that no test uses.
const SEEDS: std::ops::Range<u64> = 7_001..7_004;
/// Every such device of a network is asked about.
const EVERY: usize = 4;
const DATA_TYPES: [DataType; 3] = [DataType::Connections, DataType::BytesOut, DataType::BytesIn];

pub(super) fn run(data: Option<&Path>) -> anyhow::Result<()> {
    say(&format!("{:<40} {:>5}  {:>6}  {:>6}", "series", "MASE", "80 %", "95 %"));
    match data {
        Some(folder) => public(folder)?,
        None => say("public series: not evaluated; name their folder with --data"),
    }
    let mut asked = Vec::new();
    for seed in SEEDS {
        asked.extend(network(seed)?);
    }
    for data_type in DATA_TYPES {
        let of_type = asked.iter().filter(|(asked, _)| *asked == data_type);
        let judged: Vec<Judged> =
            of_type.clone().filter_map(|(_, series)| Judged::of(series).ok()).collect();
        verdict(&format!("synthetic network, {data_type}"), &judged);
        let declined = of_type.count() - judged.len();
        if declined > 0 {
            say(&format!("    and {declined} declined"));
        }
    }
    Ok(())
}

fn public(folder: &Path) -> anyhow::Result<()> {
    let mut public = Vec::new();
    for (name, series) in public_series(folder)? {
        match Judged::of(&series) {
            Ok(judged) => {
                say(&format!("{name:<40} {judged}"));
                public.push(judged);
            }
            Err(missing) => say(&format!("{name:<40} declined: {missing}")),
        }
    }
    verdict("public series", &public);
    Ok(())
}

fn public_series(folder: &Path) -> anyhow::Result<Vec<(String, Series)>> {
    let missing = || format!("there is no folder {}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(missing)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "json") && name != "windows" {
            let info = DeviceInfo::from_slice(&fs::read(&path)?)
                .with_context(|| format!("{} is no series", path.display()))?;
            found.push((name, info.subject.series));
        }
    }
    if found.is_empty() {
        bail!("there are no series in {}", folder.display());
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// The series of a network's devices, each in every data type.
fn network(seed: u64) -> anyhow::Result<Vec<(DataType, Series)>> {
    let now: Timestamp = "2026-11-23T23:00:00Z".parse()?;
    let responder = Responder::new(Network::generate(seed, now), Dialect::Appliance);
    let mut found = Vec::new();
    for did in responder.network().device_ids().step_by(EVERY) {
        for data_type in DATA_TYPES {
            let target = format!("/deviceinfo?did={did}&datatype={data_type}");
            let answer = responder.answer("GET", &target, now);
            let info = DeviceInfo::from_slice_as(&answer.body, data_type)?;
            found.push((data_type, info.subject.series));
        }
    }
    Ok(found)
}

/// A forecast beside what came.
struct Judged {
    mase: Option<f64>,
    held_80: f64,
    held_95: f64,
}

impl Judged {
    /// Or why there is none.
    fn of(series: &Series) -> Result<Self, String> {
        let Some(cut) = series.end().and_then(|end| end.checked_sub(WEEK).ok()) else {
            return Err("no end".to_owned());
        };
        let known = series.clone().between(None, Some(cut));
        let came = series.clone().between(Some(cut), None);
        let found = forecast::analyse(&known, &TimeZone::UTC, &Policy::default());
        if let Status::Insufficient(missing) = found.status {
            return Err(missing);
        }
        let week_before: HashMap<Timestamp, u64> =
            known.buckets().iter().map(|bucket| (bucket.start, bucket.count)).collect();
        let repeated =
            |bucket: &Bucket| week_before.get(&bucket.start.checked_sub(WEEK).ok()?).copied();
        let expected: HashMap<Timestamp, forecast::Expected> =
            found.points.iter().map(|point| (point.start, *point)).collect();
        let (mut error, mut of_repeated, mut compared) = (0.0, 0.0, 0);
        let (mut held_80, mut held_95) = (0, 0);
        for bucket in came.buckets() {
            let (Some(point), Some(repeated)) = (expected.get(&bucket.start), repeated(bucket))
            else {
                continue;
            };
            compared += 1;
            error += (bucket.count as f64 - point.value).abs();
            of_repeated += bucket.count.abs_diff(repeated) as f64;
            held_80 += usize::from(point.band_80().holds(bucket.count));
            held_95 += usize::from(point.band_95().holds(bucket.count));
        }
        if compared == 0 {
            return Err("no week before the one held back".to_owned());
        }
        let share = |held: usize| held as f64 / f64::from(compared);
        Ok(Self {
            mase: (of_repeated > 0.0).then(|| error / of_repeated),
            held_80: share(held_80),
            held_95: share(held_95),
        })
    }
}

impl std::fmt::Display for Judged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.mase {
            Some(mase) => write!(f, "{mase:>5.3}")?,
            None => write!(f, "    -")?,
        }
        write!(f, "  {:>6.3}  {:>6.3}", self.held_80, self.held_95)
    }
}

fn verdict(what: &str, judged: &[Judged]) {
    let mean = |of: &dyn Fn(&Judged) -> Option<f64>| {
        let values: Vec<f64> = judged.iter().filter_map(of).collect();
        values.iter().sum::<f64>() / values.len().max(1) as f64
    };
    let mean = Judged {
        mase: Some(mean(&|it| it.mase)),
        held_80: mean(&|it| Some(it.held_80)),
        held_95: mean(&|it| Some(it.held_95)),
    };
    let near = |held: f64, nominal: f64| (held - nominal).abs() <= MOST_OFF;
    let met = mean.mase.is_some_and(|mase| mase < MOST_MASE)
        && near(mean.held_80, 0.80)
        && near(mean.held_95, 0.95);
    let met = if met { "met" } else { "MISSED" };
    say(&format!("{:<40} {mean}  {met}", format!("{what}, mean of {}", judged.len())));
}
