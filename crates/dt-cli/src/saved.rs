//! Saved answers, as commands read them.

use dt_model::Device;
use dt_store::{About, SavedError, SavedResponse, Subject};

use crate::exit;
use crate::failure::{Failure, Result, first_few};
use crate::options::InputOptions;

impl InputOptions {
    /// The files and directories that were named.
    pub(crate) fn resolve(&self) -> Result<Vec<SavedResponse>> {
        let responses = self.input.iter().map(|text| SavedResponse::parse(text));
        responses.map(|response| Ok(response?)).collect()
    }
}

/// What saved answers cannot do.
impl From<SavedError> for Failure {
    fn from(error: SavedError) -> Self {
        let cause = match error {
            SavedError::Store(error) => return error.into(),
            SavedError::Body { ref error, .. } => std::error::Error::source(error),
            ref error => std::error::Error::source(error),
        };
        let failure = Self::new(error.to_string());
        let failure = error.at().into_iter().fold(failure, Self::at);
        let failure = cause.into_iter().fold(failure, Self::because);
        let failure = if error.is_usage() { failure.status(exit::USAGE) } else { failure };
        let failure = match &error {
            SavedError::OtherDevice { about, .. } => {
                failure.because_of(format!("they are {}", subject(about)))
            }
            SavedError::Unknown { known, .. }
            | SavedError::Ambiguous { devices: known, .. }
            | SavedError::Several { known } => failure.also(devices(known)),
            SavedError::DifferentDevices { snapshots } => {
                let words = |it: &About| format!("did {} on {}", it.device.did, it.appliance);
                failure.also(snapshots.each_ref().map(words).join(" and "))
            }
            _ => failure,
        };
        failure.hint_if(next_step(&error))
    }
}

/// What to do about it, where there is something to do.
fn next_step(error: &SavedError) -> Option<String> {
    let step = match error {
        SavedError::NoFile => "name one, as in --input co=FILE",
        SavedError::SamePart { .. } => {
            "give each part once; label them, as in --input sizeout=FILE"
        }
        SavedError::Mixed => "name directories without a label, and no files beside them",
        SavedError::Io { at, source } => {
            let is_labelled = source.kind() == std::io::ErrorKind::NotFound && at.contains('=');
            return is_labelled.then(labels);
        }
        SavedError::Body { error, .. } if error.is_truncated() => {
            "save the response again: it was cut off"
        }
        SavedError::OtherPart { .. } => "leave the label out: an exchange says what it holds",
        SavedError::OtherInterval { .. } => "leave out --interval-hours",
        SavedError::Unlabelled { .. } => "label it: --input sizeout=FILE or --input sizein=FILE",
        SavedError::OtherDevice { .. } => "leave DEVICE out, or name the right one",
        SavedError::NoSnapshot { .. } => {
            "dt snapshot DEVICE --to DIR makes one; single responses are named as files"
        }
        SavedError::Unknown { near, .. } => match near.first() {
            Some(near) => return Some(format!("did you mean {near:?}?")),
            None => "name one of these, by id, host name, IP, MAC or label",
        },
        SavedError::Ambiguous { .. } => "name one by its id",
        SavedError::Several { .. } => "name the snapshots of one of them",
        SavedError::NoneSelected => "leave out --tag, --type and --subnet for all",
        SavedError::NotReported { .. } => "name devices by id, host name, IP, MAC or label",
        SavedError::OneSnapshot => {
            "dt diff OLD NEW compares two; dt snapshot DEVICE --to DIR takes another"
        }
        SavedError::DifferentDevices { .. } | SavedError::DifferentDialects => {
            "name two snapshots of one device, taken in the same way"
        }
        SavedError::Join(_) => "name snapshots that were taken in the same way",
        _ => return None,
    };
    Some(step.to_owned())
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
