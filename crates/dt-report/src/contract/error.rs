//! `dt.error/1`

use dt_model::RefusalKind;

use super::prelude::*;

/// Why a command failed, as the last line on standard error with `-o json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ErrorReport {
    /// The object's schema and its version.
    pub schema: &'static str,
    /// The exit status.
    pub exit: u8,
    /// What kind of failure it is.
    #[schemars(with = "String")]
    pub kind: ErrorKind,
    /// What happened.
    pub message: String,
    /// The device it is about, as it was typed.
    pub device: Option<String>,
    /// The appliance's host.
    pub host: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

/// The kinds of failure that scripts can tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The command line asks for something that cannot be.
    Usage,
    /// Tokens, permission or clock.
    Access,
    /// Network or TLS.
    Network,
    /// Anything else.
    Failed,
    /// An answer was refused, for this reason.
    #[serde(untagged)]
    Refused(RefusalKind),
}

impl ErrorReport {
    /// A failure; what it is about is told by its fields.
    #[must_use]
    pub fn new(exit: u8, kind: ErrorKind, message: String) -> Self {
        let (device, host, help) = (None, None, None);
        Self { schema: "dt.error/1", exit, kind, message, device, host, help }
    }

    /// As one line of JSON.
    #[must_use]
    pub fn line(&self) -> String {
        crate::json::line(self).trim_end().to_owned()
    }
}
