//! `dt evidence`: what was looked at, found and answered, for whoever has to look again.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

use dt_model::{DeviceId, DeviceSearch};
use dt_report::clean;
use dt_report::contract::{
    self, DeviceView, Document, Evidence, Examined, ExchangeRow, Scope, Unexamined,
};
use dt_store::{Archive, sha256};
use dt_transport::{Client, Recorded, Transport};

use crate::config::{Config, Names};
use crate::failure::{Failure, Result};
use crate::gather::{Answer, Gathering, Unanswered};
use crate::printer::Printer;
use crate::run::{self, Statuses, targets};
use crate::say::{say, tell};
use crate::{devices, exit, snapshot};

/// Looks at every device that is meant, and prints all of it as one document. A device that fails is
/// part of it.
pub(crate) fn collect<T: Transport>(
    names: &Names,
    gathering: &Gathering<'_, T>,
    to: Option<&Path>,
) -> Result<u8> {
    let Gathering { config, client, interrupt, .. } = gathering;
    // A place that cannot be written to is told before anything is asked.
    let archive = to.map(Archive::open).transpose()?;
    let (mut examined, mut failed) = (Vec::new(), Vec::new());
    let mut statuses = Statuses::default();
    let mut inside = BTreeSet::new();
    gathering.each(targets(names, gathering)?, |outcome| {
        let looked = outcome.and_then(|answer| {
            inside.insert(answer.did);
            tell(&answer.inputs, config.output.chatter);
            examine(config, client, archive.as_ref(), answer)
        });
        match looked {
            Ok(device) => {
                statuses.add(exit::DONE);
                examined.push(device);
            }
            Err(Unanswered { name, failure, exchanges }) => {
                say(&failure.to_string());
                statuses.fail(failure.status);
                let (reason, _) = failure.parts();
                let exchanges = exchanges.iter().map(row).collect();
                failed.push(Unexamined { name, reason, exchanges });
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if interrupt.status().is_some() {
        // A document of some of the devices would look like one of all.
        return Ok(exit::FAILED);
    }
    let scope = scope(config, names, client, &inside, examined.len() + failed.len());
    let appliance = config.source.appliance();
    let evidence = Evidence::new(config.now, appliance, &config.policy, scope, examined, failed);
    let document = Document::Evidence(Box::new(evidence));
    let status = match statuses.together() {
        exit::DONE => run::status(config.fail_on, &document),
        failed => failed,
    };
    interrupt.close();
    let mut printer = Printer::one(config.making());
    printer.print(document)?;
    printer.finish()?;
    Ok(status)
}

fn examine<T: Transport>(
    config: &Config,
    client: &Client<T>,
    archive: Option<&Archive>,
    answer: Answer,
) -> std::result::Result<Examined, Unanswered> {
    let Answer { did, name, mut inputs, exchanges } = answer;
    let series = inputs.series.take();
    let report = contract::Answer::report_of(&inputs.evidence, series, config.perspective());
    let Some(report) = report else {
        let failure = Failure::new("nothing was answered about the device");
        return Err(Unanswered { name, failure, exchanges });
    };
    let mut rows: Vec<ExchangeRow> = exchanges.iter().map(row).collect();
    let mut path = None;
    if let Some(archive) = archive {
        let about = snapshot::about(config, client, did, &inputs.evidence);
        let kept = match snapshot::keep(archive, about, &inputs.evidence, exchanges) {
            Ok(kept) => kept,
            Err(failure) => return Err(Unanswered { name, failure, exchanges: Vec::new() }),
        };
        for (row, kept) in rows.iter_mut().zip(&kept.exchanges) {
            row.file = Some(kept.file.display().to_string());
        }
        path = Some(kept.path.display().to_string());
    }
    Ok(Examined::new(report, rows, path))
}

fn row(Recorded { exchange, .. }: &Recorded) -> ExchangeRow {
    ExchangeRow {
        target: exchange.target.clone(),
        status: exchange.status.as_u16(),
        bytes: exchange.body.len(),
        sha256: sha256(&exchange.body),
        file: None,
    }
}

/// Who was asked for, and whom the appliance knows besides. One that does not list its devices has
/// answered about these all the same.
fn scope<T: Transport>(
    config: &Config,
    names: &Names,
    client: &Client<T>,
    inside: &BTreeSet<DeviceId>,
    meant: usize,
) -> Scope {
    let asked = names.typed.iter().cloned().chain(names.selection.words());
    let asked = asked.chain(names.more.then(|| "names on standard input".to_owned())).collect();
    let everyone = DeviceSearch::new().count(DeviceSearch::MAX_COUNT);
    let known = match devices::search(config, everyone, client) {
        Ok(known) => known,
        Err(failure) => {
            let (reason, _) = failure.parts();
            let text = format!("which other devices there are is not known: {reason}");
            say(&format!("warning: {}", clean(&text)));
            return Scope { asked, known: None, inside: meant, outside: None };
        }
    };
    let is_inside = |did: Option<DeviceId>| did.is_some_and(|did| inside.contains(&did));
    let outside = known.iter().filter(|device| !is_inside(device.did)).map(DeviceView::from);
    Scope { asked, known: Some(known.len()), inside: meant, outside: Some(outside.collect()) }
}
