//! How much of what is planted is found.

use std::collections::BTreeMap;
use std::thread;

use dt_analysis::assessment::assess;
use dt_analysis::finding::{Finding, Rule};
use dt_analysis::timeline;
use dt_analysis::{AsOf, Policy};
use dt_model::{DeviceInfo, Dialect, Evidence, Part, Profile, Series};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::baseline::Figures;
use super::data::{Half, Subject, with_counts};
use super::inject::{Habits, Kind, Planted};
use super::rates::habits;
use super::{Form, say};

/// How often each kind is planted into each series.
const TIMES: usize = 6;
const RESAMPLES: usize = 400;
const SEED: u64 = 17;

/// Of each entity, with its family, the share that was found and how many were planted.
type ByEntity = BTreeMap<(String, String), (f64, f64)>;

pub(super) fn print(
    subjects: &[&Subject],
    half: Half,
    policy: &Policy,
    before: &Figures,
    now: &mut Figures,
) -> anyhow::Result<()> {
    say(&format!(
        "\nfalls told in four weeks where nothing was planted, mean over series {:.2}",
        falls_told(subjects, policy)
    ));
    for form in [Form::Back, Form::Causal] {
        let families = families(subjects);
        say(&format!(
            "\nrecall, {:<26} all (before)   90 %           {}",
            form.name(),
            families.iter().map(|family| format!("{family:>7}")).collect::<Vec<_>>().concat()
        ));
        let mut rises = Vec::new();
        let habitats = Habitat::of(subjects, form, policy);
        let drops = if form == Form::Back { &Kind::DROPS[..] } else { &[] };
        let kinds: Vec<Kind> = Kind::RISES.iter().chain(drops).copied().collect();
        for (kind, found) in all_found(&habitats, &kinds, form, policy)? {
            let key = format!("{},{},{},recall", half.name(), form.name(), kind.name());
            let mean = share(found.values());
            now.set(key.clone(), mean);
            let (low, high) = interval(&found);
            let of_family = |family: &&str| {
                let of = share(found.iter().filter(|((of, _), _)| of == family).map(|it| it.1));
                if of.is_nan() { format!("{:>7}", "-") } else { format!("{of:>7.2}") }
            };
            let by_family = families.iter().map(of_family).collect::<Vec<_>>().concat();
            say(&format!(
                "  {:<32} {mean:>6.3} {}  {low:.2} to {high:.2}  {by_family}",
                kind.name(),
                before.of(&key)
            ));
            if Kind::RISES.contains(&kind) {
                rises.push(mean);
            }
        }
        let key = format!("{},{},mean of rises,recall", half.name(), form.name());
        let mean = rises.iter().sum::<f64>() / rises.len() as f64;
        now.set(key.clone(), mean);
        say(&format!("  {:<32} {mean:>6.3} {}", "mean of the kinds of rises", before.of(&key)));
    }
    Ok(())
}

/// How often fewer connections for days are told in four weeks of a series.
fn falls_told(subjects: &[&Subject], policy: &Policy) -> f64 {
    const FOUR_WEEKS: f64 = 28.0 * 24.0;
    let rates = subjects.iter().map(|subject| {
        let series = subject.four_weeks();
        let hours: usize = series.iter().map(|it| it.buckets().len()).sum();
        let findings = series.iter().flat_map(|it| findings(it, policy));
        let falls = findings.filter(|finding| finding.rule == Rule::TrafficDrop).count();
        falls as f64 * FOUR_WEEKS / (hours as f64).max(1.0)
    });
    rates.sum::<f64>() / subjects.len() as f64
}

/// What was found of each kind, by two threads.
fn all_found(
    habitats: &[Habitat<'_>],
    kinds: &[Kind],
    form: Form,
    policy: &Policy,
) -> anyhow::Result<Vec<(Kind, ByEntity)>> {
    let all = thread::scope(|scope| {
        let halves: Vec<_> = kinds
            .chunks(kinds.len().div_ceil(2).max(1))
            .map(|kinds| {
                let of = |kind: &Kind| (*kind, found(habitats, *kind, form, policy));
                scope.spawn(move || kinds.iter().map(of).collect::<Vec<_>>())
            })
            .collect();
        halves.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    let mut found = Vec::new();
    for half in all {
        found.extend(half.map_err(|_| anyhow::anyhow!("an evaluation panicked"))?);
    }
    Ok(found)
}

fn families<'a>(subjects: &[&'a Subject]) -> Vec<&'a str> {
    let mut families: Vec<&str> = subjects.iter().map(|subject| subject.family.as_str()).collect();
    families.sort_unstable();
    families.dedup();
    families
}

/// The share of what was planted into these entities.
fn share<'a>(found: impl Iterator<Item = &'a (f64, f64)>) -> f64 {
    let (found, planted) = found.fold((0.0, 0.0), |(a, b), (found, of)| (a + found, b + of));
    found / planted
}

/// The middle 90 % of the shares of entities that are drawn again.
fn interval(found: &ByEntity) -> (f64, f64) {
    let entities: Vec<&(f64, f64)> = found.values().collect();
    if entities.is_empty() {
        return (f64::NAN, f64::NAN);
    }
    let mut rng = Pcg64::seed_from_u64(SEED);
    let mut drawn =
        || share(entities.iter().map(|_| entities[rng.random_range(0..entities.len())]));
    let mut means: Vec<f64> = (0..RESAMPLES).map(|_| drawn()).collect();
    means.sort_by(f64::total_cmp);
    (means[RESAMPLES / 20], means[RESAMPLES - 1 - RESAMPLES / 20])
}

/// What incidents are planted into.
struct Habitat<'a> {
    subject: &'a Subject,
    series: Series,
    habits: Habits,
    /// From which bucket on.
    from: usize,
    /// How often each kind.
    times: usize,
    /// What is told without one.
    clean: Judged,
    /// Different for each.
    seed: u64,
}

impl<'a> Habitat<'a> {
    fn of(subjects: &[&'a Subject], form: Form, policy: &Policy) -> Vec<Self> {
        let habitats = subjects.iter().zip(SEED..).flat_map(|(subject, seed)| {
            let (series, from) = match form {
                Form::Back => (subject.four_weeks(), 24),
                Form::Causal | Form::Cold => (vec![subject.series.clone()], subject.known_from()),
            };
            let times = TIMES / series.len().max(1);
            series.into_iter().map(move |series| {
                let clean = Judged::of(&series, form, policy).and_missed(&series, policy);
                let habits = habits(&series);
                Self { subject, series, habits, from, times, clean, seed }
            })
        });
        habitats.collect()
    }

    fn may_hold(&self, from: usize, until: usize) -> bool {
        let at = |place: usize| self.series.buckets().get(place).map(|bucket| bucket.start);
        let times = at(from).zip(at(until).or(self.series.end()));
        times.is_some_and(|(from, until)| !self.subject.is_labelled(from, until))
    }
}

fn found(habitats: &[Habitat<'_>], kind: Kind, form: Form, policy: &Policy) -> ByEntity {
    let mut by_entity = ByEntity::new();
    for ground in habitats {
        // Of every kind and series anew, so that one more does not move the others.
        let mut rng = Pcg64::seed_from_u64(ground.seed);
        for _ in 0..ground.times {
            let hours = ground.from..ground.series.buckets().len();
            let may_hold = |from, until| ground.may_hold(from, until);
            let planted = ground.habits.plant(kind, hours, may_hold, &mut rng);
            let Some(planted) = planted.filter(|planted| !ground.clean.tells(planted)) else {
                continue;
            };
            let changed = with_counts(&ground.series, &planted.counts);
            let judged = if Kind::DROPS.contains(&kind) {
                Judged::nothing(&changed).and_missed(&changed, policy)
            } else {
                Judged::of(&changed, form, policy)
            };
            let key = (ground.subject.family.clone(), ground.subject.entity.clone());
            let count = by_entity.entry(key).or_default();
            count.0 += f64::from(u8::from(judged.tells(&planted)));
            count.1 += 1.0;
        }
    }
    by_entity
}

/// What is told of a series.
struct Judged {
    starts: Vec<Timestamp>,
    /// The places of hours at which something is told; or from where to where something was missed.
    told: Vec<usize>,
    missed: Vec<(Timestamp, Timestamp)>,
}

impl Judged {
    fn nothing(series: &Series) -> Self {
        let starts = series.buckets().iter().map(|bucket| bucket.start).collect();
        Self { starts, told: Vec::new(), missed: Vec::new() }
    }

    /// By the timeline.
    fn of(series: &Series, form: Form, policy: &Policy) -> Self {
        let points = timeline::analyse(series, &TimeZone::UTC, form.baseline(), policy).points;
        let told = points.iter().enumerate().filter(|(_, point)| point.told.is_some());
        Self { told: told.map(|(place, _)| place).collect(), ..Self::nothing(series) }
    }

    /// And by the findings about drops.
    fn and_missed(self, series: &Series, policy: &Policy) -> Self {
        let findings = findings(series, policy);
        let drops = findings.iter().filter(|finding| is_drop(finding.rule));
        Self { missed: drops.map(|drop| (drop.first_time, drop.last_time)).collect(), ..self }
    }

    /// Whether it tells something in these hours, or just after them; of a drop, whether half of them
    /// was missed.
    fn tells(&self, planted: &Planted) -> bool {
        const GRACE: usize = 3;
        let Planted { from, until, .. } = *planted;
        let is_told = self.told.iter().any(|place| (from..until + GRACE).contains(place));
        let (from, until) = (self.starts[from], self.starts[until - 1]);
        let half = until.duration_since(from).as_secs_f64() / 2.0;
        let is_missed = self.missed.iter().any(|&(start, end)| {
            end.min(until).duration_since(start.max(from)).as_secs_f64() >= half
        });
        is_told || is_missed
    }
}

fn is_drop(rule: Rule) -> bool {
    matches!(rule, Rule::ConnectionDrop | Rule::TrafficDrop)
}

fn findings(series: &Series, policy: &Policy) -> Vec<Finding> {
    let now = series.end().unwrap_or(Timestamp::MAX);
    let connections = DeviceInfo {
        dialect: Dialect::Appliance,
        subject: Profile { series: series.clone(), ..Profile::default() },
        similar: Vec::new(),
        devices: Vec::new(),
        summary: None,
        warnings: Vec::new(),
    };
    let evidence = Evidence { connections: Part::Answered(connections), ..Evidence::default() };
    assess(&evidence, AsOf { now, zone: &TimeZone::UTC }, policy).findings
}
