//! What is stored by its id.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use super::{Rule, Technique};

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        with_id(deserializer, "rule", Self::from_id)
    }
}

impl Serialize for Technique {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Technique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        with_id(deserializer, "technique", Self::from_id)
    }
}

/// Fails for what this version of the program does not know.
fn with_id<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    what: &str,
    from_id: impl Fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let id = Cow::<str>::deserialize(deserializer)?;
    from_id(&id).ok_or_else(|| D::Error::custom(format_args!("there is no {what} {id:?}")))
}
