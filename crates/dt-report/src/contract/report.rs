//! `dt.report/1`

use dt_analysis::assessment::{Assessment, assess};
use dt_analysis::finding::Origin;
use dt_analysis::timeline::Baseline;
use dt_analysis::{Analyses, AsOf, Concern, Policy, concerns, external, peers, transfers};
use dt_model::{DeviceId, Evidence, EvidencePart};
use schemars::JsonSchema;
use serde::Serialize;

use super::finding::Context;
use super::{
    Answer, Compare, Connections, Extended, ExtendedExternal, External, Finding, Flow, Header,
    OutsideDomain, Priority, Timeline, Transfers,
};

/// Everything about one device.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Its connections.
    pub connections: Option<Connections>,
    /// What it sent and received.
    pub transfers: Option<Transfers>,
    /// Beside its similar devices.
    pub compare: Option<Compare>,
    /// Its communication with the outside.
    pub external: Option<External>,
    /// When its connections were unusual; `null` under documented rules, as all that follows.
    pub timeline: Option<Timeline>,
    /// What was found, the most severe first.
    pub findings: Option<Vec<Finding>>,
    /// In which order to look at devices.
    pub priority: Option<Priority>,
    /// What the other extended analyses say.
    pub extended: Option<Extended>,
    /// What is known about the domains outside, for the screen: the largest first.
    #[serde(skip)]
    pub outside: Vec<OutsideDomain>,
    /// When the bytes it sent outside were unusual, for drawing.
    #[serde(skip)]
    pub sent_outside: Option<Timeline>,
    /// When the bytes it sent anywhere were unusual, for drawing.
    #[serde(skip)]
    pub sent: Option<Timeline>,
    /// The parts of the evidence that are missing, for the text around the numbers.
    #[serde(skip)]
    pub missing: Vec<EvidencePart>,
}

/// How a report is made.
#[derive(Debug, Clone, Copy)]
pub struct Perspective<'a> {
    /// By which thresholds; the documented ones leave out everything the document does not have.
    pub policy: &'a Policy,
    /// From when and where.
    pub viewpoint: AsOf<'a>,
    /// The appliance that answered, which findings name; `None` for saved responses.
    pub appliance: Option<&'a str>,
}

impl Answer<Report> {
    /// The object of `dt report`; `None` without any answer.
    #[must_use]
    pub fn report(evidence: &Evidence, perspective: Perspective<'_>) -> Option<Self> {
        let Perspective { policy, viewpoint, appliance } = perspective;
        let (out, into) = (evidence.bytes_out.as_ref(), evidence.bytes_in.as_ref());
        let connections = evidence.connections.as_ref();
        let until = evidence.whole_until(viewpoint.now);
        let header = Header::new("dt.report/1", evidence.dialect()?, until, &evidence.device());

        let assessment = match policy.analyses {
            Analyses::All => Some(assess(evidence, viewpoint, policy)),
            Analyses::Documented => None,
        };
        let did = header.device.did.map(DeviceId::new);
        let context = Context { origin: Origin { appliance, did }, policy };
        let findings = assessment.as_ref().map(|found| Finding::list(found, context));
        let timeline = |info| {
            let (zone, now) = (viewpoint.zone, viewpoint.now);
            assessment.as_ref().map(|_| Timeline::new(info, zone, Baseline::Others, policy, now))
        };

        let transfers = out.or(into).map(|_| transfers::analyse(out, into, policy));
        let comparison = connections.map(|info| peers::compare(info, policy));
        let external = external::analyse(evidence, policy);
        let concerns = match &assessment {
            Some(assessment) => found(assessment),
            None => concerns(transfers.as_ref(), comparison.as_ref(), external.as_ref()),
        };
        let body = Report {
            connections: connections.map(|info| Connections::new(info, policy)),
            transfers: transfers.map(|found| Transfers::new(found, out, into)),
            compare: comparison.map(|found| {
                let changes = assessment.as_ref().map(|found| found.change.clone());
                Compare::from(found).and(changes)
            }),
            external: external.map(|found| {
                let known = assessment.as_ref().map(|found| &found.novelty);
                let known = known.and_then(|known| ExtendedExternal::new(evidence, known, policy));
                External::from(found).with(Flow::list(evidence)).and(known)
            }),
            timeline: connections.and_then(timeline),
            findings,
            priority: assessment.as_ref().map(|found| Priority::new(&found.priority)),
            extended: assessment.as_ref().map(Extended::from),
            outside: OutsideDomain::list(evidence, assessment.as_ref()),
            sent_outside: evidence.external_out.as_ref().and_then(timeline),
            sent: evidence.bytes_out.as_ref().and_then(timeline),
            missing: evidence.missing(),
        };
        Some(Self { header, body, concerns })
    }
}

/// Findings as concerns, which `--fail-on` goes by.
fn found(assessment: &Assessment) -> Vec<Concern> {
    let concern = |found: &dt_analysis::finding::Finding| Concern {
        level: found.severity,
        message: found.message.clone(),
    };
    assessment.findings.iter().map(concern).collect()
}
