//! What can be asked: one file an endpoint of the API, with its path, its parameters and its reader.

mod alerts;
mod device_info;
mod device_pages;
mod device_parameters;
mod device_search;
mod devices;
mod endpoint_details;
mod parameter;
mod similar_devices;
mod status;

use std::borrow::Cow;

pub use alerts::{IncidentGroupsQuery, ModelBreachesQuery, WatchedDomainsQuery};
pub use device_info::DeviceInfoQuery;
pub use device_pages::DevicePages;
pub use device_parameters::DeviceInfoParameters;
pub(crate) use device_search::replaced_in_search;
pub use device_search::{DeviceOrder, DeviceSearch, SortOrder};
pub use devices::{DevicesQuery, SeenSince, SeenSinceError};
pub use endpoint_details::{Endpoint, EndpointQuery};
pub use parameter::{
    DataType, DeviceDetails, EmptyBuckets, ExternalDomain, IntervalHours, InvalidParameter,
};
pub use similar_devices::SimilarDevicesQuery;
pub use status::{Status, StatusQuery};

use crate::{ReadError, Warning};

/// Parameters by name, decoded. A client sorts, encodes and signs them.
pub type Pairs<'a> = Vec<(&'static str, Cow<'a, str>)>;

/// A question to one endpoint of the API, and how its answer is read.
///
/// It knows no host, no signature and no client: what asks is another crate's business.
///
/// ```
/// use dt_model::{ApiQuery, StatusQuery};
///
/// assert_eq!(StatusQuery.path(), "/status");
/// let status = StatusQuery.read(br#"{"version": "7.1.0"}"#)?;
/// assert_eq!(status.version.as_deref(), Some("7.1.0"));
/// # Ok::<(), dt_model::ReadError>(())
/// ```
pub trait ApiQuery {
    /// What a response becomes.
    type Answer;

    /// The endpoint's path, without parameters.
    fn path(&self) -> &'static str;

    /// The parameters. Unset ones are left out: the API does not take empty parameters.
    fn pairs(&self) -> Pairs<'_>;

    /// Reads the body of a successful response.
    ///
    /// # Errors
    ///
    /// If it is no answer to this question.
    fn read(&self, body: &[u8]) -> Result<Self::Answer, ReadError>;
}

/// An answer that lists things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T> {
    /// The things, in the order of the answer.
    pub items: Vec<T>,
    /// What was odd about the answer.
    pub warnings: Vec<Warning>,
}

impl<T> From<(Vec<T>, Vec<Warning>)> for List<T> {
    fn from((items, warnings): (Vec<T>, Vec<Warning>)) -> Self {
        Self { items, warnings }
    }
}

/// The parameters in the form in which they stand in a URL, for tests and examples.
#[cfg(test)]
pub(crate) fn text(query: &impl ApiQuery) -> String {
    let pairs: Vec<String> =
        query.pairs().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}?{}", query.path(), pairs.join("&"))
}
