//! Saved responses.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dt_model::{
    DataType, DeviceId, DeviceInfo, EndpointDetails, Evidence, EvidencePart, Exchange,
    IntervalHours, Part, Question, ReadError, Subject,
};

use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::question::Question as Asked;
use crate::stored;
use crate::times::TimeRange;

/// A saved response, and what it was said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    part: Option<EvidencePart>,
    source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    StandardInput,
    File(PathBuf),
}

/// How many bytes of a saved response are read at most: far more than four weeks take.
const LARGEST: u64 = 256 * 1024 * 1024;

impl Input {
    /// Reads `[PART=]FILE`. A `=` belongs to the name unless a part stands before it.
    pub(crate) fn parse(text: &OsString) -> Result<Self> {
        let labelled = text.to_str().and_then(|text| {
            let (label, file) = text.split_once('=')?;
            Some((label.parse().ok()?, file))
        });
        let (part, file) = match labelled {
            Some((part, file)) => (Some(part), Path::new(file)),
            None => (None, Path::new(text)),
        };
        if file.as_os_str().is_empty() {
            return Err(Failure::usage("--input names no file"));
        }
        let source = if file == Path::new("-") {
            Source::StandardInput
        } else {
            Source::File(file.to_owned())
        };
        Ok(Self { part, source })
    }

    /// The directory that it is, if it is one.
    fn directory(&self) -> Option<&Path> {
        match &self.source {
            Source::File(path) if path.is_dir() => Some(path),
            Source::File(_) | Source::StandardInput => None,
        }
    }

    /// Refuses what can be seen to be wrong before anything is read.
    pub(crate) fn check(inputs: &[Self]) -> Result<()> {
        let from_standard_input = |input: &&Self| input.source == Source::StandardInput;
        if inputs.iter().filter(from_standard_input).count() > 1 {
            return Err(Failure::usage("standard input can be read only once"));
        }
        for part in EvidencePart::GIVEN {
            if inputs.iter().filter(|input| input.part == Some(part)).count() > 1 {
                return Err(twice(part));
            }
        }
        Ok(())
    }

    /// Where it is, in words.
    pub(crate) fn name(&self) -> String {
        match &self.source {
            Source::StandardInput => "standard input".to_owned(),
            Source::File(path) => path.display().to_string(),
        }
    }

    fn bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut take = |source: &mut dyn Read| source.take(LARGEST + 1).read_to_end(&mut bytes);
        let read = match &self.source {
            Source::StandardInput => take(&mut io::stdin().lock()),
            Source::File(path) => File::open(path).and_then(|mut file| take(&mut file)),
        };
        read.map_err(|error| self.unreadable(&error))?;
        if bytes.len() as u64 > LARGEST {
            return Err(Failure::new("a saved response is larger than 256 MiB").at(self.name()));
        }
        Ok(bytes)
    }

    fn unreadable(&self, error: &io::Error) -> Failure {
        let name = self.name();
        let failure = Failure::new("failed to read a saved response").at(&name).because(error);
        if error.kind() == io::ErrorKind::NotFound && name.contains('=') {
            let parts = EvidencePart::GIVEN.map(EvidencePart::as_str).join(", ");
            return failure.hint(format!("a label is one of {parts}"));
        }
        failure
    }
}

fn twice(part: EvidencePart) -> Failure {
    Failure::usage(format!("two saved responses are both \"{part}\""))
        .hint("give each part once; label them, as in --input sizeout=FILE")
}

/// How saved responses are read.
pub(crate) struct Reading<'a> {
    pub(crate) question: Asked,
    /// What was asked to be counted: what a response without a label is taken as.
    pub(crate) data_type: Option<DataType>,
    /// The device as it was typed, if it was.
    pub(crate) device: Option<&'a str>,
    pub(crate) interval: Option<IntervalHours>,
    pub(crate) range: TimeRange,
}

impl Reading<'_> {
    /// The device, if it was named by its id.
    fn did(&self) -> Option<DeviceId> {
        let did = self.device?.parse().ok().map(DeviceId::new)?;
        did.is_device().then_some(did)
    }
}

/// Reads all saved responses: files, or directories of snapshots.
pub(crate) fn read(inputs: &[Input], reading: &Reading<'_>) -> Result<Inputs> {
    let directories: Vec<&Path> = inputs.iter().filter_map(Input::directory).collect();
    let mut read = match directories.len() {
        0 => files(inputs, reading)?,
        all if all == inputs.len() && inputs.iter().all(|input| input.part.is_none()) => {
            stored::read(&directories, reading.device, reading.interval)?
        }
        _ => {
            return Err(Failure::usage("a snapshot says itself what it holds, and all of it")
                .hint("name directories without a label, and no files beside them"));
        }
    };
    stand_in(&mut read.evidence);
    one_subject(&read.evidence, reading.device)?;
    read.evidence = read.evidence.between(reading.range.since, reading.range.until);
    Ok(read)
}

fn files(inputs: &[Input], reading: &Reading<'_>) -> Result<Inputs> {
    let mut read = Inputs { evidence: Evidence::given(), ..Inputs::default() };
    for input in inputs {
        let bytes = input.bytes()?;
        match recorded(input, &bytes)? {
            Some(exchange) => read.add_exchange(input, &exchange, reading.interval)?,
            None => read.add_body(input, &bytes, reading)?,
        }
    }
    Ok(read)
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

/// An exchange, if the bytes are one rather than a body alone.
fn recorded(input: &Input, bytes: &[u8]) -> Result<Option<Exchange>> {
    // No answer of an appliance has a target; looking for it costs nothing.
    let mut beginning = bytes.split(|byte| byte.is_ascii_whitespace() || *byte == b'{');
    if beginning.find(|word| !word.is_empty()).is_none_or(|word| !word.starts_with(b"\"target\"")) {
        return Ok(None);
    }
    serde_json::from_slice(bytes).map(Some).map_err(|error| {
        Failure::new("failed to read a recorded exchange").at(input.name()).because(&error)
    })
}

/// Reads a body. One that is said to be about a device by its id is found by that, wherever it stands.
fn answer(
    input: &Input,
    counts: Option<DataType>,
    did: Option<DeviceId>,
    bytes: &[u8],
) -> Result<DeviceInfo> {
    let read = match (did, counts) {
        (Some(did), counts) => DeviceInfo::from_slice_about(bytes, counts, did),
        (None, Some(data_type)) => DeviceInfo::from_slice_as(bytes, data_type),
        (None, None) => DeviceInfo::from_slice(bytes),
    };
    read.map_err(|error| unreadable(input, &error))
}

fn unreadable(input: &Input, error: &ReadError) -> Failure {
    let mut failure = Failure::new(error.to_string()).at(input.name());
    if let Some(source) = std::error::Error::source(error) {
        failure = failure.because(source);
    }
    if error.is_truncated() {
        failure = failure.hint("save the response again: it was cut off");
    }
    failure
}

impl Inputs {
    /// Adds what was recorded of one question.
    fn add_exchange(
        &mut self,
        input: &Input,
        exchange: &Exchange,
        interval: Option<IntervalHours>,
    ) -> Result<()> {
        let Some(question) = Question::from_target(&exchange.target) else {
            return Err(Failure::new(
                "the recorded exchange is about no part of a device's traffic",
            )
            .at(input.name()));
        };
        if let (Some(said), Question::Part(_, query)) = (interval, &question) {
            stored::same_interval(query.bucket_width(), said)
                .map_err(|failure| failure.at(input.name()).hint("leave out --interval-hours"))?;
        }
        let part = question.evidence_part();
        if let (Some(label), Some(part)) = (input.part, part)
            && label != part
        {
            return Err(Failure::usage(format!("the recorded exchange is \"{part}\""))
                .at(input.name())
                .hint("leave the label out: an exchange says what it holds"));
        }
        if part.and_then(|part| self.evidence.part(part)).is_some_and(Part::is_answered) {
            return Err(twice(part.unwrap_or(EvidencePart::Connections)).at(input.name()));
        }
        let answer = if let Some(refusal) = exchange.refusal() {
            Err(refusal)
        } else {
            let read = question.read(&exchange.body);
            Ok(read.map_err(|error| unreadable(input, &error))?)
        };
        forget_refusal(&mut self.evidence, question.subject());
        if let Ok(answer) = &answer {
            self.warn(&input.name(), answer.warnings());
        }
        self.evidence.take(question, answer);
        Ok(())
    }

    fn add_body(&mut self, input: &Input, bytes: &[u8], reading: &Reading<'_>) -> Result<()> {
        if input.part == Some(EvidencePart::Endpoints) {
            return self.add_endpoints(input, bytes);
        }
        let counts = match input.part {
            Some(part) => part.data_type(),
            None => reading.data_type,
        };
        let info = answer(input, counts, reading.did(), bytes)?;
        let part = match input.part {
            Some(part) => part,
            None => self.guess(input, &info, reading.question)?,
        };
        self.add(input, part, info, reading.interval)
    }

    fn add_endpoints(&mut self, input: &Input, bytes: &[u8]) -> Result<()> {
        let (endpoints, warnings) = EndpointDetails::list_from_slice(bytes)
            .map_err(|error| Failure::new(error.to_string()).at(input.name()))?;
        self.warn(&input.name(), &warnings);
        self.evidence.add_endpoints(endpoints);
        Ok(())
    }

    fn add(
        &mut self,
        input: &Input,
        part: EvidencePart,
        info: DeviceInfo,
        interval: Option<IntervalHours>,
    ) -> Result<()> {
        self.warn(&input.name(), &info.warnings);
        let info = match interval {
            Some(interval) => info.with_interval(interval),
            None => info,
        };
        match self.evidence.part_mut(part) {
            Some(Part::Answered(_)) => Err(twice(part).at(input.name())),
            Some(place) => {
                *place = Part::Answered(info);
                Ok(())
            }
            // Endpoints are no answer of /deviceinfo, and read by themselves.
            None => Ok(()),
        }
    }

    /// Which part a response without a label is.
    fn guess(&mut self, input: &Input, info: &DeviceInfo, question: Asked) -> Result<EvidencePart> {
        match info.subject.series.measure() {
            Some(DataType::Connections) => {}
            Some(data_type @ (DataType::BytesOut | DataType::BytesIn)) => {
                return Ok(EvidencePart::counting(data_type));
            }
            None if question == Asked::Transfers => {
                return Err(Failure::usage("the response does not say whether it counts bytes")
                    .at(input.name())
                    .hint("label it: --input sizeout=FILE or --input sizein=FILE"));
            }
            None => self.notes.push(format!(
                "{} does not say what it counts, and is taken as connections; a label (co=) says \
                 so",
                input.name()
            )),
        }
        // Only an answer about the outside lists domains.
        let breakdown = info.subject.breakdown.as_ref();
        let outside = breakdown.is_some_and(|breakdown| breakdown.external_domains.is_some());
        let asks_outside = matches!(question, Asked::External | Asked::Report);
        let external = outside && asks_outside;
        Ok(if external { EvidencePart::External } else { EvidencePart::Connections })
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

/// Refuses responses about different devices, or about another one than was named.
fn one_subject(evidence: &Evidence, named: Option<&str>) -> Result<()> {
    let mut ids = evidence.answers().filter_map(|answer| answer.subject.device.did);
    if let Some(first) = ids.next()
        && let Some(other) = ids.find(|did| *did != first)
    {
        return Err(Failure::usage(format!(
            "the saved responses are about different devices: did {first} and did {other}"
        )));
    }
    let mut dialects = evidence.answers().map(|answer| answer.dialect);
    if let Some(first) = dialects.next()
        && dialects.any(|dialect| dialect != first)
    {
        return Err(Failure::usage("the saved responses are in different dialects"));
    }
    let Some(named) = named else { return Ok(()) };
    let device = evidence.device();
    let same = match named.parse::<i64>() {
        Ok(did) => device.did.is_some_and(|known| known.get() == did),
        Err(_) => [&device.hostname, &device.ip, &device.mac]
            .into_iter()
            .flatten()
            .any(|known| known.eq_ignore_ascii_case(named)),
    };
    if same {
        return Ok(());
    }
    let about = match (device.did, device.hostname) {
        (Some(did), Some(name)) => format!("about {name} (did {did})"),
        (Some(did), None) => format!("about did {did}"),
        (None, Some(name)) => format!("about {name}"),
        (None, None) => "silent about whom they describe".to_owned(),
    };
    Err(Failure::new(format!("the saved responses are not known to be about {named:?}"))
        .because(&io::Error::other(format!("they are {about}")))
        .hint("leave DEVICE out, or name the right one"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Input {
        Input::parse(&text.into()).unwrap()
    }

    #[test]
    fn a_label_is_a_label_only_if_it_is_one() {
        let file = |name: &str| Source::File(name.into());
        assert_eq!(parse("a.json"), Input { part: None, source: file("a.json") });
        assert_eq!(parse("x=a.json"), Input { part: None, source: file("x=a.json") });
        let sizein = Some(EvidencePart::BytesIn);
        assert_eq!(parse("sizein=a=b"), Input { part: sizein, source: file("a=b") });
        assert_eq!(parse("sizein=-"), Input { part: sizein, source: Source::StandardInput });
        assert!(Input::parse(&"co=".into()).is_err());
    }

    #[test]
    fn what_cannot_be_is_refused_before_anything_is_read() {
        let check = |texts: &[&str]| {
            let inputs: Vec<Input> = texts.iter().map(|text| parse(text)).collect();
            Input::check(&inputs).map_err(|failure| failure.to_string())
        };
        assert!(check(&["co=a", "sizeout=a", "-"]).is_ok());
        assert!(check(&["-", "co=-"]).unwrap_err().contains("only once"));
        assert!(check(&["co=a", "co=b"]).unwrap_err().contains("\"co\""));
    }
}
