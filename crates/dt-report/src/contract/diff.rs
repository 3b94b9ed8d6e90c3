//! `dt.diff/1`

use dt_analysis::difference::{
    self as analysis, Basis, Certainty, Change, Changes, Difference, List, Moment, Named, Side,
    Unreported, Why,
};
use dt_analysis::finding::{FindingState, Origin};
use dt_analysis::{Analyses, Concern, Level};
use dt_model::{DeviceId, Evidence, EvidencePart, Port, Share};

use super::finding::Context;
use super::prelude::*;
use super::quantity::{Fraction, name};
use super::{
    Answer, BelowLevel, Body, Excluded, Finding, Header, PartView, PrioritySummary, ReportOptions,
};

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
    pub ports: Option<ListChange>,
    /// Ports it was reached on.
    pub served_ports: Option<ListChange>,
    /// Whom it connected to in the network.
    pub peers: Option<ListChange>,
    /// The devices most like it.
    pub similar_devices: Option<ListChange>,
    /// Domains outside.
    pub domains: Option<ListChange>,
    /// Countries it connected to.
    pub countries: Option<ListChange>,
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
    pub not_reported: Vec<MissingPart>,
}

/// An answer that only one of the snapshots has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingPart {
    /// Which one.
    pub part: EvidencePart,
    /// Which snapshot does not have it.
    #[schemars(extend("enum" = ["old", "new"]))]
    pub side: Side,
    /// Why it was refused; `null` if it was not.
    pub reason: Option<String>,
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

/// What only one of two lists has.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ListChange {
    /// What only the newer list has, the largest first.
    pub new: Vec<Entry>,
    /// What only the older list has.
    pub gone: Vec<Entry>,
    /// How many entries both have.
    pub same: usize,
}

/// An entry of only one list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Entry {
    /// What it is: a port, a name, a country.
    pub value: String,
    /// Its id, if it is a device.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64")]
    pub did: Option<i64>,
    /// Its share in the list that has it.
    #[serde(flatten, with = "Fraction::<name::Share>")]
    pub share: Option<Share>,
    /// When it was first seen: a port or a peer by the device, a domain by the network.
    #[schemars(with = "Option<Time>")]
    pub first_seen: Option<Timestamp>,
    /// `certain`, or `listed`: lists leave out what is small, so it may have been there before, or be
    /// there still, without being listed.
    pub certainty: Certainty,
}

/// A list that not both snapshots have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotReported {
    /// Which list, by its key here.
    pub list: List,
    /// Which snapshot does not have it.
    pub side: Side,
    /// Why what would have it was refused, in the newer snapshot if in both; `null` if it was not.
    pub reason: Option<String>,
}

impl Diff {
    /// The lists that are compared.
    pub(crate) const fn lists(&self) -> [(List, Option<&ListChange>); 6] {
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

/// The two snapshots, to be asked why something is missing.
#[derive(Clone, Copy)]
struct Both<'a> {
    old: &'a Evidence,
    new: &'a Evidence,
}

impl Both<'_> {
    /// Why some of these parts were refused that one of the snapshots lacks; the first reason.
    fn reason(self, parts: &[EvidencePart], side: Side) -> Option<String> {
        let of = |evidence: &Evidence| {
            let mut parts = parts.to_vec();
            parts.retain(|part| evidence.parts().any(|it| it == *part));
            if parts.is_empty() {
                // The documented dialect says among its connections what is outside.
                parts.push(EvidencePart::Connections);
            }
            PartView::of(evidence, &parts).into_iter().find_map(|view| view.reason)
        };
        match side {
            Side::Old => of(self.old),
            Side::New => of(self.new),
            Side::Both => of(self.new).or_else(|| of(self.old)),
        }
    }
}

/// The parts that have a list, any of which may have been refused.
const fn parts_of(list: List) -> &'static [EvidencePart] {
    match list {
        List::Domains => &[EvidencePart::External],
        List::Countries => &[EvidencePart::External, EvidencePart::Endpoints],
        _ => &[EvidencePart::Connections],
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
        let both = Both { old: old.evidence, new: new.evidence };
        let is_judged = policy.analyses == Analyses::All;
        let concerns = if is_judged { concerns(&found) } else { Vec::new() };
        let body = Diff {
            old: old.view(),
            new: new.view(),
            summary: is_judged.then(|| found.to_string()),
            priority: is_judged.then(|| PriorityChange::new(&found, both)),
            findings: is_judged.then(|| FindingChanges::new(&found, context, both)),
            ports: found.ports.as_ref().map(|it| list(it, port)),
            served_ports: found.served_ports.as_ref().map(|it| list(it, port)),
            peers: found.peers.as_ref().map(|it| list(it, named)),
            similar_devices: found.similar.as_ref().map(|it| list(it, named)),
            domains: found.domains.as_ref().map(|it| list(it, |name| text(name))),
            countries: found.countries.as_ref().map(|it| list(it, |name| text(name))),
            not_reported: found
                .not_reported
                .iter()
                .map(|missing| NotReported {
                    list: missing.list,
                    side: missing.side,
                    reason: both.reason(parts_of(missing.list), missing.side),
                })
                .collect(),
        };
        Some(Self { header, body, concerns, facts: () })
    }
}

/// What came, or became worse.
fn concerns(found: &Difference) -> Vec<Concern> {
    let concern = |reason: analysis::Reason<'_>| {
        let finding = reason.finding();
        Concern { level: finding.severity, message: finding.message.clone() }
    };
    found.worse().map(concern).collect()
}

impl PriorityChange {
    fn new(found: &Difference, both: Both<'_>) -> Self {
        let [before, after] =
            [&found.before, &found.after].map(|it| PrioritySummary::from(&it.priority));
        let not_reported = found.unlike.iter();
        Self {
            before,
            after,
            change: found.unlike.is_empty().then_some(after.score - before.score),
            not_reported: not_reported
                .map(|(part, side)| MissingPart {
                    part: *part,
                    side: *side,
                    reason: both.reason(&[*part], *side),
                })
                .collect(),
        }
    }
}

impl FindingChanges {
    fn new(found: &Difference, context: Context<'_>, both: Both<'_>) -> Self {
        let reason = |it: &Unreported| {
            let parts = it.missing.iter().flat_map(|basis| match basis {
                Basis::Part(part) => std::slice::from_ref(part),
                Basis::List(list) => parts_of(*list),
            });
            both.reason(&parts.copied().collect::<Vec<_>>(), it.side)
        };
        let finding = |finding, state| Finding::one(finding, state, context);
        Self {
            new: found.new.iter().map(|it| finding(it, FindingState::New)).collect(),
            gone: found
                .gone
                .iter()
                .map(|(it, why)| GoneFinding {
                    why: *why,
                    finding: finding(it, FindingState::Ended),
                })
                .collect(),
            changed: found
                .changed
                .iter()
                .map(|it| ChangedFinding {
                    severity_before: it.before,
                    unlike: it.unlike.clone(),
                    finding: finding(&it.finding, FindingState::Updated),
                })
                .collect(),
            not_reported: found
                .unreported
                .iter()
                .map(|it| UnreportedFinding {
                    side: it.side,
                    missing: it.missing.clone(),
                    reason: reason(it),
                    finding: finding(&it.finding, FindingState::New),
                })
                .collect(),
            same: found.same,
            below_level: BelowLevel::default(),
            excluded: Excluded::list(&found.excluded, context),
        }
    }
}

fn list<K>(changes: &Changes<K>, value: impl Fn(&K) -> (String, Option<DeviceId>)) -> ListChange {
    let entry = |change: &Change<K>| {
        let (value, did) = value(&change.key);
        Entry {
            value,
            did: did.map(DeviceId::get),
            share: change.share,
            first_seen: change.first_seen,
            certainty: change.certainty,
        }
    };
    ListChange {
        new: changes.new.iter().map(entry).collect(),
        gone: changes.gone.iter().map(entry).collect(),
        same: changes.same,
    }
}

fn port(port: &Port) -> (String, Option<DeviceId>) {
    (port.to_string(), None)
}

fn named(named: &Named) -> (String, Option<DeviceId>) {
    (named.name.clone(), named.did)
}

fn text(text: &str) -> (String, Option<DeviceId>) {
    (text.to_owned(), None)
}
