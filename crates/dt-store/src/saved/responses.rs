//! Single responses, read into the evidence about one device.

use dt_model::{
    Answer, DataType, DeviceInfo, DeviceName, Evidence, EvidencePart, Exchange, IntervalHours,
    Part, Question, Subject, Warning,
};

use super::{SavedError, SavedResponse};
use crate::StoredEvidence;

/// How single responses are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions<'a> {
    /// What a response without a label counts, if that is known.
    pub data_type: Option<DataType>,
    /// What a response is taken as that has no label and does not say it itself.
    pub unlabelled: Unlabelled,
    /// The device, if it was named: they have to be about it.
    pub device: Option<&'a DeviceName>,
    /// How wide their intervals are, if they do not say it.
    pub interval: Option<IntervalHours>,
}

/// What a response is taken as that has no label and does not say it itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unlabelled {
    /// Connections.
    #[default]
    Connections,
    /// Connections, but for one that lists domains: that is the part about the outside.
    External,
    /// Nothing: connections are not meant, and which bytes it counts nobody knows.
    Refused,
}

pub(super) fn read(
    responses: &[SavedResponse],
    options: &ReadOptions<'_>,
) -> Result<StoredEvidence, SavedError> {
    let evidence = Evidence::given();
    let mut reader =
        Reader { options, read: StoredEvidence { evidence, ..StoredEvidence::default() } };
    for response in responses {
        let bytes = response.bytes()?;
        match recorded(response, &bytes)? {
            Some(exchange) => reader.add_exchange(response, &exchange)?,
            None => reader.add_body(response, &bytes)?,
        }
    }
    let mut read = reader.read;
    stand_in(&mut read.evidence);
    check_subject(&read.evidence, options.device)?;
    Ok(read)
}

/// An exchange, if the bytes are one rather than a body alone.
fn recorded(response: &SavedResponse, bytes: &[u8]) -> Result<Option<Exchange>, SavedError> {
    // No answer of an appliance has a target; looking for it costs nothing.
    let mut beginning = bytes.split(|byte| byte.is_ascii_whitespace() || *byte == b'{');
    if beginning.find(|word| !word.is_empty()).is_none_or(|word| !word.starts_with(b"\"target\"")) {
        return Ok(None);
    }
    let read = serde_json::from_slice(bytes).map(Some);
    read.map_err(|source| SavedError::Exchange { at: response.name(), source })
}

struct Reader<'a> {
    options: &'a ReadOptions<'a>,
    read: StoredEvidence,
}

impl Reader<'_> {
    /// Adds what was recorded of one question.
    fn add_exchange(
        &mut self,
        response: &SavedResponse,
        exchange: &Exchange,
    ) -> Result<(), SavedError> {
        let at = response.name();
        let Some(question) = Question::from_target(&exchange.target) else {
            return Err(SavedError::NoPart { at });
        };
        check_interval(&question, self.options.interval, &at)?;
        let part = question.evidence_part();
        if let (Some(label), Some(part)) = (response.part(), part)
            && label != part
        {
            return Err(SavedError::OtherPart { at, part });
        }
        let evidence = &mut self.read.evidence;
        if let Some(part) = part
            && part.is_one_answer()
            && evidence.is_answered(part)
        {
            return Err(SavedError::SamePart { part, at: Some(at) });
        }
        let answer = if let Some(refusal) = exchange.refusal() {
            Err(refusal)
        } else {
            let read = question.read(&exchange.body);
            Ok(read.map_err(|error| SavedError::Body { at: at.clone(), error })?)
        };
        forget_refusal(evidence, question.subject());
        let warnings = answer.iter().flat_map(Answer::warnings).cloned().collect();
        evidence.take(question, answer);
        self.warn(&at, warnings);
        Ok(())
    }

    fn add_body(&mut self, response: &SavedResponse, bytes: &[u8]) -> Result<(), SavedError> {
        let at = response.name();
        let body = |error| SavedError::Body { at: at.clone(), error };
        if let Some(part) = response.part().filter(|part| part.data_type().is_none()) {
            let warnings = self.read.evidence.add_saved(part, bytes).map_err(body)?;
            self.warn(&at, warnings);
            return Ok(());
        }
        let counts = match response.part() {
            Some(part) => part.data_type(),
            None => self.options.data_type,
        };
        // One that is said to be about a device by its id is found by that, wherever it stands.
        let did = self.options.device.and_then(DeviceName::did);
        let info = match (did, counts) {
            (Some(did), counts) => DeviceInfo::from_slice_about(bytes, counts, did),
            (None, Some(data_type)) => DeviceInfo::from_slice_as(bytes, data_type),
            (None, None) => DeviceInfo::from_slice(bytes),
        };
        let mut info = info.map_err(body)?;
        let part = match response.part() {
            Some(part) => part,
            None => self.part_of(&info, &at)?,
        };
        self.warn(&at, info.warnings.clone());
        if let Some(interval) = self.options.interval {
            info = info.with_interval(interval);
        }
        match self.read.evidence.part_mut(part) {
            Some(Part::Answered(_)) => Err(SavedError::SamePart { part, at: Some(at) }),
            Some(place) => {
                *place = Part::Answered(info);
                Ok(())
            }
            // What is no answer of /deviceinfo is read above.
            None => Ok(()),
        }
    }

    /// Which part a response without a label is.
    fn part_of(&mut self, info: &DeviceInfo, at: &str) -> Result<EvidencePart, SavedError> {
        match info.subject.series.measure() {
            Some(DataType::Connections) => {}
            Some(data_type @ (DataType::BytesOut | DataType::BytesIn)) => {
                return Ok(EvidencePart::counting(data_type));
            }
            None if self.options.unlabelled == Unlabelled::Refused => {
                return Err(SavedError::Unlabelled { at: at.to_owned() });
            }
            None => self.read.assumed.push(at.to_owned()),
        }
        // Only an answer about the outside lists domains.
        let breakdown = info.subject.breakdown.as_ref();
        let is_external = breakdown.is_some_and(|breakdown| breakdown.external_domains.is_some());
        Ok(match self.options.unlabelled {
            Unlabelled::External if is_external => EvidencePart::External,
            _ => EvidencePart::Connections,
        })
    }

    fn warn(&mut self, at: &str, warnings: Vec<Warning>) {
        self.read.warnings.extend(warnings.into_iter().map(|warning| (at.to_owned(), warning)));
    }
}

/// Refuses a recorded answer whose intervals are not as wide as they are said to be.
pub(super) fn check_interval(
    question: &Question,
    said: Option<IntervalHours>,
    at: &str,
) -> Result<(), SavedError> {
    match (question, said) {
        (Question::Part(_, query), Some(said)) if query.bucket_width() != said => {
            let recorded = query.bucket_width();
            Err(SavedError::OtherInterval { at: at.to_owned(), recorded, said })
        }
        _ => Ok(()),
    }
}

/// What was asked again after it had been refused is what it was answered then.
fn forget_refusal(evidence: &mut Evidence, subject: Subject<'_>) {
    match subject {
        Subject::Domain(question) => {
            evidence.by_domain.retain(|(other, part)| other != question || part.is_answered());
        }
        Subject::Endpoint(host) => {
            evidence.endpoints.retain(|(other, part)| other != host || part.is_answered());
        }
        // The newer answer takes its place.
        _ => {}
    }
}

/// Where only one domain was asked about, its answer is the one about the outside.
fn stand_in(evidence: &mut Evidence) {
    if evidence.answers().next().is_some() {
        return;
    }
    let [(question, Part::Answered(_))] = evidence.by_domain.as_slice() else { return };
    let part = match question.data_type {
        DataType::Connections => EvidencePart::External,
        DataType::BytesOut => EvidencePart::ExternalOut,
        DataType::BytesIn => EvidencePart::BytesIn,
    };
    if let Some((_, answer)) = evidence.by_domain.pop()
        && let Some(place) = evidence.part_mut(part)
    {
        *place = answer;
    }
}

/// Refuses responses about different devices, or about another one than was named.
fn check_subject(evidence: &Evidence, named: Option<&DeviceName>) -> Result<(), SavedError> {
    let mut ids = evidence.answers().filter_map(|answer| answer.subject.device.did);
    if let Some(first) = ids.next()
        && let Some(other) = ids.find(|did| *did != first)
    {
        return Err(SavedError::Devices(first, other));
    }
    let mut dialects = evidence.answers().map(|answer| answer.dialect);
    if let Some(first) = dialects.next()
        && dialects.any(|dialect| dialect != first)
    {
        return Err(SavedError::Dialects);
    }
    let about = evidence.device();
    match named {
        Some(name) if name.fit(&about).is_none() => {
            Err(SavedError::OtherDevice { named: name.to_string(), about: Box::new(about) })
        }
        _ => Ok(()),
    }
}
