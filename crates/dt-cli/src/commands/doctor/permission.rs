//! What the token's user may ask.

use dt_model::{
    Device, DeviceId, DeviceInfoQuery, DeviceSearch, DevicesQuery, EndpointQuery, IntervalHours,
    SimilarDevicesQuery, StatusQuery,
};
use dt_transport::{Client, Error, Transport};

use super::findings::Findings;
use crate::exit;
use crate::failure::{Failure, Result};

const STEP: &str = "permission";

/// Reserved for documentation (RFC 5737): nobody's address, so nobody is asked about.
const UNUSED_ADDRESS: &str = "192.0.2.1";

/// Asks every endpoint that the program uses, as little as it can.
pub(super) fn check<T: Transport>(client: &Client<T>, findings: &mut Findings<'_>) -> Result<()> {
    let status = client.ask(&StatusQuery);
    let version = status.as_ref().ok().and_then(|status| status.version.clone());
    let version = version.map(|version| format!("version {version}"));
    judge(findings, "/status", version, status.map(drop))?;

    let devices = client.ask(&DevicesQuery::new().count(1));
    let first = |devices: &[Device]| devices.iter().find_map(|device| device.did);
    let mut did = devices.as_ref().ok().and_then(|list| first(&list.items));
    let sees_devices = devices.is_ok();
    judge(findings, "/devices", None, devices.map(drop))?;

    let found = client.ask(&DeviceSearch::new().count(1));
    did = did.or_else(|| found.as_ref().ok().and_then(|page| first(&page.devices)));
    let total = found.as_ref().ok().and_then(|page| page.total_count);
    let total = total.map(|total| format!("{total} devices"));
    judge(findings, "/devicesearch", total, found.map(drop))?;

    match did.filter(|did| did.is_device()) {
        Some(did) => about(client, did, sees_devices, findings)?,
        None => {
            for path in ["/similardevices", "/deviceinfo"] {
                findings.skip(STEP, &format!("{path}: no device is known to ask about"))?;
            }
        }
    }
    let endpoint = client.ask(&EndpointQuery::new(UNUSED_ADDRESS));
    judge(findings, "/endpointdetails", None, endpoint.map(drop))
}

fn about<T: Transport>(
    client: &Client<T>,
    did: DeviceId,
    sees_devices: bool,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let similar = client.ask(&SimilarDevicesQuery::new(did).count(1));
    judge(findings, "/similardevices", None, similar.map(drop))?;

    // Wide buckets make for a short answer.
    let query =
        DeviceInfoQuery::new(did).and_then(|query| Ok(query.interval(IntervalHours::new(24)?)));
    let query =
        query.map_err(|error| Failure::new("failed to ask about a device").because(&error))?;
    let info = client.ask(&query);
    let dialect = info.as_ref().ok().map(|info| format!("{} dialect", info.dialect));
    match info {
        // Who sees devices has one of the two permissions already.
        Err(error) if error.is_permission() && sees_devices => {
            findings.fail(STEP, &missing("/deviceinfo", "Unrestricted Devices"))
        }
        info => judge(findings, "/deviceinfo", dialect, info.map(drop)),
    }
}

fn judge(
    findings: &mut Findings<'_>,
    path: &'static str,
    found: Option<String>,
    answer: std::result::Result<(), Error>,
) -> Result<()> {
    match answer {
        Ok(()) => {
            let found = found.map(|found| format!(", {found}")).unwrap_or_default();
            findings.ok(STEP, &format!("{path}: allowed{found}"))
        }
        // What is refused for another reason was allowed.
        Err(error) if error.is_not_found() => findings.ok(STEP, &format!("{path}: allowed")),
        Err(error) if error.is_permission() && path == "/status" => {
            let about = Failure::new("/status: probably \"Status\" is missing");
            findings.warn(STEP, &about.hint("only dt doctor asks it: everything else works"))
        }
        Err(error) if error.is_permission() => {
            let permission = error.permission().unwrap_or("Visualizer");
            findings.fail(STEP, &missing(path, permission))
        }
        Err(error) if path == "/status" && !error.is_network() => {
            findings.warn(STEP, &error.into())
        }
        Err(error) => findings.fail(STEP, &error.into()),
    }
}

fn missing(path: &str, permission: &str) -> Failure {
    let failure = Failure::new(format!("{path}: probably {permission:?} is missing"));
    let grant = "grant it to the token's user";
    failure.status(exit::ACCESS).hint(match path {
        "/endpointdetails" => format!("{grant}, or use --no-enrich: countries will be missing"),
        _ => grant.to_owned(),
    })
}
