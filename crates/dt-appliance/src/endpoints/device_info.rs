//! `/deviceinfo`: how a device communicated.

use std::sync::Arc;

use dt_model::Dialect;
use jiff::Timestamp;

use crate::answer::{Answer, Refusal};
use crate::dialect::{Question, Subject, View, appliance, documented};
use crate::network::Flow;
use crate::parameters::Parameters;
use crate::records::Records;

pub(super) fn answer(
    records: &Records,
    parameters: Parameters,
    _: Timestamp,
) -> Result<Answer, Refusal> {
    let network = records.network();
    let question = Question::read(parameters, network)?;
    let similar = network.similar(question.index).into_iter().take(question.similar_devices);
    let similar = similar.map(|similar| (similar.index, similar.score));
    let shown: Vec<(usize, u8, Arc<Vec<Flow>>)> = std::iter::once((question.index, 100))
        .chain(similar)
        .map(|(index, score)| (index, score, records.traffic(index)))
        .collect();
    let subjects: Vec<Subject<'_>> = shown
        .iter()
        .map(|(index, score, traffic)| Subject {
            view: View::new(network, *index, traffic, &question),
            score: *score,
        })
        .collect();
    Ok(match records.dialect() {
        Dialect::Appliance => Answer::json(&appliance::answer(&subjects, &question)),
        Dialect::Documented => Answer::json(&documented::answer(&subjects, &question)),
    })
}
