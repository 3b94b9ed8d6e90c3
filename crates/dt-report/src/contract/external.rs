//! `dt.external/1`

use dt_analysis::assessment::findings_outside;
use dt_analysis::external as analysis;
use dt_analysis::external::{Coverage, Totals};
use dt_analysis::finding::{self, Object};
use dt_analysis::novelty::{self, Novelty};
use dt_analysis::outside::KnownDomain;
use dt_analysis::risk::Risk;
use dt_analysis::{Analyses, Policy, concerns};
use dt_model::{Evidence, EvidencePart};

use super::connections::rows;
use super::finding::{ObjectView, object};
use super::prelude::*;
use super::{
    Answer, Body, CountryRow, DomainRow, Excluded, Flow, Header, PartView, PortRow, ReportOptions,
    Rule, Window,
};

/// A device's communication with the outside.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct External {
    /// The time covered.
    pub window: Window,
    /// How much there is.
    pub totals: Totals,
    /// Connections by country.
    pub countries: Option<Vec<CountryRow>>,
    /// Connections by domain.
    pub domains: Option<Vec<DomainRow>>,
    /// Connections by port.
    pub ports: Option<Vec<PortRow>>,
    /// How risky it is.
    pub risk: Option<Risk>,
    /// What the lists explain.
    pub coverage: Option<Coverage>,
    /// What stands out that the document's rules do not look at; `null` under documented rules, and in a
    /// report, whose findings tell it.
    pub signals: Option<Vec<Signal>>,
    /// What stands out so and is excluded.
    pub excluded: Option<Vec<Excluded<Signal>>>,
    /// What is known about the domains; `null` under documented rules, and where the appliance was
    /// not asked about them.
    pub extended: Option<ExtendedExternal>,
    /// Each part of the evidence that this rests on: whether it was answered, refused or not asked. The
    /// bytes received are in none of them, unless connections are counted by destination.
    pub parts: Vec<PartView>,
}

/// Something in the traffic outside that stands out. It has no severity: a report judges it, with what
/// is known besides.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Signal {
    /// By which rule it was found.
    pub rule: Rule,
    /// What it is, as a sentence.
    pub message: String,
    /// What it is about.
    #[serde(serialize_with = "object")]
    #[schemars(with = "ObjectView")]
    pub object: Object,
    /// When it began.
    #[schemars(with = "Time")]
    pub first_time: Timestamp,
    /// Until when it was seen.
    #[schemars(with = "Time")]
    pub last_time: Timestamp,
}

impl From<finding::Finding> for Signal {
    fn from(found: finding::Finding) -> Self {
        let finding::Finding { rule, message, object, first_time, last_time, .. } = found;
        Self { rule: rule.into(), message, object, first_time, last_time }
    }
}

/// What the document's rules do not ask for.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExtendedExternal {
    /// Every domain that is listed by name: by connections, the largest first, then those of which
    /// only bytes are.
    pub domains: Vec<KnownDomain>,
}

impl ExtendedExternal {
    /// `None` under documented rules, and where the appliance was not asked about domains.
    pub(super) fn new(evidence: &Evidence, novelty: &Novelty, policy: &Policy) -> Option<Self> {
        let is_asked =
            policy.analyses == Analyses::All && evidence.was_asked(EvidencePart::Endpoints);
        is_asked.then(|| Self { domains: KnownDomain::list(evidence, novelty) })
    }
}

/// What went where.
impl Body for External {
    type Facts = Vec<Flow>;
}

impl External {
    /// What was found, and on which parts of the evidence that rests.
    pub(super) fn new(found: analysis::External, evidence: &Evidence) -> Self {
        let answer = analysis::answer(evidence);
        Self {
            window: answer.map(|it| Window::of(&it.subject.series)).unwrap_or_default(),
            totals: found.totals,
            countries: found.countries.map(rows),
            domains: found.domains.map(rows),
            ports: found.ports.map(rows),
            risk: found.risk,
            coverage: found.coverage,
            signals: None,
            excluded: None,
            extended: None,
            parts: PartView::outside(evidence),
        }
    }
}

impl Answer<External> {
    /// The object of `dt external`; `None` if no answer says anything about it.
    #[must_use]
    pub fn external(evidence: &Evidence, options: ReportOptions<'_>) -> Option<Self> {
        let ReportOptions { policy, viewpoint: as_of, exclusions, .. } = options;
        let now = as_of.now;
        let answer = analysis::answer(evidence)?;
        let until = answer.subject.series.complete_until(now);
        let found = analysis::analyse(evidence, policy)?;
        let ends = evidence.answers().filter_map(|it| it.subject.series.complete_until(now));
        let novelty = novelty::analyse(evidence, ends.min(), policy);
        let extended = ExtendedExternal::new(evidence, &novelty, policy);
        let judged = (policy.analyses == Analyses::All).then(|| {
            let (found, excluded) = findings_outside(evidence, as_of, policy, exclusions);
            let excluded = Excluded::of(&excluded, |found| Signal::from(found.clone()));
            (found.into_iter().map(Signal::from).collect(), excluded)
        });
        let (signals, excluded) = judged.unzip();
        let concerns = concerns(None, None, Some(&found));
        let body = External { signals, excluded, extended, ..External::new(found, evidence) };
        Some(Self {
            header: Header::new("dt.external/1", answer.dialect, until, &evidence.device())
                .knowing(evidence.no_traffic()),
            concerns,
            body,
            facts: Flow::list(evidence),
        })
    }
}
