//! What devices' answers are made into, printed one after the other.

use dt_analysis::Level;
use dt_report::contract::Document;

use crate::exit::{self, ExitSummary};
use crate::failure::Result;
use crate::gather::{Answer, Gathering, Unanswered};
use crate::selection::TargetDevices;
use crate::ui::{PrintContext, Printer, print_failure};

/// Prints what `conclude` makes of what was answered about each device: one object, or a list of them.
pub(crate) fn print_each(
    devices: &TargetDevices,
    gathering: &Gathering<'_>,
    context: PrintContext<'_>,
    fail_on: Option<Level>,
    mut conclude: impl FnMut(Answer) -> Result<Document>,
) -> Result<u8> {
    let Gathering { session, client, interrupt, .. } = gathering;
    let is_one = devices.is_one();
    let mut printer = if is_one { Printer::one(context) } else { Printer::list(context) };
    let mut summary = ExitSummary::default();
    let targets = devices.targets(client, session.output.verbosity)?;
    gathering.each(targets, |outcome| {
        let outcome = outcome.map_err(Unanswered::into_failure);
        match outcome.and_then(&mut conclude) {
            Ok(document) => {
                summary.add(status(fail_on, &document));
                printer.print(document)?;
            }
            Err(failure) if is_one => return Err(failure),
            // A failing device does not stop the run.
            Err(failure) => {
                print_failure(&failure, session.output.format.is_json());
                summary.fail(failure.status);
            }
        }
        Ok(printer.flow())
    })?;
    interrupt.close();
    printer.finish()?;
    Ok(summary.status())
}

/// Prints a document, and gives the exit status that it means.
pub(crate) fn print_one(
    document: Document,
    context: PrintContext<'_>,
    fail_on: Option<Level>,
) -> Result<u8> {
    let status = status(fail_on, &document);
    let mut printer = Printer::one(context);
    printer.print(document)?;
    printer.finish()?;
    Ok(status)
}

/// The exit status that a document means: whether `--fail-on` is met.
pub(crate) fn status(fail_on: Option<Level>, document: &Document) -> u8 {
    let is_found = fail_on.is_some_and(|level| document.urgency() >= Some(level));
    if is_found { exit::FOUND } else { exit::DONE }
}
