//! What findings might be.

/// A technique of MITRE ATT&CK for Enterprise that a finding might be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Technique(&'static str);

impl Technique {
    /// Exfiltration over the command-and-control channel.
    pub const EXFILTRATION_OVER_C2: Self = Self("T1041");
    /// Exfiltration over another protocol.
    pub const EXFILTRATION_OVER_OTHER: Self = Self("T1048");
    /// Exfiltration to cloud storage.
    pub const EXFILTRATION_TO_CLOUD: Self = Self("T1567.002");
    /// Transfers in small pieces.
    pub const SMALL_TRANSFERS: Self = Self("T1030");
    /// Transfers on a schedule.
    pub const SCHEDULED_TRANSFER: Self = Self("T1029");
    /// A protocol on a port it is not usual on.
    pub const NON_STANDARD_PORT: Self = Self("T1571");
    /// Commands over web protocols.
    pub const WEB_PROTOCOLS: Self = Self("T1071.001");
    /// Changing where commands come from.
    pub const DYNAMIC_RESOLUTION: Self = Self("T1568");
    /// Domains from an algorithm.
    pub const GENERATED_DOMAINS: Self = Self("T1568.002");
    /// Relaying within the network.
    pub const PROXY: Self = Self("T1090");
    /// Looking which services the network has.
    pub const SERVICE_DISCOVERY: Self = Self("T1046");
    /// Moving on by remote services.
    pub const REMOTE_SERVICES: Self = Self("T1021");

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

    /// The technique with an id; `None` if no finding names that.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|technique| technique.id() == id)
    }
}
