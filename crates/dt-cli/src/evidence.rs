//! `dt evidence`: what was looked at, found and answered, for whoever has to look again.

use std::collections::BTreeSet;
use std::path::Path;

use dt_model::DeviceId;
use dt_report::contract::{
    Answer, DeviceView, Document, Evidence, Examined, ExchangeRow, Scope, Unexamined,
};
use dt_store::{Archive, sha256};
use dt_transport::{Client, DeviceSearch, Exchange, RecordingTransport, Transport};

use crate::config::{Asking, Config, Names, Question};
use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::printer::Printer;
use crate::run::{self, Going, Statuses, visit};
use crate::say::{say, tell};
use crate::{ask, devices, exit, snapshot};

/// Looks at every device that is meant, and prints all of it as one document. A device that fails is
/// part of it.
pub(crate) fn collect<T: Transport>(
    config: &Config,
    names: &Names,
    asking: &Asking,
    to: Option<&Path>,
    client: &Client<RecordingTransport<T>>,
) -> Result<u8> {
    // A place that cannot be written to is told before anything is asked.
    let archive = to.map(Archive::open).transpose()?;
    let (mut examined, mut failed) = (Vec::new(), Vec::new());
    let mut statuses = Statuses::default();
    let mut inside = BTreeSet::new();
    let ask_about = |did: DeviceId, name: &str| {
        // What it took to find the device is not about it.
        client.transport().take();
        inside.insert(did);
        let inputs = ask::evidence(client, did, Question::Report, asking, config)
            .map_err(|failure| failure.about(name));
        Ok((did, inputs, client.transport().take()))
    };
    visit(config, names, client, ask_about, |name, answer| {
        let mut rows = Vec::new();
        let looked = answer.and_then(|(did, inputs, exchanges)| {
            rows = exchanges.iter().map(row).collect();
            let inputs = inputs?;
            tell(&inputs, config.output.chatter);
            examine(config, client, archive.as_ref(), did, &inputs, exchanges)
        });
        match looked {
            Ok(device) => {
                statuses.add(exit::DONE);
                examined.push(device);
            }
            Err(failure) => {
                say(&failure.to_string());
                statuses.fail(failure.status);
                let (reason, _) = failure.parts();
                failed.push(Unexamined { name: name.to_owned(), reason, exchanges: rows });
            }
        }
        Ok(Going::On)
    })?;
    let scope = scope(config, names, client, &inside, examined.len() + failed.len());
    let appliance = config.source.appliance();
    let evidence = Evidence::new(config.now, appliance, &config.policy, scope, examined, failed);
    let document = Document::Evidence(Box::new(evidence));
    let status = match statuses.together() {
        exit::DONE => run::status(config.fail_on, &document),
        failed => failed,
    };
    let mut printer = Printer::one(config.making());
    printer.print(document)?;
    printer.finish()?;
    Ok(status)
}

fn examine<T: Transport>(
    config: &Config,
    client: &Client<RecordingTransport<T>>,
    archive: Option<&Archive>,
    did: DeviceId,
    inputs: &Inputs,
    exchanges: Vec<Exchange>,
) -> Result<Examined> {
    let report = Answer::report(&inputs.evidence, config.perspective())
        .ok_or_else(|| Failure::new("nothing was answered about the device"))?;
    let mut rows: Vec<ExchangeRow> = exchanges.iter().map(row).collect();
    let mut path = None;
    if let Some(archive) = archive {
        let about = snapshot::about(config, client, did, &inputs.evidence);
        let kept = archive.keep(about, exchanges)?;
        for (row, (file, _)) in rows.iter_mut().zip(&kept.exchanges) {
            row.file = Some(file.display().to_string());
        }
        path = Some(kept.path.display().to_string());
    }
    Ok(Examined::new(report, &inputs.missed, rows, path))
}

fn row(exchange: &Exchange) -> ExchangeRow {
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
            say(&failure.to_string());
            return Scope { asked, known: None, inside: meant, outside: None };
        }
    };
    let is_inside = |did: Option<DeviceId>| did.is_some_and(|did| inside.contains(&did));
    let outside = known.iter().filter(|device| !is_inside(device.did)).map(DeviceView::from);
    Scope { asked, known: Some(known.len()), inside: meant, outside: Some(outside.collect()) }
}
