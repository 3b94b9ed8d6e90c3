//! Which findings are the same, whenever and wherever they are found?

use std::fmt;
use std::str::FromStr;

use dt_model::DeviceId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Finding, Object};
use crate::namespace::NAMESPACE;
use crate::timeline::IncidentId;

/// Where a finding was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin<'a> {
    /// The appliance that answered; `None` for saved responses.
    pub appliance: Option<&'a str>,
    /// The device; `None` if the answers do not name it.
    pub did: Option<DeviceId>,
}

/// The id of a finding: a UUID (version 5) over what does not move from one look to the next.
///
/// ```
/// use dt_analysis::finding::FindingId;
///
/// let id: FindingId = "2ce2b4a3-f095-5006-803e-365713ae0b02".parse()?;
/// assert_eq!(id.to_string(), "2ce2b4a3-f095-5006-803e-365713ae0b02");
/// # Ok::<(), dt_analysis::finding::FindingIdError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingId(Uuid);

/// Text that is no id of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingIdError(uuid::Error);

impl Finding {
    /// Its id: the same for the same rule, device and object that began at the same time. What is made
    /// into it never changes.
    #[must_use]
    pub fn id(&self, origin: Origin<'_>) -> FindingId {
        // The end of hours and the number of peers move.
        let object = match &self.object {
            Object::Hours { .. } | Object::Peers(_) => String::new(),
            lasting => lasting.key(),
        };
        let first =
            if self.rule.is_rolling() { String::new() } else { self.first_time.to_string() };
        let did = origin.did.map_or_else(String::new, |did| did.get().to_string());
        let appliance = origin.appliance.unwrap_or_default();
        let parts = [appliance, &did, self.rule.id(), self.object.kind(), &object, &first];
        // No part holds this character: what stands in one cannot pass for another.
        FindingId(Uuid::new_v5(&NAMESPACE, parts.join("\u{1f}").as_bytes()))
    }
}

impl From<FindingId> for IncidentId {
    fn from(id: FindingId) -> Self {
        Self::new(id.0)
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for FindingId {
    type Err = FindingIdError;

    fn from_str(text: &str) -> Result<Self, FindingIdError> {
        Uuid::try_parse(text).map(Self).map_err(FindingIdError)
    }
}

impl fmt::Display for FindingIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not the id of a finding: {}", self.0)
    }
}

impl std::error::Error for FindingIdError {}
