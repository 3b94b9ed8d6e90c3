//! What a recorded request asked for.

use dt_model::{DataType, EvidencePart, IntervalHours};
use percent_encoding::percent_decode_str;

/// What the target of a recorded request asked for.
pub(crate) struct Asked {
    pub(crate) part: EvidencePart,
    /// The one domain it asked about.
    pub(crate) domain: Option<String>,
    pub(crate) interval: Option<IntervalHours>,
}

impl Asked {
    /// `None` for a target that is no part of the evidence.
    pub(crate) fn of(target: &str) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        // What stands before it is where the appliance is reached.
        match path.rsplit('/').next() {
            Some("deviceinfo") => {}
            Some("endpointdetails") => {
                return Some(Self { part: EvidencePart::Endpoints, domain: None, interval: None });
            }
            _ => return None,
        }
        let value = |key: &str| {
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|pair| pair.0 == key)
        };
        let outside = value("odid").is_some_and(|(_, odid)| odid == "0");
        let data_type = value("datatype").map_or(Ok(DataType::default()), |(_, of)| of.parse());
        let part = match (data_type.ok()?, outside) {
            (DataType::Connections, false) => EvidencePart::Connections,
            (DataType::Connections, true) => EvidencePart::External,
            (DataType::BytesOut, false) => EvidencePart::BytesOut,
            (DataType::BytesOut, true) => EvidencePart::ExternalOut,
            (DataType::BytesIn, _) => EvidencePart::BytesIn,
        };
        let interval = value("intervalhours").and_then(|(_, hours)| hours.parse().ok());
        let domain = value("externaldomain")
            .map(|(_, domain)| percent_decode_str(domain).decode_utf8_lossy().into_owned());
        let interval = interval.and_then(|hours| IntervalHours::new(hours).ok());
        Some(Self { part, domain, interval })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_says_which_part_it_is() {
        let part = |target: &str| Asked::of(target).map(|asked| asked.part);
        assert_eq!(part("/deviceinfo?did=1"), Some(EvidencePart::Connections));
        let outside = "/behind/a/proxy/deviceinfo?datatype=sizeout&did=1&odid=0";
        assert_eq!(part(outside), Some(EvidencePart::ExternalOut));
        assert_eq!(part("/endpointdetails?hostname=a"), Some(EvidencePart::Endpoints));
        assert_eq!(part("/devices?did=1"), None);
        assert_eq!(part("/deviceinfo?datatype=else"), None);
    }

    #[test]
    fn a_domain_is_what_it_was_before_it_was_sent() {
        let asked = Asked::of("/deviceinfo?externaldomain=b%C3%BCcher.example&intervalhours=4");
        let asked = asked.unwrap();
        assert_eq!(asked.domain.as_deref(), Some("bücher.example"));
        assert_eq!(asked.interval.map(IntervalHours::get), Some(4));
    }
}
