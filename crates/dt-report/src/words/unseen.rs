//! What the answers do not say.

use dt_analysis::AsOf;
use dt_analysis::finding::{Object, Unit};
use dt_model::EvidencePart;

use super::times;
use crate::contract::{Answer, Finding, Report};

/// Everything that cannot be seen, beside this finding if there is one.
pub(crate) fn unseen(
    answer: &Answer<Report>,
    main: Option<&Finding>,
    from: AsOf<'_>,
) -> Vec<String> {
    let report = &answer.body;
    let mut unseen: Vec<String> = Vec::new();
    if report.connections.as_ref().is_some_and(|connections| connections.protocols.is_none()) {
        unseen.push("protocols".to_owned());
    }
    if main.is_some_and(is_hours_of_bytes) {
        unseen.push("port and address of these bytes".to_owned());
    }
    unseen.extend(report.missing.iter().map(|missing| {
        let what = match missing.part {
            EvidencePart::Connections => "connections (co)",
            EvidencePart::BytesOut => "bytes sent (sizeout)",
            EvidencePart::BytesIn => "bytes received (sizein)",
            EvidencePart::External => "domains (external)",
            EvidencePart::ExternalOut => "bytes sent outside (external-out)",
            EvidencePart::Endpoints => "countries (endpoints)",
        };
        format!("{what}: {missing}")
    }));
    unseen.extend(report.refused_domains.iter().cloned());
    match answer.header.data_until.and_then(|until| times::ago(until, from.now)) {
        Some(ago) if report.findings.is_some() => {
            unseen.extend(ago.strip_suffix(" ago").map(|time| format!("the last {time}")));
        }
        _ => {}
    }
    if report.findings.is_none() {
        unseen.push("what was unusual when".to_owned());
    }
    unseen
}

fn is_hours_of_bytes(finding: &Finding) -> bool {
    matches!(finding.object, Object::Hours { .. }) && finding.unit == Unit::Bytes
}
