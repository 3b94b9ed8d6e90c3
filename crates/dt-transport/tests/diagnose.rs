//! The way to an appliance, examined: what is found where, as values.

#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

use std::convert::Infallible;
use std::time::Duration;

use dt_appliance::{Appliance, Permission, RefusedPort};
use dt_auth::{Credentials, SigningPolicy};
use dt_transport::diagnose::{DiagnoseOptions, Finding, FindingKind, Skip, Step, diagnose};
use dt_transport::{BaseUrl, BuildError, HttpOptions, RetryPolicy, UreqTransport};
use jiff::{SignedDuration, Timestamp};

fn examine(url: &str, credentials: Option<&Credentials>) -> Vec<Finding<BuildError>> {
    let base: BaseUrl = url.parse().unwrap();
    let http = HttpOptions::new();
    let examined = DiagnoseOptions {
        base: &base,
        http: Some(&http),
        trusts_anyone: false,
        connect_timeout: Duration::from_secs(5),
        credentials,
        signing: SigningPolicy::default(),
        retry: RetryPolicy::default().retries(0),
        now: Timestamp::UNIX_EPOCH,
    };
    let mut findings = Vec::new();
    let done: Result<(), Infallible> = diagnose(
        &examined,
        || Ok(Box::new(UreqTransport::new(&http)?)),
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
    let [Finding::Clock(offset)] = *warned else { panic!("{warned:?}") };
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
fn where_nothing_listens_nothing_is_sent() {
    let refused = RefusedPort::new().unwrap();
    let findings = examine(&refused.url(), Some(&credentials()));
    let failed: Vec<&Finding<BuildError>> =
        findings.iter().filter(|finding| finding.kind() == FindingKind::Failure).collect();
    let [Finding::Unconnected(addresses)] = *failed else { panic!("{failed:?}") };
    assert_eq!(addresses[0].0.to_string(), refused.address().to_string());
    assert!(matches!(findings.last(), Some(Finding::Skipped(Step::Permission, Skip::Unreached))));
}
