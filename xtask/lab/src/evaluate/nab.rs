//! The standard-profile score of the Numenta Anomaly Benchmark, of the causal timeline at its default
//! threshold.
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
use dt_analysis::timeline::{self, Baseline};
use dt_analysis::{Policy, TimelinePolicy};
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
    let mut found = Vec::new();
    for scored in &series {
        let tally = scored.tally(&scored.flagged(&Policy::default()));
        say(&format!(
            "{:<40} {:>6.2}  windows {} of {}, outside {}",
            scored.name, tally.score, tally.hit, tally.windows, tally.outside
        ));
        found.push(tally);
    }
    let all = |tally: &dyn Fn(&Scored) -> Tally| Tally::of(series.iter().map(tally)).normalised();
    let perfect = all(&|scored| scored.tally(&scored.first_of_each_window()));
    say(&format!("a detector that knows     {perfect:>6.1}"));
    say(&format!("one that flags nothing    {:>6.1}", all(&|scored| scored.tally(&[]))));
    leave_one_out(&series);
    say(&format!("the causal timeline       {:>6.1}", Tally::of(found).normalised()));
    Ok(())
}

/// Scores each series with the thresholds that are best for all others, so that no series has a say
/// in how it is judged.
fn leave_one_out(series: &[Scored]) {
    let tried: Vec<(Policy, Vec<Tally>)> = grid()
        .map(|policy| {
            let tallies = series.iter().map(|scored| scored.tally(&scored.flagged(&policy)));
            let tallies = tallies.collect();
            (policy, tallies)
        })
        .collect();
    let totals =
        || tried.iter().map(|(_, tallies)| Tally::of(tallies.iter().copied()).normalised());
    let (lowest, highest) = (totals().fold(f64::MAX, f64::min), totals().fold(0.0, f64::max));
    say(&format!("{} sets of thresholds    {lowest:>6.1} to {highest:.1}", tried.len()));

    let mut unseen = Vec::new();
    for (left_out, scored) in series.iter().enumerate() {
        let others = |tallies: &[Tally]| {
            let others = tallies.iter().enumerate().filter(|(place, _)| *place != left_out);
            Tally::of(others.map(|(_, tally)| *tally)).score
        };
        // Of equals the first.
        let best = tried.iter().rev().max_by(|(_, a), (_, b)| others(a).total_cmp(&others(b)));
        let Some((policy, tallies)) = best else { continue };
        let chosen = &policy.timeline;
        say(&format!(
            "  without {:<36} notice from {}, odds {}, tail to 1/{:.0}: {:>5.2}",
            scored.name,
            chosen.notice_from,
            chosen.tail_odds,
            1.0 / chosen.tail_to,
            tallies[left_out].score
        ));
        unseen.push(tallies[left_out]);
    }
    say(&format!("chosen by the others      {:>6.1}", Tally::of(unseen).normalised()));
}

/// Thresholds around the default ones with which quiet devices stay about as quiet.
fn grid() -> impl Iterator<Item = Policy> {
    let sets = [2.3, 2.4, 2.5].into_iter().flat_map(|notice_from| {
        [672.0, 840.0, 1008.0].into_iter().flat_map(move |tail_odds| {
            [60.0, 80.0, 100.0].map(|part| (notice_from, tail_odds, 1.0 / part))
        })
    });
    sets.map(|(notice_from, tail_odds, tail_to)| {
        let timeline = Policy::default().timeline;
        let timeline = TimelinePolicy { notice_from, tail_odds, tail_to, ..timeline };
        Policy { timeline, ..Policy::default() }
    })
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

    fn flagged(&self, policy: &Policy) -> Vec<usize> {
        let series = &self.info.subject.series;
        let found = timeline::analyse(series, &TimeZone::UTC, Baseline::Before, policy);
        let flagged = found.points.iter().enumerate().filter(|(_, point)| point.told.is_some());
        flagged.map(|(place, _)| place).collect()
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
