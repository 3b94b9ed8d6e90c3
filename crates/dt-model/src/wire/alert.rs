//! What an appliance says about devices of its own accord, as it stands on the wire.

use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use super::leaves::Millis;
use super::lenient::{Lenient, List, Shape};
use super::object::object;
use crate::warning::{Path, WarningLog};
use crate::{DeviceId, JsonKind};

object! {
    /// An entry of `/modelbreaches`.
    Breach {
        pbid: i64 = "pbid",
        time: Millis = "time",
        score: f64 = "score",
        model: Models = "model",
        device: Breacher = "device",
        acknowledged: Acknowledged = "acknowledged",
    }
}

object! {
    /// The model as it was and as it is; or one of both by itself.
    Models {
        then: Model = "then",
        now: Model = "now",
        name: String = "name",
        priority: u64 = "priority",
    }
}

object! {
    Model {
        name: String = "name",
        priority: u64 = "priority",
    }
}

object! {
    Breacher {
        did: DeviceId = "did",
    }
}

object! {
    /// An entry of `/aianalyst/groups`.
    Group {
        id: String = "id",
        start: Millis = "start",
        end: Millis = "end",
        devices: List<DeviceId> = "devices",
        events: List<GroupEvent> = "incidentEvents",
        category: String = "category",
        score: f64 = "groupScore",
        acknowledged: Acknowledged = "acknowledged",
    }
}

object! {
    GroupEvent {
        title: String = "title",
    }
}

object! {
    WatchedEntry {
        name: String = "name",
        description: String = "description",
    }
}

/// An entry of `/intelfeed`: a name, or more about it.
#[derive(Debug)]
pub(crate) enum Watched {
    Name(String),
    Entry(WatchedEntry),
}

impl Shape for Watched {
    const EXPECTED: &'static str = "a name or an object";

    fn from_text(text: &str) -> Result<Self, JsonKind> {
        Ok(Self::Name(text.to_owned()))
    }

    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Lenient<Self>, A::Error> {
        WatchedEntry::from_object(object).map(|entry| entry.map(Self::Entry))
    }

    fn note_repeated(&self, at: Path<'_>, log: &mut WarningLog) {
        if let Self::Entry(entry) = self {
            entry.note_repeated(at, log);
        }
    }
}

/// Whether somebody has seen to it: said as such, or by who did, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Acknowledged(pub(crate) bool);

impl Shape for Acknowledged {
    const EXPECTED: &'static str = "a yes or no, or who acknowledged it";

    fn from_bool(value: bool) -> Result<Self, JsonKind> {
        Ok(Self(value))
    }

    fn from_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Lenient<Self>, A::Error> {
        let mut holds_any = false;
        while list.next_element::<IgnoredAny>()?.is_some() {
            holds_any = true;
        }
        Ok(Lenient::Value(Self(holds_any)))
    }

    fn from_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Lenient<Self>, A::Error> {
        let mut holds_any = false;
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            holds_any = true;
        }
        Ok(Lenient::Value(Self(holds_any)))
    }
}
