//! `GET /status`: the appliance about itself.

use serde_json::{Map, Value};

use super::{ApiQuery, Pairs};
use crate::{LooksLike, ReadError};

/// Asks for version and clock. The token's user needs the Status permission.
///
/// ```
/// use dt_model::{ApiQuery, StatusQuery};
///
/// assert_eq!(StatusQuery.pairs(), [("fast", "true".into()), ("format", "json".into())]);
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

impl ApiQuery for StatusQuery {
    type Answer = Status;

    fn path(&self) -> &'static str {
        PATH
    }

    /// The full form measures subnets and probes, which takes long and is not needed here.
    fn pairs(&self) -> Pairs<'_> {
        vec![("fast", "true".into()), ("format", "json".into())]
    }

    fn read(&self, body: &[u8]) -> Result<Status, ReadError> {
        let all = match serde_json::from_slice::<Value>(body) {
            Ok(Value::Object(all)) => all,
            Ok(_) => return Err(ReadError::not_a_response(PATH, LooksLike::json(body))),
            Err(source) => return Err(ReadError::broken(PATH, body, String::new(), source)),
        };
        let text = |key| all.get(key).and_then(Value::as_str).map(str::to_owned);
        Ok(Status { version: text("version"), time: text("time"), hostname: text("hostname"), all })
    }
}

const PATH: &str = "/status";
