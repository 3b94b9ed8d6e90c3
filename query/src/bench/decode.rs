//! What reading costs at least: the same columns of the same files, decoded by the parquet crate and made nothing of.

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use dt_lake::{Lake, Manifest, Table};

use super::questions::{Read, Runs};
use crate::Failure;

/// As many rows at a time as the engine takes.
const BATCH_ROWS: usize = 8_192;

/// A row group of a file.
struct Part {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    group: usize,
    columns: ProjectionMask,
}

/// Decodes, on as many threads as the engine has, and counts the rows.
///
/// # Errors
///
/// If a file cannot be read.
pub(super) fn decode(lake: &Lake, reads: &[Read]) -> Result<u64, Failure> {
    let manifests = lake.manifests()?;
    let mut parts = Vec::new();
    for read in reads {
        for path in files(lake, &manifests, *read) {
            parts.extend(parts_of(&path, read.columns).map_err(|why| failed(&path, &why))?);
        }
    }
    let next = AtomicUsize::new(0);
    let work = || -> Result<u64, Failure> {
        let mut rows = 0;
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            rows += part.decode().map_err(|why| failed(&part.path, &why))?;
        }
        Ok(rows)
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(broken()))).sum()
    })
}

/// The files of a table that a question may have to read.
fn files(lake: &Lake, manifests: &[Manifest], read: Read) -> Vec<PathBuf> {
    if read.table == Table::Known {
        return vec![lake.path().join("known/known.parquet")];
    }
    let prefix = format!("{}/", read.table.name());
    let newest = manifests.len().saturating_sub(1);
    let manifests = match read.runs {
        Runs::All => manifests,
        Runs::Newest => &manifests[newest..],
    };
    let files = manifests.iter().flat_map(|manifest| &manifest.files);
    let of_table = files.filter(|file| file.path.starts_with(&prefix));
    of_table.map(|file| lake.path().join(&file.path)).collect()
}

type Why = Box<dyn std::error::Error>;

fn parts_of(path: &PathBuf, columns: &[&str]) -> Result<Vec<Part>, Why> {
    let metadata = ArrowReaderMetadata::load(&File::open(path)?, ArrowReaderOptions::new())?;
    let schema = metadata.metadata().file_metadata().schema_descr();
    let roots = schema.root_schema().get_fields().iter().enumerate();
    let wanted = roots.filter(|(_, field)| columns.contains(&field.name()));
    let columns = ProjectionMask::roots(schema, wanted.map(|(at, _)| at).collect::<Vec<_>>());
    let groups = 0..metadata.metadata().num_row_groups();
    let part = |group| Part {
        path: path.clone(),
        metadata: metadata.clone(),
        group,
        columns: columns.clone(),
    };
    Ok(groups.map(part).collect())
}

impl Part {
    fn decode(&self) -> Result<u64, Why> {
        let file = File::open(&self.path)?;
        let reader =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let reader = reader.with_row_groups(vec![self.group]).with_projection(self.columns.clone());
        let mut rows = 0;
        for batch in reader.with_batch_size(BATCH_ROWS).build()? {
            rows += batch?.num_rows() as u64;
        }
        Ok(rows)
    }
}

fn failed(path: &std::path::Path, why: &Why) -> Failure {
    Failure::new("a file cannot be decoded")
        .at(path.display().to_string())
        .because(&why.to_string())
}

fn broken() -> Failure {
    Failure::new("decoding broke off")
}
