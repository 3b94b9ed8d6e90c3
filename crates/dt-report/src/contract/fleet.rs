//! `dt.fleet/1`

use dt_analysis::Level;
use dt_fleet::ranking::{Change, RankedRow, Ranking, Several, SeveralKind, Subject};
use dt_fleet::rows::{DeviceRow, FindingRow, GroupRow};
use dt_fleet::{ApplianceSummary, GroupQuality, Manifest, Thing, Totals};

use super::DeviceView;
use super::prelude::*;

/// A fleet in order: which devices, or things on many devices, to look at first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Fleet {
    /// The object's schema and its version.
    pub schema: &'static str,
    /// The run that is ranked, by when it began.
    pub run: String,
    /// When it began.
    #[schemars(with = "Time")]
    pub began: Timestamp,
    /// Whether every device was looked at, or failed.
    pub complete: bool,
    /// The run that it is compared with; `null` if it is the first.
    pub against: Option<String>,
    /// Each appliance.
    pub appliances: Vec<ApplianceSummary>,
    /// All of them together.
    pub totals: FleetTotals,
    /// Of how many nights it is known what they bring; `chance` is known from five on.
    pub nights: usize,
    /// Up to which `q` rows are above the line; `null` if no line was asked for.
    pub line: Option<f64>,
    /// What stands out, the most urgent first; then what was urgent in the run before and is not any more.
    pub rows: Vec<FleetRow>,
    /// How many more stand out.
    pub more: usize,
    /// The groups of devices that do the same work, the largest first.
    pub groups: Vec<FleetGroup>,
    /// How good these groups are; `null` if none were made.
    pub group_quality: Option<GroupQuality>,
    /// The full reports that were made as pages, the most urgent first; `null` if none were to be made.
    pub reports: Option<Vec<FleetReport>>,
}

/// A full report that was made as a page.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FleetReport {
    /// What the device is called.
    pub name: String,
    /// The appliance that sees it.
    pub appliance: String,
    /// Its id there.
    pub did: i64,
    /// How urgent it is, from 0 to 1.
    pub score: f64,
    /// What that means.
    pub level: Level,
    /// The address of the page, relative to that of the index.
    pub page: String,
}

/// Devices that do the same work.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FleetGroup {
    /// Its most frequent type and its largest ports.
    pub name: String,
    /// How many devices are in it.
    pub devices: u32,
    /// How well it is separated from the others, from -1 to 1.
    pub silhouette: f64,
}

/// The appliances of a run together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FleetTotals {
    /// How many devices they have.
    #[serde(flatten)]
    pub devices: Totals,
    /// How many devices are high, whether they are shown or not.
    pub high: u64,
    /// How many are medium.
    pub medium: u64,
    /// How many are low.
    pub low: u64,
}

/// A device, one thing on several devices, or several devices together.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct FleetRow {
    /// Its place; `null` of what is gone.
    pub rank: Option<usize>,
    /// What it is about.
    pub kind: FleetRowKind,
    /// How urgent it is, from 0 to 1.
    pub score: f64,
    /// What that means.
    pub level: Level,
    /// The score with its importance.
    pub rank_score: f64,
    /// How much the device matters, as odds; of several devices that which matters most.
    pub importance: f64,
    /// By how much the score rose; negative if it fell; `null` if it is new, or there is no run before.
    pub change: Option<f64>,
    /// What became of it since the run before; `null` without one.
    pub state: Option<FleetRowState>,
    /// How many devices reach on an ordinary day what this one reached by what began in its night; `null` if that is not
    /// known yet.
    pub chance: Option<f64>,
    /// The share of an ordinary day's devices among all that began in the same night and rank as high or higher.
    pub q: Option<f64>,
    /// The device; `null` of several.
    pub device: Option<DeviceView>,
    /// On how many devices it is.
    pub devices: usize,
    /// Their share of the devices that were looked at.
    pub fleet_share: f64,
    /// What the first five of them are called; of an appliance or a group, its own name and then the most urgent ones.
    pub names: Vec<String>,
    /// The appliance; `null` of a thing on several.
    pub appliance: Option<String>,
    /// By which rule it was found.
    pub rule: Option<String>,
    /// What was found, as a sentence.
    pub message: Option<String>,
    /// Where it went: a domain, or a device of the network.
    pub destination: Option<String>,
    /// When it began.
    #[schemars(with = "Option<Time>")]
    pub since: Option<Timestamp>,
    /// Bytes sent outside in the time covered.
    pub external_bytes_out: Option<u64>,
    /// How far it was looked at: 1 or 2; of a thing, the farthest.
    pub stage: u8,
    /// The share of connections outside that the appliance lists by name.
    pub coverage: Option<f64>,
    /// What could not be looked at.
    pub missing: Vec<String>,
}

word_enum! {
    /// What a row is about.
    #[derive(Default)]
    FleetRowKind {
        /// A device.
        #[default]
        Device = "device",
        /// One thing on several devices.
        Thing = "thing",
        /// The most urgent devices of an appliance.
        Appliance = "appliance",
        /// The most urgent devices of a group.
        Group = "group",
    }
}

word_enum! {
    /// What became of a row since the run before.
    FleetRowState {
        /// It was not urgent then.
        New = "new",
        /// It is as urgent as it was.
        Same = "same",
        /// It is more urgent, or less.
        Changed = "changed",
        /// It is not urgent any more.
        Gone = "gone",
        /// It was urgent, and was not looked at since.
        NotSwept = "not swept",
    }
}

/// How many devices of a thing are named.
const NAMED: usize = 5;

impl Fleet {
    /// The object of `dt fleet`, with so many rows. `devices` are those of the ranked run.
    #[must_use]
    pub fn new(
        manifest: &Manifest,
        against: Option<&Manifest>,
        devices: &[DeviceRow],
        ranking: &Ranking<'_>,
        top: usize,
    ) -> Self {
        let shown = ranking.rows.iter().take(top).enumerate();
        let mut rows: Vec<FleetRow> = shown
            .map(|(place, row)| FleetRow { rank: Some(place + 1), ..FleetRow::new(row, devices) })
            .collect();
        let gone = ranking.gone.iter().take(top);
        rows.extend(gone.map(|row| FleetRow::new(row, devices)));
        let of = |level| devices.iter().filter(|row| row.level == level).count() as u64;
        let [high, medium, low] = [Level::High, Level::Medium, Level::Low].map(of);
        Self {
            schema: "dt.fleet/1",
            run: manifest.run.clone(),
            began: manifest.began,
            complete: manifest.complete,
            against: against.map(|run| run.run.clone()),
            appliances: manifest.appliances.clone(),
            totals: FleetTotals { devices: manifest.totals(), high, medium, low },
            nights: manifest.chance.nights(),
            line: None,
            rows,
            more: ranking.rows.len().saturating_sub(top),
            groups: Vec::new(),
            group_quality: manifest.groups.clone(),
            reports: None,
        }
    }

    /// With these groups of devices.
    #[must_use]
    pub fn with_groups(self, groups: &[GroupRow]) -> Self {
        let group = |row: &GroupRow| FleetGroup {
            name: row.name.clone(),
            devices: row.devices,
            silhouette: row.silhouette,
        };
        Self { groups: groups.iter().map(group).collect(), ..self }
    }

    /// With the pages that `page` has for these devices.
    #[must_use]
    pub fn with_reports(
        self,
        devices: &[DeviceRow],
        page: impl Fn(&DeviceRow) -> Option<String>,
    ) -> Self {
        let report = |row: &DeviceRow| {
            Some(FleetReport {
                name: row.name(),
                appliance: row.appliance.clone(),
                did: row.did.get(),
                score: row.score,
                level: row.level,
                page: page(row)?,
            })
        };
        let mut reports: Vec<FleetReport> = devices.iter().filter_map(report).collect();
        reports.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.page.cmp(&b.page)));
        Self { reports: Some(reports), ..self }
    }

    /// The page about the device of a row, if one was made.
    pub(crate) fn page_of(&self, row: &FleetRow) -> Option<&str> {
        let (did, appliance) = (row.device.as_ref()?.did?, row.appliance.as_deref()?);
        let reports = self.reports.as_ref()?.iter();
        let mut found = reports.filter(|it| it.did == did && it.appliance == appliance);
        found.next().map(|report| report.page.as_str())
    }

    /// How urgent the most urgent device is, whether it is shown or not.
    #[must_use]
    pub fn urgency(&self) -> Option<Level> {
        let FleetTotals { high, medium, low, .. } = self.totals;
        let levels = [(high, Level::High), (medium, Level::Medium), (low, Level::Low)];
        levels.into_iter().find_map(|(count, level)| (count > 0).then_some(level))
    }
}

impl FleetRow {
    fn new(row: &RankedRow<'_>, devices: &[DeviceRow]) -> Self {
        let (change, state) = match row.change {
            Change::Unknown => (None, None),
            Change::New => (None, Some(FleetRowState::New)),
            Change::Gone => (None, Some(FleetRowState::Gone)),
            Change::NotSwept => (None, Some(FleetRowState::NotSwept)),
            change if change.is_none() => (Some(0.0), Some(FleetRowState::Same)),
            Change::By(by) => (Some(by), Some(FleetRowState::Changed)),
        };
        let judged = Self {
            score: row.score,
            level: row.level,
            rank_score: row.rank_score,
            importance: row.importance,
            change,
            state,
            chance: row.chance,
            q: row.q,
            since: row.since,
            devices: 1,
            fleet_share: share(1, devices.len()),
            stage: 1,
            ..Self::default()
        };
        match &row.subject {
            Subject::Device(row) => judged.about_device(row, devices),
            Subject::Thing(thing) => judged.about_thing(thing, devices),
            Subject::Several(several) => judged.about_several(several, devices),
        }
    }

    fn about_device(self, row: &DeviceRow, devices: &[DeviceRow]) -> Self {
        Self {
            device: Some((&row.device()).into()),
            names: vec![row.name()],
            appliance: Some(row.appliance.clone()),
            rule: row.top_rule.clone(),
            message: row.top_reason.clone(),
            destination: destination(row, devices),
            external_bytes_out: row.external_bytes_out,
            stage: row.stage.into(),
            coverage: row.listed_share,
            missing: row.missing.clone(),
            ..self
        }
    }

    fn about_several(self, several: &Several<'_>, devices: &[DeviceRow]) -> Self {
        let most = several.devices.first();
        let kind = match several.kind {
            SeveralKind::Appliance => FleetRowKind::Appliance,
            SeveralKind::Group => FleetRowKind::Group,
        };
        let most_urgent = several.devices.iter().take(NAMED).map(|row| row.name());
        Self {
            kind,
            devices: several.devices.len(),
            fleet_share: share(several.devices.len(), devices.len()),
            names: std::iter::once(several.name.to_owned()).chain(most_urgent).collect(),
            appliance: (kind == FleetRowKind::Appliance).then(|| several.name.to_owned()),
            rule: most.and_then(|row| row.top_rule.clone()),
            message: most
                .and_then(|row| Some(format!("{}: {}", row.name(), row.top_reason.as_deref()?))),
            destination: most.and_then(|row| destination(row, devices)),
            stage: several.devices.iter().map(|row| row.stage.into()).max().unwrap_or(1),
            ..self
        }
    }

    fn about_thing(self, thing: &Thing<'_>, devices: &[DeviceRow]) -> Self {
        let find = |member: &&FindingRow| {
            devices.iter().find(|row| row.did == member.did && row.appliance == member.appliance)
        };
        let named = thing.members.iter().take(NAMED);
        let name = |member: &&FindingRow| find(member).map(DeviceRow::name);
        let mut appliances: Vec<&str> =
            thing.members.iter().map(|member| member.appliance.as_str()).collect();
        appliances.dedup();
        let count = thing.members.len();
        Self {
            kind: FleetRowKind::Thing,
            devices: count,
            fleet_share: share(count, devices.len()),
            names: named.filter_map(name).collect(),
            appliance: match appliances.as_slice() {
                [one] => Some((*one).to_owned()),
                _ => None,
            },
            rule: Some(thing.rule.id().to_owned()),
            message: Some(format!("{}: {}", thing.rule.name(), thing.key.as_str())),
            destination: Some(thing.key.as_str().to_owned()),
            ..self
        }
    }
}

/// Where what a device is told for went: a device of the network by its name.
fn destination(row: &DeviceRow, devices: &[DeviceRow]) -> Option<String> {
    let peer = row
        .top_peer()
        .and_then(|did| devices.iter().find(|it| it.did == did && it.appliance == row.appliance));
    peer.map(DeviceRow::name).or_else(|| row.top_destination.clone())
}

fn share(count: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { count as f64 / all as f64 }
}
