//! The way to an appliance.

use dt_appliance::{Appliance, RunningAppliance};
use dt_transport::{
    BaseUrl, Blocking, Client, PlainHttp, ReqwestTransport, Transport, TransportError,
    UreqTransport,
};
use http::{Request, Response};

use crate::config::{Chatter, Connection, Peer};
use crate::failure::{Failure, Result};
use crate::options::Backend;
use crate::say::say;

/// A client, and the demo appliance that it may be talking to.
pub(crate) struct Connected {
    pub(crate) client: Client<Box<dyn Transport>>,
    // It runs as long as somebody asks it.
    _demo: Option<RunningAppliance>,
}

/// Connects, or gets ready to: nothing is sent yet.
pub(crate) fn connect(connection: &Connection, chatter: Chatter) -> Result<Connected> {
    if connection.insecure {
        say("warning: --insecure: certificates are not verified; anyone in between can read and \
             change everything");
    }
    let failed = |what: &str, error: &dyn std::error::Error| Failure::new(what).because(error);
    let (base, credentials, demo) = match &connection.peer {
        Peer::Appliance(base, credentials) => (base.clone(), credentials.clone(), None),
        Peer::Demo(dialect) => {
            let demo = Appliance::new().dialect(*dialect).start();
            let demo =
                demo.map_err(|error| failed("failed to start the demo appliance", &error))?;
            let base = BaseUrl::new(&demo.url(), PlainHttp::LoopbackOnly)
                .map_err(|error| failed("the demo appliance has no usable address", &error))?;
            (base, demo.credentials().clone(), Some(demo))
        }
    };
    let transport =
        transport(connection).map_err(|error| failed("failed to set up the connection", &error))?;
    let transport: Box<dyn Transport> = match chatter {
        Chatter::Everything => Box::new(Telling { transport, base: base.to_string() }),
        Chatter::ErrorsOnly | Chatter::FirstWarnings => transport,
    };
    let client = Client::new(transport, base, credentials)
        .signing(connection.signing)
        .retry(connection.retry);
    Ok(Connected { client, _demo: demo })
}

fn transport(
    connection: &Connection,
) -> std::result::Result<Box<dyn Transport>, dt_transport::BuildError> {
    Ok(match connection.backend {
        Backend::Ureq => Box::new(UreqTransport::new(&connection.http)?),
        Backend::Reqwest => Box::new(Blocking::new(ReqwestTransport::new(&connection.http)?)?),
    })
}

/// Says what is asked and what comes back. Headers hold the tokens, so they are not told.
struct Telling<T> {
    transport: T,
    base: String,
}

impl<T: Transport> Transport for Telling<T> {
    fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> std::result::Result<Response<Vec<u8>>, TransportError> {
        let target =
            request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let answer = self.transport.send(request);
        let outcome = match &answer {
            Ok(response) => {
                format!("{}, {} bytes", response.status().as_u16(), response.body().len())
            }
            Err(error) => error.to_string(),
        };
        say(&format!("asked: GET {}{target} -> {outcome}", self.base));
        answer
    }
}
