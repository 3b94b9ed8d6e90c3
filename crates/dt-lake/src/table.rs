//! Files of a table, written and read.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use arrow_array::BooleanArray;
use arrow_array::cast::AsArray;
use arrow_schema::ArrowError;
use dt_store::files;
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicate, ArrowPredicateFn, ParquetRecordBatchReaderBuilder, RowFilter,
};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::{ColumnPath, SchemaDescriptor};
use sha2::{Digest, Sha256};

use crate::columns::{Row, WholeRow, from_batch, to_batch};
use crate::schema::Table;
use crate::{Error, TableFile};

/// Writes the rows of one table and appliance to files in a directory, the next where one is full.
pub(crate) struct TableWriter<R> {
    directory: PathBuf,
    rows: Vec<R>,
    open: Option<(PathBuf, ArrowWriter<File>, usize)>,
    files: Vec<(PathBuf, usize)>,
}

impl<R: WholeRow> TableWriter<R> {
    /// Into a directory, which is there.
    pub(crate) fn new(directory: PathBuf) -> Self {
        Self { directory, rows: Vec::new(), open: None, files: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: R) -> Result<(), Error> {
        self.rows.push(row);
        if self.rows.len() >= R::TABLE.batch_rows() { self.flush() } else { Ok(()) }
    }

    /// Writes what is waiting.
    fn flush(&mut self) -> Result<(), Error> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let (path, mut writer, written) = match self.open.take() {
            Some(open) => open,
            None => self.next()?,
        };
        let batch = to_batch(&self.rows).map_err(Error::table(&path))?;
        writer.write(&batch).map_err(Error::table(&path))?;
        let written = written + self.rows.len();
        self.rows.clear();
        self.open = Some((path, writer, written));
        if written >= R::TABLE.file_rows() { self.close() } else { Ok(()) }
    }

    fn next(&self) -> Result<(PathBuf, ArrowWriter<File>, usize), Error> {
        let name = format!("{}-{:05}.parquet", R::TABLE.name(), self.files.len());
        let path = self.directory.join(name);
        let file = files::create(&path)?;
        let writer = ArrowWriter::try_new(file, R::TABLE.schema(), Some(properties(R::TABLE)))
            .map_err(Error::table(&path))?;
        Ok((path, writer, 0))
    }

    /// Ends the file that is being written.
    fn close(&mut self) -> Result<(), Error> {
        if let Some((path, writer, written)) = self.open.take() {
            let file = writer.into_inner().map_err(Error::table(&path))?;
            file.sync_all().map_err(Error::table(&path))?;
            self.files.push((path, written));
        }
        Ok(())
    }

    /// Ends the table: its files, as a manifest lists them relative to `root`.
    pub(crate) fn finish(mut self, root: &Path) -> Result<Vec<TableFile>, Error> {
        self.flush()?;
        self.close()?;
        self.files.iter().map(|(path, rows)| described(root, path, *rows)).collect()
    }
}

/// How a table is encoded.
fn properties(table: Table) -> WriterProperties {
    let level = ZstdLevel::try_new(3).unwrap_or_default();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(table.group_rows()));
    for name in table.counts() {
        let column =
            ColumnPath::from(vec![(*name).to_owned(), "list".to_owned(), "element".to_owned()]);
        properties = properties
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, Encoding::DELTA_BINARY_PACKED);
    }
    properties.build()
}

/// A file as a manifest lists it.
fn described(root: &Path, path: &Path, rows: usize) -> Result<TableFile, Error> {
    let (bytes, sha256) = digest(path)?;
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<String> =
        relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    Ok(TableFile { path: parts.join("/"), rows: rows as u64, bytes, sha256 })
}

/// How long a file is, and its digest.
pub(crate) fn digest(path: &Path) -> Result<(u64, String), Error> {
    let read = || -> std::io::Result<(u64, String)> {
        let mut file = File::open(path)?;
        let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => {
                    hash.update(&buffer[..read]);
                    bytes += read as u64;
                }
            }
        }
        Ok((bytes, base16ct::lower::encode_string(&hash.finalize())))
    };
    read().map_err(Error::table(path))
}

/// Whether a file is as long as a manifest lists it, and has as many rows.
pub(crate) fn is_as_listed(root: &Path, listed: &TableFile) -> Result<bool, Error> {
    let path = &root.join(&listed.path);
    let file = File::open(path).map_err(Error::table(path))?;
    if file.metadata().map_err(Error::table(path))?.len() != listed.bytes {
        return Ok(false);
    }
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(Error::table(path))?;
    let rows = builder.metadata().file_metadata().num_rows();
    Ok(u64::try_from(rows).is_ok_and(|rows| rows == listed.rows))
}

/// Which rows of a file are read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rows {
    /// Every one.
    All,
    /// Those in whose column of this name another text stands. Of the others, no other column is decoded.
    Without(&'static str, &'static str),
}

/// The rows of a file of an appliance.
pub(crate) fn read<R: Row>(
    path: &Path,
    appliance: &str,
    rows: Rows,
    mut take: impl FnMut(R),
) -> Result<(), Error> {
    let file = File::open(path).map_err(Error::table(path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(Error::table(path))?;
    let columns = builder.parquet_schema();
    // Columns of later versions are none of ours.
    let known = R::TABLE.schema();
    let is_ours = |name: &str| match R::COLUMNS {
        Some(columns) => columns.contains(&name),
        None => known.index_of(name).is_ok(),
    };
    let mask = roots(columns, is_ours);
    let filter = match rows {
        Rows::All => Vec::new(),
        Rows::Without(column, text) => {
            vec![is_other(roots(columns, |name| name == column), column, text)]
        }
    };
    let reader = builder.with_projection(mask).with_row_filter(RowFilter::new(filter));
    let reader = reader.with_batch_size(R::TABLE.batch_rows());
    for batch in reader.build().map_err(Error::table(path))? {
        let batch = batch.map_err(Error::table(path))?;
        from_batch(&batch, appliance).map_err(Error::table(path))?.into_iter().for_each(&mut take);
    }
    Ok(())
}

/// The columns of which that holds, by name.
fn roots(columns: &SchemaDescriptor, is_wanted: impl Fn(&str) -> bool) -> ProjectionMask {
    let all = columns.root_schema().get_fields().iter().enumerate();
    let wanted = all.filter(|(_, column)| is_wanted(column.name())).map(|(place, _)| place);
    ProjectionMask::roots(columns, wanted.collect::<Vec<_>>())
}

/// Whether a text column holds something else.
fn is_other(
    column: ProjectionMask,
    name: &'static str,
    text: &'static str,
) -> Box<dyn ArrowPredicate> {
    Box::new(ArrowPredicateFn::new(column, move |batch| {
        // What another program wrote may have none, or have its text in another shape.
        let found = batch.columns().first().and_then(|column| column.as_string_opt::<i32>());
        let found = found.ok_or_else(|| {
            ArrowError::SchemaError(format!("it has no column {name} of the type Utf8"))
        })?;
        Ok(found.iter().map(|found| Some(found != Some(text))).collect::<BooleanArray>())
    }))
}
