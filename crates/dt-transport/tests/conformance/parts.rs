//! Whatever becomes of one part of the evidence, the others stand: every part by every fault.

use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use dt_analysis::jiff::tz::TimeZone;
use dt_analysis::plan::ReportPlan;
use dt_analysis::{AsOf, Policy};
use dt_appliance::{Appliance, Fault, FaultPart, FaultPlan, FaultRule, Network};
use dt_model::{DeviceId, DeviceInfoQuery, Evidence, RefusalKind, Subject};
use dt_transport::{Client, Clock, HttpOptions, RetryPolicy, SystemClock, Transport};

use crate::each;

/// What each fault is told as.
const FAULTS: [(&str, RefusalKind); 13] = [
    ("endpoint", RefusalKind::NoEndpoint),
    ("redirect", RefusalKind::Redirect),
    ("permission", RefusalKind::Permission),
    ("input", RefusalKind::BadParameter),
    ("404", RefusalKind::NotFound),
    ("429", RefusalKind::RateLimited),
    ("500", RefusalKind::Server),
    ("504", RefusalKind::Server),
    ("html", RefusalKind::Html),
    ("empty", RefusalKind::Unreadable),
    ("truncated", RefusalKind::Unreadable),
    ("invalid-json", RefusalKind::Unreadable),
    ("other-device", RefusalKind::OtherDevice),
];

const PARTS: [FaultPart; 7] = [
    FaultPart::Connections,
    FaultPart::BytesOut,
    FaultPart::BytesIn,
    FaultPart::External,
    FaultPart::ExternalOut,
    FaultPart::Domain,
    FaultPart::Endpoints,
];

/// One network for all: making it takes longer than asking about one of its devices.
static NETWORK: LazyLock<Arc<Network>> =
    LazyLock::new(|| Arc::new(Network::generate(Appliance::SEED, SystemClock.now())));

fn gather(transport: &dyn Transport, appliance: &Appliance) -> Evidence {
    let running = appliance.clone().start().unwrap();
    let client =
        Client::new(transport, running.url().parse().unwrap(), running.credentials().clone())
            .retry(RetryPolicy::never());
    let query = DeviceInfoQuery::new(DeviceId::new(12345)).unwrap().similar_devices(1);
    let policy = Policy::default();
    let as_of = AsOf { now: SystemClock.now(), zone: &TimeZone::UTC };
    client.gather(ReportPlan::new(query, as_of, &policy)).unwrap().evidence
}

fn with(fault: Fault, part: FaultPart) -> Appliance {
    let rule = FaultRule::always([fault]).part(part);
    Appliance::new().network(Arc::clone(&NETWORK)).faults(FaultPlan::new(0).rule(rule))
}

/// Which part a refusal is about.
fn part_of(subject: Subject<'_>) -> String {
    match subject {
        Subject::Part(part) => part.to_string(),
        Subject::Domain(_) => "domain".to_owned(),
        _ => "endpoints".to_owned(),
    }
}

fn check(transport: &dyn Transport, part: FaultPart, fault: &str, kind: RefusalKind) {
    let evidence = gather(transport, &with(fault.parse().unwrap(), part));
    let context = format!("{fault}@{part}");
    let refusals: Vec<_> = evidence.refusals().collect();
    let known_nothing = part == FaultPart::Endpoints
        // About a host of which nothing is known; and this fault changes answers about devices only.
        && matches!(kind, RefusalKind::NotFound | RefusalKind::OtherDevice);
    assert_eq!(refusals.is_empty(), known_nothing, "{context}");
    for (subject, refusal) in refusals {
        assert_eq!(part_of(subject), part.to_string(), "{context}");
        assert_eq!(refusal.kind, kind, "{context}: {refusal}");
    }
    let answered = evidence.answers().count();
    let is_answer = !matches!(part, FaultPart::Domain | FaultPart::Endpoints);
    assert_eq!(answered, if is_answer { 4 } else { 5 }, "{context}");
}

#[test]
fn one_part_that_fails_leaves_the_others_standing() {
    each(&HttpOptions::new(), |transport| {
        // An appliance that ends waits for its connections: the parts do that together.
        thread::scope(|scope| {
            for part in PARTS {
                scope.spawn(move || {
                    for (fault, kind) in FAULTS {
                        check(transport, part, fault, kind);
                    }
                });
            }
        });
    });
}

#[test]
fn one_part_that_never_answers_leaves_the_others_standing() {
    each(&HttpOptions::new().timeout(Duration::from_millis(1500)), |transport| {
        for part in [FaultPart::BytesIn, FaultPart::Endpoints] {
            check(transport, part, "hang", RefusalKind::Timeout);
        }
    });
}
