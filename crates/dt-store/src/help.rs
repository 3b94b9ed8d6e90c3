//! What to do about what could not be kept or read.

use std::io::ErrorKind;

use dt_model::{Device, Diagnostic, EvidencePart, FailureKind, Help, Topic, did_you_mean};

use crate::{About, Error, ExclusionFileError, Protection, SavedError, Subject, TokenFileError};

/// How many of several devices are named.
const NAMED: usize = 10;

impl Diagnostic for Error {
    fn help(&self) -> Option<Help> {
        Some(Help::new(match () {
            () if self.is_full() => "make room there; what was kept before is still there",
            () if self.is_refused() => "choose a place that you may write to and read from",
            () if self.is_not_found() => "check the path: what it stands in has to be there",
            () if self.is_locked() => "stop the other one, or choose another directory",
            () if self.is_newer() => "read it with the version of dt that wrote it, or a newer one",
            () if self.is_not_empty() => "choose an empty directory, or one that is not there yet",
            () if self.is_damaged() => "move it away; a copy has to be as it was written",
            () => return None,
        }))
    }
}

impl Diagnostic for ExclusionFileError {
    fn kind(&self) -> FailureKind {
        if self.is_unwritten() { FailureKind::Failed } else { FailureKind::Usage }
    }

    fn place(&self) -> Option<String> {
        let line = self.line().map_or_else(String::new, |line| format!(", line {line}"));
        Some(format!("{}{line}", self.path().display()))
    }

    fn help(&self) -> Option<Help> {
        match () {
            () if self.is_writable_by_others() => {
                Some(Help::new(format!("chmod go-w {}", self.path().display())))
            }
            () if self.is_missing() => {
                Some(Help::new("check the path, or begin one").about(Topic::Exclusions))
            }
            () => None,
        }
    }
}

impl Diagnostic for TokenFileError {
    fn kind(&self) -> FailureKind {
        self.unprotected().map_or(FailureKind::Failed, |_| FailureKind::Access)
    }

    fn place(&self) -> Option<String> {
        Some(self.path().display().to_string())
    }

    fn help(&self) -> Option<Help> {
        let path = self.path().display();
        Some(match self.unprotected()? {
            Protection::Private => {
                Help::new(format!("chmod 600 {path}")).about(Topic::SharedTokens)
            }
            Protection::ReadOnly => Help::new(format!("chmod go-w {path}")),
        })
    }
}

impl Diagnostic for SavedError {
    fn kind(&self) -> FailureKind {
        if self.is_usage() { FailureKind::Usage } else { FailureKind::Failed }
    }

    fn device(&self) -> Option<&str> {
        match self {
            Self::Unknown { named, .. }
            | Self::Ambiguous { named, .. }
            | Self::OtherDevice { named, .. } => Some(named),
            _ => None,
        }
    }

    fn place(&self) -> Option<String> {
        self.at().map(ToOwned::to_owned)
    }

    fn details(&self) -> Vec<String> {
        match self {
            // It says what its error says, whose cause is then no source of its own.
            Self::Body { error, .. } => {
                std::error::Error::source(error).map(ToString::to_string).into_iter().collect()
            }
            Self::OtherDevice { about, .. } => vec![format!("they are {}", about_whom(about))],
            Self::Unknown { known, .. }
            | Self::Ambiguous { devices: known, .. }
            | Self::Several { known } => vec![first_devices(known)],
            Self::DifferentDevices { snapshots } => {
                let words = |it: &About| format!("did {} on {}", it.device.did, it.appliance);
                vec![snapshots.each_ref().map(words).join(" and ")]
            }
            _ => Vec::new(),
        }
    }

    fn help(&self) -> Option<Help> {
        Some(Help::new(match self {
            Self::Store(error) => return error.help(),
            Self::Unknown { near, .. } if !near.is_empty() => return did_you_mean(&near[..1]),
            Self::Io { at, source } if source.kind() == ErrorKind::NotFound && at.contains('=') => {
                let labels = EvidencePart::GIVEN.map(EvidencePart::as_str);
                return Some(Help::new(format!("a label is one of {}", labels.join(", "))));
            }
            Self::NoSnapshot { .. } => {
                let text = "name a directory with snapshots; single responses are named as files";
                return Some(Help::new(text).about(Topic::Snapshot));
            }
            Self::OneSnapshot => return Some(Help::new("take another").about(Topic::Snapshot)),
            Self::NoFile => "name one, as in co=FILE",
            Self::SamePart { .. } => "give each part once; label them, as in sizeout=FILE",
            Self::Mixed => "name directories without a label, and no files beside them",
            Self::Body { error, .. } if error.is_truncated() => {
                "save the response again: it was cut off"
            }
            Self::OtherPart { .. } => "leave the label out: an exchange says what it holds",
            Self::OtherInterval { .. } => "leave out how wide its buckets are",
            Self::Unlabelled { .. } => "label it: sizeout=FILE or sizein=FILE",
            Self::OtherDevice { .. } => "name no device, or the right one",
            Self::Unknown { .. } => "name one of these, by id, host name, IP, MAC or label",
            Self::Ambiguous { .. } => "name one by its id",
            Self::Several { .. } => "name the snapshots of one of them",
            Self::NoneSelected => "leave out tags, types and subnets for all",
            Self::NotReported { .. } => "name devices by id, host name, IP, MAC or label",
            Self::DifferentDevices { .. } | Self::DifferentDialects => {
                "name two snapshots of one device, taken in the same way"
            }
            Self::Join(_) => "name snapshots that were taken in the same way",
            _ => return None,
        }))
    }
}

/// Whom responses are about.
fn about_whom(device: &Device) -> String {
    match (device.did, &device.hostname) {
        (Some(did), Some(name)) => format!("about {name} (did {did})"),
        (Some(did), None) => format!("about did {did}"),
        (None, Some(name)) => format!("about {name}"),
        (None, None) => "without the name of their device".to_owned(),
    }
}

/// The first of some devices, and how many there are besides.
fn first_devices(abouts: &[About]) -> String {
    let named = abouts.iter().take(NAMED).map(|About { device, appliance, .. }| {
        let Subject { did, hostname, ip, .. } = device;
        let name = hostname.as_deref().or(ip.as_deref()).unwrap_or("no name");
        format!("{name} (did {did}, {appliance})")
    });
    let named = named.collect::<Vec<_>>().join(", ");
    match abouts.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}, and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_label_that_is_none_is_told_with_those_there_are() {
        let missing = |at: &str| SavedError::Io {
            at: at.to_owned(),
            source: io::Error::from(ErrorKind::NotFound),
        };
        let help = missing("sizout=a.json").help().unwrap();
        assert!(help.text.contains("sizeout"), "{}", help.text);
        assert_eq!(missing("a.json").help(), None);
        assert_eq!(missing("a.json").place().as_deref(), Some("a.json"));
    }

    #[test]
    fn a_name_that_is_nearly_right_is_asked_about() {
        let unknown = |near: &[&str]| SavedError::Unknown {
            named: "ws-1".to_owned(),
            near: near.iter().map(ToString::to_string).collect(),
            known: Vec::new(),
        };
        assert_eq!(unknown(&["ws-01", "ws-2"]).help().unwrap().text, "did you mean \"ws-01\"?");
        assert!(unknown(&[]).help().unwrap().text.starts_with("name one of these"));
        assert_eq!(SavedError::OneSnapshot.help().unwrap().topic, Some(Topic::Snapshot));
        assert_eq!(SavedError::OneSnapshot.kind(), FailureKind::Usage);
    }
}
