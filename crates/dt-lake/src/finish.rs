//! From journals to tables: whole, or not there.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use dt_analysis::Policy;
use dt_analysis::finding::Finding;
use dt_fleet::rows::{
    DeviceRow, DomainRow, ErrorRow, FindingRow, GroupRow, KnownRow, SeriesRow, Stage,
};
use dt_fleet::{Chance, GroupQuality, Hindsight, Prevalences, demote_common};
use dt_model::{DeviceId, EvidencePart};
use dt_store::files;
use jiff::Timestamp;

use crate::journal::{DeviceLine, Journal};
use crate::paths::appliance_directory;
use crate::run::RunWriter;
use crate::schema::Table;
use crate::table::TableWriter;
use crate::{ApplianceSummary, Error, Manifest, TableFile};

/// How a run ended.
#[derive(Debug, Clone)]
pub struct RunEnd<'a> {
    /// When.
    pub ended: Timestamp,
    /// Whether every device was looked at, or failed.
    pub complete: bool,
    /// The version of the program.
    pub dt_version: &'a str,
    /// By what devices were assessed.
    pub policy: &'a Policy,
    /// Each appliance; what is counted in its rows is counted here.
    pub appliances: Vec<ApplianceSummary>,
    /// The groups of devices.
    pub groups: Grouping,
    /// What ordinary days bring, before this one.
    pub chance: Chance,
    /// Whose series are kept.
    pub keep_series: KeepSeries,
}

/// Groups of devices.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grouping {
    /// The groups.
    pub rows: Vec<GroupRow>,
    /// The group of each device, by appliance and id.
    pub of: HashMap<(String, DeviceId), i32>,
    /// How good they are; `None` without groups.
    pub quality: Option<GroupQuality>,
}

/// Whose series a run keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeepSeries {
    /// Of every device.
    #[default]
    All,
    /// Of devices with a full report.
    Deep,
    /// Of none.
    None,
}

/// The writers of one appliance's tables.
struct Tables {
    devices: TableWriter<DeviceRow>,
    findings: TableWriter<FindingRow>,
    domains: TableWriter<DomainRow>,
    series: TableWriter<SeriesRow>,
    errors: TableWriter<ErrorRow>,
}

/// The parts that every first look asks for.
const ASKED: [EvidencePart; 3] =
    [EvidencePart::Connections, EvidencePart::External, EvidencePart::ExternalOut];

/// For how many devices each part of a first look was refused, and why the first time.
#[derive(Default)]
struct Refusals([(usize, String); 3]);

impl Refusals {
    /// Of one more device, by what its row says to be missing.
    fn add(&mut self, missing: &[String]) {
        for ((count, why), part) in self.0.iter_mut().zip(ASKED) {
            let begins = format!("{}: refused: ", part.in_words());
            if let Some(found) = missing.iter().find(|it| it.starts_with(&begins)) {
                *count += 1;
                if *count == 1 {
                    why.clone_from(found);
                }
            }
        }
    }

    /// Those of all of so many devices.
    fn of_all(self, devices: usize) -> Vec<String> {
        let of_all = self.0.into_iter().filter(|(count, _)| *count > 0 && *count == devices);
        of_all.map(|(_, why)| why).collect()
    }
}

/// What is learned from one device after another.
struct Sums {
    hindsight: Hindsight,
    known: BTreeMap<(String, String), u32>,
    summaries: BTreeMap<String, ApplianceSummary>,
}

impl RunWriter {
    /// Makes tables of all that was noted, and then the manifest. Whoever reads the lake sees all of the run from
    /// then on. A run that is not complete can still be gone on with, and be finished again.
    ///
    /// # Errors
    ///
    /// If something cannot be written. The run can be gone on with.
    pub fn finish(mut self, end: RunEnd<'_>) -> Result<Manifest, Error> {
        self.sync()?;
        let staging = self.directory.join("tables");
        // Of an attempt that did not get to its end.
        files::remove_directory(&staging)?;
        files::create_directory(&staging)?;
        let mut prevalences = Prevalences::default();
        for journal in self.journals.values() {
            for line in journal.devices() {
                prevalences.add_device(&line?.domains);
            }
        }
        let summaries = end.appliances.iter().map(|it| (it.name.clone(), it.clone())).collect();
        let hindsight = Hindsight::new(self.run.began());
        let mut sums = Sums { hindsight, known: BTreeMap::new(), summaries };
        let mut listed = Vec::new();
        for (appliance, journal) in &self.journals {
            let tables = Tables::create(&staging, &self.run.to_string(), appliance)?;
            listed.extend(tables.fill(
                &staging,
                (appliance, journal),
                &end,
                &prevalences,
                &mut sums,
            )?);
        }
        listed.extend(self.write_groups(&staging, &end)?);
        self.withdraw()?;
        self.publish(&staging)?;
        self.write_known(&sums.known)?;
        let manifest = self.manifest(end, sums, listed);
        files::replace_json(&self.lake.manifest_path(self.run), &manifest)?;
        // A run whose time ran out goes on from its journal.
        let done = if manifest.complete { &self.directory } else { &staging };
        files::remove_directory(done)?;
        Ok(manifest)
    }

    /// Whether nothing was noted yet, by this process or one before it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let is_blank = self.journals.values().all(Journal::is_blank);
        is_blank && !self.lake.manifest_path(self.run).exists()
    }

    /// Whether no device was looked at yet, by this process or one before it. Devices may have failed.
    #[must_use]
    pub fn is_of_nobody(&self) -> bool {
        let is_of_nobody = self.journals.values().all(|journal| journal.len() == 0);
        is_of_nobody && !self.lake.manifest_path(self.run).exists()
    }

    /// Ends a run [of nobody](Self::is_of_nobody) as if it had not been begun.
    ///
    /// # Errors
    ///
    /// If a file of it cannot be removed.
    pub fn discard(self) -> Result<(), Error> {
        Ok(files::remove_directory(&self.directory)?)
    }

    /// Takes back a manifest that was written when the run was not complete: its files are about to change.
    fn withdraw(&self) -> Result<(), Error> {
        Ok(files::remove(&self.lake.manifest_path(self.run))?)
    }

    fn manifest(&self, end: RunEnd<'_>, sums: Sums, files: Vec<TableFile>) -> Manifest {
        // In the first run everything is new, which no ordinary night is: it takes apart when each thing began.
        let chance = match end.chance.nights() {
            0 => sums.hindsight.chance(),
            _ => end.chance.after(sums.hindsight.last_night()),
        };
        Manifest {
            format: Manifest::FORMAT,
            run: self.run.to_string(),
            began: self.run.began(),
            ended: end.ended,
            complete: end.complete,
            dt_version: end.dt_version.to_owned(),
            policy: end.policy.digest(),
            appliances: sums.summaries.into_values().collect(),
            files,
            shard: self.plan.shard.clone(),
            selection: self.plan.selection.clone(),
            groups: end.groups.quality,
            chance,
        }
    }

    /// Gives the tables their names, one directory after another. What has one already is of an attempt that did
    /// not get to its manifest.
    fn publish(&self, staging: &Path) -> Result<(), Error> {
        for table in Table::ALL {
            let from = staging.join(table.name()).join(format!("run={}", self.run));
            if !from.is_dir() {
                continue;
            }
            let to = self.lake.table_directory(table, self.run);
            files::remove_directory(&to)?;
            files::create_directory(&self.lake.path().join(table.name()))?;
            files::rename(&from, &to)?;
        }
        Ok(())
    }

    fn write_groups(&self, staging: &Path, end: &RunEnd<'_>) -> Result<Vec<TableFile>, Error> {
        if end.groups.rows.is_empty() {
            return Ok(Vec::new());
        }
        let directory = directories(staging, Table::Groups, &self.run.to_string(), None)?;
        let mut writer = TableWriter::new(directory);
        end.groups.rows.iter().try_for_each(|group| writer.push(group.clone()))?;
        writer.finish(staging)
    }

    /// Replaces what is known of domains, by what was known and what this run saw.
    fn write_known(&self, seen: &BTreeMap<(String, String), u32>) -> Result<(), Error> {
        let directory = self.lake.path().join(Table::Known.name());
        files::create_directory(&directory)?;
        let path = self.lake.known_path();
        // Of two runs that are finished at once, the second adds to what the first wrote.
        let _lock = files::wait_for_lock(&directory.join("lock"))?;
        let run = self.run.to_string();
        let mut rows: BTreeMap<(String, String), KnownRow> = BTreeMap::new();
        self.lake.read_known(|row| {
            rows.insert((row.appliance.clone(), row.domain.clone()), row);
        })?;
        for ((appliance, domain), hosts) in seen {
            let row = rows.entry((appliance.clone(), domain.clone())).or_insert_with(|| KnownRow {
                appliance: appliance.clone(),
                domain: domain.clone(),
                first_run: run.clone(),
                last_run: run.clone(),
                hosts: 0,
            });
            row.last_run.clone_from(&run);
            row.hosts = *hosts;
        }
        let staging = self.directory.join("known");
        files::remove_directory(&staging)?;
        files::create_directory(&staging)?;
        let mut writer = TableWriter::new(staging.clone());
        rows.into_values().try_for_each(|row| writer.push(row))?;
        match writer.finish(&staging)?.as_slice() {
            [] => Ok(()),
            [file, ..] => Ok(files::rename(&staging.join(&file.path), &path)?),
        }
    }
}

/// The directory of a table, of a run and an appliance in it.
fn directories(
    root: &Path,
    table: Table,
    run: &str,
    appliance: Option<&str>,
) -> Result<std::path::PathBuf, Error> {
    let mut path = root.join(table.name());
    files::create_directory(&path)?;
    path.push(format!("run={run}"));
    files::create_directory(&path)?;
    if let Some(appliance) = appliance {
        path.push(appliance_directory(appliance));
        files::create_directory(&path)?;
    }
    Ok(path)
}

impl Tables {
    fn create(root: &Path, run: &str, appliance: &str) -> Result<Self, Error> {
        let directory = |table| directories(root, table, run, Some(appliance));
        Ok(Self {
            devices: TableWriter::new(directory(Table::Devices)?),
            findings: TableWriter::new(directory(Table::Findings)?),
            domains: TableWriter::new(directory(Table::Domains)?),
            series: TableWriter::new(directory(Table::Series)?),
            errors: TableWriter::new(directory(Table::Errors)?),
        })
    }

    /// Writes all of an appliance, and gives its files.
    fn fill(
        mut self,
        root: &Path,
        (appliance, journal): (&str, &Journal),
        end: &RunEnd<'_>,
        prevalences: &Prevalences,
        sums: &mut Sums,
    ) -> Result<Vec<TableFile>, Error> {
        let (mut deep, mut refusals) = (0, Refusals::default());
        for line in journal.devices() {
            let mut line = line?;
            demote_common(&mut line.device, &mut line.findings, prevalences, end.policy);
            let key = (appliance.to_owned(), line.device.did);
            line.device.group = end.groups.of.get(&key).copied();
            deep += u64::from(line.device.stage == Stage::Two);
            refusals.add(&line.device.missing);
            sums.add(appliance, &line, end.policy);
            self.push(line, end.keep_series)?;
        }
        let mut failed = 0;
        for error in journal.errors() {
            let error = error?;
            failed += u64::from(error.did.is_some());
            self.errors.push(error)?;
        }
        let summary = sums.summaries.entry(appliance.to_owned()).or_default();
        appliance.clone_into(&mut summary.name);
        (summary.swept, summary.deep, summary.failed) = (journal.len() as u64, deep, failed);
        summary.refused_for_all = refusals.of_all(journal.len());
        let mut files = self.devices.finish(root)?;
        files.extend(self.findings.finish(root)?);
        files.extend(self.domains.finish(root)?);
        files.extend(self.series.finish(root)?);
        files.extend(self.errors.finish(root)?);
        Ok(files)
    }

    fn push(&mut self, line: DeviceLine, keep: KeepSeries) -> Result<(), Error> {
        let is_kept = match keep {
            KeepSeries::All => true,
            KeepSeries::Deep => line.device.stage == Stage::Two,
            KeepSeries::None => false,
        };
        self.devices.push(line.device)?;
        line.findings.into_iter().try_for_each(|row| self.findings.push(row))?;
        line.domains.into_iter().try_for_each(|row| self.domains.push(row))?;
        line.series.into_iter().filter(|_| is_kept).try_for_each(|row| self.series.push(row))
    }
}

impl Sums {
    fn add(&mut self, appliance: &str, line: &DeviceLine, policy: &Policy) {
        for domain in &line.domains {
            *self.known.entry((appliance.to_owned(), domain.domain.clone())).or_default() += 1;
        }
        let device = &line.device;
        let counting = line.findings.iter().filter(|row| row.counts());
        let all: Vec<Finding> = counting.map(|row| row.record.finding.clone()).collect();
        self.hindsight.add(&all, device.importance, policy);
        line.series.iter().for_each(|series| self.hindsight.cover(series.start));
        let dialect = line.device.dialect.as_str();
        let summary = self.summaries.entry(appliance.to_owned()).or_default();
        summary.dialect.get_or_insert_with(|| dialect.to_owned());
    }
}
