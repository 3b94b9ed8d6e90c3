//! What went wrong, where, and what to do.

use std::fmt;

use dt_analysis::finding::OptionDifference;
use dt_model::{
    Device, InvalidDeviceName, InvalidParameter, Refusal, RefusalGroup, RefusalKind, Subject,
    near_names,
};
use dt_report::clean;
use dt_report::contract::{ErrorKind, ErrorReport};
use dt_sweep::SweepError;
use dt_sweep::watch::MemoryError;
use dt_transport::FindError;

use crate::exit;

/// A failure as its user sees it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: u8,
    /// Whether it may work later without anybody doing anything.
    pub(crate) is_transient: bool,
    origin: Box<Origin>,
    message: String,
    details: Vec<(&'static str, String)>,
}

/// What a failure is about, for programs.
#[derive(Debug, Default)]
struct Origin {
    /// Why an answer was refused, and by which host, if that is what happened.
    refused: Option<(RefusalKind, String)>,
    /// The device, as it was typed.
    device: Option<String>,
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// Something that could not be done.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            status: exit::FAILED,
            is_transient: false,
            origin: Box::default(),
            message: message.into(),
            details: Vec::new(),
        }
    }

    /// What an error says, with everything behind it.
    pub(crate) fn of_error(error: &dyn std::error::Error) -> Self {
        let failure = Self::new(error.to_string());
        error.source().into_iter().fold(failure, Self::because)
    }

    /// Something that cannot be asked for.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { status: exit::USAGE, ..Self::new(message) }
    }

    /// What an analysis cannot do without was refused: the failure that it would have been when it was
    /// asked for. `None` if nothing was.
    pub(crate) fn refused(analysis: &str, refused: &[(Subject<'_>, &Refusal)]) -> Option<Self> {
        let worst = |(_, refusal): &&(Subject<'_>, &Refusal)| match status(refusal.kind) {
            exit::ACCESS => 2,
            exit::NETWORK => 1,
            _ => 0,
        };
        // Of equals, the first.
        let (_, worst) = refused.iter().rev().max_by_key(worst)?;
        let failure = Self::new(format!("what {analysis} cannot do without was refused"))
            .status(status(worst.kind));
        let groups = RefusalGroup::list(refused.iter().copied());
        let failure =
            groups.iter().fold(failure, |failure, group| failure.because_of(group.to_string()));
        Some(failure.hint_if(refusal_step(worst.kind)))
    }

    /// Ends the program with another status.
    pub(crate) fn status(self, status: u8) -> Self {
        Self { status, ..self }
    }

    /// Where it happened.
    pub(crate) fn at(self, place: impl Into<String>) -> Self {
        self.detail("in", place)
    }

    /// What caused it, in words.
    pub(crate) fn because_of(self, reason: impl Into<String>) -> Self {
        self.detail("why", reason)
    }

    /// What caused it, with everything behind that.
    pub(crate) fn because(self, error: &dyn std::error::Error) -> Self {
        let mut reason = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            reason = format!("{reason}: {cause}");
            source = cause.source();
        }
        self.detail("why", reason)
    }

    /// Which device it was about, as it was typed.
    pub(crate) fn about(self, device: &str) -> Self {
        self.of(device).detail("about", device)
    }

    /// Which device it was about, where the message has it already.
    pub(crate) fn of(self, device: &str) -> Self {
        let origin = Origin { device: Some(device.to_owned()), ..*self.origin };
        Self { origin: Box::new(origin), ..self }
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

    /// Whether an appliance has nothing of that name or id.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self.origin.refused, Some((RefusalKind::NotFound, _)))
    }

    /// The same for programs.
    pub(crate) fn report(&self) -> ErrorReport {
        let Origin { refused, device } = &*self.origin;
        let kind = match (refused, self.status) {
            (Some((kind, _)), _) => ErrorKind::Refused(*kind),
            (None, exit::USAGE) => ErrorKind::Usage,
            (None, exit::ACCESS) => ErrorKind::Access,
            (None, exit::NETWORK) => ErrorKind::Network,
            (None, _) => ErrorKind::Failed,
        };
        let (message, help) = self.parts();
        ErrorReport {
            device: device.clone(),
            host: refused.as_ref().map(|(_, host)| host.clone()),
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

impl Failure {
    /// What happened below HTTP, outside of any question.
    pub(crate) fn from_transport(error: &dt_transport::TransportError) -> Self {
        let failure = Self::of_error(error).status(exit::NETWORK);
        failure.hint_if(transport_step(error.kind()))
    }
}

/// What the appliance, or the way to it, did not let happen.
impl From<dt_transport::Error> for Failure {
    fn from(error: dt_transport::Error) -> Self {
        let mut failure = Self::of_error(&error).status(status(error.refusal_kind()));
        failure.is_transient = error.is_retryable() || error.is_network();
        failure.origin.refused = Some((error.refusal_kind(), error.host().to_owned()));
        if let Some(step) = step_about_url(&error) {
            return failure.hint(step);
        }
        failure.hint_if(next_step(&error))
    }
}

/// Asks whether a known word was meant, if one is close.
pub(crate) fn did_you_mean<S: AsRef<str>>(
    typed: &str,
    known: impl IntoIterator<Item = S>,
) -> Option<String> {
    near_names(typed, known, 1).first().map(|name| format!("did you mean {name:?}?"))
}

/// A few of many, and how many there are besides.
pub(crate) fn first_few(all: impl ExactSizeIterator<Item = String>) -> String {
    const FEW: usize = 10;
    let more = all.len().saturating_sub(FEW);
    let few = all.take(FEW).collect::<Vec<_>>().join(", ");
    if more == 0 { few } else { format!("{few}, and {more} more") }
}

/// What cannot be a device's name.
impl From<InvalidDeviceName> for Failure {
    fn from(error: InvalidDeviceName) -> Self {
        Self::usage(error.to_string()).hint(
            "name a device by id, host name, IP, MAC or label; did:, host:, ip:, mac: and label: say which",
        )
    }
}

/// What no appliance would take.
impl From<InvalidParameter> for Failure {
    fn from(error: InvalidParameter) -> Self {
        Self::usage("that cannot be asked").because(&error)
    }
}

/// Why nothing can be said about a device.
impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Name(error) => error.into(),
            SweepError::Find(error) => error.into(),
            SweepError::Query(error) => error.into(),
            SweepError::Asked(error) => (*error).into(),
            error => Self::new(error.to_string()),
        }
    }
}

/// What cannot be remembered there.
impl From<MemoryError> for Failure {
    fn from(error: MemoryError) -> Self {
        let usage = Self::usage(error.to_string());
        match error {
            MemoryError::Store(error) => error.into(),
            MemoryError::OtherOptions { differences, .. } => differences
                .iter()
                .fold(usage, |failure, OptionDifference { name, before, now }| {
                    failure.also(format!("{name} was {before}, and is {now}"))
                })
                .hint("name a new --state for these, or leave them as they were"),
            _ => usage.hint("give each appliance a --state of its own"),
        }
    }
}

/// A lake that cannot be used.
impl From<dt_lake::Error> for Failure {
    fn from(error: dt_lake::Error) -> Self {
        match error {
            dt_lake::Error::File(error) => error.into(),
            dt_lake::Error::NoLake { .. }
            | dt_lake::Error::NoRun { .. }
            | dt_lake::Error::OtherPlan { .. } => Self::usage(error.to_string()),
            error => {
                let failure = Self::new(error.to_string());
                match std::error::Error::source(&error) {
                    Some(source) => failure.because(source),
                    None => failure,
                }
            }
        }
    }
}

/// A name that is not one device's.
impl From<FindError> for Failure {
    fn from(error: FindError) -> Self {
        let message = error.to_string();
        match error {
            FindError::Asked(error) => (*error).into(),
            FindError::Unknown { name, near } => {
                let near: Vec<String> = near.iter().map(|name| format!("{name:?}")).collect();
                Self::new(message).of(&name).hint(match near.as_slice() {
                    [] => "dt devices without a name lists all; * stands for anything in one"
                        .to_owned(),
                    near => format!("did you mean {}?", near.join(" or ")),
                })
            }
            FindError::Ambiguous { name, devices } => {
                let devices = first_few(devices.iter().map(in_words));
                Self::new(message).of(&name).also(devices).hint("name one by its id")
            }
            FindError::NoneSelected { near } => {
                let tags = near.tags.iter().map(|tag| format!("--tag {tag:?}"));
                let types = near.types.iter().map(|kind| format!("--type {kind:?}"));
                let near: Vec<String> = tags.chain(types).collect();
                Self::new(message).hint(match near.as_slice() {
                    [] => {
                        "dt devices -o json lists what the appliance knows, with all tags and types"
                            .to_owned()
                    }
                    near => format!("try {}", near.join(" or ")),
                })
            }
            _ => Self::new(message),
        }
    }
}

/// A device as it is told from others of its name.
fn in_words(device: &Device) -> String {
    let did = device.did.map_or_else(|| "no id".to_owned(), |did| format!("did {did}"));
    let last_seen = device.last_seen.map(|time| format!("last seen {}", time.strftime("%Y-%m-%d")));
    let known = [device.hostname.clone(), device.ip.clone(), last_seen];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if known.is_empty() { did } else { format!("{did} ({})", known.join(", ")) }
}

/// What could not be kept, or not be read again.
impl From<dt_store::Error> for Failure {
    fn from(error: dt_store::Error) -> Self {
        Self::from(&error)
    }
}

/// The same of what is told later, too.
impl From<&dt_store::Error> for Failure {
    fn from(error: &dt_store::Error) -> Self {
        let step = match () {
            () if error.is_full() => "make room there; what was kept before is still there",
            () if error.is_refused() => "choose a place that you may write to and read from",
            () if error.is_not_found() => "check the path: what it stands in has to be there",
            () if error.is_locked() => "stop the other one, or choose another directory",
            () if error.is_newer() => {
                "read it with the version of dt that wrote it, or a newer one"
            }
            () if error.is_not_empty() => "choose an empty directory, or one that is not there yet",
            () if error.is_damaged() => "move it away; a copy has to be as it was written",
            () => return Self::of_error(error),
        };
        Self::of_error(error).hint(step)
    }
}

/// What to do about an error below HTTP.
fn transport_step(kind: &dt_transport::TransportErrorKind) -> Option<&'static str> {
    use dt_transport::{TlsProblem, TransportErrorKind as Kind};

    match kind {
        Kind::Tls(TlsProblem::SelfSigned) => {
            Some("pin the certificate with --pin-sha256, once you know it is the right one")
        }
        Kind::Tls(TlsProblem::UnknownIssuer) => {
            Some("name the site's certificate authority with --ca-file or DT_CA_FILE")
        }
        Kind::Tls(TlsProblem::WrongName) => {
            Some("use the name that is in the certificate, or pin it with --pin-sha256")
        }
        Kind::Tls(TlsProblem::Expired) => {
            Some("have the certificate renewed, or pin it with --pin-sha256; check this clock, too")
        }
        Kind::Tls(TlsProblem::PinMismatch { .. }) => {
            Some("find out why it changed; pin the new one once you know it is the right one")
        }
        Kind::Resolve => Some("check the host of the URL; dt config show has its source"),
        Kind::Connect => {
            Some("check host and port of the URL, and the way to them; dt doctor tries both")
        }
        Kind::Proxy => {
            Some("check the proxy, and its user and password; NO_PROXY names hosts without one")
        }
        Kind::Timeout | Kind::ConnectTimeout => Some("try again, or give it longer with --timeout"),
        _ => None,
    }
}

/// What to do about a URL that an error makes doubtful.
fn step_about_url(error: &dt_transport::Error) -> Option<String> {
    if let Some(url) = error.https_instead() {
        return Some(format!("use https: set the URL to {url}"));
    }
    let path = error.base_path().filter(|_| error.is_auth() || error.is_html())?;
    Some(format!(
        "leave the path {path} out of the URL, unless the appliance is behind it; then check both tokens"
    ))
}

/// What to do about an error, where there is something to do.
fn next_step(error: &dt_transport::Error) -> Option<&'static str> {
    let kind = error.transport_error().map(dt_transport::TransportError::kind);
    if let Some(step) = kind.and_then(transport_step) {
        return Some(step);
    }
    if error.is_refused_by_page() {
        return Some(
            "ask whoever runs the firewall or the proxy to let this machine through; if there is none, \
             check both tokens, and what the token's user may do",
        );
    }
    if error.clock_offset().is_some() && !error.clocks_differ() {
        return Some(
            "choose the other form with --date, or date in the profile; dt doctor tries both",
        );
    }
    refusal_step(error.refusal_kind())
}

/// What to do about a refusal, where there is something to do.
fn refusal_step(kind: RefusalKind) -> Option<&'static str> {
    Some(match kind {
        RefusalKind::Auth => {
            "check both tokens; dt config show has their sources, dt doctor has details"
        }
        RefusalKind::Clock => "set this machine's clock; dt doctor shows the difference",
        RefusalKind::Permission => "grant the permission to the token's user; dt doctor tries each",
        RefusalKind::NotFound => "dt devices lists what the appliance knows",
        RefusalKind::NoEndpoint => "check the URL: it must be the appliance's own address",
        RefusalKind::RateLimited => "wait, or ask for less at once",
        RefusalKind::Html | RefusalKind::Redirect => "check the URL: something else answers there",
        _ => return None,
    })
}

/// The exit status that a refusal means.
const fn status(kind: RefusalKind) -> u8 {
    if kind.is_access() {
        exit::ACCESS
    } else if kind.is_network() {
        exit::NETWORK
    } else {
        exit::FAILED
    }
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
