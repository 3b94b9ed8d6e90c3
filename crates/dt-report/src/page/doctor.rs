//! The page of `dt doctor`.

use dt_analysis::Level;

use super::{Block, Cell, Column, Page, Section, Table, Text, Verdict};
use crate::contract::{Doctor, Step, StepStatus};

pub(super) fn page(doctor: &Doctor) -> Page {
    let columns = [
        Column::Text("Step"),
        Column::Text("status"),
        Column::Text("what was found"),
        Column::Text("what to do"),
    ];
    let row = |step: &Step| -> Vec<Cell> {
        let status = step.status;
        vec![
            step.step.into(),
            Cell { text: status.as_str().into(), bar: None, level: level(status) },
            step.text.as_str().into(),
            step.fix.as_deref().unwrap_or_default().into(),
        ]
    };
    let table = Table::whole("Steps", &columns, doctor.steps.iter().map(row));
    let name = doctor.appliance.as_deref().unwrap_or("no appliance is configured");
    Page {
        kind: "Connection check",
        name: name.into(),
        facts: Vec::new(),
        period: Vec::new(),
        verdict: Some(verdict(&doctor.steps)),
        sections: Section::of("steps", "Step by step", vec![Block::Table(table)])
            .into_iter()
            .collect(),
    }
}

fn verdict(steps: &[Step]) -> Verdict {
    let worst = |status| steps.iter().find(|step| step.status == status);
    let text: Text = match (worst(StepStatus::Fail), worst(StepStatus::Warn)) {
        (Some(step), _) => format!("It fails at {}: {}.", step.step, step.text).into(),
        (None, Some(step)) => format!("It works, but look at {}: {}.", step.step, step.text).into(),
        (None, None) => "Everything works.".into(),
    };
    Verdict::Sentence { level: steps.iter().filter_map(|step| level(step.status)).max(), text }
}

const fn level(status: StepStatus) -> Option<Level> {
    match status {
        StepStatus::Ok | StepStatus::Skip => None,
        StepStatus::Warn => Some(Level::Medium),
        StepStatus::Fail => Some(Level::High),
    }
}
