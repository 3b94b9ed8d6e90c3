//! What goes outside, and what is known about it.

use dt_model::{DeviceInfoQuery, Evidence, EvidencePart, Plan, Question, Required};

use super::{Endpoints, questions};

/// Asks for what [`external`](crate::external) needs: connections and what of them goes outside, and
/// then what the appliance knows about the hosts there.
///
/// An answer in the documented dialect says what is outside by itself, and lists no hosts to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalPlan {
    query: DeviceInfoQuery,
    endpoints: Endpoints,
    rounds: u32,
}

impl ExternalPlan {
    /// About the device of a query.
    #[must_use]
    pub fn new(query: DeviceInfoQuery, endpoints: Endpoints) -> Self {
        Self { query, endpoints, rounds: 0 }
    }
}

impl Plan for ExternalPlan {
    fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
        use EvidencePart::{Connections, External, ExternalOut};
        self.rounds += 1;
        match self.rounds {
            1 => questions(&[Connections, External, ExternalOut], &self.query),
            2 => self.endpoints.questions(evidence),
            _ => Vec::new(),
        }
    }

    fn required(&self) -> Required {
        Required::AnyDeviceInfo
    }
}
