//! `dt devices`: the devices that an appliance knows, all of them or those of a kind.

use dt_analysis::Policy;
use dt_report::contract::{Devices, Document};
use dt_report::schema::Object;
use dt_transport::{Client, Transport};

use super::{Context, Request};
use crate::connect::connect;
use crate::failure::Result;
use crate::inputs::Inputs;
use crate::interrupt::{Ends, Interrupt};
use crate::inventory::{none_selected, pages};
use crate::options::{ApplianceOptions, OutputOptions, SelectionOptions};
use crate::selection::Selection;
use crate::session::Session;
use crate::source::Connection;
use crate::ui::{Output, Printer, Progress};
use crate::{exit, resolve};

/// Arguments of `dt devices`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt --demo devices
  dt devices 'ws-*' --tag Finance --type laptop
  dt devices --subnet 10.20.4.0/24 -o csv > devices.csv
  dt devices -o ocsf > inventory.ndjson")]
pub(crate) struct Args {
    /// Only devices whose host name is this, * stands for anything
    query: Option<String>,
    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// Which devices are listed.
#[derive(Debug)]
pub(super) struct Listing {
    query: Option<String>,
    selection: Selection,
    connection: Connection,
    session: Session,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Listing> {
        let output = Output::resolve(Object::Devices, &self.output, None, context.environment)?;
        let selection = Selection::resolve(self.selection)?;
        let connection = Connection::resolve(self.appliance, context.environment)?;
        let session = Session::with(&connection, Policy::default(), output, context.now);
        Ok(Listing { query: self.query, selection, connection, session })
    }
}

impl Request for Listing {
    fn run(self: Box<Self>) -> Result<u8> {
        let interrupt = Interrupt::listen(Ends::Unfinished)?;
        let connected = connect(&self.connection, self.session.output.verbosity)?;
        let done = list(&self, &connected.client);
        interrupt.status().map_or(done, Ok)
    }
}

/// Lists devices, those with a name like `query` if there is one.
///
/// Lines are printed page by page, as long as somebody reads them. A table has to know how wide its
/// columns are, and what is one document how many devices there are, so these are printed whole.
fn list<T: Transport>(request: &Listing, client: &Client<T>) -> Result<u8> {
    let Listing { query, selection, session, .. } = request;
    let verbosity = session.output.verbosity;
    let search = match query {
        Some(name) => selection.search().matching("hostname", name),
        None => selection.search(),
    };
    let mut printer = Printer::one(session.print_context_unjudged());
    let by_line = session.output.format.is_by_line();
    let mut held = Vec::new();
    let mut found = 0;
    let mut odd = Inputs::default();
    let progress = Progress::start("devices", verbosity);
    for page in pages(client, search, &progress) {
        let page = page?;
        odd.warn("/devicesearch", &page.warnings);
        let devices = page.devices.into_iter().filter(|device| selection.holds(device));
        let before = held.len();
        held.extend(devices);
        found += held.len() - before;
        if by_line && !held.is_empty() {
            let page = Devices::new(&std::mem::take(&mut held));
            progress.aside(|| printer.print(Document::Devices(page)))?;
            if printer.is_pipe_closed() {
                break;
            }
        }
    }
    drop(progress);
    odd.print_notes(verbosity);
    match (query, selection.is_empty()) {
        _ if found > 0 => {}
        // An appliance that knows no device has answered.
        (None, true) => {}
        (Some(name), true) => return Err(resolve::unknown_name(client, name)),
        (_, false) => return Err(none_selected(client, selection)),
    }
    if !by_line || found == 0 {
        printer.print(Document::Devices(Devices::new(&held)))?;
    }
    printer.finish()?;
    Ok(exit::DONE)
}
