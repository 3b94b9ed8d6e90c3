//! Saved responses.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dt_model::{DataType, DeviceInfo, EndpointDetails, Evidence, EvidencePart, Warning};

use crate::config::{Config, Task};
use crate::failure::{Failure, Result};

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

/// What was read, and what was odd about it.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) evidence: Evidence,
    pub(crate) warnings: Vec<String>,
    pub(crate) notes: Vec<String>,
}

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

    /// Refuses what can be seen to be wrong before anything is read.
    pub(crate) fn check(inputs: &[Self]) -> Result<()> {
        if inputs.is_empty() {
            return Err(Failure::usage("there is nothing to answer from")
                .hint("name a saved response with --input FILE, or - for standard input"));
        }
        let from_standard_input = |input: &&Self| input.source == Source::StandardInput;
        if inputs.iter().filter(from_standard_input).count() > 1 {
            return Err(Failure::usage("standard input can be read only once"));
        }
        for part in EvidencePart::ALL {
            if inputs.iter().filter(|input| input.part == Some(part)).count() > 1 {
                return Err(twice(part));
            }
        }
        Ok(())
    }

    fn name(&self) -> String {
        match &self.source {
            Source::StandardInput => "standard input".to_owned(),
            Source::File(path) => path.display().to_string(),
        }
    }

    fn bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = match &self.source {
            Source::StandardInput => io::stdin().lock().read_to_end(&mut bytes).map(|_| ()),
            Source::File(path) => File::open(path).and_then(|mut file| {
                // The length is a hint that saves growing; a pipe has none.
                let length = file.metadata().map_or(0, |metadata| metadata.len());
                bytes.reserve_exact(usize::try_from(length).unwrap_or(0));
                file.read_to_end(&mut bytes).map(|_| ())
            }),
        };
        read.map_err(|error| {
            Failure::new("failed to read a saved response").at(self.name()).because(&error)
        })?;
        Ok(bytes)
    }
}

fn twice(part: EvidencePart) -> Failure {
    Failure::usage(format!("two saved responses are both \"{part}\""))
        .hint("give each part once; label them, as in --input sizeout=FILE")
}

/// Reads all saved responses.
pub(crate) fn read(config: &Config) -> Result<Inputs> {
    let mut inputs = Inputs::default();
    for input in &config.inputs {
        let bytes = input.bytes()?;
        if input.part == Some(EvidencePart::Endpoints) {
            let (endpoints, warnings) = EndpointDetails::list_from_slice(&bytes)
                .map_err(|error| Failure::new(error.to_string()).at(input.name()))?;
            inputs.warn(input, &warnings);
            inputs.evidence.endpoints = Some(endpoints);
        } else {
            inputs.add(input, answer(input, &bytes)?, config)?;
        }
    }
    one_subject(&inputs.evidence, config.device.as_deref())?;
    Ok(inputs)
}

fn answer(input: &Input, bytes: &[u8]) -> Result<DeviceInfo> {
    let read = match input.part.and_then(EvidencePart::data_type) {
        Some(data_type) => DeviceInfo::from_slice_as(bytes, data_type),
        None => DeviceInfo::from_slice(bytes),
    };
    read.map_err(|error| {
        let mut failure = Failure::new(error.to_string()).at(input.name());
        if let Some(source) = std::error::Error::source(&error) {
            failure = failure.because(source);
        }
        if error.is_truncated() {
            failure = failure.hint("save the response again: it was cut off");
        }
        failure
    })
}

impl Inputs {
    fn warn(&mut self, input: &Input, warnings: &[Warning]) {
        let name = input.name();
        self.warnings.extend(warnings.iter().map(|warning| format!("{name}: {warning}")));
    }

    fn add(&mut self, input: &Input, info: DeviceInfo, config: &Config) -> Result<()> {
        self.warn(input, &info.warnings);
        let part = match input.part {
            Some(part) => part,
            None => self.guess(input, &info, config.task)?,
        };
        let place = self.evidence.answer_mut(part).unwrap_or_else(|| {
            unreachable!("{part} is read by itself, as it is no answer of /deviceinfo")
        });
        if place.is_some() {
            return Err(twice(part).at(input.name()));
        }
        let info = match config.interval {
            Some(interval) => info.with_interval(interval),
            None => info,
        };
        *place = Some(info.between(config.cut.since, config.cut.until));
        Ok(())
    }

    /// Which part a response without a label is.
    fn guess(&mut self, input: &Input, info: &DeviceInfo, task: Task) -> Result<EvidencePart> {
        match info.subject.series.measure() {
            Some(DataType::Connections) => return Ok(EvidencePart::Connections),
            Some(DataType::BytesOut) => return Ok(EvidencePart::BytesOut),
            Some(DataType::BytesIn) => return Ok(EvidencePart::BytesIn),
            None => {}
        }
        if task == Task::Transfers {
            return Err(Failure::usage("the response does not say whether it counts bytes")
                .at(input.name())
                .hint("label it: --input sizeout=FILE or --input sizein=FILE"));
        }
        self.notes.push(format!(
            "{} does not say what it counts, and is taken as connections; co={} says so",
            input.name(),
            input.name()
        ));
        // Only an answer about the outside lists domains.
        let breakdown = info.subject.breakdown.as_ref();
        let outside = breakdown.is_some_and(|breakdown| breakdown.external_domains.is_some());
        let asks_outside = matches!(task, Task::External | Task::Report);
        let external = outside && asks_outside;
        Ok(if external { EvidencePart::External } else { EvidencePart::Connections })
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
        assert!(check(&[]).unwrap_err().contains("--input"));
        assert!(check(&["-", "co=-"]).unwrap_err().contains("only once"));
        assert!(check(&["co=a", "co=b"]).unwrap_err().contains("\"co\""));
    }
}
