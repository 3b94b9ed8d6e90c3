//! The questions about a device.

use dt_analysis::timeline::Baseline;
use dt_model::{DataType, Evidence, EvidencePart, Refusal, Subject};
use dt_report::schema::Object;

/// A question about a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    Connections,
    Transfers,
    Compare,
    External,
    Timeline(Baseline),
    Report,
}

impl Question {
    /// Whether the answer to it draws on something, where this is to be counted: a timeline is of one
    /// part alone, or of connections and the bytes sent outside.
    pub(crate) fn draws_on(self, subject: Subject<'_>, data_type: Option<DataType>) -> bool {
        use EvidencePart::{BytesIn, BytesOut, Connections, ExternalOut};
        match (self, subject) {
            (Self::Connections, Subject::Part(part)) => part == Connections,
            (Self::Compare, Subject::Part(part)) => {
                matches!(part, Connections | BytesOut | BytesIn)
            }
            (Self::Transfers, Subject::Part(part)) => matches!(part, BytesOut | BytesIn),
            (Self::Timeline(_), Subject::Part(part)) => match data_type {
                Some(counted) => part == EvidencePart::counting(counted),
                None => matches!(part, Connections | ExternalOut),
            },
            (Self::External, Subject::Part(part)) => !matches!(part, BytesOut | BytesIn),
            (Self::Report, _) | (Self::External, Subject::Endpoint(_)) => true,
            _ => false,
        }
    }

    /// What was refused of that which an answer to it draws on.
    pub(crate) fn refusals(
        self,
        evidence: &Evidence,
        data_type: Option<DataType>,
    ) -> impl Iterator<Item = (Subject<'_>, &Refusal)> {
        evidence.refusals().filter(move |(subject, _)| self.draws_on(*subject, data_type))
    }

    /// What answers it.
    pub(crate) const fn object(self) -> Object {
        match self {
            Self::Connections => Object::Connections,
            Self::Transfers => Object::Transfers,
            Self::Compare => Object::Compare,
            Self::External => Object::External,
            Self::Timeline(_) => Object::Timeline,
            Self::Report => Object::Report,
        }
    }
}
