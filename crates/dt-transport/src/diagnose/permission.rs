//! What the token's user may ask.

use dt_model::{
    ApiQuery, Device, DeviceId, DeviceInfoQuery, DeviceSearch, DevicesQuery, EndpointQuery,
    IncidentGroupsQuery, IntervalHours, ModelBreachesQuery, SimilarDevicesQuery, StatusQuery,
    WatchedDomainsQuery,
};
use jiff::SignedDuration;

use super::finding::Said;
use super::{Finding as F, Skip, Step, Walk};
use crate::{Client, Error, Transport};

const STATUS: &str = "/status";

/// Reserved for documentation (RFC 5737): nobody's address, so nobody is asked about.
const UNUSED_ADDRESS: &str = "192.0.2.1";

impl<B, E, T: FnMut(F<B>) -> Result<(), E>> Walk<'_, B, T> {
    /// Asks every endpoint that a report takes, as little as it can.
    pub(super) fn permissions(&mut self, client: &Client<&dyn Transport>) -> Result<(), E> {
        let status = client.ask(&StatusQuery);
        self.tell(found(STATUS, status.map(|status| status.version.map(Said::Version))))?;

        let devices = client.ask(&DevicesQuery::new().count(1));
        let sees_devices = devices.is_ok();
        let mut known = devices.as_ref().map(|list| list.items.clone()).unwrap_or_default();
        self.tell(found("/devices", devices.map(|_| None)))?;

        let search = client.ask(&DeviceSearch::new().count(1));
        known.extend(search.iter().flat_map(|page| page.devices.iter().cloned()));
        let total = search.map(|page| page.total_count.map(Said::Devices));
        self.tell(found("/devicesearch", total))?;
        if known.iter().any(Device::is_anonymised) {
            self.tell(F::Anonymised)?;
        }

        let did = known.iter().find_map(|device| device.did);
        match did.and_then(|did| DeviceInfoQuery::new(did).ok().map(|query| (did, query))) {
            Some((did, query)) => self.about(client, did, query, sees_devices)?,
            None => {
                for path in ["/similardevices", "/deviceinfo"] {
                    self.tell(F::Skipped(Step::Permission, Skip::NoDevice(path)))?;
                }
            }
        }
        let endpoint = client.ask(&EndpointQuery::new(UNUSED_ADDRESS));
        self.tell(found("/endpointdetails", endpoint.map(|_| None)))?;
        self.own_accord(client)
    }

    /// Asks for what the appliance says of its own accord, of the last hour: reports do without it where
    /// they have to.
    fn own_accord(&mut self, client: &Client<&dyn Transport>) -> Result<(), E> {
        let now = self.options.now;
        let Ok(start) = now.checked_sub(SignedDuration::from_hours(1)) else { return Ok(()) };
        self.tell(told(client, &ModelBreachesQuery::new(start, now)))?;
        self.tell(told(client, &IncidentGroupsQuery::new(start, now)))?;
        self.tell(told(client, &WatchedDomainsQuery))
    }

    fn about(
        &mut self,
        client: &Client<&dyn Transport>,
        did: DeviceId,
        query: DeviceInfoQuery,
        sees_devices: bool,
    ) -> Result<(), E> {
        let similar = client.ask(&SimilarDevicesQuery::new(did).count(1));
        self.tell(found("/similardevices", similar.map(|_| None)))?;

        // Wide buckets make for a short answer.
        let query = match IntervalHours::new(24) {
            Ok(day) => query.interval(day),
            Err(_) => query,
        };
        let info = client.ask(&query).map(|info| Some(Said::Dialect(info.dialect)));
        self.tell(match info {
            // Who sees devices has one of the two permissions already.
            Err(error) if error.is_permission() && sees_devices => {
                F::Forbidden("/deviceinfo", "Unrestricted Devices")
            }
            info => found("/deviceinfo", info),
        })
    }
}

/// Whether what only adds to a report may be asked.
fn told<B, Q: ApiQuery>(client: &Client<&dyn Transport>, query: &Q) -> F<B> {
    match client.ask(query) {
        Ok(_) => F::Allowed(query.path(), None),
        Err(error) => F::DoneWithout(query.path(), error),
    }
}

fn found<B>(path: &'static str, answer: Result<Option<Said>, Error>) -> F<B> {
    match answer {
        Ok(said) => F::Allowed(path, said),
        // What is refused for another reason was allowed.
        Err(error) if error.is_not_found() => F::Allowed(path, None),
        Err(error) if error.is_permission() && path == STATUS => F::Unneeded(path, None),
        Err(error) if error.is_permission() => {
            F::Forbidden(path, error.permission().unwrap_or("Visualizer"))
        }
        Err(error) if path == STATUS && !error.is_network() => F::Unneeded(path, Some(error)),
        Err(error) => F::NotAsked(path, error),
    }
}
