//! Analysing answers, beside reading them.

use std::hint::black_box;
use std::time::Duration;

use dt_analysis::assessment::{Assessment, assess};
use dt_analysis::timeline::{self, Baseline};
use dt_analysis::{
    AsOf, Policy, connections, counts, external, forecast, peers, regularity, transfers, trend,
};
use dt_model::{DataType, DeviceInfo, Evidence, Part, Series};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::responses::{BUCKETS, SIMILAR};
use super::{Limit, Paired, ROUNDS, responses, say, tell};

/// What one device's extended analyses may take on one core.
const MOST: Duration = Duration::from_millis(5);

/// What a timeline may take, in milliseconds.
const MOST_TIMELINE: f64 = 0.25;

pub(super) fn analysis() {
    documented_rules();
    extended();
    each();
}

/// The document's analyses, in either dialect.
fn documented_rules() {
    for (what, json) in [
        ("documented rules, documented dialect", responses::documented()),
        ("documented rules, appliance dialect", responses::appliance(BUCKETS, SIMILAR)),
    ] {
        let read = || read(&json, DataType::Connections);
        let evidence = Evidence { connections: Part::Answered(read()), ..Evidence::default() };
        let policy = Policy::documented();
        let all = || {
            let info = evidence.connections.answer().expect("just read");
            (
                connections::analyse(info, &policy),
                transfers::analyse(Some(info), Some(info), &policy),
                peers::compare(info, &policy),
                external::analyse(&evidence, &policy),
            )
        };
        let paired = Paired::run(ROUNDS, all, read);
        tell(what, paired.time(), Limit::AtMost(1.0), &paired.detail());
    }
}

/// All analyses of a device, from its three answers about all traffic; then with more and less of
/// what their time should grow with, and no faster.
fn extended() {
    let usual = Answers::new(BUCKETS, SIMILAR);
    let paired = usual.run(ROUNDS);
    let limit = MOST.as_secs_f64();
    let milliseconds = 1_000.0 * paired.ours();
    tell("assessment, ms", milliseconds, Limit::AtMost(1_000.0 * limit), &usual.says());
    tell("assessment, against reading", paired.time(), Limit::AtMost(3.0), &paired.detail());
    let (evidence, twice) = (usual.read(), Answers::new(2 * BUCKETS, SIMILAR).read());
    let assess = |evidence: &Evidence| judge(evidence, &Policy::default());
    let paired = Paired::run(ROUNDS, || assess(&twice), || assess(&evidence));
    tell("assessment, twice the buckets", paired.time(), Limit::AtMost(2.0), &paired.detail());
    for (buckets, similar) in [
        (BUCKETS / 2, SIMILAR),
        (BUCKETS, SIMILAR),
        (2 * BUCKETS, SIMILAR),
        (BUCKETS, SIMILAR / 2),
        (BUCKETS, 2 * SIMILAR),
    ] {
        let answers = Answers::new(buckets, similar);
        let took = answers.run(ROUNDS / 4).ours();
        let (each, says) = (1e6 * took / buckets as f64, answers.says());
        say(&format!("    {says:<40} {:>6.2} ms  {each:>6.2} us a bucket", 1_000.0 * took));
    }
}

/// Which analysis takes how long, of one series, and how that grows each time there are twice as
/// many buckets.
fn each() {
    let lengths = [1, 2, 4, 8].map(|times| times * BUCKETS);
    let [first, longer @ ..] = lengths.map(|buckets| {
        let answer =
            Answers::new(buckets, 0).read().connections.into_answer().expect("it was read");
        (buckets, answer.subject.series)
    });
    let (zone, policy) = (&TimeZone::UTC, &Policy::default());
    let judge = |series: &Series| timeline::analyse(series, zone, Baseline::Others, policy);
    let paired = Paired::run(ROUNDS, || judge(&first.1), || sorted(&first.1));
    let says = format!("{:.0} sorts of the same: {}", paired.time(), paired.detail());
    let what = format!("timeline of {BUCKETS} buckets, ms");
    tell(&what, 1_000.0 * paired.ours(), Limit::AtMost(MOST_TIMELINE), &says);
    let time = |what: &str, analyse: &dyn Fn(&Series)| {
        let mut half = &first;
        for twice in &longer {
            let paired = Paired::run(ROUNDS / 4, || analyse(&twice.1), || analyse(&half.1));
            let (took, grows) = (1_000.0 * paired.ours(), paired.time());
            let (of, before) = (format!("{what}, {} buckets", twice.0), took / grows);
            say(&format!("    {of:<40} {took:>6.2} ms  x {grows:.2} from {before:.2} ms for half"));
            half = twice;
        }
    };
    time("timeline", &|series| drop(black_box(judge(series))));
    time("counts", &|series| drop(black_box(counts::analyse(series, zone, policy))));
    time("trend", &|series| drop(black_box(trend::analyse(series, zone, policy))));
    time("forecast", &|series| drop(black_box(forecast::analyse(series, zone, policy))));
    time("regularity", &|series| drop(black_box(regularity::analyse(series, policy))));
}

/// The counts in order: what any look at how unusual each is costs at least.
fn sorted(series: &Series) -> Vec<u64> {
    let mut counts: Vec<u64> = series.buckets().iter().map(|bucket| bucket.count).collect();
    counts.sort_unstable();
    counts
}

/// A device's answers, and what they were read from.
struct Answers {
    buckets: u64,
    similar: u64,
    json: String,
}

impl Answers {
    fn new(buckets: u64, similar: u64) -> Self {
        Self { buckets, similar, json: responses::appliance(buckets, similar) }
    }

    fn says(&self) -> String {
        format!("{} buckets, {} similar devices", self.buckets, self.similar)
    }

    fn read(&self) -> Evidence {
        let of = |data_type| Part::Answered(read(&self.json, data_type));
        Evidence {
            connections: of(DataType::Connections),
            bytes_out: of(DataType::BytesOut),
            bytes_in: of(DataType::BytesIn),
            ..Evidence::default()
        }
    }

    fn run(&self, rounds: usize) -> Paired {
        let evidence = self.read();
        let policy = Policy::default();
        Paired::run(rounds, || judge(&evidence, &policy), || self.read())
    }
}

/// Assesses it once its data is whole.
fn judge(evidence: &Evidence, policy: &Policy) -> Assessment {
    let end = evidence.answers().filter_map(|answer| answer.subject.series.end()).max();
    assess(evidence, AsOf { now: end.unwrap_or(Timestamp::MAX), zone: &TimeZone::UTC }, policy)
}

fn read(json: &str, data_type: DataType) -> DeviceInfo {
    DeviceInfo::from_slice_as(json.as_bytes(), data_type).expect("a response")
}
