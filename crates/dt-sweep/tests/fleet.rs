//! A fleet, swept into a lake.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use dt_analysis::finding::FindingUpdate;
use dt_analysis::{Level, Policy};
use dt_appliance::{
    Appliance, Fault, FaultPart, FaultPlan, FaultRule, Network, NetworkConfig, RunningAppliance,
};
use dt_fleet::rows::{DeviceRow, DomainRow, ErrorKind, ErrorRow, FindingRow, SeriesRow, Stage};
use dt_lake::{Lake, Manifest, RunId, RunPlan, Totals};
use dt_model::DeviceId;
use dt_store::Snapshot;
use dt_sweep::ExclusionList;
use dt_sweep::fleet::{Deep, FleetOptions, FleetSweep, Site, SiteProgress, Swept, tell_updates};
use dt_sweep::watch::Delivery;
use dt_transport::{
    Cancel, Client, HttpOptions, RecordingTransport, RetryPolicy, Transport, TransportError,
    UreqTransport,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const NOW: &str = "2026-11-26T02:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

static POLICY: std::sync::LazyLock<Policy> = std::sync::LazyLock::new(Policy::default);
static NOTHING_EXCLUDED: std::sync::LazyLock<ExclusionList> =
    std::sync::LazyLock::new(ExclusionList::default);

/// Every device.
fn everything() -> FleetOptions {
    FleetOptions { similar_devices: 2, ..FleetOptions::default() }
}

/// First looks alone.
fn first_looks() -> FleetOptions {
    FleetOptions { deep: Deep::None, ..everything() }
}

fn sweeping(options: &FleetOptions) -> FleetSweep<'_> {
    FleetSweep {
        options,
        policy: &POLICY,
        exclusions: &NOTHING_EXCLUDED,
        zone: const { &TimeZone::UTC },
        now: &now,
        deadline: None,
        cancel: Cancel::new(),
        progress: &|_, _| (),
        warn: &|_| (),
        dt_version: "test",
    }
}

/// The smallest network there is, with faults.
fn appliance(faults: impl Into<FaultPlan<Fault>>) -> RunningAppliance {
    let config = NetworkConfig::new().devices(NetworkConfig::FEWEST_DEVICES);
    let network = Network::generate_with(config, 7, now());
    Appliance::new().network(network).clock(now).faults(faults).start().unwrap()
}

fn client(url: &str, appliance: &RunningAppliance) -> Client<UreqTransport> {
    let transport = UreqTransport::new(&HttpOptions::new()).unwrap();
    let client = Client::new(transport, url.parse().unwrap(), appliance.credentials().clone());
    client.clock(At).retry(RetryPolicy::default().retries(0))
}

/// The appliance's own time.
struct At;

impl dt_transport::Clock for At {
    fn now(&self) -> Timestamp {
        now()
    }

    fn monotonic(&self) -> std::time::Duration {
        dt_transport::SystemClock.monotonic()
    }

    fn sleep(&self, duration: std::time::Duration) {
        std::thread::sleep(duration);
    }
}

fn lake(directory: &tempfile::TempDir) -> Lake {
    Lake::create(&directory.path().join("lake")).unwrap()
}

fn run() -> RunId {
    RunId::at(now())
}

/// Sweeps one appliance called `site-a`, from the beginning.
fn sweep(sweeping: &FleetSweep<'_>, client: &Client<UreqTransport>, lake: &Lake) -> Swept {
    sweeping.begin(&[Site { name: "site-a", identity: "site-a", client }], lake).unwrap()
}

fn dids(devices: &[DeviceRow]) -> HashSet<i64> {
    devices.iter().map(|row| row.did.get()).collect()
}

#[test]
fn every_device_is_looked_at_once_and_those_that_deserve_it_in_full() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let swept = sweep(&sweeping(&everything()), &client, &lake);
    let manifest = swept.manifest.unwrap();
    assert!(manifest.complete && swept.given_up.is_empty());

    let devices: Vec<DeviceRow> = lake.rows(&manifest).unwrap();
    let expected: HashSet<i64> = appliance.network().device_ids().map(DeviceId::get).collect();
    assert_eq!((devices.len(), dids(&devices)), (expected.len(), expected));
    assert!(devices.iter().all(|row| row.hostname.is_some() && row.device_type.is_some()));
    assert_eq!(lake.rows::<SeriesRow>(&manifest).unwrap().len(), devices.len());

    let deep: Vec<&DeviceRow> = devices.iter().filter(|row| row.stage == Stage::Two).collect();
    let urgent = devices.iter().filter(|row| row.level >= Level::Medium);
    assert!(urgent.clone().count() > 0 && urgent.clone().all(|row| row.stage == Stage::Two));
    let planted = appliance.network().incidents().iter().map(|it| it.did.get());
    let found = urgent.map(|row| row.did.get()).collect::<HashSet<_>>();
    let missed: Vec<i64> = planted.filter(|did| !found.contains(did)).collect();
    assert!(missed.len() <= 1, "{missed:?} of five");

    // Three questions a device, and all that a report takes for the few.
    let summary = &manifest.appliances[0];
    assert_eq!(summary.requests, appliance.requests());
    let deep = deep.len() as u64;
    assert!(summary.requests < 3 * 80 + 20 * deep, "{}", summary.requests);
    assert_eq!(manifest.totals(), Totals { listed: 80, swept: 80, deep, ..Totals::default() });

    let evidence = lake.path().join(format!("evidence/run={}/appliance=site-a", manifest.run));
    let snapshots = Snapshot::list(&evidence).unwrap();
    assert_eq!(snapshots.len() as u64, deep, "a report can be made of each again");
    assert!(Snapshot::open(&snapshots[0]).unwrap().exchanges.len() >= 5);
}

#[test]
fn a_sweep_that_was_stopped_goes_on_to_the_same_rows() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let options = first_looks();
    let options = sweeping(&options);
    let (cancel, seen) = (Cancel::new(), AtomicUsize::new(0));
    let stop_early = |_: &str, progress| {
        if let SiteProgress::FirstLook { done: 20.., .. } = progress {
            seen.fetch_add(1, Ordering::Relaxed);
            cancel.cancel();
        }
    };
    let stopped = FleetSweep { cancel: cancel.clone(), progress: &stop_early, ..options.clone() };
    assert_eq!(sweep(&stopped, &client, &lake).manifest, None);
    assert_eq!(lake.unfinished().unwrap(), [run()]);
    let before = appliance.requests();

    let sites = [Site { name: "site-a", identity: "site-a", client: &client }];
    let other = FleetSweep {
        options: &FleetOptions { shard: "1/2".parse().ok(), ..first_looks() },
        ..options.clone()
    };
    assert!(matches!(other.resume(&sites, &lake, run()), Err(dt_lake::Error::OtherPlan { .. })));
    let resumed = options.resume(&sites, &lake, run()).unwrap().manifest.unwrap();
    assert!(resumed.complete);
    let repeated = appliance.requests() - before;
    assert!(repeated < 3 * 70, "what was answered is not asked again: {repeated}");

    let other = tempfile::tempdir().unwrap();
    let whole = self::lake(&other);
    let manifest = sweep(&options, &client, &whole).manifest.unwrap();
    let rows = |lake: &Lake, manifest: &Manifest| {
        (lake.rows::<DeviceRow>(manifest).unwrap(), lake.rows::<FindingRow>(manifest).unwrap())
    };
    assert_eq!(rows(&lake, &resumed), rows(&whole, &manifest));
}

#[test]
fn a_sweep_whose_time_ran_out_is_there_as_incomplete_and_goes_on() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let options = first_looks();
    let through = sweeping(&options);
    let over = FleetSweep { deadline: Some(now()), ..through.clone() };
    let manifest = sweep(&over, &client, &lake).manifest.unwrap();
    assert!(!manifest.complete);
    assert!(manifest.totals().swept < 80);

    let writer = lake.resume(run(), None).unwrap();
    let site = Site { name: "site-a", identity: "site-a", client: &client };
    let manifest = through.run(&[site], &lake, writer).unwrap().manifest.unwrap();
    assert!(manifest.complete);
    assert_eq!(lake.rows::<DeviceRow>(&manifest).unwrap().len(), 80);
    assert_eq!(lake.check(run()).unwrap(), []);
    assert!(lake.resume(run(), None).is_err(), "there is nothing left to do");
}

#[test]
fn a_dead_appliance_does_not_stop_the_other() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (alive, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let dead = client("http://127.0.0.1:9", &appliance);
    let writer = lake.begin(run(), RunPlan::default()).unwrap();
    let sites = [
        Site { name: "site-a", identity: "site-a", client: &alive },
        Site { name: "site-b", identity: "site-b", client: &dead },
    ];
    let options = first_looks();
    let options = sweeping(&options);
    let swept = options.run(&sites, &lake, writer).unwrap();
    let given_up: Vec<&str> = swept.given_up.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(given_up, ["site-b"]);
    let manifest = swept.manifest.unwrap();
    assert!(!manifest.complete);
    assert_eq!(manifest.appliances.iter().map(|it| it.swept).collect::<Vec<_>>(), [80, 0]);
    assert!(manifest.appliances[1].given_up.is_some());
}

#[test]
fn a_device_that_fails_is_a_row_of_errors_and_the_others_go_on() {
    // A device fails if each of its three answers does.
    let gone = FaultRule::chance(0.6, [Fault::NotFound]).path("/deviceinfo");
    let appliance = appliance(FaultPlan::new(7).rule(gone));
    let directory = tempfile::tempdir().unwrap();
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let options = first_looks();
    let options = sweeping(&options);
    let manifest = sweep(&options, &client, &lake).manifest.unwrap();
    let devices = dids(&lake.rows::<DeviceRow>(&manifest).unwrap());
    let errors: Vec<ErrorRow> = lake.rows(&manifest).unwrap();
    let failed: HashSet<i64> = errors.iter().filter_map(|row| row.did).collect();
    assert!(errors.iter().all(|row| row.kind == ErrorKind::Gone && row.stage == Stage::One));
    assert!(!failed.is_empty());
    assert_eq!(devices.len() + failed.len(), 80);
    assert!(devices.is_disjoint(&failed), "one row or one error each");
}

#[test]
fn what_is_refused_for_every_device_is_told() {
    let connections =
        |chance| FaultRule::chance(chance, [Fault::NotFound]).part(FaultPart::Connections);
    let told = std::sync::Mutex::new(Vec::new());
    for (chance, is_whole) in [(1.0, false), (0.5, true)] {
        let appliance = appliance(FaultPlan::new(7).rule(connections(chance)));
        let directory = tempfile::tempdir().unwrap();
        let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
        let options = first_looks();
        let warn = |text: &str| told.lock().unwrap().push(text.to_owned());
        let sweeping = FleetSweep { warn: &warn, ..sweeping(&options) };
        let swept = sweep(&sweeping, &client, &lake);
        assert_eq!(swept.is_whole(), is_whole);
        let manifest = swept.manifest.unwrap();
        assert!(manifest.complete && manifest.totals().swept == 80);
        let told = std::mem::take(&mut *told.lock().unwrap());
        assert_eq!(told.len(), usize::from(!is_whole), "{told:?}");
        let refused = "site-a: for 80 of 80 devices, connections (co): refused: HTTP 404";
        assert!(told.iter().all(|it| it.starts_with(refused)), "{told:?}");
    }
}

fn recording() -> RecordingTransport<UreqTransport> {
    RecordingTransport::new(UreqTransport::new(&HttpOptions::new()).unwrap())
}

fn client_of<T: Transport>(transport: T, appliance: &RunningAppliance) -> Client<T> {
    let address = appliance.url().parse().unwrap();
    Client::new(transport, address, appliance.credentials().clone()).clock(At)
}

/// What is kept of look-ups.
fn look_ups(lake: &Lake) -> HashSet<String> {
    let kept = lake.look_ups("site-a", now());
    kept.into_iter().map(|it| it.exchange.target).collect()
}

/// Sweeps again, so many hours later.
fn sweep_later(
    sweeping: &FleetSweep<'_>,
    client: &Client<UreqTransport>,
    lake: &Lake,
    hours: i64,
) -> Manifest {
    let run = RunId::at(now() + SignedDuration::from_hours(hours));
    let writer = lake.begin(run, sweeping.options.plan(["site-a"], sweeping.policy)).unwrap();
    let site = Site { name: "site-a", identity: "site-a", client };
    sweeping.run(&[site], lake, writer).unwrap().manifest.unwrap()
}

#[test]
fn rare_domains_are_looked_up_once_a_day_unless_it_is_to_be_fresh() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let manifest = sweep(&sweeping(&first_looks()), &client, &lake).manifest.unwrap();
    let kept = look_ups(&lake);
    let requests = appliance.requests();
    assert!((3..40).contains(&kept.len()), "{kept:?}");
    assert!(kept.iter().all(|target| target.starts_with("/endpointdetails?")), "{kept:?}");

    let domains: Vec<DomainRow> = lake.rows(&manifest).unwrap();
    let (known, unknown): (Vec<_>, Vec<_>) =
        domains.iter().partition(|row| row.first_time.is_some() && row.countries.is_some());
    let named: HashSet<&str> = known.iter().map(|row| row.domain.as_str()).collect();
    assert_eq!(named.len(), kept.len(), "every device that lists one is told of it");
    assert!(unknown.iter().all(|row| !named.contains(row.domain.as_str())));

    let later = sweep_later(&sweeping(&first_looks()), &client, &lake, 1);
    let again = appliance.requests() - requests;
    assert_eq!(again + kept.len() as u64, requests, "nothing is asked that is known");
    assert_eq!(lake.rows::<DomainRow>(&later).unwrap(), domains);

    let fresh = FleetOptions { is_fresh: true, ..first_looks() };
    sweep_later(&sweeping(&fresh), &client, &lake, 2);
    assert_eq!(appliance.requests() - again - requests, requests, "all is asked");
    assert!(lake.look_ups("site-a", now() + SignedDuration::from_hours(25)).is_empty());
}

#[test]
fn full_reports_take_what_was_looked_up() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (transport, lake) = (recording(), lake(&directory));
    let client = client_of(&transport, &appliance);
    let writer = lake.begin(run(), RunPlan::default()).unwrap();
    let site = Site { name: "site-a", identity: "site-a", client: &client };
    let options = everything();
    let manifest = sweeping(&options).run(&[site], &lake, writer).unwrap().manifest.unwrap();
    let kept = look_ups(&lake);
    let evidence = lake.evidence(manifest.run.parse().unwrap(), "site-a").unwrap();
    let mut of_reports = HashSet::new();
    for path in Snapshot::list(&evidence).unwrap() {
        let exchanges = Snapshot::open(&path).unwrap().exchanges;
        of_reports.extend(exchanges.into_iter().map(|it| it.exchange.target));
    }
    let shared = kept.intersection(&of_reports).count();
    assert!(shared >= 3, "a snapshot has them, too: {kept:?}, {of_reports:?}");
    let mut asked: Vec<String> =
        transport.into_exchanges().into_iter().map(|it| it.target).collect();
    asked.retain(|target| target.starts_with("/endpointdetails?"));
    let each: HashSet<&String> = asked.iter().collect();
    assert_eq!(each.len(), asked.len(), "each is asked about once");
}

/// An appliance behind a gateway that refuses the first name that is looked up, for how it is spelt.
struct OneNameRefused {
    inner: UreqTransport,
    refused: std::sync::OnceLock<String>,
}

impl Transport for OneNameRefused {
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let target = request.uri().path_and_query().unwrap().to_string();
        if target.contains("/endpointdetails?")
            && *self.refused.get_or_init(|| target.clone()) == target
        {
            return Ok(http::Response::builder().status(403).body(Vec::new()).unwrap());
        }
        self.inner.send(request)
    }
}

#[test]
fn a_name_that_a_gateway_refuses_hides_no_other() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (whole, other) = (lake(&directory), tempfile::tempdir().unwrap());
    sweep(&sweeping(&first_looks()), &client(&appliance.url(), &appliance), &whole);
    let lake = lake(&other);
    let inner = UreqTransport::new(&HttpOptions::new()).unwrap();
    let client =
        client_of(OneNameRefused { inner, refused: std::sync::OnceLock::new() }, &appliance);
    let writer = lake.begin(run(), RunPlan::default()).unwrap();
    let site = Site { name: "site-a", identity: "site-a", client: &client };
    sweeping(&first_looks()).run(&[site], &lake, writer).unwrap();
    assert_eq!(look_ups(&lake).len() + 1, look_ups(&whole).len());
}

#[test]
fn what_was_answered_is_kept_where_nobody_is_chosen_any_more() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let nobody = FleetOptions {
        selection: dt_model::Selection { tags: vec!["Nobody".to_owned()], ..Default::default() },
        ..first_looks()
    };
    let swept = |writer| {
        let site = Site { name: "site-a", identity: "site-a", client: &client };
        sweeping(&nobody).run(&[site], &lake, writer).unwrap()
    };
    let blank = swept(lake.begin(run(), RunPlan::default()).unwrap());
    assert!(blank.manifest.is_none() && !blank.given_up.is_empty());
    assert!(lake.unfinished().unwrap().is_empty());

    let mut begun = lake.begin(run(), RunPlan::default()).unwrap();
    let error = dt_fleet::rows::ErrorRow {
        did: Some(7),
        stage: Stage::One,
        kind: dt_fleet::rows::ErrorKind::Network,
        message: "no answer".to_owned(),
        attempts: 1,
        asked: now(),
        appliance: "site-a".to_owned(),
    };
    begun.record("site-a", &dt_lake::Line::Error(error)).unwrap();
    drop(begun);
    let manifest = swept(lake.resume(run(), None).unwrap()).manifest.unwrap();
    assert_eq!(lake.rows::<dt_fleet::rows::ErrorRow>(&manifest).unwrap().len(), 1);
}

/// An appliance that names one more device as a user of each host outside.
struct OneMoreUser {
    inner: UreqTransport,
    did: DeviceId,
}

impl Transport for OneMoreUser {
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let is_host = request.uri().path().ends_with("/endpointdetails");
        let mut response = self.inner.send(request)?;
        if is_host && response.status().is_success() {
            let mut body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
            let users = body["devices"].as_array_mut().unwrap();
            users.push(serde_json::json!({"did": self.did.get()}));
            *response.body_mut() = serde_json::to_vec(&body).unwrap();
        }
        Ok(response)
    }
}

#[test]
fn who_uses_a_new_rare_domain_gets_a_full_report_outside_the_shard_too() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (plain, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let shard = |number: u32| FleetOptions {
        shard: Some(format!("{number}/4").parse().unwrap()),
        ..everything()
    };
    // Of the planted domains one is new and in some shard; whoever is quiet and in another one uses it as well.
    sweep(&sweeping(&first_looks()), &plain, &lake);
    let swept = |number| {
        let manifest = sweep_later(&sweeping(&shard(number)), &plain, &lake, number.into());
        dids(&lake.rows::<DeviceRow>(&manifest).unwrap())
    };
    let all: HashSet<i64> = appliance.network().device_ids().map(DeviceId::get).collect();
    let first = swept(1);
    let other = *all.difference(&first).min().unwrap();

    let transport = UreqTransport::new(&HttpOptions::new()).unwrap();
    let transport = OneMoreUser { inner: transport, did: DeviceId::new(other) };
    let telling = client_of(transport, &appliance);
    let options = FleetOptions { is_fresh: true, ..shard(1) };
    let run = RunId::at(now() + SignedDuration::from_hours(9));
    let writer = lake.begin(run, RunPlan::default()).unwrap();
    let site = Site { name: "site-a", identity: "site-a", client: &telling };
    let manifest = sweeping(&options).run(&[site], &lake, writer).unwrap().manifest.unwrap();
    let devices: Vec<DeviceRow> = lake.rows(&manifest).unwrap();
    let row = devices.iter().find(|row| row.did.get() == other).unwrap();
    assert_eq!(row.stage, Stage::Two);
    assert_eq!(devices.len(), first.len() + 1, "nobody else");
}

#[test]
fn similar_devices_are_looked_at_with_the_same_answers_and_to_the_same_rows() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let rows = |options: &FleetOptions, now: &(dyn Fn() -> Timestamp + Sync), hours| {
        let before = appliance.requests();
        let sweeping = FleetSweep { now, ..sweeping(options) };
        let manifest = sweep_later(&sweeping, &client, &lake, hours);
        let devices: Vec<DeviceRow> = lake.rows(&manifest).unwrap();
        (devices, appliance.requests() - before)
    };
    let (plain, asked) = rows(&first_looks(), &now, 0);
    let cover = FleetOptions { cover: Some(5), ..first_looks() };
    // Whoever is asked about takes some time, and who is told of besides takes none.
    let ticks = AtomicUsize::new(0);
    let slow = || {
        let tick = ticks.fetch_add(1, Ordering::Relaxed);
        now() + SignedDuration::from_millis(i64::try_from(tick).unwrap())
    };
    let (covered, fewer) = rows(&cover, &slow, 1);
    assert_eq!(covered.len(), plain.len());
    for (one, other) in plain.iter().zip(&covered) {
        assert_eq!((one.did, one.score, one.level), (other.did, other.score, other.level));
        assert_eq!(
            (one.connections, one.external_bytes_out),
            (other.connections, other.external_bytes_out)
        );
    }
    assert!(3 * fewer < 2 * asked, "{fewer} of {asked}");
    // Where it is no faster, each device is asked about.
    let (uncovered, all) = rows(&cover, &now, 2);
    assert_eq!(uncovered.len(), plain.len());
    assert!(all > fewer && all <= asked, "{all} of {asked}");
}

#[test]
fn a_shard_takes_its_part_and_whatever_was_urgent() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    let first = sweep(&sweeping(&first_looks()), &client, &lake).manifest.unwrap();
    let urgent: HashSet<i64> = {
        let devices: Vec<DeviceRow> = lake.rows(&first).unwrap();
        devices.iter().filter(|it| it.level > Level::Minimal).map(|it| it.did.get()).collect()
    };
    let part = FleetOptions { shard: Some("2/4".parse().unwrap()), ..first_looks() };
    let manifest = sweep_later(&sweeping(&part), &client, &lake, 24);
    let swept = dids(&lake.rows::<DeviceRow>(&manifest).unwrap());
    assert!(urgent.is_subset(&swept));
    assert!((10..50).contains(&swept.len()), "{}", swept.len());
    let findings: Vec<FindingRow> = lake.rows(&manifest).unwrap();
    let is_new = |row: &FindingRow| row.state == dt_analysis::finding::FindingState::New;
    assert!(!findings.iter().any(is_new), "what the run before had is not new");
}

#[test]
fn what_a_run_of_some_devices_did_not_look_at_is_not_new_in_the_next() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    sweep(&sweeping(&first_looks()), &client, &lake);
    let selection = dt_model::Selection { types: vec!["server".to_owned()], ..Default::default() };
    let some = FleetOptions { selection, ..first_looks() };
    let some = sweep_later(&sweeping(&some), &client, &lake, 10);
    assert!((1..60).contains(&some.totals().swept), "{:?}", some.totals());
    let everything = first_looks();
    let cut = FleetSweep { deadline: Some(now()), ..sweeping(&everything) };
    assert!(!sweep_later(&cut, &client, &lake, 12).complete);
    let next = sweep_later(&sweeping(&first_looks()), &client, &lake, 24);
    let findings: Vec<FindingRow> = lake.rows(&next).unwrap();
    let is_new = |row: &FindingRow| row.state == dt_analysis::finding::FindingState::New;
    assert!(!findings.is_empty() && !findings.iter().any(is_new));
}

#[test]
fn what_nobody_took_is_told_again_once_and_in_the_same_words() {
    let (appliance, directory) = (appliance(FaultPlan::default()), tempfile::tempdir().unwrap());
    let (client, lake) = (client(&appliance.url(), &appliance), lake(&directory));
    sweep(&sweeping(&first_looks()), &client, &lake);
    let contents = lake.contents(None, None).unwrap();
    let tell = |delivery: Delivery| {
        let mut told: Vec<FindingUpdate> = Vec::new();
        tell_updates(&lake, &contents, Level::Low, |it| -> Result<_, Box<dyn std::error::Error>> {
            told.extend(it.updates);
            Ok(delivery)
        })
        .unwrap();
        told
    };
    let refused = tell(Delivery::Refused);
    assert!(!refused.is_empty(), "it ends with the first device");
    let told = tell(Delivery::Delivered);
    assert_eq!(told[..refused.len()], refused, "first, and as it was");
    // What was over by then is new and ended.
    let each: HashSet<(String, u32)> =
        told.iter().map(|it| (it.record.id.to_string(), it.revision)).collect();
    assert_eq!(each.len(), told.len(), "each once");
    assert_eq!(tell(Delivery::Delivered), []);
}
