//! How often something is told where nothing was planted.

use std::collections::BTreeMap;

use dt_analysis::Policy;
use dt_analysis::timeline::{self, Point, Severity, Timeline};
use dt_model::Series;
use jiff::tz::TimeZone;

use super::baseline::Figures;
use super::data::{Half, Subject};
use super::inject::Habits;
use super::{Form, say};

/// What was told, and in how much time.
#[derive(Debug, Clone, Copy, Default)]
struct RiseCount {
    hours: f64,
    count: f64,
    alerts: f64,
    /// Alerts at steep hours, below half of the peak.
    steep: f64,
}

const FOUR_WEEKS: f64 = 28.0 * 24.0;

impl RiseCount {
    fn add(&mut self, timeline: &Timeline, from: usize, habits: &Habits) {
        let points = &timeline.points;
        self.hours += points.len().saturating_sub(from) as f64;
        for (place, point) in points.iter().enumerate().skip(from) {
            let Some(incident) = point.told.and(point.incident) else { continue };
            self.count += 1.0;
            if timeline.incidents[incident].severity == Severity::Alert {
                self.alerts += 1.0;
                self.steep += f64::from(u8::from(is_steep(points, place, habits.peak())));
            }
        }
    }

    /// In four weeks.
    fn rate(&self, told: f64) -> f64 {
        told * FOUR_WEEKS / self.hours.max(1.0)
    }
}

/// Whether what is usual doubles or halves around an hour, below half of the daily peak.
fn is_steep(points: &[Point], place: usize, peak: f64) -> bool {
    let usual = |place: Option<usize>| Some(points.get(place?)?.expected?.value);
    let here = usual(Some(place)).unwrap_or(0.0);
    let around = usual(place.checked_sub(1)).zip(usual(Some(place + 1)));
    let (low, high) = around.map_or((here, here), |(a, b)| (a.min(b), a.max(b)));
    here < 0.5 * peak && high + 0.02 * peak > 2.0 * (low + 0.02 * peak)
}

pub(super) fn print(
    subjects: &[&Subject],
    half: Half,
    policy: &Policy,
    before: &Figures,
    now: &mut Figures,
) {
    say(
        "in four weeks, mean over series  rises (before)  alerts (before)  steep alerts  worst  none",
    );
    for form in Form::ALL {
        let mut by_family: BTreeMap<&str, Vec<(&str, RiseCount)>> = BTreeMap::new();
        for subject in subjects {
            let told = told(subject, form, policy);
            // Less than a week says little about four.
            if told.hours >= 7.0 * 24.0 {
                let family = by_family.entry(&subject.family).or_default();
                family.push((&subject.name, told));
            }
        }
        let all = by_family.values().flatten().copied().collect();
        by_family.insert("all", all);
        for (family, told) in &by_family {
            let mean = |value: fn(&RiseCount) -> f64| {
                told.iter().map(|(_, it)| it.rate(value(it))).sum::<f64>() / told.len() as f64
            };
            let (all, alerts) = (mean(|it| it.count), mean(|it| it.alerts));
            let key = |what: &str| format!("{},{},{family},{what}", half.name(), form.name());
            now.set(key("rises"), all);
            now.set(key("alerts"), alerts);
            let was = |what| before.of(&key(what));
            let worst =
                told.iter().max_by(|(_, a), (_, b)| a.rate(a.count).total_cmp(&b.rate(b.count)));
            let worst = worst
                .map_or_else(String::new, |(name, it)| format!("{:.1} {name}", it.rate(it.count)));
            let none = told.iter().filter(|(_, it)| it.count < 0.5).count();
            say(&format!(
                "  {:<14} {family:<12} {:>9.2} {} {:>9.2} {} {:>9.2}   {worst}  {:.0} %",
                form.name(),
                all,
                was("rises"),
                alerts,
                was("alerts"),
                mean(|it| it.steep),
                100.0 * none as f64 / told.len() as f64
            ));
        }
    }
}

fn told(subject: &Subject, form: Form, policy: &Policy) -> RiseCount {
    let mut told = RiseCount::default();
    let look = |series: &Series| timeline::analyse(series, &TimeZone::UTC, form.baseline(), policy);
    match form {
        Form::Back => {
            for series in subject.four_weeks() {
                told.add(&look(&series), 0, &habits(&series));
            }
        }
        Form::Causal => {
            told.add(&look(&subject.series), 28 * 24, &habits(&subject.series));
        }
        Form::Cold => {
            let Some(series) = subject.four_weeks().pop() else { return told };
            told.add(&look(&series), 7 * 24, &habits(&series));
        }
    }
    told
}

/// The habits of a series by the hour.
pub(super) fn habits(series: &Series) -> Habits {
    let start = TimeZone::UTC.to_datetime(series.start().unwrap_or_default());
    let weekday = start.weekday().to_monday_zero_offset();
    let counts = series.counts().map(|count| count as f64).collect();
    Habits::new(
        counts,
        usize::try_from(start.hour()).unwrap_or(0),
        usize::try_from(weekday).unwrap_or(0),
    )
}
