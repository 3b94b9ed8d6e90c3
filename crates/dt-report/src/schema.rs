//! JSON Schema of what [`json`](crate::json) prints, from the contract's own structs and comments.
//!
//! A schema is closed: it names every field there is, so that one that it does not know is a fault.

use dt_analysis::plan::AnalysisKind;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, RestrictFormats};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::contract::{
    Compare, Configuration, Connections, Devices, Diff, Doctor, ErrorReport, Evidence, External,
    Header, Printed, Report, Snapshot, Timeline, Transfers, Watch,
};

/// An object that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// Of `dt connections`.
    Connections,
    /// Of `dt transfers`.
    Transfers,
    /// Of `dt compare`.
    Compare,
    /// Of `dt external`.
    External,
    /// Of `dt timeline`.
    Timeline,
    /// Of `dt report`.
    Report,
    /// Of `dt watch`.
    Watch,
    /// Of `dt diff`.
    Diff,
    /// Of `dt snapshot`.
    Snapshot,
    /// Of `dt devices`.
    Devices,
    /// Of `dt evidence`.
    Evidence,
    /// Of `dt doctor`.
    Doctor,
    /// Of `dt config show`.
    Config,
    /// Of a failure with `-o json`, on standard error.
    Error,
}

impl Object {
    /// Every object.
    pub const ALL: [Self; 14] = [
        Self::Connections,
        Self::Transfers,
        Self::Compare,
        Self::External,
        Self::Timeline,
        Self::Report,
        Self::Watch,
        Self::Diff,
        Self::Snapshot,
        Self::Devices,
        Self::Evidence,
        Self::Doctor,
        Self::Config,
        Self::Error,
    ];

    /// Its name: the command that prints it, or `error`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Transfers => "transfers",
            Self::Compare => "compare",
            Self::External => "external",
            Self::Timeline => "timeline",
            Self::Report => "report",
            Self::Watch => "watch",
            Self::Diff => "diff",
            Self::Snapshot => "snapshot",
            Self::Devices => "devices",
            Self::Evidence => "evidence",
            Self::Doctor => "doctor",
            Self::Config => "config",
            Self::Error => "error",
        }
    }

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
        let mut schema = match self {
            Self::Connections => answer::<Connections>(generator),
            Self::Transfers => answer::<Transfers>(generator),
            Self::Compare => answer::<Compare>(generator),
            Self::External => answer::<External>(generator),
            Self::Timeline => answer::<Timeline>(generator),
            Self::Report => answer::<Report>(generator),
            Self::Watch => answer::<Watch>(generator),
            Self::Diff => answer::<Diff>(generator),
            Self::Snapshot => answer::<Snapshot>(generator),
            Self::Devices => generator.into_root_schema_for::<Devices>(),
            Self::Evidence => generator.into_root_schema_for::<Evidence>(),
            Self::Doctor => generator.into_root_schema_for::<Doctor>(),
            Self::Config => generator.into_root_schema_for::<Configuration>(),
            Self::Error => generator.into_root_schema_for::<ErrorReport>(),
        };
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

/// What a reader looks for first.
fn beginning_with(first: &[&str], schema: &Schema) -> Value {
    let fields = schema.as_object().into_iter().flatten();
    let (mut head, rest): (Vec<_>, Vec<_>) =
        fields.partition(|(name, _)| first.contains(&name.as_str()));
    head.sort_by_key(|(name, _)| first.iter().position(|of| of == name));
    head.into_iter().chain(rest).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// An object with known fields has no others.
fn close(schema: &mut Schema) {
    if schema.get("properties").is_some() {
        schema.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}
