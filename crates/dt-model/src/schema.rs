//! JSON Schema of values that are printed as their names.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{DataType, Dialect, EvidencePart, NoTraffic, PartState, Scope};

/// Describes values as text: as one of these, where they are listed.
#[doc(hidden)]
#[macro_export]
macro_rules! printed_as_text {
    ($($of:ty $(: [$($value:ident),* $(,)?])? $(= [$($name:literal),*])?;)*) => {$(
        impl ::schemars::JsonSchema for $of {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($of).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({
                    "type": "string",
                    $("enum": [$(<$of>::$value.as_str()),*])?
                    $("enum": [$($name),*])?
                })
            }
        }
    )*};
}

printed_as_text! {
    DataType: [Connections, BytesOut, BytesIn];
    Dialect: [Documented, Appliance];
    EvidencePart: [
        Connections, BytesOut, BytesIn, External, ExternalOut, Endpoints, Domains, Breaches, Analyst,
        Watched
    ];
    NoTraffic: [SaasIdentity, UnknownDevice];
    PartState: [Answered, Refused, NotAsked, NotGiven];
    Scope: [External, Internal];
}

/// What a time is in JSON: RFC 3339, in UTC. It stands for those of `jiff`, which have no schema.
#[derive(Debug, Clone, Copy)]
pub struct Time;

impl JsonSchema for Time {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}
