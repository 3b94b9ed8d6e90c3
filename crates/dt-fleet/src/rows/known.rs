//! When a domain was first seen by any sweep.

use serde::{Deserialize, Serialize};

/// A domain that an appliance's devices use, and since when that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownRow {
    /// The appliance, as runs call it.
    pub appliance: String,
    /// The domain, in lower case as it is listed.
    pub domain: String,
    /// The run that first saw it.
    pub first_run: String,
    /// The run that last saw it.
    pub last_run: String,
    /// How many devices listed it then.
    pub hosts: u32,
}
