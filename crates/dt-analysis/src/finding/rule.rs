//! By what findings are found.

use dt_model::EvidencePart;

/// How a finding is found. Its id and version are part of the output contract: the version rises
/// when the rule finds something else than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// Much more than usual was sent outside.
    ExternalUpload,
    /// Much more than usual was sent, and it is not known whether outside, or most of it went there and
    /// does not stand out among what usually does.
    Upload,
    /// Much more than usual was sent within the network.
    InternalUpload,
    /// Much more than usual was received.
    Download,
    /// Many more connections than usual were opened.
    ConnectionRise,
    /// A device fell silent, or nearly so.
    ConnectionDrop,
    /// A port is used that never was.
    NewPort,
    /// A domain is used that the network did not know, and nobody else uses.
    NewDomain,
    /// Many internal devices are contacted that never were.
    NewPeers,
    /// A rare domain is called with great regularity.
    RegularCaller,
    /// A domain's name looks generated.
    GeneratedDomain,
    /// Traffic changed, and that of similar devices did not.
    ChangeFromPeers,
    /// Traffic is made of other things than that of similar devices.
    MixFromPeers,
}

/// What a priority is made of, so that one cause cannot count twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Unusual hours.
    Timeline,
    /// Differences from similar devices.
    Peers,
    /// Where bytes go.
    Direction,
    /// The other end, outside.
    External,
    /// What is new.
    Novelty,
    /// What repeats.
    Regularity,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 6] = [
        Self::Timeline,
        Self::Peers,
        Self::Direction,
        Self::External,
        Self::Novelty,
        Self::Regularity,
    ];

    /// The family's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeline => "timeline",
            Self::Peers => "peers",
            Self::Direction => "direction",
            Self::External => "external",
            Self::Novelty => "novelty",
            Self::Regularity => "regularity",
        }
    }
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 13] = [
        Self::ExternalUpload,
        Self::Upload,
        Self::InternalUpload,
        Self::Download,
        Self::ConnectionRise,
        Self::ConnectionDrop,
        Self::NewPort,
        Self::NewDomain,
        Self::NewPeers,
        Self::RegularCaller,
        Self::GeneratedDomain,
        Self::ChangeFromPeers,
        Self::MixFromPeers,
    ];

    /// The rule's id, which never changes.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ExternalUpload => "dt-external-upload",
            Self::Upload => "dt-upload",
            Self::InternalUpload => "dt-internal-upload",
            Self::Download => "dt-download",
            Self::ConnectionRise => "dt-connection-rise",
            Self::ConnectionDrop => "dt-connection-drop",
            Self::NewPort => "dt-new-port",
            Self::NewDomain => "dt-new-domain",
            Self::NewPeers => "dt-new-peers",
            Self::RegularCaller => "dt-regular-caller",
            Self::GeneratedDomain => "dt-generated-domain",
            Self::ChangeFromPeers => "dt-change-from-peers",
            Self::MixFromPeers => "dt-mix-from-peers",
        }
    }

    /// The rule in a few words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExternalUpload => "Unusual upload outside",
            Self::Upload => "Unusual upload",
            Self::InternalUpload => "Unusual upload within the network",
            Self::Download => "Unusual download",
            Self::ConnectionRise => "Unusually many connections",
            Self::ConnectionDrop => "Unusually few connections",
            Self::NewPort => "New port",
            Self::NewDomain => "New and rare domain",
            Self::NewPeers => "Many new internal peers",
            Self::RegularCaller => "Regular calls to a rare domain",
            Self::GeneratedDomain => "Domain name that looks generated",
            Self::ChangeFromPeers => "Change that similar devices do not share",
            Self::MixFromPeers => "Mix that similar devices do not have",
        }
    }

    /// The rule's version.
    #[must_use]
    pub const fn version(self) -> u32 {
        1
    }

    /// The parts of the evidence without which it finds less, or nothing.
    #[must_use]
    pub const fn rests_on(self) -> &'static [EvidencePart] {
        use EvidencePart::{BytesIn, BytesOut, Connections, Endpoints, External, ExternalOut};
        match self {
            Self::ExternalUpload => &[ExternalOut],
            Self::Upload | Self::InternalUpload => &[BytesOut, ExternalOut],
            Self::Download => &[BytesIn],
            Self::ConnectionRise | Self::ConnectionDrop | Self::NewPort | Self::NewPeers => {
                &[Connections]
            }
            Self::NewDomain | Self::RegularCaller | Self::GeneratedDomain => &[External, Endpoints],
            Self::ChangeFromPeers | Self::MixFromPeers => {
                &[Connections, BytesOut, BytesIn, External]
            }
        }
    }

    /// Further parts of the evidence, by which it is more or less severe.
    #[must_use]
    pub const fn weighed_by(self) -> &'static [EvidencePart] {
        use EvidencePart::{Endpoints, External, ExternalOut};
        match self {
            Self::ExternalUpload => &[External, Endpoints],
            Self::NewDomain => &[ExternalOut],
            _ => &[],
        }
    }

    /// Which part of the priority it belongs to.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Download | Self::ConnectionRise | Self::ConnectionDrop => Family::Timeline,
            Self::ExternalUpload | Self::Upload | Self::InternalUpload => Family::Direction,
            Self::NewPort | Self::NewPeers | Self::NewDomain => Family::Novelty,
            Self::RegularCaller => Family::Regularity,
            Self::GeneratedDomain => Family::External,
            Self::ChangeFromPeers | Self::MixFromPeers => Family::Peers,
        }
    }
}
