//! `GET /status`: the appliance about itself.

use dt_auth::RequestTarget;
use serde_json::{Map, Value};

use super::{BoxError, Query};

/// Asks for version and clock. The token's user needs the Status permission.
///
/// ```
/// use dt_transport::{Query, StatusQuery};
///
/// assert_eq!(StatusQuery.target().wire(), "/status?fast=true&format=json");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StatusQuery;

/// What an appliance says about itself. `None` means "not reported".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Status {
    /// The version of its software.
    pub version: Option<String>,
    /// Its clock, as it writes it.
    pub time: Option<String>,
    /// Its host name.
    pub hostname: Option<String>,
    /// Everything it said, as it came.
    pub all: Map<String, Value>,
}

impl Query for StatusQuery {
    type Answer = Status;

    /// The full form measures subnets and probes, which takes long and is not needed here.
    fn target(&self) -> RequestTarget {
        RequestTarget::new("/status").param("format", "json").param("fast", true)
    }

    fn read(&self, body: &[u8]) -> Result<Status, BoxError> {
        let all = serde_json::from_slice::<Map<String, Value>>(body)?;
        let text = |key| all.get(key).and_then(Value::as_str).map(str::to_owned);
        Ok(Status { version: text("version"), time: text("time"), hostname: text("hostname"), all })
    }
}
