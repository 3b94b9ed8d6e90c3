//! What there is to find on the way to an appliance.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use dt_auth::SigningPolicy;
use dt_model::Dialect;
use http::StatusCode;
use jiff::SignedDuration;

use crate::{Error, PresentedCertificate, TlsProblem, TransportError};

/// A step on the way to an appliance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The host has an address.
    Name,
    /// Something listens there.
    Connect,
    /// It is who it should be.
    Tls,
    /// It answers as an appliance does.
    Answer,
    /// Its clock and this one agree.
    Clock,
    /// It accepts signatures.
    Signature,
    /// The token's user may ask.
    Permission,
}

impl Step {
    /// All steps, in their order.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Connect,
        Self::Tls,
        Self::Answer,
        Self::Clock,
        Self::Signature,
        Self::Permission,
    ];

    /// The step's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Answer => "answer",
            Self::Clock => "clock",
            Self::Signature => "signature",
            Self::Permission => "permission",
        }
    }
}

/// What a finding means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// It works.
    Ok,
    /// It works, but.
    Warning,
    /// It does not work.
    Failure,
    /// It was not examined.
    Skipped,
}

/// Why a step is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skip {
    /// The settings of how to connect cannot be used.
    NoSettings,
    /// A proxy looks up and connects.
    Proxy,
    /// The host has no address to connect to.
    NoAddress,
    /// Nothing was reached.
    Unreached,
    /// There is nothing to send by.
    NoTransport,
    /// It is plain HTTP, which stays on this machine.
    Loopback,
    /// The other end is not trusted, so nothing is sent to it.
    Untrusted,
    /// There is no answer to judge by.
    NoAnswer,
    /// The answer has no date.
    NoDate,
    /// It takes both tokens.
    NoCredentials,
    /// The date is refused, so no signature counts.
    DateRefused,
    /// No signature was accepted.
    NoSignature,
    /// No device is known to ask this endpoint about.
    NoDevice(&'static str),
}

/// Why a host has no address.
#[derive(Debug)]
#[non_exhaustive]
pub enum NoAddress {
    /// The resolver knows none.
    Unknown,
    /// The resolver failed.
    Failed(io::Error),
    /// The resolver did not answer in this time.
    Timeout(Duration),
}

/// Addresses that could not be connected to.
pub type Unconnected = Vec<(SocketAddr, io::Error)>;

/// Something found on the way to an appliance; `B` is why a transport cannot be built.
#[derive(Debug)]
#[non_exhaustive]
pub enum Finding<B> {
    /// A step that was not taken.
    Skipped(Step, Skip),
    /// The host is an address already.
    IsAddress(IpAddr),
    /// The host's addresses.
    Resolved(String, Vec<IpAddr>),
    /// The host has no address.
    Unresolved(String, NoAddress),
    /// The environment names a proxy that cannot be used.
    NoProxy(TransportError),
    /// It was connected to this address, after those that could not be.
    Connected(SocketAddr, Unconnected),
    /// No address could be connected to.
    Unconnected(Unconnected),
    /// The transport cannot be built.
    NoTransport(B),
    /// Plain HTTP that leaves this machine: whoever is on the way can read it.
    Unencrypted,
    /// The certificate is refused; it is there if it could be looked at.
    Untrusted {
        /// Why.
        problem: TlsProblem,
        /// What it says.
        certificate: Option<Box<PresentedCertificate>>,
    },
    /// The certificate is not verified, by the settings.
    Unverified(Option<Box<PresentedCertificate>>),
    /// The certificate is trusted, and expires within two weeks.
    ExpiresSoon(Option<Box<PresentedCertificate>>),
    /// The certificate is trusted.
    Trusted(Option<Box<PresentedCertificate>>),
    /// No answer came.
    NoAnswer(TransportError),
    /// An appliance refused a request without a signature, or something answered with this status.
    Answered(Option<StatusCode>),
    /// The answer is none of an appliance.
    OddAnswer(Error),
    /// By how much this clock is ahead, to the second.
    Clock(SignedDuration),
    /// Signatures that were accepted, among them the one in use, and that were refused.
    Accepted(Vec<SigningPolicy>, Vec<SigningPolicy>),
    /// Signatures that were accepted, the one first that differs least from the one in use, and that were refused,
    /// among them the one in use.
    NotAccepted(Vec<SigningPolicy>, Vec<SigningPolicy>),
    /// No signature is accepted: a token is wrong, or the two are swapped.
    AllRefused,
    /// The date is refused in every form, though nothing says that the clocks differ.
    DatesRefused,
    /// Nothing is known about signatures, since something else went wrong.
    SignatureUnknown(Error),
    /// Nothing is known about signatures, since a request without one is answered in the same way: whatever
    /// answers does not look at them.
    SignatureUnread(Error),
    /// The user may ask this endpoint, which said this.
    Allowed(&'static str, Option<Said>),
    /// The user may not ask this endpoint: probably this permission is missing.
    Forbidden(&'static str, &'static str),
    /// The user may ask for devices, and gets no names and whole addresses of them: probably the permission
    /// for unrestricted devices is missing.
    Anonymised,
    /// Only an examination asks this endpoint, and something went wrong.
    Unneeded(&'static str, Option<Error>),
    /// Reports are made without what this endpoint says: the user may not ask it, the appliance does not
    /// have it, or something went wrong.
    DoneWithout(&'static str, Error),
    /// An endpoint could not be asked, for another reason than a permission.
    NotAsked(&'static str, Error),
}

/// What an endpoint says of the appliance.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Said {
    /// Its version.
    Version(String),
    /// How many devices it knows.
    Devices(u64),
    /// The dialect of its answers.
    Dialect(Dialect),
}

/// From when on clocks that differ are worth a warning.
const NEAR: SignedDuration = SignedDuration::from_mins(5);

impl<B> Finding<B> {
    /// To which step it belongs.
    #[must_use]
    pub const fn step(&self) -> Step {
        match self {
            Self::Skipped(step, _) => *step,
            Self::IsAddress(_) | Self::Resolved(..) | Self::Unresolved(..) | Self::NoProxy(_) => {
                Step::Name
            }
            Self::Connected(..) | Self::Unconnected(_) => Step::Connect,
            Self::NoTransport(_)
            | Self::Unencrypted
            | Self::Untrusted { .. }
            | Self::Unverified(_)
            | Self::ExpiresSoon(_)
            | Self::Trusted(_) => Step::Tls,
            Self::NoAnswer(_) | Self::Answered(_) | Self::OddAnswer(_) => Step::Answer,
            Self::Clock(_) => Step::Clock,
            Self::Accepted(..)
            | Self::NotAccepted(..)
            | Self::AllRefused
            | Self::DatesRefused
            | Self::SignatureUnread(_)
            | Self::SignatureUnknown(_) => Step::Signature,
            Self::Allowed(..)
            | Self::Forbidden(..)
            | Self::Anonymised
            | Self::Unneeded(..)
            | Self::DoneWithout(..)
            | Self::NotAsked(..) => Step::Permission,
        }
    }

    /// What it means.
    #[must_use]
    pub fn kind(&self) -> FindingKind {
        match self {
            Self::Skipped(..) => FindingKind::Skipped,
            Self::Clock(offset) if offset.abs() >= dt_auth::DATE_TOLERANCE => FindingKind::Failure,
            Self::Clock(offset) if offset.abs() >= NEAR => FindingKind::Warning,
            Self::Connected(_, failed) if !failed.is_empty() => FindingKind::Warning,
            Self::Unencrypted
            | Self::Unverified(_)
            | Self::ExpiresSoon(_)
            | Self::OddAnswer(_)
            | Self::Anonymised
            | Self::Unneeded(..)
            | Self::DoneWithout(..) => FindingKind::Warning,
            Self::IsAddress(_)
            | Self::Resolved(..)
            | Self::Connected(..)
            | Self::Trusted(_)
            | Self::Answered(_)
            | Self::Clock(_)
            | Self::Accepted(..)
            | Self::Allowed(..) => FindingKind::Ok,
            _ => FindingKind::Failure,
        }
    }
}
