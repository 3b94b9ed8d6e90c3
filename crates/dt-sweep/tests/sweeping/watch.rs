use std::ops::ControlFlow;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use dt_analysis::finding::{FindingOptions, FindingUpdate};
use dt_analysis::{DeviceReport, Level, Policy};
use dt_model::Selection;
use dt_sweep::watch::{
    AnsweredDevice, Delivery, Memory, Notice, Round, Schedule, Sink, WatchOptions,
};
use dt_sweep::{SweepError, Watcher};
use dt_transport::{
    Cancel, Client, Clock, HttpOptions, RetryPolicy, SystemClock, Transport, TransportError,
    UreqTransport,
};
use http::{Request, Response};
use jiff::SignedDuration;

use crate::{ZONE, demo, inquiry};

/// Remembers what it is told, if it takes it.
struct Seen {
    takes: Delivery,
    updates: Vec<FindingUpdate>,
    failed: Vec<String>,
    notices: Vec<Notice>,
    rounds: u32,
    enough: u32,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            takes: Delivery::Delivered,
            updates: Vec::new(),
            failed: Vec::new(),
            notices: Vec::new(),
            rounds: 0,
            enough: u32::MAX,
        }
    }
}

impl Sink for Seen {
    type Error = dt_store::Error;

    fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    fn failed(&mut self, name: Option<&str>, error: SweepError) {
        self.failed.push(format!("{name:?}: {error}"));
    }

    fn updates(
        &mut self,
        _device: &AnsweredDevice<'_>,
        _report: &DeviceReport,
        updates: Vec<FindingUpdate>,
    ) -> Result<Delivery, Self::Error> {
        self.updates.extend(updates);
        Ok(self.takes)
    }

    fn round_ended(&mut self, number: u32, _round: &Round) -> ControlFlow<()> {
        self.rounds = number;
        if number >= self.enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn options<'a>(names: &[&str], policy: &'a Policy) -> WatchOptions<'a> {
    WatchOptions {
        names: names.iter().map(|name| name.parse().unwrap()).collect(),
        selection: Selection::default(),
        inquiry: inquiry(policy),
        appliance: Some("demo"),
        zone: &ZONE,
        since: None,
        min_severity: Level::Low,
        exclusions: &[],
    }
}

#[test]
fn each_change_is_told_once_and_a_device_rests_until_there_can_be_more() {
    let (_appliance, client) = demo(&[]);
    let policy = Policy::default();
    let memory = Memory::of_this_run("demo");
    let mut watcher = Watcher::new(&client, options(&["12345"], &policy), memory);
    let (cancel, mut seen) = (Cancel::new(), Seen::default());
    let now = SystemClock.now();
    let first = watcher.round(now, Duration::ZERO, &cancel, &mut seen).unwrap();
    assert_eq!((first.observed.len(), first.resting), (1, 0));
    // At some hours of the day one of them has ended already, and is told as that, too.
    let new = |seen: &Seen| seen.updates.iter().filter(|update| update.revision == 1).count();
    let told = new(&seen);
    assert!(told > 0, "the demo has something to find");

    let until = watcher.memory().tracker().until(first.observed.first().copied().unwrap()).unwrap();
    let soon = until + SignedDuration::from_mins(59);
    let second = watcher.round(soon, Duration::ZERO, &cancel, &mut seen).unwrap();
    assert_eq!((second.observed.len(), second.resting), (0, 1));
    let later = until + SignedDuration::from_mins(60);
    let third = watcher.round(later, Duration::ZERO, &cancel, &mut seen).unwrap();
    assert_eq!((third.observed.len(), third.resting), (1, 0));
    assert_eq!(new(&seen), told, "nothing is new twice");
}

/// An appliance on which a name is some device's, or is not told while that is 0.
struct Roaming<'a> {
    inner: UreqTransport,
    did: &'a AtomicI64,
}

impl Transport for Roaming<'_> {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        if !request.uri().path().starts_with("/devicesearch") {
            return self.inner.send(request);
        }
        let did = self.did.load(Ordering::Relaxed);
        let status = if did == 0 { 503 } else { 200 };
        let device = format!(r#"{{"did": {did}, "hostname": "roaming"}}"#);
        let body = format!(r#"{{"totalCount": 1, "devices": [{device}]}}"#);
        Ok(Response::builder().status(status).body(body.into_bytes()).unwrap())
    }
}

#[test]
fn who_is_called_so_is_asked_again_with_every_bucket() {
    let (appliance, _) = demo(&[]);
    let mut dids = appliance.network().device_ids();
    let (one, other) = (dids.next().unwrap(), dids.next().unwrap());
    let did = AtomicI64::new(one.get());
    let transport = UreqTransport::new(&HttpOptions::new()).unwrap();
    let transport = Roaming { inner: transport, did: &did };
    let address = appliance.url().parse().unwrap();
    let client = Client::new(transport, address, appliance.credentials().clone());
    let client = client.retry(RetryPolicy::default().retries(0));
    let policy = Policy::default();
    let memory = Memory::of_this_run("demo");
    let mut watcher = Watcher::new(&client, options(&["roaming"], &policy), memory);
    let (now, mut seen) = (SystemClock.now(), Seen::default());
    let mut observed = |minutes: i64| {
        let now = now + SignedDuration::from_mins(minutes);
        let round = watcher.round(now, Duration::ZERO, &Cancel::new(), &mut seen).unwrap();
        (round.observed.into_iter().collect::<Vec<_>>(), round.failures.len())
    };
    assert_eq!(observed(0), (vec![one], 0));
    did.store(0, Ordering::Relaxed);
    // The device is due an hour after what it told of, and the name an hour after it was asked about.
    assert_eq!(observed(90), (vec![one], 1), "without an answer it is who it was");
    did.store(other.get(), Ordering::Relaxed);
    assert_eq!(observed(100), (vec![other], 0));
    did.store(one.get(), Ordering::Relaxed);
    assert!(!observed(110).0.contains(&one), "within the bucket it is not asked again");
}

#[test]
fn what_nobody_took_is_told_by_the_next_run() {
    let (_appliance, client) = demo(&[]);
    let policy = Policy::default();
    let directory = tempfile::tempdir().unwrap();
    let now = SystemClock.now();
    let run = |takes| {
        let memory = Memory::open(directory.path(), "demo", FindingOptions::default()).unwrap();
        let mut watcher = Watcher::new(&client, options(&["12345"], &policy), memory);
        let mut seen = Seen { takes, ..Seen::default() };
        let round = watcher.round(now, Duration::ZERO, &Cancel::new(), &mut seen).unwrap();
        assert_eq!(round.is_refused, takes == Delivery::Refused);
        seen.updates
    };
    let refused = run(Delivery::Refused);
    assert!(!refused.is_empty());
    assert_eq!(run(Delivery::Delivered), refused, "in the same words");
    assert!(run(Delivery::Delivered).is_empty(), "once it was told, it is told no more");
}

#[test]
fn what_is_held_is_told_again_unless_it_is_kept_at_the_end() {
    let (_appliance, client) = demo(&[]);
    let policy = Policy::default();
    let directory = tempfile::tempdir().unwrap();
    let now = SystemClock.now();
    let run = |is_kept| {
        let mut memory = Memory::open(directory.path(), "demo", FindingOptions::default()).unwrap();
        memory.hold();
        let mut watcher = Watcher::new(&client, options(&["12345"], &policy), memory);
        let mut seen = Seen::default();
        watcher.round(now, Duration::ZERO, &Cancel::new(), &mut seen).unwrap();
        if is_kept {
            watcher.memory().keep_held().unwrap();
        }
        seen.updates.len()
    };
    let first = run(false);
    assert!(first > 0);
    assert_eq!(run(true), first);
    assert_eq!(run(true), 0);
}

#[test]
fn a_device_that_fails_stops_neither_the_others_nor_the_next_round() {
    let (_appliance, client) = demo(&[]);
    let policy = Policy::default();
    let names = ["nobody", "12345"];
    let memory = Memory::of_this_run("demo");
    let mut watcher = Watcher::new(&client, options(&names, &policy), memory);
    let mut seen = Seen { enough: 2, ..Seen::default() };
    let schedule = Schedule { every: Duration::from_millis(1), rounds: Some(9) };
    watcher.run(schedule, &SystemClock, &Cancel::new(), &mut seen).unwrap();
    assert_eq!(seen.rounds, 2, "the sink has enough");
    assert_eq!(seen.failed.len(), 2, "it is looked for in every round: {:?}", seen.failed);
    assert!(!seen.updates.is_empty());
}

#[test]
fn a_round_in_which_nothing_was_answered_is_noticed_and_forgets_nothing() {
    let policy = Policy::default();
    let directory = tempfile::tempdir().unwrap();
    let now = SystemClock.now();
    let mut rounds = Vec::new();
    for faults in [&[][..], &["500"]] {
        let (_appliance, client) = demo(faults);
        let memory = Memory::open(directory.path(), "demo", FindingOptions::default()).unwrap();
        let mut watcher = Watcher::new(&client, options(&["12345"], &policy), memory);
        let mut seen = Seen::default();
        let later = now + SignedDuration::from_hours(24 * i64::try_from(rounds.len()).unwrap());
        watcher.round(later, Duration::ZERO, &Cancel::new(), &mut seen).unwrap();
        rounds.push((watcher.memory().tracker().clone(), seen.notices, seen.failed.len()));
    }
    let [(before, ..), (after, notices, failed)] = &*rounds else { panic!() };
    assert_eq!((notices.contains(&Notice::NothingAnswered), *failed), (true, 1), "{notices:?}");
    assert_eq!(before, after);
}

#[test]
fn watching_ends_when_it_is_cancelled_and_after_its_rounds() {
    let (_appliance, client) = demo(&[]);
    let policy = Policy::default();
    let rounds = |every, cancel: &Cancel| {
        let memory = Memory::of_this_run("demo");
        let mut watcher = Watcher::new(&client, options(&["12345"], &policy), memory);
        let mut seen = Seen::default();
        let schedule = Schedule { every, rounds: Some(3) };
        watcher.run(schedule, &SystemClock, cancel, &mut seen).unwrap();
        seen.rounds
    };
    assert_eq!(rounds(Duration::from_millis(1), &Cancel::new()), 3);
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(rounds(Duration::from_secs(3600), &cancel), 1);
}
