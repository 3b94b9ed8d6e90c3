//! Techniques of MITRE ATT&CK, by name and address.

use super::Text;

/// A technique that a finding might be.
pub(crate) struct Technique {
    pub(crate) id: Text,
    /// What ATT&CK calls it; empty for one that is not known here.
    pub(crate) name: &'static str,
    /// Where ATT&CK describes it.
    pub(crate) url: Text,
}

impl Technique {
    pub(crate) fn new(id: &str) -> Self {
        let name = NAMES.iter().find(|(known, _)| *known == id).map_or("", |(_, name)| name);
        let path = id.replace('.', "/");
        Self {
            id: id.into(),
            name,
            url: format!("https://attack.mitre.org/techniques/{path}/").into(),
        }
    }
}

/// As ATT&CK for Enterprise calls them.
const NAMES: [(&str, &str); 12] = [
    ("T1021", "Remote Services"),
    ("T1029", "Scheduled Transfer"),
    ("T1030", "Data Transfer Size Limits"),
    ("T1041", "Exfiltration Over C2 Channel"),
    ("T1046", "Network Service Discovery"),
    ("T1048", "Exfiltration Over Alternative Protocol"),
    ("T1071.001", "Web Protocols"),
    ("T1090", "Proxy"),
    ("T1567.002", "Exfiltration to Cloud Storage"),
    ("T1568", "Dynamic Resolution"),
    ("T1568.002", "Domain Generation Algorithms"),
    ("T1571", "Non-Standard Port"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_technique_below_another_has_its_own_address() {
        let technique = Technique::new("T1567.002");
        assert_eq!(technique.name, "Exfiltration to Cloud Storage");
        assert_eq!(technique.url.as_str(), "https://attack.mitre.org/techniques/T1567/002/");
    }
}
