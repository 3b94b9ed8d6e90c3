//! Some parts of the evidence, asked for together.

use dt_model::{DataType, DeviceInfoQuery, Evidence, EvidencePart, Plan, Question, Required};

use super::questions;

/// Asks for parts of the evidence in one round.
///
/// ```
/// use dt_analysis::plan::PartsPlan;
/// use dt_model::{DeviceId, DeviceInfoQuery, Evidence, Plan};
///
/// let query = DeviceInfoQuery::new(DeviceId::new(7))?;
/// let mut plan = PartsPlan::transfers(query, None);
/// let questions: Vec<String> =
///     plan.next(&Evidence::default()).iter().map(ToString::to_string).collect();
/// assert_eq!(questions, ["sizeout", "sizein"]);
/// # Ok::<(), dt_model::InvalidParameter>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartsPlan {
    query: DeviceInfoQuery,
    parts: Vec<EvidencePart>,
    required: Required,
    is_asked: bool,
}

impl PartsPlan {
    /// For [`connections`](crate::connections), and for [`peers`](crate::peers) by the document's rules:
    /// neither says anything without connections.
    #[must_use]
    pub fn connections(query: DeviceInfoQuery) -> Self {
        Self::only(EvidencePart::Connections, query)
    }

    /// For [`peers`](crate::peers) and [`peer_bytes`](crate::peer_bytes): without bytes, connections are
    /// still compared.
    #[must_use]
    pub fn comparison(query: DeviceInfoQuery) -> Self {
        use EvidencePart::{BytesIn, BytesOut, Connections};
        let parts = vec![Connections, BytesOut, BytesIn];
        Self { query, parts, required: Required::Part(Connections), is_asked: false }
    }

    /// For [`transfers`](crate::transfers): both directions, or `only` one of them. Either says
    /// something without the other.
    #[must_use]
    pub fn transfers(query: DeviceInfoQuery, only: Option<DataType>) -> Self {
        let parts = match only {
            Some(data_type) => vec![EvidencePart::counting(data_type)],
            None => vec![EvidencePart::BytesOut, EvidencePart::BytesIn],
        };
        Self { query, parts, required: Required::AnyDeviceInfo, is_asked: false }
    }

    /// For a [`timeline`](crate::timeline) of what `data_type` counts, or else of connections, which it
    /// cannot do without, and the bytes sent outside.
    #[must_use]
    pub fn timeline(query: DeviceInfoQuery, data_type: Option<DataType>) -> Self {
        let mut plan = Self::only(EvidencePart::counting(data_type.unwrap_or_default()), query);
        if data_type.is_none() {
            plan.parts.push(EvidencePart::ExternalOut);
        }
        plan
    }

    fn only(part: EvidencePart, query: DeviceInfoQuery) -> Self {
        Self { query, parts: vec![part], required: Required::Part(part), is_asked: false }
    }
}

impl Plan for PartsPlan {
    fn next(&mut self, _: &Evidence) -> Vec<Question> {
        let is_asked = std::mem::replace(&mut self.is_asked, true);
        if is_asked { Vec::new() } else { questions(&self.parts, &self.query) }
    }

    fn required(&self) -> Required {
        self.required
    }
}
