//! `dt.evidence/1`

use dt_analysis::{Analyses, Level};
use dt_model::{Dialect, NoTraffic};

use super::prelude::*;
use super::{
    Answer, Coverage, DeviceView, Finding, Judged, Priority, Report, ReportOptions, Unreported,
};

/// What was looked at, and what an auditor needs to look again.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The object's schema and its version.
    pub schema: &'static str,
    /// When it was made.
    #[schemars(with = "Time")]
    pub made: Timestamp,
    /// By which version of the program.
    pub dt_version: &'static str,
    /// Who had it made, and how.
    #[serde(flatten)]
    pub custody: Custody,
    /// The appliance that answered.
    pub appliance: Option<String>,
    /// `documented` or `extended`.
    #[schemars(extend("enum" = ["documented", "extended"]))]
    pub rules: &'static str,
    /// Which thresholds were used: the digest that findings name, too.
    pub policy: String,
    /// Over all that the entries say by which findings are excluded; `null` without any.
    pub exclusions: Option<String>,
    /// Each of these thresholds.
    pub thresholds: Vec<Threshold>,
    /// Who was to be looked at.
    pub scope: AuditScope,
    /// The devices that were looked at, those first that should be looked at first.
    pub devices: Vec<AssessedDevice>,
    /// The devices that could not be looked at.
    pub failed: Vec<FailedDevice>,
}

/// Who had evidence made, where, how and for what, as far as that machine says. It is no proof of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Custody {
    /// The account that ran the program, by its name.
    pub operator: Option<String>,
    /// The machine it ran on.
    pub host: Option<String>,
    /// The command line, without user and password of an address.
    pub command: Option<String>,
    /// The case it was made for, as it was given.
    pub case: Option<String>,
}

/// A threshold by which something was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Threshold {
    /// What it is for.
    #[serde(rename = "for")]
    pub purpose: &'static str,
    /// Which one.
    pub name: &'static str,
    /// How much, with its unit.
    pub value: String,
}

/// Who was to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct AuditScope {
    /// What was asked for, as it was typed.
    pub asked: Vec<String>,
    /// How many devices the appliance knows; `null` if it did not say.
    pub known: Option<usize>,
    /// How many of them were to be looked at.
    pub inside: usize,
    /// The others; `null` if the appliance did not list them.
    pub outside: Option<Vec<DeviceView>>,
}

/// A device that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AssessedDevice {
    /// Who it is.
    pub device: DeviceView,
    /// The dialect the appliance spoke.
    pub dialect: Dialect,
    /// When the data begins.
    #[schemars(with = "Option<Time>")]
    pub data_from: Option<Timestamp>,
    /// The end of the newest whole bucket.
    #[schemars(with = "Option<Time>")]
    pub data_until: Option<Timestamp>,
    /// Why the appliance has no traffic of it, so that nothing could be assessed; only there if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_traffic: Option<NoTraffic>,
    /// In which order to look at devices.
    pub priority: Option<Priority>,
    /// What was found.
    #[serde(flatten)]
    pub judged: Judged<Finding>,
    /// How much of the external connections is explained.
    pub coverage: Option<Coverage>,
    /// Which parts of the evidence are missing, and why.
    pub not_reported: Vec<Unreported>,
    /// What was asked and what came, as it came.
    pub exchanges: Vec<ExchangeRow>,
    /// Where these are kept, if they are.
    pub snapshot: Option<String>,
}

/// What was asked and what came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExchangeRow {
    /// Path and query.
    pub target: String,
    /// The status of the response.
    pub status: u16,
    /// How many bytes its body has.
    pub bytes: usize,
    /// When the response came.
    #[schemars(with = "Option<Time>")]
    pub at: Option<Timestamp>,
    /// The SHA-256 of its body, in hex.
    pub sha256: String,
    /// The file in which it is kept, if it is.
    pub file: Option<String>,
    /// The SHA-256 of this file, in hex: it holds the body among other things.
    pub file_sha256: Option<String>,
}

/// A device that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FailedDevice {
    /// The device, as it was typed or listed.
    pub name: String,
    /// Why not.
    pub reason: String,
    /// What was asked and what came all the same.
    pub exchanges: Vec<ExchangeRow>,
}

impl Evidence {
    /// The object of `dt evidence`, as its devices were judged with these options.
    #[must_use]
    pub fn new(
        custody: Custody,
        scope: AuditScope,
        mut devices: Vec<AssessedDevice>,
        failed: Vec<FailedDevice>,
        options: ReportOptions<'_>,
    ) -> Self {
        let ReportOptions { policy, viewpoint, appliance, exclusions, .. } = options;
        let score = |it: &AssessedDevice| it.priority.as_ref().map_or(0.0, |it| it.score);
        devices.sort_by(|a, b| score(b).total_cmp(&score(a)));
        Self {
            schema: "dt.evidence/1",
            made: viewpoint.now,
            dt_version: env!("CARGO_PKG_VERSION"),
            custody,
            appliance: appliance.map(str::to_owned),
            rules: match policy.analyses {
                Analyses::All => "extended",
                Analyses::Documented => "documented",
            },
            policy: policy.digest(),
            exclusions: exclusions.digest(),
            thresholds: policy.thresholds().into_iter().map(Threshold::from).collect(),
            scope,
            devices,
            failed,
        }
    }

    /// The severity of the worst finding.
    pub(super) fn urgency(&self) -> Option<Level> {
        let found = self.devices.iter().flat_map(|device| device.judged.findings());
        found.map(|finding| finding.severity).max()
    }

    /// What was asked about each device and what came, whether it could be looked at or not.
    pub(crate) fn exchanges(&self) -> impl Iterator<Item = (String, &[ExchangeRow])> {
        let looked = self.devices.iter().map(|it| (it.device.name(), &it.exchanges[..]));
        looked.chain(self.failed.iter().map(|it| (it.name.clone(), &it.exchanges[..])))
    }
}

impl Custody {
    /// What is known of it, each under its name.
    pub(crate) fn facts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("Case", &self.case),
            ("Operator", &self.operator),
            ("Host", &self.host),
            ("Command", &self.command),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}

impl AssessedDevice {
    /// What a report says about a device, and what it rests on. Parts that failed have a reason.
    #[must_use]
    pub fn new(
        report: Answer<Report>,
        exchanges: Vec<ExchangeRow>,
        snapshot: Option<String>,
    ) -> Self {
        let Answer { header, body, facts, .. } = report;
        let not_reported = body.unanswered(&facts.missing).collect();
        Self {
            device: header.device,
            dialect: header.dialect,
            data_from: body.connections.as_ref().and_then(|found| found.window.start),
            data_until: header.data_until,
            no_traffic: header.no_traffic,
            priority: body.priority.filter(|_| header.no_traffic.is_none()),
            judged: Judged {
                findings: body.judged.findings.filter(|_| header.no_traffic.is_none()),
                ..body.judged
            },
            coverage: body.external.and_then(|external| external.coverage),
            not_reported,
            exchanges,
            snapshot,
        }
    }
}

impl From<dt_analysis::Threshold> for Threshold {
    fn from(threshold: dt_analysis::Threshold) -> Self {
        Self {
            purpose: threshold.group.description,
            name: threshold.description,
            value: threshold.value.to_string(),
        }
    }
}
