//! A Parquet file, for another engine: there only once it is whole.

use std::path::{Path, PathBuf};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;
use tempfile::NamedTempFile;

use super::Writer;
use crate::Failure;

pub(super) struct Parquet {
    path: PathBuf,
    writer: ArrowWriter<NamedTempFile>,
}

impl Parquet {
    pub(super) fn create(path: &Path, schema: &SchemaRef) -> Result<Self, Failure> {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let file = NamedTempFile::new_in(parent.unwrap_or(Path::new(".")))
            .map_err(|error| unwritten(path, &error))?;
        let compression = Compression::ZSTD(ZstdLevel::default());
        let properties = WriterProperties::builder().set_compression(compression).build();
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties))
            .map_err(|error| unwritten(path, &error))?;
        Ok(Self { path: path.to_owned(), writer })
    }
}

impl Writer for Parquet {
    fn write(&mut self, batch: &RecordBatch) -> Result<bool, Failure> {
        let written = self.writer.write(batch);
        written.map(|()| true).map_err(|error| unwritten(&self.path, &error))
    }

    fn finish(self: Box<Self>) -> Result<(), Failure> {
        let Self { path, writer } = *self;
        let file = writer.into_inner().map_err(|error: ParquetError| unwritten(&path, &error))?;
        file.persist(&path).map(drop).map_err(|error| unwritten(&path, &error.error))
    }
}

fn unwritten(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::new("the file cannot be written")
        .at(path.display().to_string())
        .because(&error.to_string())
}
