//! Rows to columns, and back.

use std::borrow::Cow;

use arrow_array::RecordBatch;
use dt_analysis::Level;
use dt_analysis::finding::{
    Confidence, Finding, FindingRecord, FindingState, Object, Rule, Technique, Unit,
};
use dt_fleet::rows::{
    DeviceRow, DeviceStanding, DomainRow, ErrorRow, FindingRow, GroupRow, KnownRow, SeriesRow,
};
use dt_model::DeviceId;
use jiff::Timestamp;
use jiff::fmt::serde::timestamp::millisecond::required;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::schema::Table;

/// What is read of a row of a table.
pub trait Row: Sized {
    /// Which table.
    const TABLE: Table;

    /// The columns that it is read from; `None` for all of the table.
    const COLUMNS: Option<&'static [&'static str]> = None;

    /// The row as its columns have it.
    type Columns: DeserializeOwned;

    /// From columns, and the appliance of the path that they stand in. `None` if they hold a value that this
    /// version of the program does not know.
    fn from_columns(columns: Self::Columns, appliance: &str) -> Option<Self>;
}

/// A row as it is written.
pub(crate) trait WholeRow: Row<Columns: Serialize + Clone> {
    /// As columns.
    fn columns(&self) -> Cow<'_, Self::Columns>;
}

/// A finding as its table has it: the output contract's finding, flat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the output contract says what each is")]
pub struct FindingColumns {
    pub did: i64,
    pub id: String,
    pub state: FindingState,
    pub rule_id: String,
    pub rule_version: u16,
    pub severity: Level,
    pub message: String,
    pub object_type: String,
    pub object_value: String,
    #[serde(with = "required")]
    pub first_time: Timestamp,
    #[serde(with = "required")]
    pub last_time: Timestamp,
    pub observed: Option<f64>,
    pub expected: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub p: Option<f64>,
    pub unit: Unit,
    pub n_used: u32,
    pub method: String,
    pub confidence: Confidence,
    pub reasons: Vec<String>,
    pub doubts: Vec<String>,
    pub attack_candidates: Vec<String>,
    pub excluded: Option<String>,
}

impl WholeRow for FindingRow {
    fn columns(&self) -> Cow<'_, FindingColumns> {
        let FindingRecord { id, rule_version, finding, .. } = &self.record;
        let techniques = finding.attack_candidates.iter();
        Cow::Owned(FindingColumns {
            did: self.did.get(),
            id: id.to_string(),
            state: self.state,
            rule_id: finding.rule.id().to_owned(),
            rule_version: u16::try_from(*rule_version).unwrap_or(u16::MAX),
            severity: finding.severity,
            message: finding.message.clone(),
            object_type: finding.object.kind().to_owned(),
            object_value: finding.object.key(),
            first_time: finding.first_time,
            last_time: finding.last_time,
            observed: finding.observed,
            expected: finding.expected,
            low: finding.low,
            high: finding.high,
            p: finding.p,
            unit: finding.unit,
            n_used: u32::try_from(finding.n_used).unwrap_or(u32::MAX),
            method: finding.method.clone().into_owned(),
            confidence: finding.confidence,
            reasons: finding.reasons.clone(),
            doubts: finding.doubts.clone(),
            attack_candidates: techniques.map(|it| it.id().to_owned()).collect(),
            excluded: self.excluded.clone(),
        })
    }
}

impl Row for FindingRow {
    const TABLE: Table = Table::Findings;
    type Columns = FindingColumns;

    fn from_columns(columns: FindingColumns, appliance: &str) -> Option<Self> {
        let techniques = columns.attack_candidates.iter();
        let finding = Finding {
            rule: Rule::from_id(&columns.rule_id)?,
            severity: columns.severity,
            message: columns.message,
            object: Object::from_key(&columns.object_type, &columns.object_value)?,
            first_time: columns.first_time,
            last_time: columns.last_time,
            observed: columns.observed,
            expected: columns.expected,
            low: columns.low,
            high: columns.high,
            unit: columns.unit,
            p: columns.p,
            n_used: columns.n_used as usize,
            method: columns.method.into(),
            confidence: columns.confidence,
            reasons: columns.reasons,
            doubts: columns.doubts,
            attack_candidates: techniques.filter_map(|id| Technique::from_id(id)).collect(),
            explains: Vec::new(),
            breaches: Vec::new(),
        };
        let record = FindingRecord {
            id: columns.id.parse().ok()?,
            rule_version: columns.rule_version.into(),
            // By which thresholds it was found is in the run's manifest.
            policy: String::new(),
            finding,
        };
        Some(Self {
            appliance: appliance.to_owned(),
            did: DeviceId::new(columns.did),
            state: columns.state,
            record,
            excluded: columns.excluded,
        })
    }
}

/// Rows whose columns are their own fields.
macro_rules! plain_rows {
    ($($row:ident => $table:ident $(, $appliance:ident)?;)+) => {$(
        impl Row for $row {
            const TABLE: Table = Table::$table;
            type Columns = Self;

            fn from_columns(columns: Self, appliance: &str) -> Option<Self> {
                let _ = appliance;
                Some(Self { $($appliance: appliance.to_owned(),)? ..columns })
            }
        }

        impl WholeRow for $row {
            fn columns(&self) -> Cow<'_, Self> {
                Cow::Borrowed(self)
            }
        }
    )+};
}

plain_rows! {
    DeviceRow => Devices, appliance;
    DomainRow => Domains, appliance;
    SeriesRow => Series, appliance;
    ErrorRow => Errors, appliance;
    GroupRow => Groups;
    KnownRow => Known;
}

impl Row for DeviceStanding {
    const TABLE: Table = Table::Devices;
    const COLUMNS: Option<&'static [&'static str]> = Some(&Self::COLUMNS);
    type Columns = Self;

    fn from_columns(columns: Self, appliance: &str) -> Option<Self> {
        Some(Self { appliance: appliance.to_owned(), ..columns })
    }
}

/// Rows as columns.
pub(crate) fn to_batch<R: WholeRow>(rows: &[R]) -> Result<RecordBatch, serde_arrow::Error> {
    let rows: Vec<Cow<'_, R::Columns>> = rows.iter().map(WholeRow::columns).collect();
    let rows: Vec<&R::Columns> = rows.iter().map(AsRef::as_ref).collect();
    serde_arrow::to_record_batch(R::TABLE.schema().fields(), &rows)
}

/// Columns as rows of an appliance; those that this version does not know are left out.
pub(crate) fn from_batch<R: Row>(
    batch: &RecordBatch,
    appliance: &str,
) -> Result<Vec<R>, serde_arrow::Error> {
    let rows: Vec<R::Columns> = serde_arrow::from_record_batch(batch)?;
    Ok(rows.into_iter().filter_map(|row| R::from_columns(row, appliance)).collect())
}
