//! Saved answers, as commands read them.

use dt_model::Device;
use dt_store::{About, SavedError, SavedResponse, Subject};

use crate::failure::{Failure, Result, first_few};
use crate::options::InputOptions;

impl InputOptions {
    /// The files and directories that were named.
    pub(crate) fn resolve(&self) -> Result<Vec<SavedResponse>> {
        let responses = self.input.iter().map(|text| SavedResponse::parse(text));
        responses.map(|response| Ok(response?)).collect()
    }
}

/// What has to be true of two snapshots that are compared.
const ALIKE: &str = "name two snapshots of one device, taken in the same way";

/// What saved answers cannot do.
impl From<SavedError> for Failure {
    fn from(error: SavedError) -> Self {
        let message = error.to_string();
        let failure = if error.is_usage() { Self::usage(message) } else { Self::new(message) };
        let failure = match error.at() {
            Some(at) => failure.at(at),
            None => failure,
        };
        match error {
            SavedError::Store(error) => error.into(),
            SavedError::StandardInputTwice | SavedError::Devices(..) | SavedError::Dialects => {
                failure
            }
            SavedError::NoFile => failure.hint("name one, as in --input co=FILE"),
            SavedError::SamePart { .. } => {
                failure.hint("give each part once; label them, as in --input sizeout=FILE")
            }
            SavedError::Mixed => {
                failure.hint("name directories without a label, and no files beside them")
            }
            SavedError::Io { at, source } => {
                let is_labelled = source.kind() == std::io::ErrorKind::NotFound && at.contains('=');
                let failure = failure.because(&source);
                if is_labelled { failure.hint(labels()) } else { failure }
            }
            SavedError::Exchange { source, .. } => failure.because(&source),
            SavedError::Body { error, .. } => {
                let failure = match std::error::Error::source(&error) {
                    Some(source) => failure.because(source),
                    None => failure,
                };
                if error.is_truncated() {
                    return failure.hint("save the response again: it was cut off");
                }
                failure
            }
            SavedError::OtherPart { .. } => {
                failure.hint("leave the label out: an exchange says what it holds")
            }
            SavedError::OtherInterval { .. } => failure.hint("leave out --interval-hours"),
            SavedError::Unlabelled { .. } => {
                failure.hint("label it: --input sizeout=FILE or --input sizein=FILE")
            }
            SavedError::OtherDevice { about, .. } => failure
                .because_of(format!("they are {}", subject(&about)))
                .hint("leave DEVICE out, or name the right one"),
            SavedError::NoSnapshot { .. } => failure
                .hint("dt snapshot DEVICE --to DIR makes one; single responses are named as files"),
            SavedError::Unknown { near, known, .. } => {
                let failure = failure.also(devices(&known));
                match near.first() {
                    Some(near) => failure.hint(format!("did you mean {near:?}?")),
                    None => failure.hint("name one of these, by id, host name, IP, MAC or label"),
                }
            }
            SavedError::Ambiguous { devices: known, .. } => {
                failure.also(devices(&known)).hint("name one by its id")
            }
            SavedError::Several { known } => {
                failure.also(devices(&known)).hint("name the snapshots of one of them")
            }
            SavedError::NoneSelected => {
                failure.hint("leave out --tag, --type and --subnet for all")
            }
            SavedError::NotReported { .. } => {
                failure.hint("name devices by id, host name, IP, MAC or label")
            }
            SavedError::OneSnapshot => failure
                .hint("dt diff OLD NEW compares two; dt snapshot DEVICE --to DIR takes another"),
            SavedError::DifferentDevices { snapshots } => {
                let words = |it: &About| format!("did {} on {}", it.device.did, it.appliance);
                let both = snapshots.each_ref().map(words).join(" and ");
                failure.also(both).hint(ALIKE)
            }
            SavedError::DifferentDialects => failure.hint(ALIKE),
            SavedError::Join(_) => failure.hint("name snapshots that were taken in the same way"),
            _ => failure,
        }
    }
}

fn labels() -> String {
    let parts = dt_model::EvidencePart::GIVEN.map(dt_model::EvidencePart::as_str);
    format!("a label is one of {}", parts.join(", "))
}

/// Whom responses are about.
fn subject(device: &Device) -> String {
    match (device.did, &device.hostname) {
        (Some(did), Some(name)) => format!("about {name} (did {did})"),
        (Some(did), None) => format!("about did {did}"),
        (None, Some(name)) => format!("about {name}"),
        (None, None) => "without the name of their device".to_owned(),
    }
}

/// The first of some devices, and how many there are besides.
fn devices(abouts: &[About]) -> String {
    first_few(abouts.iter().map(|About { device, appliance, .. }| {
        let Subject { did, hostname, ip, .. } = device;
        let name = hostname.as_deref().or(ip.as_deref()).unwrap_or("no name");
        format!("{name} (did {did}, {appliance})")
    }))
}
