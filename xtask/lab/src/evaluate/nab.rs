//! The standard-profile score of the Numenta Anomaly Benchmark, of both forms of the timeline at their
//! default thresholds, beside those of the timeline before. It rewards many more alarms than one rise in
//! four weeks: nothing is chosen by it.
//!
//! A window scores by its best flagged bucket: with f(p) = 2 / (1 + e^(5p)) - 1, and -1 past p = 3,
//! f(p) / f(-1) at p = -(end - i + 1) / width; a missed window -1. A flagged bucket outside
//! adds 0.11 f((i - previous end) / (width - 1)), or -0.11 before any window. Buckets of the probation
//! do not count. The score is 100 (S - null) / (perfect - null), where flagging nothing is null and
//! the first bucket of every window is perfect.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use dt_analysis::Policy;
use dt_analysis::timeline::{self, Baseline};
use dt_model::{DataType, DeviceInfo};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::say;

/// The labels of a series, times in epoch milliseconds.
#[derive(Debug, Deserialize)]
struct Labels {
    probation_until: i64,
    windows: Vec<(i64, i64)>,
}

pub(super) fn run(data: Option<&Path>) -> anyhow::Result<()> {
    let Some(folder) = data else {
        bail!("name the folder with the labelled series and their windows.json with --data");
    };
    let labels = folder.join("windows.json");
    let labels = fs::read(&labels).with_context(|| format!("there is no {}", labels.display()))?;
    let labels: BTreeMap<String, Labels> = serde_json::from_slice(&labels)?;

    let series = labels.iter().map(|(name, labels)| Scored::read(folder, name, labels));
    let series: Vec<Scored> = series.collect::<anyhow::Result<_>>()?;
    let all = |tally: &dyn Fn(&Scored) -> Tally| Tally::of(series.iter().map(tally)).normalised();
    let perfect = all(&|scored| scored.tally(&scored.first_of_each_window()));
    say(&format!("a detector that knows     {perfect:>6.1}"));
    say(&format!("one that flags nothing    {:>6.1}", all(&|scored| scored.tally(&[]))));
    for (form, baseline, before) in
        [("causal", Baseline::Before, 74.5), ("looking back", Baseline::Others, 45.9)]
    {
        for scored in &series {
            let tally = scored.tally(&scored.told(baseline));
            say(&format!(
                "  {form:<12} {:<40} {:>6.2}  windows {} of {}, outside {}",
                scored.name, tally.score, tally.hit, tally.windows, tally.outside
            ));
        }
        let score = all(&|scored| scored.tally(&scored.told(baseline)));
        say(&format!("the timeline, {form:<12}{score:>6.1} ({before})"));
    }
    Ok(())
}

/// A series with its labels as places of buckets.
struct Scored {
    name: String,
    probation: usize,
    windows: Vec<(usize, usize)>,
    info: DeviceInfo,
}

impl Scored {
    fn read(folder: &Path, name: &str, labels: &Labels) -> anyhow::Result<Self> {
        let bytes = fs::read(folder.join(format!("{name}.json")))
            .with_context(|| format!("there is no series {name}"))?;
        let info = DeviceInfo::from_slice_as(&bytes, DataType::Connections)?;
        let buckets = info.subject.series.buckets();
        let times: Vec<i64> = buckets.iter().map(|bucket| bucket.start.as_millisecond()).collect();
        let windows = labels.windows.iter().map(|&(begin, end)| {
            let first = times.partition_point(|time| *time < begin);
            let past = times.partition_point(|time| *time <= end);
            (first, past - 1)
        });
        let windows = windows.collect();
        let probation = times.partition_point(|time| *time < labels.probation_until);
        Ok(Self { name: name.to_owned(), probation, windows, info })
    }

    fn told(&self, baseline: Baseline) -> Vec<usize> {
        let series = &self.info.subject.series;
        let found = timeline::analyse(series, &TimeZone::UTC, baseline, &Policy::default());
        let told = found.points.iter().enumerate().filter(|(_, point)| point.told.is_some());
        told.map(|(place, _)| place).collect()
    }

    fn first_of_each_window(&self) -> Vec<usize> {
        self.windows.iter().map(|(first, _)| *first).collect()
    }

    fn tally(&self, flagged: &[usize]) -> Tally {
        let counted = &flagged[flagged.partition_point(|place| *place < self.probation)..];
        let mut tally = Tally { windows: self.windows.len(), ..Tally::default() };
        for &(first, last) in &self.windows {
            let width = (last - first + 1) as f64;
            let inside = counted.iter().filter(|place| (first..=last).contains(place));
            let best = inside
                .map(|place| scaled(-((last - place + 1) as f64) / width) / scaled(-1.0))
                .max_by(f64::total_cmp);
            tally.hit += usize::from(best.is_some());
            tally.score += best.unwrap_or(-1.0);
        }
        for &place in counted {
            if self.windows.iter().any(|&(first, last)| (first..=last).contains(&place)) {
                continue;
            }
            let before = self.windows.iter().rev().find(|(_, last)| *last < place);
            tally.outside += 1;
            tally.score += 0.11
                * before.map_or(-1.0, |&(first, last)| {
                    scaled((place - last) as f64 / (last - first) as f64)
                });
        }
        tally
    }
}

fn scaled(position: f64) -> f64 {
    if position > 3.0 { -1.0 } else { 2.0 / (1.0 + (5.0 * position).exp()) - 1.0 }
}

/// The raw score of one series or several.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    score: f64,
    windows: usize,
    hit: usize,
    outside: usize,
}

impl Tally {
    /// Of several series.
    fn of(series: impl IntoIterator<Item = Self>) -> Self {
        series.into_iter().fold(Self::default(), |all, one| Self {
            score: all.score + one.score,
            windows: all.windows + one.windows,
            hit: all.hit + one.hit,
            outside: all.outside + one.outside,
        })
    }

    /// From 0, for flagging nothing, to 100.
    fn normalised(self) -> f64 {
        let windows = self.windows as f64;
        100.0 * (self.score + windows) / (2.0 * windows)
    }
}
