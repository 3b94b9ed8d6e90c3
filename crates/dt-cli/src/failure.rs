//! What went wrong, where, and what to do.

use std::fmt;

use dt_model::{Diagnostic, Help, RefusalKind, Topic, near_names};
use dt_report::clean;
use dt_report::contract::{ErrorKind, ErrorReport};
use dt_sweep::DeviceError;

use crate::exit;

/// A failure as its user sees it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: u8,
    message: String,
    details: Vec<(&'static str, String)>,
    /// Why an answer was refused, and by which host, if that is what happened.
    refused: Option<(RefusalKind, String)>,
    /// The device that it is about, as it was typed.
    device: Option<String>,
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// Something that could not be done.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            status: exit::FAILED,
            message: message.into(),
            details: Vec::new(),
            refused: None,
            device: None,
        }
    }

    /// A device about which nothing can be said. A name that is nobody's is told by itself.
    pub(crate) fn of_device(DeviceError { name, did, error, .. }: DeviceError) -> Self {
        let failure = Self::from(error);
        if did.is_some() { failure.about(&name) } else { failure.of(&name) }
    }

    /// Something that cannot be asked for.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { status: exit::USAGE, ..Self::new(message) }
    }

    /// Ends the program with another status.
    pub(crate) fn status(self, status: u8) -> Self {
        Self { status, ..self }
    }

    /// Where it happened.
    pub(crate) fn at(self, place: impl fmt::Display) -> Self {
        self.detail("in", place.to_string())
    }

    /// What caused it, with everything behind that.
    pub(crate) fn because(self, error: &dyn std::error::Error) -> Self {
        let sources = std::iter::successors(error.source(), |error| (*error).source());
        let reason = sources.fold(error.to_string(), |told, source| format!("{told}: {source}"));
        self.detail("why", reason)
    }

    /// Which device it was about, as it was typed.
    pub(crate) fn about(self, device: &str) -> Self {
        self.of(device).detail("about", device)
    }

    /// Which device it was about, where the message has it already.
    pub(crate) fn of(self, device: &str) -> Self {
        Self { device: Some(device.to_owned()), ..self }
    }

    /// More about it.
    pub(crate) fn also(self, text: impl Into<String>) -> Self {
        self.detail("also", text)
    }

    /// The next step.
    pub(crate) fn hint(self, step: impl Into<String>) -> Self {
        self.detail("do", step)
    }

    /// The next step, if there is one.
    pub(crate) fn hint_if(self, step: Option<impl Into<String>>) -> Self {
        step.into_iter().fold(self, Self::hint)
    }

    /// What happened, and what to do: for a place that has its own way to say both, and which device.
    pub(crate) fn parts(&self) -> (String, Option<String>) {
        let (steps, details): (Vec<_>, Vec<_>) =
            self.details.iter().partition(|(label, _)| *label == "do");
        let details = details.into_iter().filter(|(label, _)| *label != "about");
        let texts = details.map(|(label, text)| match *label {
            "in" => format!(" ({text})"),
            _ => format!(": {text}"),
        });
        let text = texts.fold(self.message.clone(), |told, text| told + &text);
        (text, steps.first().map(|(_, step)| step.clone()))
    }

    /// Whether an appliance has nothing of that name or id: what it has not, some call a bad parameter.
    pub(crate) fn is_not_found(&self) -> bool {
        use RefusalKind::{BadParameter, NotFound};
        matches!(self.refused, Some((NotFound | BadParameter, _)))
    }

    /// The same for programs.
    pub(crate) fn report(&self) -> ErrorReport {
        let kind = match (&self.refused, self.status) {
            (Some((kind, _)), _) => ErrorKind::Refused(*kind),
            (None, exit::USAGE) => ErrorKind::Usage,
            (None, exit::ACCESS) => ErrorKind::Access,
            (None, exit::NETWORK) => ErrorKind::Network,
            (None, _) => ErrorKind::Failed,
        };
        let (message, help) = self.parts();
        ErrorReport {
            device: self.device.clone(),
            host: self.refused.as_ref().map(|(_, host)| host.clone()),
            help,
            ..ErrorReport::new(self.status, kind, message)
        }
    }

    fn detail(mut self, label: &'static str, text: impl Into<String>) -> Self {
        let detail = (label, text.into());
        // What to do comes last, whatever is added later.
        let place = self.details.iter().position(|(label, _)| *label == "do");
        self.details.insert(place.unwrap_or(self.details.len()), detail);
        self
    }
}

/// An error of a library, which says itself what kind it is and what helps.
impl<E: Diagnostic> From<E> for Failure {
    fn from(error: E) -> Self {
        let failure = Self::new(error.to_string()).status(exit::of(error.kind()));
        let failure = Self {
            refused: error.refusal().map(|(kind, host)| (kind, host.to_owned())),
            device: error.device().map(ToOwned::to_owned),
            ..failure
        };
        let failure = error.place().into_iter().fold(failure, Self::at);
        let failure = error.source().into_iter().fold(failure, Self::because);
        let failure = error.details().into_iter().fold(failure, Self::also);
        failure.hint_if(error.help().map(|help| step(&help)))
    }
}

/// What to do, with what this program has for it.
pub(crate) fn step(Help { text, topic }: &Help) -> String {
    let ours = topic.map_or("", |topic| match topic {
        Topic::Pin => " (--pin-sha256)",
        Topic::CertificateAuthority => " (--ca-file or DT_CA_FILE)",
        Topic::Url => "; dt config show has its source",
        Topic::Way => "; dt doctor tries both",
        Topic::Timeout => " with --timeout",
        Topic::Proxy => " (--proxy)",
        Topic::HttpPolicy => ", or --allow-http if nobody can listen",
        Topic::SharedTokens => {
            "; or, if it is a secret that a container mounts for reading, token_files = \"shared\" in \
             the profile, or DT_TOKEN_FILES=shared"
        }
        Topic::Tokens => "; dt config show has their sources, dt doctor has details",
        Topic::DateForm => " (--date, or date in the profile); dt doctor tries both",
        Topic::Clock => "; dt doctor shows the difference",
        Topic::Permission => "; dt doctor tries each",
        Topic::Devices => "; dt devices without a name lists all",
        Topic::Snapshot => ": dt snapshot DEVICE --to DIR",
        Topic::SavedResponse => " (--input)",
        Topic::DataType => " (--input, --datatype)",
        Topic::WatchState => " (--state)",
        Topic::Exclusions => ": dt exclude --exclusions FILE",
        Topic::ExternalHosts => " (--no-enrich)",
        _ => "",
    });
    format!("{text}{ours}")
}

/// Asks whether a known word was meant, if one is close.
pub(crate) fn did_you_mean<S: AsRef<str>>(
    typed: &str,
    known: impl IntoIterator<Item = S>,
) -> Option<String> {
    dt_model::did_you_mean(near_names(typed, known, 1)).map(|help| step(&help))
}

/// Every text is cleaned: names and messages come from responses.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", clean(&self.message))?;
        for (label, text) in &self.details {
            write!(f, "\n  {label:<5} {}", clean(text))?;
        }
        Ok(())
    }
}
