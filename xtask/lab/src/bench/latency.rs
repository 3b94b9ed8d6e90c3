//! Reports from an appliance that takes its time: questions that do not wait for each other should be
//! under way together.

use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use dt_analysis::AsOf;
use dt_analysis::Policy;
use dt_analysis::assessment::assess;
use dt_analysis::plan::ReportPlan;
use dt_appliance::{Appliance, Fault, Network, RunningAppliance};
use dt_model::{DeviceId, DeviceInfoQuery, Evidence, Plan, Question, Required};
use dt_transport::{
    Blocking, Client, Clock, GatherError, Gathered, Gatherer, HttpOptions, Limits,
    ReqwestTransport, SystemClock, Transport, UreqTransport,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use nix::sys::resource::{UsageWho, getrusage};

use super::report::SIMILAR;
use super::{Limit, median, seconds, tell};

const LATENCY: Duration = Duration::from_millis(200);

/// How many requests may be under way at once.
const FEW: NonZeroU32 = NonZeroU32::new(4).unwrap();
const MANY: NonZeroU32 = NonZeroU32::new(32).unwrap();

/// How often a single report is timed.
const REPORTS: usize = 5;

/// How often many are.
const RUNS: usize = 5;

/// About how many devices a run is.
const DEVICES: usize = 40;

pub(super) fn latency() -> anyhow::Result<()> {
    let now = SystemClock.now();
    let network = Arc::new(Network::generate(Appliance::SEED, now));
    let slow = Site::start(&network, Some(LATENCY))?;
    let options = HttpOptions::new();
    let ureq = || UreqTransport::new(&options);
    let reqwest = || anyhow::Ok(Blocking::new(ReqwestTransport::new(&options)?)?);
    for bound in [FEW, MANY] {
        one(&format!("latency, {bound} at once, ureq"), &slow, &slow.client(ureq()?, bound)?)?;
        one(
            &format!("latency, {bound} at once, reqwest"),
            &slow,
            &slow.client(reqwest()?, bound)?,
        )?;
    }
    let busy = Site::start(&network, None)?;
    // The first draws the devices' traffic.
    all(&busy, &busy.client(ureq()?, MANY)?)?;
    let cpu = processor(|| all(&busy, &busy.client(ureq()?, MANY)?))?;
    many("ureq", &slow.client(ureq()?, MANY)?, &slow, cpu)?;
    let cpu = processor(|| all(&busy, &busy.client(reqwest()?, MANY)?))?;
    many("reqwest", &slow.client(reqwest()?, MANY)?, &slow, cpu)
}

/// An appliance, and who is asked about.
struct Site {
    appliance: RunningAppliance,
    devices: Vec<DeviceId>,
    now: Timestamp,
    zone: TimeZone,
    policy: Policy,
}

impl Site {
    fn start(network: &Arc<Network>, latency: Option<Duration>) -> anyhow::Result<Self> {
        let appliance = Appliance::new().network(Arc::clone(network));
        let appliance = match latency {
            Some(latency) => appliance.faults(Fault::Delay(latency)),
            None => appliance,
        };
        // Devices with incidents first: of them, most is asked.
        let mut devices: Vec<DeviceId> = network.incidents().iter().map(|it| it.did).collect();
        let others = network.device_ids().filter(|did| !devices.contains(did));
        let others: Vec<DeviceId> = others.take(DEVICES - devices.len()).collect();
        devices.extend(others);
        Ok(Self {
            appliance: appliance.start()?,
            devices,
            now: network.window_end(),
            zone: TimeZone::UTC,
            policy: Policy::default(),
        })
    }

    fn client<T: Transport>(&self, transport: T, bound: NonZeroU32) -> anyhow::Result<Client<T>> {
        let credentials = self.appliance.credentials().clone();
        let client = Client::new(transport, self.appliance.url().parse()?, credentials);
        Ok(client.limits(Limits::new().in_flight(bound)))
    }

    fn plan(&self, did: DeviceId) -> ReportPlan<'_> {
        let query = DeviceInfoQuery::new(did).expect("it is a device").similar_devices(SIMILAR);
        ReportPlan::new(query, self.viewpoint(), &self.policy)
    }

    fn viewpoint(&self) -> AsOf<'_> {
        AsOf { now: self.now, zone: &self.zone }
    }

    fn assess(&self, evidence: &Evidence) {
        std::hint::black_box(assess(evidence, self.viewpoint(), &self.policy));
    }
}

/// A report about one device.
fn one<T: Transport>(what: &str, site: &Site, client: &Client<T>) -> anyhow::Result<()> {
    let did = *site.devices.first().context("no device")?;
    let mut rounds = Vec::new();
    let mut report = || {
        let mut plan = Counted { plan: site.plan(did), rounds: Vec::new() };
        let gathered = client.gather(&mut plan).expect("the demo answers");
        site.assess(&gathered.evidence);
        rounds = plan.rounds;
    };
    // The first draws the device's traffic and opens the connections.
    report();
    let took = median((0..REPORTS).map(|_| seconds(&mut report)));
    let latencies = took / LATENCY.as_secs_f64();
    let bound = client.traffic().bound;
    let turns: usize = rounds.iter().map(|questions| questions.div_ceil(bound)).sum();
    let detail = format!(
        "latencies; rounds of {rounds:?} questions, {} at once at most",
        client.traffic().most_in_flight
    );
    tell(what, latencies, Limit::AtMost(turns as f64 + 0.5), &detail);
    if bound == MANY.get() as usize {
        tell(what, latencies, Limit::AtMost(3.5), "the same, against three rounds");
    }
    Ok(())
}

/// Reports about all devices, against what cannot be undercut: the requests' latencies, as many at once
/// as may be, or the work.
fn many<T: Transport>(
    backend: &str,
    client: &Client<T>,
    site: &Site,
    cpu: f64,
) -> anyhow::Result<()> {
    let mut outcome = Ok(());
    let took = median((0..RUNS).map(|_| {
        seconds(&mut || {
            if outcome.is_ok() {
                outcome = all(site, client);
            }
        })
    }));
    outcome?;
    let traffic = client.traffic();
    let requests = traffic.requests as f64 / RUNS as f64;
    let waiting = requests * LATENCY.as_secs_f64() / traffic.bound as f64;
    let what = format!("latency, {DEVICES} devices, {backend}");
    let detail = format!(
        "{took:.2} s; {requests:.0} requests at {} at once are {waiting:.2} s, the work {cpu:.2} s; {} \
         at once at most",
        traffic.bound,
        site.appliance.most_in_flight()
    );
    tell(&what, took / waiting.max(cpu), Limit::AtMost(1.25), &detail);
    Ok(())
}

fn all<T: Transport>(site: &Site, client: &Client<T>) -> anyhow::Result<()> {
    let mut failed = Ok(());
    Gatherer::new(client).each(
        site.devices.iter().copied(),
        |did| (did, Ok::<_, GatherError>(site.plan(did))),
        |_, gathered| match gathered {
            Ok((_, Gathered { evidence, .. })) => {
                site.assess(&evidence);
                ControlFlow::Continue(())
            }
            Err(error) => {
                failed = Err(error);
                ControlFlow::Break(())
            }
        },
    );
    Ok(failed?)
}

/// The processor's time that this process takes for something, the appliance's included, in seconds.
fn processor(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let used = || -> anyhow::Result<f64> {
        let usage = getrusage(UsageWho::RUSAGE_SELF)?;
        let times = [usage.user_time(), usage.system_time()];
        Ok(times.iter().map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6).sum())
    };
    let before = used()?;
    work()?;
    Ok(used()? - before)
}

/// A plan, and how many questions each of its rounds had.
struct Counted<P> {
    plan: P,
    rounds: Vec<usize>,
}

impl<P: Plan> Plan for Counted<P> {
    fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
        let questions = self.plan.next(evidence);
        if !questions.is_empty() {
            self.rounds.push(questions.len());
        }
        questions
    }

    fn required(&self) -> Required {
        self.plan.required()
    }
}
