//! Rows as people and programs read them.

mod csv;
mod json;
mod parquet;
mod standard_output;
mod table;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;

use crate::Failure;

/// How to print rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
    Ndjson,
    Csv,
    /// Into this file.
    Parquet(PathBuf),
}

/// Prints a line.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    standard_output::print(&format!("{text}\n")).map(drop)
}

/// Prints rows as they come.
pub(crate) trait Writer: Send {
    /// Prints more rows; `false` if nobody reads any more.
    fn write(&mut self, batch: &RecordBatch) -> Result<bool, Failure>;

    /// Prints what comes after the last row.
    fn finish(self: Box<Self>) -> Result<(), Failure>;
}

impl Format {
    /// Whether programs read it.
    pub(crate) const fn is_json(&self) -> bool {
        matches!(self, Self::Json | Self::Ndjson)
    }

    /// Refuses a file that is there, or would lie within the lake, which is only read.
    pub(crate) fn refuse_overwriting(&self, lake: &Path) -> Result<(), Failure> {
        let Self::Parquet(file) = self else { return Ok(()) };
        let refused = |message| Failure::usage(message).at(file.display().to_string());
        if file.symlink_metadata().is_ok() {
            return Err(refused("the file is there already").hint("choose another name"));
        }
        let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize();
        match (folder, lake.canonicalize()) {
            (Ok(folder), Ok(lake)) if folder.starts_with(&lake) => {
                Err(refused("a lake is only read").hint("choose a folder outside of it"))
            }
            // What cannot be looked at is told when the file is made.
            _ => Ok(()),
        }
    }

    /// Begins to print rows of these columns.
    pub(crate) fn writer(&self, schema: &SchemaRef) -> Result<Box<dyn Writer>, Failure> {
        if !matches!(self, Self::Table | Self::Csv) {
            refuse_doubled(schema)?;
        }
        Ok(match self {
            Self::Table => Box::new(table::Table::new(schema)),
            Self::Json => Box::new(json::Json::array()),
            Self::Ndjson => Box::new(json::Json::lines()),
            Self::Csv => Box::new(csv::Csv::new(schema)),
            Self::Parquet(path) => Box::new(parquet::Parquet::create(path, schema)?),
        })
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None => match text {
                "table" => Ok(Self::Table),
                "json" => Ok(Self::Json),
                "ndjson" => Ok(Self::Ndjson),
                "csv" => Ok(Self::Csv),
                "parquet" => Err("parquet needs a file: -o parquet=FILE".to_owned()),
                _ => Err("there are table, json, ndjson, csv and parquet=FILE".to_owned()),
            },
            Some(("parquet", file)) if !file.is_empty() => Ok(Self::Parquet(file.into())),
            Some(_) => Err("only parquet=FILE has a file; others are printed".to_owned()),
        }
    }
}

/// Objects have each name once.
fn refuse_doubled(schema: &SchemaRef) -> Result<(), Failure> {
    let names = schema.fields().iter().map(|field| field.name());
    let mut seen = std::collections::HashSet::new();
    match names.into_iter().find(|name| !seen.insert(*name)) {
        None => Ok(()),
        Some(name) => Err(Failure::usage(format!("two columns are called {name:?}"))
            .hint("name one of them with AS, or print a table or CSV")),
    }
}
