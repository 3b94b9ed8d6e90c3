//! What was refused of the evidence about a device.

use std::fmt;

use crate::{DomainQuestion, Endpoint, EvidencePart, Refusal};

/// What an answer was to be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject<'a> {
    /// A part of the evidence.
    Part(EvidencePart),
    /// A domain outside.
    Domain(&'a DomainQuestion),
    /// A host outside.
    Endpoint(&'a Endpoint),
}

/// As a message names it. Names of hosts are quoted: they are whatever a host chose.
impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => part.fmt(f),
            Self::Domain(DomainQuestion { domain, data_type }) => {
                write!(f, "{data_type} to {domain:?}")
            }
            Self::Endpoint(endpoint) => write!(f, "endpoints, {:?}", endpoint.to_string()),
        }
    }
}

/// Refusals that are told together: of parts of the evidence, single domains, or hosts outside, that fail in one way.
///
/// ```
/// use dt_model::{Evidence, Part, Refusal, RefusalGroup, RefusalKind};
///
/// let refused = || Part::Refused(Refusal::new(RefusalKind::Server, Some(500), ""));
/// let mut evidence = Evidence::default();
/// evidence.endpoints = ["a.example", "b.example"].map(|host| (host.into(), refused())).into();
/// let groups = RefusalGroup::list(evidence.refusals());
/// assert_eq!(groups.len(), 1);
/// assert_eq!(
///     groups[0].to_string(),
///     r#"endpoints, "a.example" and 1 more: refused: HTTP 500"#
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalGroup<'a> {
    refusal: &'a Refusal,
    about: GroupSubject<'a>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum GroupSubject<'a> {
    /// Either all of what the appliance counted, or all of what it says of its own accord.
    Parts(Vec<EvidencePart>),
    /// Each domain once, whatever was asked about it.
    Domains(Vec<&'a str>),
    Endpoints(Vec<&'a Endpoint>),
}

impl<'a> RefusalGroup<'a> {
    /// Puts refusals of the same kind and status together where they are of the same sort, in the
    /// order of the first of each.
    #[must_use]
    pub fn list(refusals: impl IntoIterator<Item = (Subject<'a>, &'a Refusal)>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (subject, refusal) in refusals {
            if !groups.iter_mut().any(|group| group.takes(subject, refusal)) {
                groups.push(Self { refusal, about: subject.into() });
            }
        }
        groups
    }

    /// Whether it is about single domains.
    #[must_use]
    pub const fn is_about_domains(&self) -> bool {
        matches!(self.about, GroupSubject::Domains(_))
    }

    /// Why there is no answer; the first reason, if their words differ.
    #[must_use]
    pub const fn refusal(&self) -> &'a Refusal {
        self.refusal
    }

    /// Takes a refusal in, if it belongs here.
    fn takes(&mut self, subject: Subject<'a>, refusal: &Refusal) -> bool {
        if (refusal.kind, refusal.status) != (self.refusal.kind, self.refusal.status) {
            return false;
        }
        match (&mut self.about, subject) {
            (GroupSubject::Parts(parts), Subject::Part(part)) => {
                let is_alike = parts.iter().all(|it| it.is_own_accord() == part.is_own_accord());
                let is_taken = is_alike && refusal.message == self.refusal.message;
                parts.extend(is_taken.then_some(part));
                is_taken
            }
            (GroupSubject::Domains(domains), Subject::Domain(question)) => {
                if !domains.contains(&question.domain.as_str()) {
                    domains.push(&question.domain);
                }
                true
            }
            (GroupSubject::Endpoints(hosts), Subject::Endpoint(host)) => {
                hosts.push(host);
                true
            }
            _ => false,
        }
    }
}

impl<'a> From<Subject<'a>> for GroupSubject<'a> {
    fn from(subject: Subject<'a>) -> Self {
        match subject {
            Subject::Part(part) => Self::Parts(vec![part]),
            Subject::Domain(question) => Self::Domains(vec![&question.domain]),
            Subject::Endpoint(host) => Self::Endpoints(vec![host]),
        }
    }
}

/// What is missing, and why.
impl fmt::Display for RefusalGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = match &self.about {
            GroupSubject::Parts(parts) => {
                let names: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
                f.write_str(&names.join(", "))?;
                0
            }
            GroupSubject::Domains(domains) => {
                write!(f, "domain, {:?}", domains.first().unwrap_or(&""))?;
                domains.len() - 1
            }
            GroupSubject::Endpoints(hosts) => {
                let first = hosts.first().map_or_else(String::new, ToString::to_string);
                write!(f, "endpoints, {first:?}")?;
                hosts.len() - 1
            }
        };
        if more > 0 {
            write!(f, " and {more} more")?;
        }
        write!(f, ": {}", self.refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataType, DeviceInfo, Evidence, Part, Question, RefusalKind, WatchedDomainsQuery};

    fn refused<T>(kind: RefusalKind, message: &str) -> Part<T> {
        Part::Refused(Refusal::new(kind, None, message))
    }

    fn told(evidence: &Evidence) -> Vec<String> {
        RefusalGroup::list(evidence.refusals()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn domains_that_fail_in_one_way_are_told_together_each_once() {
        let asked = [
            ("a.example", DataType::BytesOut, RefusalKind::Timeout),
            ("b.example", DataType::BytesOut, RefusalKind::Timeout),
            ("a.example", DataType::Connections, RefusalKind::Timeout),
            ("c.example", DataType::Connections, RefusalKind::Html),
        ];
        let by_domain = asked.map(|(domain, data_type, kind)| {
            (DomainQuestion { domain: domain.to_owned(), data_type }, refused(kind, "why"))
        });
        let external = refused(RefusalKind::Timeout, "late");
        let evidence = Evidence { by_domain: by_domain.into(), external, ..Evidence::default() };
        let lines = [
            "external: refused: late",
            r#"domain, "a.example" and 1 more: refused: why"#,
            r#"domain, "c.example": refused: why"#,
        ];
        assert_eq!(told(&evidence), lines);
    }

    #[test]
    fn parts_that_fail_in_one_way_are_told_together() {
        let evidence = Evidence {
            bytes_out: refused(RefusalKind::Server, "why"),
            bytes_in: refused(RefusalKind::Server, "why"),
            external: refused(RefusalKind::Server, "another"),
            breaches: refused(RefusalKind::Server, "why"),
            watched: refused(RefusalKind::Server, "why"),
            ..Evidence::default()
        };
        let lines = [
            "sizeout, sizein: refused: why",
            "external: refused: another",
            "breaches, watched: refused: why",
        ];
        assert_eq!(told(&evidence), lines);
    }

    #[test]
    fn what_is_asked_about_no_device_and_is_not_found_is_no_endpoint() {
        let missing = || Refusal::new(RefusalKind::NotFound, Some(404), "no such device");
        let mut evidence = Evidence::default();
        let watched = Question::Watched(WatchedDomainsQuery);
        let sent = EvidencePart::BytesOut;
        evidence.take(watched, Err(missing()));
        evidence.refuse(sent, missing());
        let lines = [
            "sizeout: refused: HTTP 404, no such device",
            "watched: refused: HTTP 404, no such endpoint",
        ];
        assert_eq!(told(&evidence), lines);
    }

    #[test]
    fn the_documented_dialect_has_no_part_about_the_outside_that_could_be_refused() {
        let body = br#"{"graphdata":[{"timestamp":0,"connections":5}]}"#;
        let connections = Part::Answered(DeviceInfo::from_slice(body).unwrap());
        let external = refused(RefusalKind::Server, "");
        let bytes_in = refused(RefusalKind::Server, "why");
        let evidence = Evidence { connections, bytes_in, external, ..Evidence::default() };
        assert_eq!(told(&evidence), ["sizein: refused: why"]);
        let parts: Vec<&str> = evidence.parts().map(EvidencePart::as_str).collect();
        assert_eq!(parts, ["co", "sizeout", "sizein", "breaches", "analyst", "watched"]);
    }
}
