//! What is kept of an error where the rest of an answer goes on without it.

use dt_model::{Refusal, RefusalKind};

use super::{Error, Kind};
use crate::TransportErrorKind;

impl Error {
    /// What kind of refusal it is, where the rest goes on without the answer.
    #[must_use]
    pub fn refusal_kind(&self) -> RefusalKind {
        match &self.0.kind {
            Kind::Sign(_) | Kind::TooLong(_) | Kind::Unsendable(_) => RefusalKind::Unsendable,
            Kind::Transport(source) => match source.kind() {
                TransportErrorKind::Resolve
                | TransportErrorKind::Connect
                | TransportErrorKind::ConnectTimeout
                | TransportErrorKind::Proxy => RefusalKind::Unreachable,
                TransportErrorKind::Tls(_) => RefusalKind::Tls,
                TransportErrorKind::Timeout => RefusalKind::Timeout,
                TransportErrorKind::Reset | TransportErrorKind::Protocol => {
                    RefusalKind::Interrupted
                }
                TransportErrorKind::BodyTooLarge { .. } => RefusalKind::TooLarge,
                TransportErrorKind::NotRecorded { .. } | TransportErrorKind::Other => {
                    RefusalKind::Other
                }
            },
            Kind::Auth => RefusalKind::Auth,
            Kind::Clock { .. } => RefusalKind::Clock,
            Kind::BadParameter => RefusalKind::BadParameter,
            Kind::NoEndpoint => RefusalKind::NoEndpoint,
            Kind::Permission => RefusalKind::Permission,
            Kind::Redirect { .. } => RefusalKind::Redirect,
            Kind::NotFound => RefusalKind::NotFound,
            Kind::RateLimited { .. } => RefusalKind::RateLimited,
            Kind::Server { .. } => RefusalKind::Server,
            Kind::Html(_) => RefusalKind::Html,
            Kind::NeedsTls => RefusalKind::Tls,
            Kind::Status => RefusalKind::Status,
            Kind::Read(_) => self.read_error().map_or(RefusalKind::Unreadable, RefusalKind::from),
            Kind::Cancelled => RefusalKind::Cancelled,
        }
    }

    /// What is kept of it where the rest goes on without the answer.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        let kind = self.refusal_kind();
        // A success with a body that is none needs no number.
        let status = self.status().filter(|status| !status.is_success());
        Refusal::new(kind, status.map(|status| status.as_u16()), self.brief())
    }
}
