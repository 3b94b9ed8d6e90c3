//! From a configuration to a document.

use dt_report::contract::{Answer, Document};

use crate::config::{Config, Task};
use crate::failure::{Failure, Result};
use crate::input::Inputs;

/// Answers the question of a configuration from what was read.
pub(crate) fn document(config: &Config, inputs: &Inputs) -> Result<Document> {
    let evidence = &inputs.evidence;
    let (policy, now) = (&config.policy, config.now);
    let connections = || evidence.connections.as_ref().ok_or_else(|| missing(config.task));
    Ok(match config.task {
        Task::Connections => {
            Document::Connections(Box::new(Answer::connections(connections()?, policy, now)))
        }
        Task::Compare => Document::Compare(Box::new(Answer::compare(connections()?, policy, now))),
        Task::Transfers => {
            let (out, into) = (evidence.bytes_out.as_ref(), evidence.bytes_in.as_ref());
            let answer = Answer::transfers(out, into, policy, now);
            Document::Transfers(Box::new(answer.ok_or_else(|| missing(config.task))?))
        }
        Task::External => {
            let answer = Answer::external(evidence, policy, now);
            Document::External(Box::new(answer.ok_or_else(|| missing(config.task))?))
        }
        Task::Report => {
            let answer = Answer::report(evidence, policy, now);
            Document::Report(Box::new(answer.ok_or_else(|| missing(config.task))?))
        }
    })
}

/// The part that a question cannot do without is not there.
fn missing(task: Task) -> Failure {
    let (name, wanted) = match task {
        Task::Connections => ("connections", "co=FILE"),
        Task::Compare => ("compare", "co=FILE"),
        Task::Transfers => ("transfers", "sizeout=FILE or --input sizein=FILE"),
        Task::External => ("external", "external=FILE or --input co=FILE"),
        Task::Report => ("report", "co=FILE"),
    };
    Failure::usage(format!("none of the saved responses is one that {name} can answer from"))
        .hint(format!("add --input {wanted}"))
}
