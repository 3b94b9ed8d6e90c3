//! Signed calls to the demo appliance, which verifies them.

use dt_appliance::{Appliance, Permission, RunningAppliance};
use dt_auth::{Credentials, DateFormat, Encoding, RequestTarget, SigningPolicy};
use dt_model::{
    DataType, DeviceId, DeviceInfoQuery, DeviceSearch, DevicesQuery, Dialect, EndpointQuery,
    Evidence, EvidencePart, NamedOrOthers, Plan, Question, Required, SimilarDevicesQuery,
    StatusQuery,
};
use dt_transport::{
    AsyncClient, BaseUrl, Client, Clock, HttpOptions, ReqwestTransport, SystemClock, Transport,
    clock_offset,
};
use jiff::SignedDuration;

use crate::{credentials, each, options};

fn base(appliance: &RunningAppliance) -> BaseUrl {
    appliance.url().parse().unwrap()
}

fn client<'t>(
    appliance: &RunningAppliance,
    transport: &'t dyn Transport,
) -> Client<&'t dyn Transport> {
    Client::new(transport, base(appliance), appliance.credentials().clone())
}

fn workstation() -> DeviceId {
    DeviceId::new(12345)
}

fn info() -> DeviceInfoQuery {
    DeviceInfoQuery::new(workstation()).unwrap()
}

#[test]
fn every_endpoint_answers_in_both_dialects() {
    for dialect in [Dialect::Appliance, Dialect::Documented] {
        let appliance = Appliance::new().dialect(dialect).start().unwrap();
        each(&options(), |transport| {
            let client = client(&appliance, transport);
            let sizeout = info().data_type(DataType::BytesOut).similar_devices(3);
            let answer = client.ask(&sizeout).unwrap();
            assert_eq!((answer.dialect, answer.similar.len()), (dialect, 3));
            assert_eq!(answer.warnings, []);

            let devices = client.ask(&DevicesQuery::new().did(workstation())).unwrap();
            assert_eq!(devices.items[0].hostname.as_deref(), Some("workstation-01"));
            let similar = SimilarDevicesQuery::new(workstation()).count(2);
            assert_eq!(client.ask(&similar).unwrap().items.len(), 2);
            let version = client.ask(&StatusQuery).unwrap().version.unwrap();
            assert!(version.starts_with("7.1"), "{version}");
        });
    }
}

#[test]
fn all_pages_together_hold_every_device_once() {
    let appliance = Appliance::new().start().unwrap();
    each(&options(), |transport| {
        let client = client(&appliance, transport);
        let mut dids = Vec::new();
        let mut total = None;
        for page in client.device_pages(DeviceSearch::new().count(70)) {
            let page = page.unwrap();
            total = page.total_count;
            dids.extend(page.devices.iter().filter_map(|device| device.did));
        }
        assert_eq!(Some(dids.len() as u64), total);
        dids.sort_unstable();
        dids.dedup();
        assert_eq!(Some(dids.len() as u64), total);
    });
}

#[test]
fn everything_is_gathered_by_both_clients_alike() {
    let appliance = Appliance::new().start().unwrap();
    let asynchronous = AsyncClient::new(
        ReqwestTransport::new(&HttpOptions::new()).unwrap(),
        base(&appliance),
        appliance.credentials().clone(),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let theirs = runtime.block_on(asynchronous.gather(Everything)).unwrap();
    assert!(theirs.evidence.missing().iter().all(|missing| missing.part.is_own_accord()));
    assert_eq!(theirs.evidence.answers().count(), 5);
    assert!(theirs.evidence.endpoint_details().any(|host| host.countries().next().is_some()));

    each(&options(), |transport| {
        let ours = client(&appliance, transport).gather(Everything).unwrap();
        assert_eq!(ours.evidence, theirs.evidence);
        assert_eq!((ours.rounds, ours.questions), (2, theirs.questions));
    });
}

/// Every part, and the hosts outside that the answers list.
struct Everything;

impl Plan for Everything {
    fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
        if !evidence.was_asked(EvidencePart::Connections) {
            let parts = EvidencePart::ALL.into_iter().filter(|part| part.data_type().is_some());
            return parts.map(|part| Question::part(part, &info().similar_devices(3))).collect();
        }
        if !evidence.endpoints.is_empty() {
            return Vec::new();
        }
        let external = evidence.external.answer().and_then(|it| it.subject.breakdown.as_ref());
        let domains = external.and_then(|it| it.external_domains.as_deref()).unwrap_or_default();
        let names = domains.iter().filter_map(|entry| match &entry.key {
            NamedOrOthers::One(name) => Some(name.as_str()),
            _ => None,
        });
        names.take(5).map(Question::endpoint).collect()
    }

    fn required(&self) -> Required {
        Required::AnyDeviceInfo
    }
}

#[test]
fn every_way_of_signing_is_accepted_over_any_value() {
    let appliance = Appliance::new().start().unwrap();
    each(&options(), |transport| {
        for encoding in [Encoding::Decoded, Encoding::AsSent] {
            for date_format in [DateFormat::Spaced, DateFormat::Compact] {
                let client =
                    client(&appliance, transport).signing(SigningPolicy { encoding, date_format });
                for value in
                    ["ws-*", "two words", "it's", "é 漢字", "../..", "<>`{}|\\^[]", "~!$(),;:@"]
                {
                    let search = DeviceSearch::new().matching("hostname", value);
                    client.ask(&search).unwrap();
                }
                // A search puts `*` for these; a host cannot be asked about without them.
                let ambiguous = EndpointQuery::new("R&D 100%+#=");
                let outcome = client.ask(&ambiguous);
                match encoding {
                    Encoding::AsSent => {
                        assert!(outcome.map_or_else(|error| error.is_not_found(), |_| true));
                    }
                    _ => assert!(outcome.unwrap_err().is_unsendable()),
                }
            }
        }
    });
}

#[test]
fn each_refusal_has_its_kind() {
    let appliance = Appliance::new().permissions([Permission::Visualizer]).start().unwrap();
    each(&options(), |transport| {
        let client = client(&appliance, transport);
        let no_permission = client.ask(&info()).unwrap_err();
        assert!(no_permission.is_permission(), "{no_permission}");
        assert_eq!(client.ask(&StatusQuery).unwrap_err().permission(), Some("Status"));
        let unknown = RequestTarget::new("/no-such-endpoint");
        assert!(client.raw(&unknown).unwrap_err().is_no_endpoint());
        let bad = RequestTarget::new("/similardevices").param("did", "many");
        assert!(client.raw(&bad).unwrap_err().is_bad_parameter());
        let nothing = client.ask(&EndpointQuery::new("no-such-name.example"));
        assert!(nothing.unwrap_err().is_not_found());

        for wrong in [credentials(), swapped()] {
            let stranger = Client::new(transport, base(&appliance), wrong);
            let error = stranger.ask(&DevicesQuery::new()).unwrap_err();
            assert!(error.is_auth(), "{error}");
        }
    });
}

/// The demo appliance's tokens, in the wrong places.
fn swapped() -> Credentials {
    Credentials::new("demo-private-token", "demo-public-token").unwrap()
}

#[test]
fn a_clock_that_is_off_is_measured() {
    let ahead = SignedDuration::from_mins(45);
    let appliance = Appliance::new().clock(move || SystemClock.now() + ahead).start().unwrap();
    each(&options(), |transport| {
        let error = client(&appliance, transport).ask(&StatusQuery).unwrap_err();
        assert!(error.is_clock());
        let offset = error.clock_offset().unwrap();
        assert!((offset + ahead).abs() < SignedDuration::from_secs(10), "{offset:#}");
        assert!(error.to_string().contains("45 minutes behind"), "{error}");
    });
}

#[test]
fn a_success_tells_the_offset_of_the_clocks_too() {
    let appliance = Appliance::new().start().unwrap();
    each(&options(), |transport| {
        let target = RequestTarget::new("/status").param("format", "json");
        let response = client(&appliance, transport).raw(&target).unwrap();
        let offset = clock_offset(response.headers(), SystemClock.now()).unwrap();
        assert!(offset.abs() < SignedDuration::from_secs(10), "{offset:#}");
    });
}
