//! From a request to its answer, without HTTP, signatures or a clock.

use std::sync::Arc;

use dt_model::Dialect;
use jiff::Timestamp;

use crate::answer::{Answer, Refusal};
use crate::endpoints;
use crate::network::Network;
use crate::parameters::Parameters;
use crate::permission::Permission;
use crate::records::Records;

/// Answers requests about a [`Network`], whoever asks.
///
/// A pure function of network, dialect, permissions and request, which is what programs want that
/// ask thousands of questions and test no transport:
///
/// ```
/// use dt_appliance::{Network, Responder};
/// use dt_model::{DataType, DeviceInfo, Dialect};
///
/// let now = "2026-11-23T23:00:00Z".parse()?;
/// let responder = Responder::new(Network::generate(7, now), Dialect::Appliance);
///
/// let answer = responder.answer("GET", "/deviceinfo?did=12345&datatype=sizeout&odid=0", now);
/// assert_eq!(answer.status, 200);
/// let info = DeviceInfo::from_slice_as(&answer.body, DataType::BytesOut)?;
/// assert_eq!(info.subject.series.buckets().len(), 672);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Responder {
    records: Records,
    permissions: Vec<Permission>,
}

impl Responder {
    /// Answers about `network` in `dialect`, to somebody with every permission.
    #[must_use]
    pub fn new(network: impl Into<Arc<Network>>, dialect: Dialect) -> Self {
        Self {
            records: Records::new(network.into(), dialect),
            permissions: Permission::ALL.to_vec(),
        }
    }

    /// Answers somebody who has these permissions only.
    #[must_use]
    pub fn permissions(self, permissions: impl IntoIterator<Item = Permission>) -> Self {
        Self { permissions: permissions.into_iter().collect(), ..self }
    }

    /// The network it answers about.
    #[must_use]
    pub fn network(&self) -> &Network {
        self.records.network()
    }

    /// Answers a request whose signature needs no look.
    ///
    /// `target` is path and query as they stand on the request line. `now` is what the appliance
    /// takes for the time: `/status` says it, and nothing else depends on it. Errors are answers,
    /// too.
    #[must_use]
    pub fn answer(&self, method: &str, target: &str, now: Timestamp) -> Answer {
        self.try_answer(method, target, now).unwrap_or_else(Into::into)
    }

    fn try_answer(&self, method: &str, target: &str, now: Timestamp) -> Result<Answer, Refusal> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (needed, endpoint) = endpoints::find(path).ok_or(Refusal::NoSuchEndpoint)?;
        if method != "GET" {
            return Err(Refusal::Method);
        }
        if !needed.iter().all(|permission| self.permissions.contains(permission)) {
            return Err(Refusal::Forbidden);
        }
        let mut parameters = Parameters::parse(query)?;
        let fields = parameters.text("responsedata");
        let answer = endpoint(&self.records, parameters, now)?;
        Ok(match fields {
            Some(fields) => answer.with_fields(&fields),
            None => answer,
        })
    }
}
