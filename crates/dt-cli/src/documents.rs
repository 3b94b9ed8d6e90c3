//! What devices' answers are made into, printed one after the other.

use std::ops::ControlFlow;

use dt_analysis::Level;
use dt_report::contract::Document;

use crate::exit::{self, ExitSummary};
use crate::failure::Result;
use crate::ui::{PrintContext, Printer, print_failure};

/// What an answer, or why there is none, is handed to.
pub(crate) type HandOn<'a, A> = &'a mut dyn FnMut(Result<A>) -> Result<ControlFlow<()>>;

/// Prints what `conclude` makes of each answer that `each` hands on: one object, or a list of them, which
/// an answer that fails does not end.
pub(crate) fn print_each<A>(
    context: PrintContext<'_>,
    is_one: bool,
    fail_on: Option<Level>,
    each: impl FnOnce(HandOn<'_, A>) -> Result<()>,
    mut conclude: impl FnMut(A) -> Result<Document>,
) -> Result<u8> {
    let is_json = context.output.format.is_json();
    let mut printer = if is_one { Printer::one(context) } else { Printer::list(context) };
    let mut summary = ExitSummary::default();
    each(&mut |answer| {
        match answer.and_then(&mut conclude) {
            Ok(document) => {
                summary.add(status(fail_on, &document));
                printer.print(&document)?;
            }
            Err(failure) if is_one => return Err(failure),
            Err(failure) => {
                print_failure(&failure, is_json);
                summary.fail(failure.status);
            }
        }
        Ok(printer.flow())
    })?;
    printer.finish()?;
    Ok(summary.status())
}

/// Prints a document, and gives the exit status that it means.
pub(crate) fn print_one(
    document: Document,
    context: PrintContext<'_>,
    fail_on: Option<Level>,
) -> Result<u8> {
    print_each(context, true, fail_on, |hand_on| hand_on(Ok(document)).map(drop), Ok)
}

/// The exit status that a document means: whether `--fail-on` is met.
pub(crate) fn status(fail_on: Option<Level>, document: &Document) -> u8 {
    let is_found = fail_on.is_some_and(|level| document.urgency() >= Some(level));
    if is_found { exit::FOUND } else { exit::DONE }
}
