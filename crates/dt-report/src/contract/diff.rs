//! `dt.diff/1`

use dt_analysis::difference::{
    self as analysis, Basis, Changes, Difference, IncomparablePart, List, Moment, NotReported,
    Side, Why,
};
use dt_analysis::finding::{FindingState, Origin};
use dt_analysis::{Analyses, Concern, Level};
use dt_model::{DeviceId, Evidence};

use super::finding::Context;
use super::prelude::*;
use super::{Answer, BelowLevel, Body, Excluded, Finding, Header, PrioritySummary, ReportOptions};

/// What changed about a device between two snapshots.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Diff {
    /// The older snapshot.
    pub old: SnapshotView,
    /// The newer snapshot.
    pub new: SnapshotView,
    /// The answer, as a sentence; `null` under documented rules, as `findings`.
    pub summary: Option<String>,
    /// In which order to look at the device, before and after.
    pub priority: Option<PriorityChange>,
    /// What was found in only one of the snapshots, or is judged otherwise now.
    pub findings: Option<FindingChanges>,
    /// Ports it connected to. As every list below: `null` if not both snapshots report it.
    pub ports: Option<Changes>,
    /// Ports it was reached on.
    pub served_ports: Option<Changes>,
    /// Whom it connected to in the network.
    pub peers: Option<Changes>,
    /// The devices most like it.
    pub similar_devices: Option<Changes>,
    /// Domains outside.
    pub domains: Option<Changes>,
    /// Countries it connected to.
    pub countries: Option<Changes>,
    /// What could not be compared.
    pub not_reported: Vec<NotReported>,
}

/// One of the two snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SnapshotView {
    /// Where it is.
    pub path: String,
    /// When it was taken.
    #[schemars(with = "Time")]
    pub taken: Timestamp,
    /// The end of its newest whole bucket.
    #[schemars(with = "Option<Time>")]
    pub data_until: Option<Timestamp>,
}

/// Two priorities.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PriorityChange {
    /// As the older snapshot has it.
    pub before: PrioritySummary,
    /// As the newer one has it.
    pub after: PrioritySummary,
    /// By how much the score rose; negative if it fell; `null` if the scores do not compare.
    pub change: Option<f64>,
    /// The answers that only one of the snapshots has. With some, the scores do not compare: what rests
    /// on these counts in one of them only.
    pub not_reported: Vec<IncomparablePart>,
}

/// What became of findings.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FindingChanges {
    /// What only the newer snapshot shows, the most severe first.
    pub new: Vec<Finding>,
    /// What only the older one shows.
    pub gone: Vec<GoneFinding>,
    /// What both show with another severity.
    pub changed: Vec<ChangedFinding>,
    /// What one shows and the other one could not, as it does not report what that rests on: neither
    /// new nor gone.
    pub not_reported: Vec<UnreportedFinding>,
    /// How many of the newer snapshot the older one shows too, alike or as a part of another.
    pub same: usize,
    /// How many of these are less severe than what was asked for, and not among them.
    pub below_level: BelowLevel,
    /// What the newer snapshot shows and is excluded: it is compared with nothing.
    pub excluded: Vec<Excluded<Finding>>,
}

/// A finding of the older snapshot only.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GoneFinding {
    /// `passed` if it was over before the newer data begins, or is too long ago to be new by now;
    /// `not_found` if the newer snapshot could show it and does not.
    pub why: Why,
    /// What it was.
    #[serde(flatten)]
    pub finding: Finding,
}

/// A finding with another severity.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ChangedFinding {
    /// The severity it had.
    #[schemars(extend("enum" = ["low", "medium", "high"]))]
    pub severity_before: Level,
    /// The answers that only one of the snapshots has and that its severity rests on. With some, it is
    /// judged otherwise for what is known, not for what happened.
    pub unlike: Vec<Basis>,
    /// What it is now.
    #[serde(flatten)]
    pub finding: Finding,
}

/// A finding of one snapshot that the other one cannot show, whether it was there or not.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UnreportedFinding {
    /// Which snapshot cannot show it.
    #[schemars(extend("enum" = ["old", "new"]))]
    pub side: Side,
    /// What that does not report: answers, or lists in them.
    pub missing: Vec<Basis>,
    /// Why that was refused; `null` if it was not.
    pub reason: Option<String>,
    /// What the other one shows, in the state of one look by itself.
    #[serde(flatten)]
    pub finding: Finding,
}

impl Diff {
    /// The lists that are compared.
    pub(crate) const fn lists(&self) -> [(List, Option<&Changes>); 6] {
        [
            (List::Ports, self.ports.as_ref()),
            (List::ServedPorts, self.served_ports.as_ref()),
            (List::Peers, self.peers.as_ref()),
            (List::Similar, self.similar_devices.as_ref()),
            (List::Domains, self.domains.as_ref()),
            (List::Countries, self.countries.as_ref()),
        ]
    }
}

/// One of the two snapshots, to be compared.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// What was answered.
    pub evidence: &'a Evidence,
    /// When it was asked for.
    pub taken: Timestamp,
    /// Where it is.
    pub path: &'a str,
}

impl<'a> Compared<'a> {
    const fn moment(self) -> Moment<'a> {
        Moment { evidence: self.evidence, asked: self.taken }
    }

    fn view(self) -> SnapshotView {
        SnapshotView {
            path: self.path.to_owned(),
            taken: self.taken,
            data_until: self.evidence.complete_until(self.taken),
        }
    }
}

impl Body for Diff {
    type Facts = ();
}

impl Answer<Diff> {
    /// The object of `dt diff`; `None` if one of the snapshots has no answer. Each is judged as of its
    /// own time, whatever the perspective's is.
    #[must_use]
    pub fn diff(
        old: Compared<'_>,
        new: Compared<'_>,
        perspective: ReportOptions<'_>,
    ) -> Option<Self> {
        let ReportOptions { policy, viewpoint, appliance, exclusions, .. } = perspective;
        old.evidence.dialect()?;
        let dialect = new.evidence.dialect()?;
        let (before, after) = (old.moment(), new.moment());
        let found = analysis::analyse(before, after, viewpoint.zone, policy, exclusions);
        let device = new.evidence.device().completed_by(&old.evidence.device());
        let until = new.evidence.complete_until(new.taken);
        let header = Header::new("dt.diff/1", dialect, until, &device);
        let did = header.device.did.map(DeviceId::new);
        let context = Context { origin: Origin { appliance, did }, policy };
        let is_judged = policy.analyses == Analyses::All;
        let concerns = if is_judged { concerns(&found) } else { Vec::new() };
        let body = Diff {
            old: old.view(),
            new: new.view(),
            summary: is_judged.then(|| found.to_string()),
            priority: is_judged.then(|| PriorityChange::new(&found)),
            findings: is_judged.then(|| FindingChanges::new(&found, context)),
            ports: found.ports,
            served_ports: found.served_ports,
            peers: found.peers,
            similar_devices: found.similar,
            domains: found.domains,
            countries: found.countries,
            not_reported: found.not_reported,
        };
        Some(Self { header, body, concerns, facts: () })
    }
}

/// What came, or became worse.
fn concerns(found: &Difference) -> Vec<Concern> {
    found.worse().map(|reason| Concern::from(reason.finding())).collect()
}

impl PriorityChange {
    fn new(found: &Difference) -> Self {
        let [before, after] =
            [&found.before, &found.after].map(|it| PrioritySummary::from(&it.priority));
        Self {
            before,
            after,
            change: found.unlike.is_empty().then_some(after.score - before.score),
            not_reported: found.unlike.clone(),
        }
    }
}

impl FindingChanges {
    fn new(found: &Difference, context: Context<'_>) -> Self {
        let finding = |finding, state| Finding::one(finding, state, context);
        let gone = found
            .gone
            .iter()
            .map(|(it, why)| GoneFinding { why: *why, finding: finding(it, FindingState::Ended) });
        let changed = found.changed.iter().map(|it| ChangedFinding {
            severity_before: it.before,
            unlike: it.unlike.clone(),
            finding: finding(&it.finding, FindingState::Updated),
        });
        let unreported = found.unreported.iter().map(|it| UnreportedFinding {
            side: it.side,
            missing: it.missing.clone(),
            reason: it.reason.clone(),
            finding: finding(&it.finding, FindingState::New),
        });
        Self {
            new: found.new.iter().map(|it| finding(it, FindingState::New)).collect(),
            gone: gone.collect(),
            changed: changed.collect(),
            not_reported: unreported.collect(),
            same: found.same,
            below_level: BelowLevel::default(),
            excluded: Excluded::list(&found.excluded, context),
        }
    }
}
