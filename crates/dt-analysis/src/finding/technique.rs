//! What findings might be.

/// A technique of MITRE ATT&CK for Enterprise that a finding might be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Technique(&'static str, &'static str);

impl Technique {
    /// Exfiltration over the command-and-control channel.
    pub const EXFILTRATION_OVER_C2: Self = Self("T1041", "Exfiltration Over C2 Channel");
    /// Exfiltration over another protocol.
    pub const EXFILTRATION_OVER_OTHER: Self =
        Self("T1048", "Exfiltration Over Alternative Protocol");
    /// Exfiltration to cloud storage.
    pub const EXFILTRATION_TO_CLOUD: Self = Self("T1567.002", "Exfiltration to Cloud Storage");
    /// Transfers in small pieces.
    pub const SMALL_TRANSFERS: Self = Self("T1030", "Data Transfer Size Limits");
    /// Transfers on a schedule.
    pub const SCHEDULED_TRANSFER: Self = Self("T1029", "Scheduled Transfer");
    /// A protocol on a port it is not usual on.
    pub const NON_STANDARD_PORT: Self = Self("T1571", "Non-Standard Port");
    /// Commands over web protocols.
    pub const WEB_PROTOCOLS: Self = Self("T1071.001", "Web Protocols");
    /// Changing where commands come from.
    pub const DYNAMIC_RESOLUTION: Self = Self("T1568", "Dynamic Resolution");
    /// Domains from an algorithm.
    pub const GENERATED_DOMAINS: Self = Self("T1568.002", "Domain Generation Algorithms");
    /// Relaying within the network.
    pub const PROXY: Self = Self("T1090", "Proxy");
    /// Looking which services the network has.
    pub const SERVICE_DISCOVERY: Self = Self("T1046", "Network Service Discovery");
    /// Moving on by remote services.
    pub const REMOTE_SERVICES: Self = Self("T1021", "Remote Services");

    /// Every technique that a finding names.
    pub const ALL: [Self; 12] = [
        Self::EXFILTRATION_OVER_C2,
        Self::EXFILTRATION_OVER_OTHER,
        Self::EXFILTRATION_TO_CLOUD,
        Self::SMALL_TRANSFERS,
        Self::SCHEDULED_TRANSFER,
        Self::NON_STANDARD_PORT,
        Self::WEB_PROTOCOLS,
        Self::DYNAMIC_RESOLUTION,
        Self::GENERATED_DOMAINS,
        Self::PROXY,
        Self::SERVICE_DISCOVERY,
        Self::REMOTE_SERVICES,
    ];

    /// The technique's id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.0
    }

    /// What ATT&CK calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.1
    }

    /// The id of the technique that it is, or is a part of.
    #[must_use]
    pub fn parent(self) -> &'static str {
        self.0.split_once('.').map_or(self.0, |(parent, _)| parent)
    }

    /// Its id, if it is a part of another technique.
    #[must_use]
    pub fn subtechnique(self) -> Option<&'static str> {
        self.0.contains('.').then_some(self.0)
    }

    /// Where ATT&CK describes it.
    #[must_use]
    pub fn url(self) -> String {
        format!("https://attack.mitre.org/techniques/{}/", self.0.replace('.', "/"))
    }

    /// The technique with an id; `None` if no finding names that.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|technique| technique.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_technique_below_another_has_its_own_address() {
        let technique = Technique::EXFILTRATION_TO_CLOUD;
        assert_eq!(technique.name(), "Exfiltration to Cloud Storage");
        assert_eq!(technique.url(), "https://attack.mitre.org/techniques/T1567/002/");
        assert_eq!((technique.parent(), technique.subtechnique()), ("T1567", Some("T1567.002")));
        assert_eq!(Technique::PROXY.subtechnique(), None);
    }
}
