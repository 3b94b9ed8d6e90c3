//! The faults below HTTP.

use std::time::Duration;

use crate::fault::FaultKind;

/// Something that goes wrong with the bytes of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireFault {
    /// The connection is reset once the request was read; nothing is sent.
    ResetBeforeAnswer,
    /// The head is sent, then the connection is reset.
    ResetBeforeBody,
    /// The head and half of the body are sent, then the connection is reset.
    ResetInBody,
    /// The head and half of the body are sent, then the connection is closed in an orderly way.
    CutBody,
    /// The head announces more bytes than the body has, and then the connection is closed.
    LengthTooLong,
    /// The head announces half of the body. All of it is sent, and the connection kept.
    LengthTooShort,
    /// The body has no announced length, and after its own bytes goes on with spaces: 256 MiB of
    /// them, unless the client hangs up before.
    Endless,
    /// The body is sent in up to 64 pieces, with a pause before each.
    Trickle(Duration),
    /// The response is sent whole, but the connection is closed, unannounced, as soon as the client
    /// uses it for another request. That one is never answered.
    ClosedUnderClient,
}

impl FaultKind for WireFault {
    fn name(&self) -> &'static str {
        match self {
            Self::ResetBeforeAnswer => "reset before the answer",
            Self::ResetBeforeBody => "reset before the body",
            Self::ResetInBody => "reset in the body",
            Self::CutBody => "truncated body",
            Self::LengthTooLong => "content-length too long",
            Self::LengthTooShort => "content-length too short",
            Self::Endless => "endless body",
            Self::Trickle(_) => "slow trickle",
            Self::ClosedUnderClient => "keep-alive closed",
        }
    }

    fn combines_with(&self, _: &Self) -> bool {
        false
    }
}
