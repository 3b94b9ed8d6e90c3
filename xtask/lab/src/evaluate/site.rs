//! Asking a synthetic network as the program asks an appliance, without HTTP.

use anyhow::Context;
use dt_analysis::assessment::Assessment;
use dt_analysis::plan::{Alerts, ReportPlan};
use dt_analysis::{AsOf, Policy};
use dt_appliance::{Network, Responder};
use dt_auth::Credentials;
use dt_model::{DeviceId, DeviceInfoQuery, Dialect, Evidence};
use dt_transport::{BaseUrl, Client, Transport, TransportError};
use http::{Request, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How many similar devices are asked for: what `dt report` asks for.
const SIMILAR: u32 = 5;

/// A synthetic network that can be asked.
pub(super) struct Site {
    client: Client<InProcess>,
    now: Timestamp,
}

impl Site {
    pub(super) fn new(network: Network) -> anyhow::Result<Self> {
        let now = network.window_end();
        let base: BaseUrl = "http://127.0.0.1".parse()?;
        let transport = InProcess { responder: Responder::new(network, Dialect::Appliance), now };
        let client = Client::new(transport, base, Credentials::new("public", "private")?);
        Ok(Self { client, now })
    }

    pub(super) fn network(&self) -> &Network {
        self.client.transport().responder.network()
    }

    /// Asks what a report asks about a device, and assesses it; but for what the appliance says of its own
    /// accord. The demo appliance knows what was planted, and says nothing else: with that, every rank would
    /// look better than it is.
    pub(super) fn assess(
        &self,
        did: DeviceId,
        policy: &Policy,
    ) -> anyhow::Result<(Evidence, Assessment)> {
        let query = DeviceInfoQuery::new(did)?.similar_devices(SIMILAR);
        let viewpoint = AsOf { now: self.now, zone: &TimeZone::UTC };
        let mut plan = ReportPlan::new(query, viewpoint, policy).alerts(Alerts::Omitted);
        let gathered = self.client.gather(&mut plan);
        let evidence =
            gathered.with_context(|| format!("failed to ask about device {did}"))?.evidence;
        let assessment = plan.assess(&evidence);
        Ok((evidence, assessment))
    }
}

struct InProcess {
    responder: Responder,
    now: Timestamp,
}

impl Transport for InProcess {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let answer = self.responder.answer(request.method().as_str(), target, self.now);
        let mut response = Response::new(answer.body);
        *response.status_mut() =
            http::StatusCode::from_u16(answer.status).unwrap_or(http::StatusCode::BAD_GATEWAY);
        Ok(response)
    }
}
