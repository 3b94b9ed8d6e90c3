//! What has to be asked to answer a question about a device.

use dt_analysis::Analyses;
use dt_analysis::assessment::assess;
use dt_model::{DataType, DeviceId, DeviceInfo, Dialect, EvidencePart};
use dt_transport::{Client, Gathered, Needs, Transport, gather, gather_domains};

use crate::config::{Asking, Config, Cut, Question};
use crate::failure::Result;
use crate::inputs::Inputs;
use crate::run::looked_at;

/// Asks for all that a question needs.
///
/// What is outside stands in every answer of the documented dialect; the appliance dialect has to
/// be asked for it, which is known once the first answer is there. Which domains an unusual hour's
/// traffic may have gone to is known last.
pub(crate) fn evidence<T: Transport>(
    client: &Client<T>,
    did: DeviceId,
    question: Question,
    asking: &Asking,
    config: &Config,
) -> Result<Inputs> {
    let cut = looked_at(config, question);
    let query = asking.query(did)?;
    let first = gather(client, &Needs::new(query.clone(), first_parts(question, asking)))?;
    let dialect = first.evidence.dialect();
    let mut inputs = Inputs::default();
    inputs.take(first, cut);

    let about_outside = matches!(question, Question::External | Question::Report);
    if about_outside && dialect == Some(Dialect::Appliance) {
        let parts = [EvidencePart::External, EvidencePart::ExternalOut, EvidencePart::Endpoints];
        let parts =
            parts.into_iter().filter(|part| asking.enrich || *part != EvidencePart::Endpoints);
        inputs.take(gather(client, &Needs::new(query.clone(), parts))?, cut);
    }
    if question == Question::Report && config.policy.analyses == Analyses::All {
        let first = assess(&inputs.evidence, config.perspective().viewpoint, &config.policy);
        inputs.evidence.by_domain = gather_domains(client, &query, &first.questions)?;
    }
    Ok(inputs)
}

fn first_parts(question: Question, asking: &Asking) -> Vec<EvidencePart> {
    match question {
        Question::Connections | Question::Compare | Question::External => {
            vec![EvidencePart::Connections]
        }
        Question::Transfers => [
            (DataType::BytesOut, EvidencePart::BytesOut),
            (DataType::BytesIn, EvidencePart::BytesIn),
        ]
        .into_iter()
        .filter_map(|(data_type, part)| asking.counts(data_type).then_some(part))
        .collect(),
        Question::Timeline(_) => {
            vec![EvidencePart::counting(asking.data_type.unwrap_or_default())]
        }
        Question::Report => {
            vec![EvidencePart::Connections, EvidencePart::BytesOut, EvidencePart::BytesIn]
        }
    }
}

impl Inputs {
    /// Adds what was answered, and says what was not.
    fn take(&mut self, gathered: Gathered, cut: Cut) {
        let Gathered { mut evidence, missed } = gathered;
        for part in EvidencePart::ALL {
            let Some(answer) = evidence.answer_mut(part).and_then(Option::take) else { continue };
            self.warn(&format!("/deviceinfo ({part})"), &answer.warnings);
            if let Some(place) = self.evidence.answer_mut(part) {
                *place = Some(DeviceInfo::between(answer, cut.since, cut.until));
            }
        }
        if let Some(endpoints) = evidence.endpoints {
            self.evidence.endpoints.get_or_insert_default().extend(endpoints);
        }
        let reasons = missed.iter().map(|missed| (missed.part, missed.error.to_string()));
        self.missed.extend(reasons);
        for part in missed {
            self.notes.push(format!("\"{}\" is not reported: {}", part.part, part.error));
        }
    }
}
