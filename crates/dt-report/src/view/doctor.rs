//! `dt doctor`: the way to an appliance, step by step.
//!
//! A screen shows each step when it has been taken, which `table::step` does.

use dt_analysis::Level;

use super::{Block, Column, Subject, Summary, Table, Value, View};
use crate::contract::{Doctor, Step, StepStatus};

pub(super) fn view(doctor: &Doctor) -> View<'_> {
    let appliance = doctor.appliance.as_deref().unwrap_or("no appliance is configured");
    View::of("Connection check", Subject::Named(appliance.into()), summary(&doctor.steps)).section(
        "steps",
        "Step by step",
        [Block::Table(table(doctor))],
    )
}

/// A step a row, in the order in which they were taken.
pub(crate) fn table(doctor: &Doctor) -> Table {
    let status = |it: &&Step| Value::Level(level(it.status), it.status.as_str());
    Table::of("Steps", &doctor.steps)
        .column(Column::word("Step").keyed("step"), |it| it.step)
        .column(Column::word("status").keyed("status"), status)
        .column(Column::text("what was found").keyed("text"), |it| &it.text)
        .column(Column::text("what to do").keyed("fix"), |it| &it.fix)
        .whole()
}

fn summary(steps: &[Step]) -> Summary {
    let worst = |status| steps.iter().find(|step| step.status == status);
    let text = match (worst(StepStatus::Fail), worst(StepStatus::Warn)) {
        (Some(step), _) => format!("It fails at {}: {}.", step.step, step.text),
        (None, Some(step)) => format!("It works, but look at {}: {}.", step.step, step.text),
        (None, None) => "Everything works.".to_owned(),
    };
    Summary::sentence(steps.iter().filter_map(|step| level(step.status)).max(), text)
}

/// How urgent a step is; `None` if nothing is to be done.
pub(crate) const fn level(status: StepStatus) -> Option<Level> {
    match status {
        StepStatus::Ok | StepStatus::Skip => None,
        StepStatus::Warn => Some(Level::Medium),
        StepStatus::Fail => Some(Level::High),
    }
}
