//! An appliance that answers without HTTP: a client's requests go straight to it.

use dt_appliance::{Network, Responder};
use dt_auth::Credentials;
use dt_model::Dialect;
use dt_transport::{Client, Transport, TransportError};
use http::{Request, Response, StatusCode};
use jiff::Timestamp;

/// Answers each request at once.
pub(crate) struct InProcess {
    responder: Responder,
    now: Timestamp,
}

impl InProcess {
    /// An appliance over a network, at the end of its data.
    pub(crate) fn new(network: Network) -> Self {
        let now = network.window_end();
        Self { responder: Responder::new(network, Dialect::Appliance), now }
    }

    pub(crate) fn network(&self) -> &Network {
        self.responder.network()
    }
}

/// A client that asks by a transport which leaves this process for nothing.
pub(crate) fn client<T: Transport>(transport: T) -> anyhow::Result<Client<T>> {
    Ok(Client::new(transport, "http://127.0.0.1".parse()?, Credentials::new("public", "private")?))
}

impl Transport for InProcess {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let answer = self.responder.answer(request.method().as_str(), target, self.now);
        let mut response = Response::new(answer.body);
        *response.status_mut() =
            StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
        Ok(response)
    }
}
