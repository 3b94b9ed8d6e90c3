//! `dt doctor`: the way to an appliance, step by step.
//!
//! A screen shows each step when it has been taken, which `table::step` does.

use dt_analysis::Level;

use super::{Block, Column, Section, Subject, Summary, Table, Value, View};
use crate::contract::{Doctor, Step, StepStatus};

const COLUMNS: [Column; 4] = [
    Column::word("Step").keyed("step"),
    Column::word("status").keyed("status"),
    Column::text("what was found").keyed("text"),
    Column::text("what to do").keyed("fix"),
];

pub(super) fn view(doctor: &Doctor) -> View<'_> {
    let blocks = vec![Block::Table(table(doctor))];
    View {
        kind: "Connection check",
        subject: Subject::Named(
            doctor.appliance.as_deref().unwrap_or("no appliance is configured"),
        ),
        summary: summary(&doctor.steps),
        series: Vec::new(),
        sections: Section::of("steps", "Step by step", blocks).into_iter().collect(),
    }
}

/// A step a row, in the order in which they were taken.
pub(crate) fn table(doctor: &Doctor) -> Table {
    let row = |step: &Step| {
        let status = Value::Level(level(step.status), step.status.as_str());
        vec![step.step.into(), status, (&step.text).into(), (&step.fix).into()]
    };
    Table::whole("Steps", &COLUMNS, doctor.steps.iter().map(row))
}

fn summary(steps: &[Step]) -> Summary {
    let worst = |status| steps.iter().find(|step| step.status == status);
    let text = match (worst(StepStatus::Fail), worst(StepStatus::Warn)) {
        (Some(step), _) => format!("It fails at {}: {}.", step.step, step.text),
        (None, Some(step)) => format!("It works, but look at {}: {}.", step.step, step.text),
        (None, None) => "Everything works.".to_owned(),
    };
    let level = steps.iter().filter_map(|step| level(step.status)).max();
    Summary::Sentence { level, text: text.into() }
}

/// How urgent a step is; `None` if nothing is to be done.
pub(crate) const fn level(status: StepStatus) -> Option<Level> {
    match status {
        StepStatus::Ok | StepStatus::Skip => None,
        StepStatus::Warn => Some(Level::Medium),
        StepStatus::Fail => Some(Level::High),
    }
}
