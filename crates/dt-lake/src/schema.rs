//! The tables and their columns, which never change within a format; a new column is nullable and last.

use std::fmt::Write;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};

/// A table of a lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// One row an appliance and device.
    Devices,
    /// What was found about devices.
    Findings,
    /// One row an appliance, device and domain.
    Domains,
    /// The series of devices, on a grid each.
    Series,
    /// What could not be looked at.
    Errors,
    /// Devices that do the same work.
    Groups,
    /// Since when domains are known. It is one of the lake, not of a run.
    Known,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 7] = [
        Self::Devices,
        Self::Findings,
        Self::Domains,
        Self::Series,
        Self::Errors,
        Self::Groups,
        Self::Known,
    ];

    /// Its name, which is that of its directory.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Devices => "devices",
            Self::Findings => "findings",
            Self::Domains => "domains",
            Self::Series => "series",
            Self::Errors => "errors",
            Self::Groups => "groups",
            Self::Known => "known",
        }
    }

    /// Its columns. An engine that is given them need not open any file to learn them.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        let fields = match self {
            Self::Devices => devices(),
            Self::Findings => findings(),
            Self::Domains => domains(),
            Self::Series => series(),
            Self::Errors => errors(),
            Self::Groups => groups(),
            Self::Known => known(),
        };
        Arc::new(Schema::new(fields))
    }

    /// How many rows a row group has at most. Readers decode one at a time, and those of series are long.
    pub(crate) const fn group_rows(self) -> usize {
        match self {
            Self::Series => 2_000,
            _ => 65_536,
        }
    }

    /// How many rows are turned into columns, or back, at a time. Until then they are in memory as they are, of which a
    /// row of series takes up to 60 KB.
    pub(crate) const fn batch_rows(self) -> usize {
        match self {
            Self::Series => 64,
            _ => 1_024,
        }
    }

    /// How many rows a file has at most: about 256 MB.
    pub(crate) const fn file_rows(self) -> usize {
        match self {
            Self::Series => 64_000,
            Self::Devices => 1_000_000,
            _ => 4_000_000,
        }
    }

    /// The columns that hold counts which hardly repeat: differences are smaller than a dictionary.
    pub(crate) const fn counts(self) -> &'static [&'static str] {
        match self {
            Self::Series => &["co", "external", "external_out", "sizeout", "sizein"],
            _ => &[],
        }
    }

    /// The columns as text, a line each: the schema as people compare it.
    #[must_use]
    pub fn describe(self) -> String {
        let schema = self.schema();
        let mut text = format!("{}\n", self.name());
        for field in schema.fields() {
            let nullable = if field.is_nullable() { "?" } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {} {}{nullable}", field.name(), type_name(field.data_type()));
        }
        text
    }
}

/// A type as `Table::describe` writes it.
fn type_name(data_type: &DataType) -> String {
    let inner = |field: &FieldRef| {
        let nullable = if field.is_nullable() { "?" } else { "" };
        format!("{}{nullable}", type_name(field.data_type()))
    };
    match data_type {
        DataType::List(item) => format!("list<{}>", inner(item)),
        DataType::Struct(fields) => {
            let fields = fields.iter().map(|field| format!("{} {}", field.name(), inner(field)));
            format!("struct<{}>", fields.collect::<Vec<_>>().join(", "))
        }
        DataType::Timestamp(..) => "timestamp[ms, UTC]".to_owned(),
        other => other.to_string().to_lowercase(),
    }
}

const TEXT: DataType = DataType::Utf8;

fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

fn list(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("element", item, false)))
}

fn list_of_optional(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("element", item, true)))
}

fn record(fields: impl IntoIterator<Item = Field>) -> DataType {
    DataType::Struct(fields.into_iter().collect::<Fields>())
}

fn some(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, false)
}

fn maybe(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

fn devices() -> Vec<Field> {
    use DataType::{Float64, Int32, Int64, UInt8, UInt16, UInt64};
    let term = record([maybe("family", TEXT), some("weight", Float64), some("message", TEXT)]);
    vec![
        some("did", Int64),
        maybe("hostname", TEXT),
        maybe("ip", TEXT),
        maybe("mac", TEXT),
        maybe("type", TEXT),
        maybe("os", TEXT),
        maybe("label", TEXT),
        maybe("vendor", TEXT),
        some("tags", list(TEXT)),
        maybe("subnet", Int64),
        maybe("first_seen", time()),
        maybe("last_seen", time()),
        some("asked", time()),
        maybe("data_until", time()),
        some("dialect", TEXT),
        some("stage", UInt8),
        some("stage_wanted", UInt8),
        some("score", Float64),
        some("level", TEXT),
        some("importance", Float64),
        some("rank_score", Float64),
        some("contributions", list(term)),
        some("missing", list(TEXT)),
        some("findings", UInt16),
        some("findings_new", UInt16),
        maybe("top_rule", TEXT),
        maybe("top_reason", TEXT),
        maybe("top_destination", TEXT),
        maybe("top_since", time()),
        maybe("connections", UInt64),
        maybe("external_bytes_out", UInt64),
        maybe("external_share", Float64),
        maybe("listed_share", Float64),
        maybe("group", Int32),
    ]
}

fn findings() -> Vec<Field> {
    use DataType::{Float64, Int64, UInt16, UInt32};
    vec![
        some("did", Int64),
        some("id", TEXT),
        some("state", TEXT),
        some("rule_id", TEXT),
        some("rule_version", UInt16),
        some("severity", TEXT),
        some("message", TEXT),
        some("object_type", TEXT),
        some("object_value", TEXT),
        some("first_time", time()),
        some("last_time", time()),
        maybe("observed", Float64),
        maybe("expected", Float64),
        maybe("low", Float64),
        maybe("high", Float64),
        maybe("p", Float64),
        some("unit", TEXT),
        some("n_used", UInt32),
        some("method", TEXT),
        some("confidence", TEXT),
        some("reasons", list(TEXT)),
        some("doubts", list(TEXT)),
        some("attack_candidates", list(TEXT)),
        maybe("excluded", TEXT),
    ]
}

fn domains() -> Vec<Field> {
    use DataType::{Float64, Int64, UInt8};
    vec![
        some("did", Int64),
        some("domain", TEXT),
        some("registrable", TEXT),
        maybe("share_connections", UInt8),
        maybe("share_bytes_out", UInt8),
        maybe("connections", Float64),
        maybe("bytes_out", Float64),
        maybe("firsttime", time()),
        maybe("popularity", Float64),
        maybe("dga_score", Float64),
        maybe("countries", list(TEXT)),
    ]
}

fn series() -> Vec<Field> {
    use DataType::{Int32, Int64, UInt64};
    let counts = |name| maybe(name, list_of_optional(UInt64));
    vec![
        some("did", Int64),
        some("start", time()),
        some("step_seconds", Int32),
        counts("co"),
        counts("external"),
        counts("external_out"),
        counts("sizeout"),
        counts("sizein"),
        some("asked", time()),
    ]
}

fn errors() -> Vec<Field> {
    vec![
        maybe("did", DataType::Int64),
        some("stage", DataType::UInt8),
        some("kind", TEXT),
        some("message", TEXT),
        some("attempts", DataType::UInt16),
        some("asked", time()),
    ]
}

fn groups() -> Vec<Field> {
    use DataType::{Float64, Int32, UInt32};
    let port = record([some("port", TEXT), some("side", TEXT), some("share", Float64)]);
    vec![
        some("group", Int32),
        some("name", TEXT),
        some("devices", UInt32),
        some("ports", list(port)),
        some("silhouette", Float64),
        some("typical_hours", list(Float64)),
    ]
}

fn known() -> Vec<Field> {
    vec![
        some("appliance", TEXT),
        some("domain", TEXT),
        some("first_run", TEXT),
        some("last_run", TEXT),
        some("hosts", DataType::UInt32),
    ]
}
