//! What tools take: names of devices and of files, and nothing that could be anything else.

use std::fmt;

use dt_model::{DeviceName, Diagnostic, FailureKind, Help, InvalidDeviceName};
use schemars::JsonSchema;
use serde::Deserialize;

/// How many devices a call may be about.
pub(crate) const MOST_DEVICES: usize = 20;
/// How long the name of a device may be, in bytes: a fully qualified domain name has at most 253.
const LONGEST_NAME: usize = 256;
/// What a text must not begin with: it would be an option of a command line, or be taken for one.
const DASHES: [char; 7] = ['-', '‐', '‑', '‒', '–', '—', '−'];

/// One device, or several, as the model writes them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "device is a string, or a list of at most 20 strings")]
pub(crate) enum DeviceArgument {
    /// One device; did:, host:, ip:, mac: and label: in front of it say which it is.
    One(String),
    /// Several devices.
    Several(#[schemars(length(min = 1, max = 20))] Vec<String>),
}

/// What a tool was given and does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidArgument {
    /// The arguments are not those of the tool.
    Shape {
        /// What is wrong with them.
        what: String,
    },
    /// The text cannot be one device's name.
    Device {
        /// The text.
        text: String,
        /// What is wrong with it.
        why: DeviceFault,
    },
    /// The text is not even a device's name.
    Name(InvalidDeviceName),
    /// No device is named, or too many are.
    Devices {
        /// How many are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// No appliance of that name was chosen.
    Appliance {
        /// The name, if there was one.
        name: Option<String>,
        /// The names that there are.
        known: Vec<String>,
    },
    /// The text is no name of a file below the root directory.
    File {
        /// The text.
        text: String,
        /// What is wrong with it.
        why: FileFault,
    },
    /// There is no root directory to read from.
    NoRoot,
    /// No lake is named.
    NoLake,
}

/// Why a text cannot be one device's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceFault {
    /// It is empty.
    Empty,
    /// It is longer than any name.
    Long,
    /// It begins as an option does, or stands for standard input.
    Option,
    /// It stands for several devices.
    Wildcard,
    /// It is an address of the web.
    Url,
    /// It has a character that is not text.
    Control,
}

/// Why a text is no name of a file below the root directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileFault {
    /// It is empty.
    Empty,
    /// It begins at the root of the file system, or at a drive.
    Absolute,
    /// It leads upwards, or stands still.
    Upwards,
    /// It begins as an option does.
    Option,
    /// A link stands on the way to it.
    Link,
    /// There is nothing of that name.
    Missing,
}

impl DeviceArgument {
    /// The devices that are named, at most so many.
    pub(crate) fn names(self, most: usize) -> Result<Vec<DeviceName>, InvalidArgument> {
        let names = match self {
            Self::One(name) => vec![name],
            Self::Several(names) => names,
        };
        if names.is_empty() || names.len() > most {
            return Err(InvalidArgument::Devices { count: names.len(), most });
        }
        names.into_iter().map(device).collect()
    }
}

/// The device that a text names, which must be one.
fn device(text: String) -> Result<DeviceName, InvalidArgument> {
    let why = match &*text {
        "" => DeviceFault::Empty,
        long if long.len() > LONGEST_NAME => DeviceFault::Long,
        option if option.trim_start().starts_with(DASHES) => DeviceFault::Option,
        pattern if pattern.contains('*') => DeviceFault::Wildcard,
        url if url.contains("://") => DeviceFault::Url,
        control if control.contains(char::is_control) => DeviceFault::Control,
        name => match name.parse::<DeviceName>() {
            Ok(name) if name.is_pattern() => DeviceFault::Wildcard,
            Ok(name) => return Ok(name),
            Err(error) => return Err(InvalidArgument::Name(error)),
        },
    };
    Err(InvalidArgument::Device { text, why })
}

impl fmt::Display for InvalidArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { what } => write!(f, "the arguments are not the tool's: {what}"),
            Self::Device { text, why } => write!(f, "{text:?} is not taken as a device: {why}"),
            Self::Name(error) => error.fmt(f),
            Self::Devices { count, most } => {
                write!(f, "{count} devices are named; a call is about 1 to {most}")
            }
            Self::Appliance { name: Some(name), .. } => {
                write!(f, "no appliance {name:?} was chosen when the server was started")
            }
            Self::Appliance { name: None, .. } => {
                f.write_str("several appliances were chosen when the server was started")
            }
            Self::File { text, why } => write!(f, "{text:?} is not taken as a name: {why}"),
            Self::NoRoot => f.write_str("the server was started without a directory to read from"),
            Self::NoLake => f.write_str("no lake is named"),
        }
    }
}

impl fmt::Display for DeviceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::Long => "no name is that long",
            Self::Option => "it begins as an option does",
            Self::Wildcard => "a wildcard stands for several devices",
            Self::Url => "it is a URL",
            Self::Control => "it has control characters",
        })
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "it is empty",
            Self::Absolute => "it is an absolute path",
            Self::Upwards => "it has . or .. in it",
            Self::Option => "it begins as an option does",
            Self::Link => "it leads through a link",
            Self::Missing => "there is nothing of that name",
        })
    }
}

impl std::error::Error for InvalidArgument {}

impl Diagnostic for InvalidArgument {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }

    fn help(&self) -> Option<Help> {
        Some(Help::new(match self {
            Self::Name(error) => return error.help(),
            Self::Shape { .. } => "see the tool's schema",
            Self::Device { .. } => "name one device by id, host name, IP, MAC or label",
            Self::Devices { .. } => "split them over several calls",
            Self::Appliance { known, .. } => {
                return Some(Help::new(format!("appliance is one of {}", known.join(", "))));
            }
            Self::File { .. } => {
                "give a name below the directory that the server reads from, such as a/b"
            }
            Self::NoRoot => "start the server with --root and a directory",
            Self::NoLake => "name one below the directory that the server reads from",
        }))
    }
}

/// Whether a text begins as an option does.
pub(crate) fn is_like_option(text: &str) -> bool {
    text.trim_start().starts_with(DASHES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<DeviceFault> {
        match device(text.to_owned()) {
            Ok(_) => None,
            Err(InvalidArgument::Device { why, .. }) => Some(why),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn names_of_one_device_are_taken() {
        for name in
            ["12345", "ws-042", "ws-042.corp.example", "10.0.0.1", "host:12345", "label:Front desk"]
        {
            assert_eq!(fault(name), None, "{name}");
        }
    }

    #[test]
    fn what_could_be_anything_else_is_refused() {
        for (text, why) in [
            ("", DeviceFault::Empty),
            ("-", DeviceFault::Option),
            ("--url=http://evil.example", DeviceFault::Option),
            (" --config", DeviceFault::Option),
            ("—all", DeviceFault::Option),
            ("ws-*", DeviceFault::Wildcard),
            ("*", DeviceFault::Wildcard),
            ("host:*", DeviceFault::Wildcard),
            ("https://evil.example/#device/7", DeviceFault::Url),
            ("ws\n042", DeviceFault::Control),
        ] {
            assert_eq!(fault(text), Some(why), "{text:?}");
        }
        assert_eq!(fault(&"a".repeat(LONGEST_NAME + 1)), Some(DeviceFault::Long));
        assert!(matches!(device("mac:nonsense".to_owned()), Err(InvalidArgument::Name(_))));
    }

    #[test]
    fn a_call_is_about_a_bounded_number_of_devices() {
        let named = |count: usize| {
            let names = (1..=count).map(|did| did.to_string()).collect();
            DeviceArgument::Several(names).names(MOST_DEVICES)
        };
        assert_eq!(named(MOST_DEVICES).unwrap().len(), MOST_DEVICES);
        for count in [0, MOST_DEVICES + 1] {
            let error = InvalidArgument::Devices { count, most: MOST_DEVICES };
            assert_eq!(named(count).unwrap_err(), error);
        }
    }

    #[test]
    fn a_device_is_a_string_or_a_list_of_them() {
        let read = |json: &str| serde_json::from_str::<DeviceArgument>(json);
        assert_eq!(read(r#""ws-042""#).unwrap(), DeviceArgument::One("ws-042".to_owned()));
        assert!(
            matches!(read(r#"["1","2"]"#), Ok(DeviceArgument::Several(names)) if names.len() == 2)
        );
        let told = read("12345").unwrap_err().to_string();
        assert!(told.contains("device is a string, or a list"), "{told}");
    }
}
