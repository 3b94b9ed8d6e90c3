//! JSON Schema of what [`json`](crate::json) prints, from the contract's own structs and comments.
//!
//! A schema is closed: it names every field there is, so that one that it does not know is a fault.

use dt_analysis::plan::AnalysisKind;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, RestrictFormats};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::contract::{
    Compare, Configuration, Connections, Devices, Diff, Doctor, ErrorReport, Evidence, Exclusions,
    External, Fleet, Header, Printed, Report, ReportSummary, Snapshot, SweepRun, Timeline,
    Transfers, Watch,
};

/// The objects, each by its name and by what describes its schema.
macro_rules! objects {
    ($($(#[$documentation:meta])* $object:ident = $name:literal, $schema:expr;)*) => {
        /// An object that has a schema.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Object {
            $($(#[$documentation])* $object,)*
        }

        impl Object {
            /// Every object.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$object),*];

            /// Its name: the command that prints it, `report-summary` or `error`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$object => $name,)*
                }
            }

            fn described(self, generator: SchemaGenerator) -> Schema {
                match self {
                    $(Self::$object => $schema(generator),)*
                }
            }
        }
    };
}

objects! {
    /// Of `dt connections`.
    Connections = "connections", answer::<Connections>;
    /// Of `dt transfers`.
    Transfers = "transfers", answer::<Transfers>;
    /// Of `dt compare`.
    Compare = "compare", answer::<Compare>;
    /// Of `dt external`.
    External = "external", answer::<External>;
    /// Of `dt timeline`.
    Timeline = "timeline", answer::<Timeline>;
    /// Of `dt report`.
    Report = "report", answer::<Report>;
    /// Of `dt report` about several devices.
    ReportSummary = "report-summary", answer::<ReportSummary>;
    /// Of `dt watch`.
    Watch = "watch", answer::<Watch>;
    /// Of `dt diff`.
    Diff = "diff", answer::<Diff>;
    /// Of `dt snapshot`.
    Snapshot = "snapshot", answer::<Snapshot>;
    /// Of `dt devices`.
    Devices = "devices", root::<Devices>;
    /// Of `dt fleet`.
    Fleet = "fleet", root::<Fleet>;
    /// Of `dt sweep`.
    Sweep = "sweep", root::<SweepRun>;
    /// Of `dt evidence`.
    Evidence = "evidence", root::<Evidence>;
    /// Of `dt doctor`.
    Doctor = "doctor", root::<Doctor>;
    /// Of `dt config show`.
    Config = "config", root::<Configuration>;
    /// Of `dt exclusions`.
    Exclusions = "exclusions", root::<Exclusions>;
    /// Of a failure with `-o json`, on standard error.
    Error = "error", root::<ErrorReport>;
}

impl Object {
    /// Its schema's version: it rises when a name goes or means something else.
    const fn version(self) -> u32 {
        match self {
            Self::Timeline => 2,
            _ => 1,
        }
    }

    /// The schema of the object as `-o json` prints it, in JSON Schema 2020-12.
    #[must_use]
    pub fn schema(self) -> Value {
        let generator = SchemaSettings::draft2020_12()
            .for_serialize()
            .with_transform(RecursiveTransform(close))
            // Only those that JSON Schema itself defines.
            .with_transform(RestrictFormats::default())
            .into_generator();
        let mut schema = self.described(generator);
        let version = format!("dt.{}/{}", self.name(), self.version());
        schema.insert("title".to_owned(), json!(version));
        if let Some(property) = schema.pointer_mut("/properties/schema") {
            *property = json!({
                "description": "The object's schema and its version.",
                "const": version
            });
        }
        beginning_with(&["$schema", "title", "description"], &schema)
    }

    /// The schema as text, indented, ending with a line break.
    #[must_use]
    pub fn render(self) -> String {
        format!("{:#}\n", self.schema())
    }
}

/// What answers an analysis.
impl From<AnalysisKind> for Object {
    fn from(kind: AnalysisKind) -> Self {
        match kind {
            AnalysisKind::Connections => Self::Connections,
            AnalysisKind::Transfers => Self::Transfers,
            AnalysisKind::Compare => Self::Compare,
            AnalysisKind::External => Self::External,
            AnalysisKind::Timeline(_) => Self::Timeline,
            AnalysisKind::Report => Self::Report,
        }
    }
}

/// A header and a body, described by what the body is.
fn answer<B: JsonSchema>(mut generator: SchemaGenerator) -> Schema {
    let body = B::json_schema(&mut generator);
    let mut schema = generator.into_root_schema_for::<Printed<Header, B>>();
    if let Some(description) = body.get("description") {
        schema.insert("description".to_owned(), description.clone());
    }
    schema
}

/// An object without a header of its kind.
fn root<B: JsonSchema>(generator: SchemaGenerator) -> Schema {
    generator.into_root_schema_for::<B>()
}

/// What a reader looks for first.
fn beginning_with(first: &[&str], schema: &Schema) -> Value {
    let fields = schema.as_object().into_iter().flatten();
    let (mut head, rest): (Vec<_>, Vec<_>) =
        fields.partition(|(name, _)| first.contains(&name.as_str()));
    head.sort_by_key(|(name, _)| first.iter().position(|of| of == name));
    head.into_iter().chain(rest).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// An object with known fields has no others, and one that may be absent is never `null`.
fn close(schema: &mut Schema) {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(Value::Object(fields)) = schema.get_mut("properties") else { return };
    for (name, field) in fields {
        if let (false, Value::Object(field)) = (required.contains(&json!(name)), field) {
            never_null(field);
        }
    }
    schema.insert("additionalProperties".to_owned(), Value::Bool(false));
}

/// Takes `null` from the values that a schema allows.
fn never_null(field: &mut Map<String, Value>) {
    for list in ["type", "enum"] {
        let Some(Value::Array(allowed)) = field.get_mut(list) else { continue };
        allowed.retain(|it| !it.is_null() && it != "null");
        if let ("type", [only]) = (list, allowed.as_slice()) {
            let only = only.clone();
            field.insert(list.to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = field.get_mut("anyOf") {
        choices.retain(|it| it["type"] != "null");
        if let [Value::Object(only)] = choices.as_mut_slice() {
            let only = std::mem::take(only);
            field.remove("anyOf");
            field.extend(only);
        }
    }
}
