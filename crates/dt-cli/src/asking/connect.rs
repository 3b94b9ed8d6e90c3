//! The way to an appliance.

use std::sync::Arc;

use dt_appliance::{Appliance, NetworkConfig, RunningAppliance};
use dt_transport::{BaseUrl, HttpPolicy, LoggingTransport, Transport};

use super::source::{Connection, DemoAppliance, Peer};
use crate::config::HttpLink;
use crate::failure::{Failure, Result};
use crate::interrupt::{Ends, Interrupt};
use crate::ui::{Verbosity, WaitNotes, eprint_line};

/// A client of whichever appliance, by whichever backend.
pub(crate) type Client = dt_transport::Client<Box<dyn Transport>>;

/// An appliance that can be asked.
pub(crate) struct Connected {
    /// What a lake calls it.
    pub(crate) name: String,
    /// The appliance as findings name it.
    pub(crate) identity: String,
    pub(crate) client: Arc<Client>,
    // The demo appliance that it may be runs as long as somebody asks it.
    _demo: Option<RunningAppliance>,
}

/// Connects, or gets ready to: nothing is sent yet.
pub(crate) fn connect(connection: &Connection, verbosity: Verbosity) -> Result<Connected> {
    let (base, credentials, demo) = match &connection.peer {
        Peer::Appliance(base, credentials) => (base.clone(), credentials.clone(), None),
        Peer::Demo(demo) => {
            let (demo, base) = start(demo)?;
            (base, demo.credentials().clone(), Some(demo))
        }
    };
    let link = &connection.link;
    let client = Client::new(transport(link, &base, verbosity)?, base, credentials);
    let client = client.signing(link.signing).retry(link.retry).limits(link.limits);
    let waits = WaitNotes::default();
    let client = match verbosity {
        Verbosity::ErrorsOnly => client,
        _ => client.on_wait(move |wait| waits.note(wait)),
    };
    let (name, identity) = (connection.label.clone(), connection.appliance.clone());
    Ok(Connected { name, identity, client: Arc::new(client), _demo: demo })
}

/// Connects, and asks what there is to ask. A signal ends that, and is then what the exit status tells.
pub(crate) fn ask(
    connection: &Connection,
    verbosity: Verbosity,
    ask: impl FnOnce(&Client, &Interrupt) -> Result<u8>,
) -> Result<u8> {
    until_interrupted(|interrupt| ask(&connect(connection, verbosity)?.client, interrupt))
}

/// The same of several appliances, each asked at a pace of its own.
pub(crate) fn ask_several(
    connections: &[Connection],
    verbosity: Verbosity,
    ask: impl FnOnce(&[Connected], &Interrupt) -> Result<u8>,
) -> Result<u8> {
    until_interrupted(|interrupt| ask(&connect_several(connections, verbosity)?, interrupt))
}

/// Connects to each of several appliances.
pub(crate) fn connect_several(
    connections: &[Connection],
    verbosity: Verbosity,
) -> Result<Vec<Connected>> {
    connections.iter().map(|connection| connect(connection, verbosity)).collect()
}

fn until_interrupted(run: impl FnOnce(&Interrupt) -> Result<u8>) -> Result<u8> {
    let interrupt = Interrupt::begin(Ends::Unfinished);
    let done = run(&interrupt);
    interrupt.status().map_or(done, Ok)
}

/// Starts the appliance inside the program.
pub(crate) fn start(demo: &DemoAppliance) -> Result<(RunningAppliance, BaseUrl)> {
    let appliance = Appliance::new()
        .config(NetworkConfig::new().version(demo.network))
        .dialect(demo.dialect)
        .faults(demo.faults.clone());
    let demo =
        appliance.start().map_err(|error| failed("failed to start the demo appliance", &error))?;
    let base = BaseUrl::new(&demo.url(), HttpPolicy::LoopbackOnly)
        .map_err(|error| failed("the demo appliance has no usable address", &error))?;
    Ok((demo, base))
}

/// What sends requests.
pub(crate) fn transport(
    link: &HttpLink,
    base: &BaseUrl,
    verbosity: Verbosity,
) -> Result<Box<dyn Transport>> {
    if let Some(setting) = &link.insecure {
        eprint_line(&format!(
            "warning: {setting}: certificates are not verified; anyone in between can read and \
             change everything"
        ));
    }
    if let Some(elsewhere) = &link.elsewhere {
        verbosity.warn(elsewhere);
    }
    let transport = link.backend.transport(&link.http);
    let transport = transport.map_err(|error| failed("failed to set up the connection", &error))?;
    if verbosity < Verbosity::Everything {
        return Ok(transport);
    }
    let log = |line: &str| eprint_line(&format!("asked: {line}"));
    Ok(Box::new(LoggingTransport::new(transport, base, log)))
}

fn failed(what: &str, error: &dyn std::error::Error) -> Failure {
    Failure::new(what).because(error)
}
