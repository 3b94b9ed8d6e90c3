//! What an error is to whoever has to do something about it.

use std::borrow::Cow;
use std::error::Error;

use crate::{InvalidDeviceName, InvalidParameter, RefusalKind};

/// An error that says what kind of failure it is, where it happened, and what helps: itself, or by the error that it
/// [hands on](Self::underlying).
///
/// Its `Display` and its [sources](Error::source) say what went wrong; nothing here repeats that. A
/// program needs no table of the errors of its libraries, and adds to a [`Help`] what it calls things.
///
/// ```
/// use dt_model::{DeviceName, Diagnostic, FailureKind};
///
/// let error = "".parse::<DeviceName>().unwrap_err();
/// assert_eq!(error.kind(), FailureKind::Usage);
/// assert!(error.help().is_some_and(|help| help.text.contains("host name")));
/// ```
pub trait Diagnostic: Error {
    /// The error that it hands on, which says whatever this one does not say itself.
    fn underlying(&self) -> Option<&dyn Diagnostic> {
        None
    }

    /// What kind of failure it is.
    fn kind(&self) -> FailureKind {
        self.underlying().map_or(FailureKind::Failed, Diagnostic::kind)
    }

    /// Whether the same may work later without anybody doing anything.
    fn is_transient(&self) -> bool {
        self.underlying().is_some_and(Diagnostic::is_transient)
    }

    /// Why an appliance, or the way to it, refused an answer, and its host; `None` if that is not what
    /// happened.
    fn refusal(&self) -> Option<(RefusalKind, &str)> {
        self.underlying().and_then(Diagnostic::refusal)
    }

    /// The device that it is about, as it was named, where its text has it already.
    fn device(&self) -> Option<&str> {
        self.underlying().and_then(Diagnostic::device)
    }

    /// The file, or the line of it, where it happened, unless its text has that already.
    fn place(&self) -> Option<String> {
        self.underlying().and_then(Diagnostic::place)
    }

    /// What else is known of it, such as what there is instead.
    fn details(&self) -> Vec<String> {
        self.underlying().map_or_else(Vec::new, Diagnostic::details)
    }

    /// What to do about it, where there is something to do.
    fn help(&self) -> Option<Help> {
        self.underlying().and_then(Diagnostic::help)
    }
}

/// Kinds of failures, which a program may tell apart by its exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FailureKind {
    /// It could not be done: no such device, no answer, input or output.
    #[default]
    Failed,
    /// What is asked for cannot be.
    Usage,
    /// Whoever asks may not: tokens, permission or clock; or a file that must not be other people's.
    Access,
    /// The appliance was not reached: network or TLS.
    Network,
}

impl From<RefusalKind> for FailureKind {
    fn from(kind: RefusalKind) -> Self {
        match kind {
            _ if kind.is_access() => Self::Access,
            _ if kind.is_network() => Self::Network,
            _ => Self::Failed,
        }
    }
}

/// What to do about an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// What to do, in words that hold in any program.
    pub text: Cow<'static, str>,
    /// What it is about, where a program may say how it does that.
    pub topic: Option<Topic>,
}

/// What helps: a program has options or commands of its own for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Topic {
    /// One certificate is trusted, whoever issued it.
    Pin,
    /// Further certificate authorities are trusted.
    CertificateAuthority,
    /// The appliance's address is set.
    Url,
    /// The way to the appliance is examined.
    Way,
    /// How long an answer may take is set.
    Timeout,
    /// The tokens are set.
    Tokens,
    /// How the date of a request is written is set.
    DateForm,
    /// The clocks are compared.
    Clock,
    /// It is found out what the token's user may do.
    Permission,
    /// Devices are listed.
    Devices,
    /// What an appliance answers is kept.
    Snapshot,
    /// What was told of watched devices is kept.
    WatchState,
    /// A file of exclusions is begun.
    Exclusions,
    /// What a series counts is said.
    DataType,
    /// A response that was saved is read.
    SavedResponse,
    /// External hosts are asked about, or not.
    ExternalHosts,
    /// A proxy is connected through.
    Proxy,
    /// Answers may be sent without encryption.
    HttpPolicy,
    /// Files that hold tokens may be read by others.
    SharedTokens,
}

impl RefusalKind {
    /// What to do about a refusal, where there is something to do.
    #[must_use]
    pub fn help(self) -> Option<Help> {
        let (text, topic) = match self {
            Self::Auth => ("check both tokens", Topic::Tokens),
            Self::Clock => ("set this machine's clock", Topic::Clock),
            Self::Permission => ("grant the permission to the token's user", Topic::Permission),
            Self::NotFound => ("choose one that the appliance knows", Topic::Devices),
            Self::NoEndpoint => {
                ("check the URL: it must be the appliance's own address", Topic::Url)
            }
            Self::Html | Self::Redirect => {
                ("check the URL: something else answers there", Topic::Url)
            }
            Self::RateLimited => return Some(Help::new("wait, or ask for less at once")),
            _ => return None,
        };
        Some(Help::new(text).about(topic))
    }
}

impl Help {
    /// What to do, whatever the program.
    #[must_use]
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), topic: None }
    }

    /// With what it is about.
    #[must_use]
    pub fn about(self, topic: Topic) -> Self {
        Self { topic: Some(topic), ..self }
    }
}

/// Asks whether one of some names was meant; `None` without any.
///
/// ```
/// let help = dt_model::did_you_mean(["ws-01", "ws-02"]).unwrap();
/// assert_eq!(help.text, r#"did you mean "ws-01" or "ws-02"?"#);
/// ```
pub fn did_you_mean<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Option<Help> {
    let names = names.into_iter().map(|name| format!("{:?}", name.as_ref()));
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| Help::new(format!("did you mean {}?", names.join(" or "))))
}

impl Diagnostic for InvalidDeviceName {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }

    fn help(&self) -> Option<Help> {
        Some(Help::new(
            "name a device by id, host name, IP, MAC or label; did:, host:, ip:, mac: and label: say which",
        ))
    }
}

impl Diagnostic for InvalidParameter {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }
}

impl<E: Diagnostic + ?Sized> Diagnostic for &E {
    fn kind(&self) -> FailureKind {
        (**self).kind()
    }

    fn is_transient(&self) -> bool {
        (**self).is_transient()
    }

    fn refusal(&self) -> Option<(RefusalKind, &str)> {
        (**self).refusal()
    }

    fn device(&self) -> Option<&str> {
        (**self).device()
    }

    fn place(&self) -> Option<String> {
        (**self).place()
    }

    fn details(&self) -> Vec<String> {
        (**self).details()
    }

    fn help(&self) -> Option<Help> {
        (**self).help()
    }
}
