//! The way to an appliance, examined: what is found where, as values.

#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

use std::convert::Infallible;
use std::time::Duration;

use dt_appliance::{Appliance, Fault, Permission, RefusedPort};
use dt_auth::{Credentials, DateFormat, SigningPolicy};
use dt_transport::diagnose::{DiagnoseOptions, Finding, FindingKind, Skip, Step, diagnose};
use dt_transport::{
    BaseUrl, BuildError, HttpOptions, RetryPolicy, Transport, TransportError, UreqTransport,
};
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};

fn examine(url: &str, credentials: Option<&Credentials>) -> Vec<Finding<BuildError>> {
    examine_signed(url, credentials, SigningPolicy::default())
}

fn examine_signed(
    url: &str,
    credentials: Option<&Credentials>,
    signing: SigningPolicy,
) -> Vec<Finding<BuildError>> {
    examine_by(url, credentials, signing, |http| Ok(Box::new(UreqTransport::new(http)?)))
}

fn examine_by(
    url: &str,
    credentials: Option<&Credentials>,
    signing: SigningPolicy,
    transport: impl FnOnce(&HttpOptions) -> Result<Box<dyn Transport>, BuildError>,
) -> Vec<Finding<BuildError>> {
    let base: BaseUrl = url.parse().unwrap();
    let http = HttpOptions::new();
    let examined = DiagnoseOptions {
        base: &base,
        http: Some(&http),
        trusts_anyone: false,
        connect_timeout: Duration::from_secs(5),
        credentials,
        signing,
        retry: RetryPolicy::default().retries(0),
        now: Timestamp::UNIX_EPOCH,
    };
    let mut findings = Vec::new();
    let done: Result<(), Infallible> = diagnose(
        &examined,
        || transport(&http),
        |finding| {
            findings.push(finding);
            Ok(())
        },
    );
    done.unwrap();
    findings
}

fn credentials() -> Credentials {
    Credentials::new("public", "private").unwrap()
}

#[test]
fn every_step_is_taken_or_skipped_in_its_order() {
    let appliance = Appliance::new().credentials(credentials()).start().unwrap();
    let findings = examine(&appliance.url(), Some(&credentials()));
    let mut steps: Vec<Step> = findings.iter().map(Finding::step).collect();
    steps.dedup();
    assert_eq!(steps, Step::ALL);
    let is_fine = |finding: &Finding<BuildError>| match finding {
        Finding::Skipped(step, why) => (*step, *why) == (Step::Tls, Skip::Loopback),
        finding => finding.kind() == FindingKind::Ok,
    };
    assert!(findings.iter().all(is_fine), "{findings:?}");

    let findings = examine(&appliance.url(), None);
    let skipped =
        findings.iter().filter(|it| matches!(it, Finding::Skipped(_, Skip::NoCredentials)));
    assert_eq!(skipped.map(Finding::step).collect::<Vec<_>>(), [Step::Signature, Step::Permission]);
}

#[test]
fn what_is_wrong_is_a_value() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the appliance's clock is set beside the real one"
    )]
    let skewed = || Timestamp::now() + SignedDuration::from_mins(7);
    let appliance = Appliance::new().credentials(credentials()).clock(skewed);
    let appliance = appliance.permissions([Permission::Visualizer, Permission::Status]);
    let appliance = appliance.start().unwrap();
    let findings = examine(&appliance.url(), Some(&credentials()));
    let of_kind = |kind| findings.iter().filter(move |finding| finding.kind() == kind);
    let warned = of_kind(FindingKind::Warning).collect::<Vec<_>>();
    let [Finding::Clock(offset), Finding::DoneWithout("/aianalyst/groups", _)] = *warned else {
        panic!("{warned:?}")
    };
    assert!((offset.as_secs() + 7 * 60).abs() <= 2, "{offset}");
    let failed = of_kind(FindingKind::Failure).collect::<Vec<_>>();
    let [Finding::Forbidden("/deviceinfo", "Unrestricted Devices")] = *failed else {
        panic!("{failed:?}");
    };

    let wrong = Credentials::new("public", "wrong").unwrap();
    let findings = examine(&appliance.url(), Some(&wrong));
    assert!(findings.iter().any(|finding| matches!(finding, Finding::AllRefused)));
}

#[test]
fn the_form_of_the_date_is_tried_in_both_ways_and_a_clock_that_agrees_is_not_blamed() {
    let start = |fault: &str| {
        let fault: Fault = fault.parse().unwrap();
        Appliance::new().credentials(credentials()).faults(fault).start().unwrap()
    };
    let failed = |findings: Vec<Finding<BuildError>>| {
        let failed = findings.into_iter().filter(|it| it.kind() == FindingKind::Failure);
        failed.collect::<Vec<_>>()
    };
    for (form, accepted) in [("compact", DateFormat::Compact), ("spaced", DateFormat::Spaced)] {
        let appliance = start(&format!("date={form}"));
        for date_format in [DateFormat::Spaced, DateFormat::Compact] {
            let signing = SigningPolicy { date_format, ..SigningPolicy::default() };
            let credentials = credentials();
            let failed = failed(examine_signed(&appliance.url(), Some(&credentials), signing));
            if date_format == accepted {
                assert!(failed.is_empty(), "{failed:?}");
                continue;
            }
            let [Finding::NotAccepted(good, bad)] = &failed[..] else { panic!("{failed:?}") };
            assert!(good.iter().all(|policy| policy.date_format == accepted) && good.len() == 2);
            assert!(bad.contains(&signing));
        }
    }
    let failed = failed(examine(&start("date").url(), Some(&credentials())));
    assert!(matches!(failed[..], [Finding::DatesRefused]), "{failed:?}");
}

/// An appliance whose user may not see devices as they are.
#[derive(Debug)]
struct Anonymising;

impl Transport for Anonymising {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let is_signed = request.headers().contains_key("dtapi-signature");
        let (status, body) = match request.uri().path() {
            _ if !is_signed => (400, r#"{"error": "API SIGNATURE ERROR"}"#),
            "/devicesearch" => {
                (200, r#"{"totalCount": 1, "devices": [{"did": 6, "ip": "10.0.1.#54818"}]}"#)
            }
            "/devices" => (200, r#"[{"did": 6, "hostname": "x"}]"#),
            _ => (404, "{}"),
        };
        let response = Response::builder().status(status).body(body.as_bytes().to_vec());
        response.map_err(|error| panic!("{error}"))
    }
}

#[test]
fn devices_that_are_anonymised_are_told_with_the_permission_that_is_missing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let findings = examine_by(&url, Some(&credentials()), SigningPolicy::default(), |_| {
        Ok(Box::new(Anonymising))
    });
    let told = findings.iter().find(|finding| matches!(finding, Finding::Anonymised));
    let told = told.unwrap_or_else(|| panic!("{findings:?}"));
    assert_eq!((told.step(), told.kind()), (Step::Permission, FindingKind::Warning));
    let words = told.describe(&url.parse().unwrap(), Timestamp::UNIX_EPOCH);
    assert!(words.contains("Unrestricted Devices"), "{words}");

    let sees_all = Appliance::new().credentials(credentials()).start().unwrap();
    let findings = examine(&sees_all.url(), Some(&credentials()));
    assert!(!findings.iter().any(|finding| matches!(finding, Finding::Anonymised)));
}

#[test]
fn where_nothing_listens_nothing_is_sent() {
    let refused = RefusedPort::new().unwrap();
    let findings = examine(&refused.url(), Some(&credentials()));
    let failed: Vec<&Finding<BuildError>> =
        findings.iter().filter(|finding| finding.kind() == FindingKind::Failure).collect();
    let [Finding::Unconnected(addresses)] = *failed else { panic!("{failed:?}") };
    assert_eq!(addresses[0].0.to_string(), refused.address().to_string());
    assert!(matches!(findings.last(), Some(Finding::Skipped(Step::Permission, Skip::Unreached))));
}

/// Something that answers everything in one way, and never looks at a signature.
#[derive(Debug)]
struct Always(u16, &'static str, &'static str);

impl Transport for Always {
    fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let Self(status, header, body) = *self;
        let (name, value) = header.split_once(": ").unwrap_or(("x-nothing", ""));
        let response = Response::builder().status(status).header(name, value);
        Ok(response.body(body.as_bytes().to_vec()).unwrap())
    }
}

#[test]
fn a_signature_that_nobody_looked_at_was_not_accepted() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let basic = r#"www-authenticate: Basic realm="Corp""#;
    for (always, said) in [
        (Always(404, "", "<html><title>404 Not Found</title>"), "404 Not Found"),
        (Always(404, "", "{}"), "without one it answers the same"),
        (Always(403, "", "<html><title>Blocked by WAF</title>"), "Blocked by WAF"),
        (Always(403, "", "{}"), "without one it answers the same"),
        (Always(400, "", "<title>400 Bad Request</title>"), "400 Bad Request"),
        (Always(400, "", "{}"), "without one it answers the same"),
        (Always(401, "", "<title>Log in</title>"), "Log in"),
        (Always(401, basic, ""), r#"realm "Corp""#),
        (Always(302, "location: /login", ""), "without one it answers the same"),
        (Always(302, "location: https://sso.example/", ""), "sso.example"),
        (Always(200, "", "<title>Welcome to nginx!</title>"), "Welcome to nginx!"),
        (Always(200, "", "{}"), "/devicesearch"),
        (Always(200, "", "[]"), "/devicesearch"),
        (Always(503, "", "<title>Maintenance</title>"), "Maintenance"),
    ] {
        let told = format!("{always:?}");
        let findings = examine_by(&url, Some(&credentials()), SigningPolicy::default(), |_| {
            Ok(Box::new(always))
        });
        let of_step = |step| findings.iter().find(move |finding| finding.step() == step).unwrap();
        let signature = of_step(Step::Signature);
        let words = signature.describe(&url.parse().unwrap(), Timestamp::UNIX_EPOCH);
        assert!(words.starts_with("could not be checked: "), "{told}: {words}");
        assert!(words.contains(said), "{told}: {words}");
        assert_eq!(signature.kind(), FindingKind::Failure, "{told}");
        assert_eq!(signature.failure(), dt_model::FailureKind::Access, "{told}");
        assert!(!matches!(of_step(Step::Answer), Finding::Answered(None)), "{told}");
        let permission = of_step(Step::Permission);
        assert_eq!(permission.kind(), FindingKind::Skipped, "{told}: {permission:?}");
    }
}
