//! `dt devices`: the devices that an appliance knows, all of them or those of a kind.

use dt_model::{DeviceName, Selection};
use dt_report::contract::{Devices, Document};
use dt_report::schema::Object;

use super::{Context, Run};
use crate::asking::{Client, Connection, Notes, Session, ask};
use crate::exit;
use crate::failure::{Failure, Result};
use crate::options::{ApplianceOptions, OutputOptions, SelectionOptions};
use crate::ui::{Printer, Progress};

/// Arguments of `dt devices`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt --demo devices
  dt devices 'ws-*' --tag Finance --type laptop
  dt devices --subnet 10.20.4.0/24 -o csv > devices.csv
  dt devices -o ocsf > inventory.ndjson")]
pub(crate) struct Args {
    /// Only devices of this id, host name, IP, MAC or label, * stands for anything
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    output: OutputOptions,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let session = Session::new(Object::Devices, &self.output, context)?;
        let name = self.name.as_deref().map(str::parse).transpose()?;
        let selection = self.selection.into();
        let connection = Connection::resolve(self.appliance, context.environment)?;
        let session = session.with(&connection);
        Ok(Box::new(move || {
            let list = |client: &Client, _: &_| list(client, name.as_ref(), &selection, &session);
            ask(&connection, session.output.verbosity, list)
        }))
    }
}

/// Lists devices, those of a name if there is one.
///
/// Lines are printed page by page, as long as somebody reads them. A table has to know how wide its
/// columns are, and what is one document how many devices there are, so these are printed whole.
fn list(
    client: &Client,
    name: Option<&DeviceName>,
    selection: &Selection,
    session: &Session,
) -> Result<u8> {
    let verbosity = session.output.verbosity;
    let mut printer = Printer::one(session.print_context_unjudged());
    let by_line = session.output.format.is_by_line();
    let mut held = Devices::new(&[]);
    let mut found = 0;
    let mut notes = Notes::default();
    let progress = Progress::start("devices", verbosity);
    let listed = client.visit_devices(name, selection, |page| {
        progress.page(&page);
        notes.warn("/devicesearch", &page.warnings);
        found += page.devices.len();
        if !by_line {
            held.extend(&page.devices);
        } else if !page.devices.is_empty() {
            let page = Document::Devices(Devices::new(&page.devices));
            progress.aside(|| printer.print(&page))?;
        }
        Ok::<_, Failure>(printer.flow())
    });
    drop(progress);
    notes.print(verbosity);
    listed?;
    if !by_line || found == 0 {
        printer.print(&Document::Devices(held))?;
    }
    printer.finish()?;
    Ok(exit::DONE)
}
