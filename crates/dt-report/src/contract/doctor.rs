//! `dt.doctor/1`

use super::prelude::*;

/// The way to an appliance, step by step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Doctor {
    /// The object's schema and its version.
    pub schema: &'static str,
    /// The appliance's address, if one is configured.
    pub appliance: Option<String>,
    /// Each step, in the order in which they were taken.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    /// What was tried: `settings`, `name`, `connect`, `tls`, `answer`, `clock`, `signature` or
    /// `permission`.
    #[schemars(extend("enum" = ["settings", "name", "connect", "tls", "answer", "clock", "signature", "permission"]))]
    pub step: &'static str,
    /// How it went.
    pub status: StepStatus,
    /// What was found; for a step that was skipped, why.
    pub text: String,
    /// What to do about it.
    pub fix: Option<String>,
}

word_enum! {
    /// How a step went.
    StepStatus {
        /// As it should.
        Ok = "ok",
        /// It works, but something should be looked at.
        Warn = "warn",
        /// It does not work.
        Fail = "fail",
        /// It was not tried.
        Skip = "skip",
    }
}

impl Doctor {
    /// The object of `dt doctor`.
    #[must_use]
    pub fn new(appliance: Option<String>, steps: Vec<Step>) -> Self {
        Self { schema: "dt.doctor/1", appliance, steps }
    }
}
