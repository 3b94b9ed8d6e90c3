//! A whole report from the bodies of its responses, beside the work that cannot be left out: each body
//! read once, and the evidence assessed once.

use std::num::NonZeroU32;

use anyhow::Context;
use dt_analysis::AsOf;
use dt_analysis::Policy;
use dt_analysis::assessment::assess;
use dt_analysis::plan::ReportPlan;
use dt_appliance::{Appliance, IncidentKind, Network};
use dt_model::{DeviceInfoQuery, Evidence, Exchange, Question};
use dt_report::contract::{Answer, Document, ReportOptions};
use dt_report::json;
use dt_transport::{
    Client, GatherOptions, Gatherer, HttpOptions, Limits, Recording, ReplayTransport, UreqTransport,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Limit, Paired, ROUNDS, say, tell};

/// How many similar devices `dt report` asks for.
pub(super) const SIMILAR: u32 = 5;

/// With how many answers of `/deviceinfo` it begins.
const ANSWERS: usize = 5;

/// Any four weeks: the clock is the appliance's alone.
const WINDOW_END: &str = "2026-11-23T23:00:00Z";

pub(super) fn report() -> anyhow::Result<()> {
    let now: Timestamp = WINDOW_END.parse()?;
    let viewpoint = AsOf { now, zone: &TimeZone::UTC };
    let policy = Policy::default();
    let Recorded { query, exchanges, rounds } = record(viewpoint, &policy)?;
    let bytes: usize = exchanges.iter().map(|exchange| exchange.body.len()).sum();
    say(&format!(
        "    {} responses in {rounds} rounds, {} KB; requests one after the other",
        exchanges.len(),
        bytes / 1000
    ));

    let transport = ReplayTransport::new(exchanges.iter().cloned());
    let credentials = dt_auth::Credentials::new("public", "private")?;
    // One at a time, or reading on two processors would hide work that is done twice.
    let client = Client::new(transport, "http://127.0.0.1".parse()?, credentials)
        .limits(Limits::new().in_flight(NonZeroU32::MIN));
    let whole = || {
        let mut plan = ReportPlan::new(query.clone(), viewpoint, &policy);
        let gathered = client.gather(&mut plan).expect("all of it is recorded");
        plan.assess(&gathered.evidence)
    };
    let once = || assess(&read(&exchanges), viewpoint, &policy);
    assert_eq!(whole().findings, once().findings, "both come to the same");
    let paired = Paired::run(ROUNDS / 4, whole, once);
    tell("report end to end", paired.time(), Limit::AtMost(1.3), &paired.detail());

    let evidence = read(&exchanges);
    let parts =
        Paired::run(ROUNDS / 4, || assess(&evidence, viewpoint, &policy), || read(&exchanges));
    // Of ratios alone: what else the machine did may have been different in the meantime.
    let reading = 1.0 / parts.time();
    let assessments = paired.time() * (1.0 + reading) - reading;
    say(&format!(
        "    a report less reading is {assessments:.2} assessments; reading is {reading:.2} of one"
    ));
    first_answers(&exchanges, viewpoint, &policy);
    rendering(&exchanges, ReportOptions::new(&policy, viewpoint));
    Ok(())
}

/// The five answers of `/deviceinfo` that a report begins with, with five similar devices each.
fn first_answers(exchanges: &[Exchange], viewpoint: AsOf<'_>, policy: &Policy) {
    let first = &exchanges[..ANSWERS];
    let evidence = read(first);
    let paired = Paired::run(ROUNDS, || assess(&evidence, viewpoint, policy), || read(first));
    let detail = format!("{:.2} times reading: {}", paired.time(), paired.detail());
    let milliseconds = 1_000.0 * paired.ours();
    tell("five answers, five peers, ms", milliseconds, Limit::AtMost(1.5), &detail);
}

/// From bytes to what is printed of a device; and printing, against writing the same by `serde_json`.
fn rendering(exchanges: &[Exchange], options: ReportOptions<'_>) {
    let document = |evidence: &Evidence| {
        let answer = Answer::report(evidence, options).expect("it was answered");
        Document::Report(Box::new(answer))
    };
    let whole = Paired::run(ROUNDS, || json::lines(&document(&read(exchanges))), || ());
    let milliseconds = 1_000.0 * whole.ours();
    let detail = format!("{milliseconds:.2} ms a device, {ROUNDS} rounds");
    let rate = 1.0 / whole.ours();
    tell("bytes to findings to ndjson, devices/s", rate, Limit::AtLeast(250.0), &detail);

    let document = document(&read(exchanges));
    let bare = || serde_json::to_vec(&document).expect("it is printed");
    let paired = Paired::run(ROUNDS, || json::lines(&document), bare);
    tell("ndjson of a report", paired.time(), Limit::AtMost(1.3), &paired.detail());
    let paired = Paired::run(ROUNDS, || json::render(&document), bare);
    tell("json of a report", paired.time(), Limit::AtMost(1.3), &paired.detail());
}

/// What a report of the device with the night upload asks, and what was answered.
struct Recorded {
    query: DeviceInfoQuery,
    exchanges: Vec<Exchange>,
    rounds: u32,
}

fn record(viewpoint: AsOf<'_>, policy: &Policy) -> anyhow::Result<Recorded> {
    let now = viewpoint.now;
    let network = Network::generate(Appliance::SEED, now);
    let mut incidents = network.incidents().iter();
    let upload = incidents.find(|incident| incident.kind == IncidentKind::NightUpload);
    let did = upload.context("no upload was planted")?.did;
    let appliance = Appliance::new().network(network).start()?;
    let transport = UreqTransport::new(&HttpOptions::new())?;
    let client = Client::new(transport, appliance.url().parse()?, appliance.credentials().clone());
    let query = DeviceInfoQuery::new(did)?.similar_devices(SIMILAR);
    let plan = ReportPlan::new(query.clone(), viewpoint, policy);
    let options = GatherOptions { recording: Recording::Exchanges, ..GatherOptions::default() };
    let gathered = Gatherer::with(&client, options).gather(plan)?;
    let exchanges = gathered.exchanges.into_iter().map(|recorded| recorded.exchange);
    Ok(Recorded { query, exchanges: exchanges.collect(), rounds: gathered.rounds })
}

/// Reads every body, once.
fn read(exchanges: &[Exchange]) -> Evidence {
    let mut evidence = Evidence::default();
    for exchange in exchanges {
        let question = Question::from_target(&exchange.target).expect("a plan asked it");
        let answer = question.read(&exchange.body).expect("it was read before");
        evidence.take(question, Ok(answer));
    }
    evidence
}
