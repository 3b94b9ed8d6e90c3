//! What devices' answers are made into, printed one after the other.

use std::ops::ControlFlow;

use dt_report::contract::Document;

use crate::exit::ExitSummary;
use crate::failure::Result;
use crate::ui::{PrintContext, Printer, print_failure};

/// What an answer, or why there is none, is handed to.
pub(crate) type HandOn<'a, A> = &'a mut dyn FnMut(Result<A>) -> Result<ControlFlow<()>>;

/// Prints what `conclude` makes of each answer that `each` hands on: one object, or a list of them, which
/// an answer that fails does not end.
pub(crate) fn print_each<A>(
    context: PrintContext<'_>,
    is_one: bool,
    each: impl FnOnce(HandOn<'_, A>) -> Result<()>,
    mut conclude: impl FnMut(A) -> Result<Document>,
) -> Result<u8> {
    let output = context.output;
    let mut printer = if is_one { Printer::one(context) } else { Printer::list(context) };
    let mut summary = ExitSummary::default();
    each(&mut |answer| {
        match answer.and_then(&mut conclude) {
            Ok(document) => {
                summary.add(output.status(document.urgency()));
                printer.print(&document)?;
            }
            Err(failure) if is_one => return Err(failure),
            Err(failure) => {
                print_failure(&failure, output.format.is_json());
                summary.fail(failure.status);
            }
        }
        Ok(printer.flow())
    })?;
    printer.finish()?;
    Ok(summary.status())
}

/// Prints a document, and gives the exit status that it means.
pub(crate) fn print_one(document: Document, context: PrintContext<'_>) -> Result<u8> {
    print_each(context, true, |hand_on| hand_on(Ok(document)).map(drop), Ok)
}
