//! What can be asked: one file an endpoint.

mod device_info;
mod device_search;
mod devices;
mod endpoint_details;
mod similar_devices;
mod status;

use dt_auth::RequestTarget;
use dt_model::Warning;

pub use device_search::{DeviceOrder, DeviceSearch, SortOrder};
pub use devices::{DevicesQuery, SeenSince};
pub use endpoint_details::EndpointQuery;
pub use similar_devices::SimilarDevicesQuery;
pub use status::{Status, StatusQuery};

/// Why a body could not be read. The queries of this crate give a [`dt_model::ReadError`] wherever
/// that crate has a type for the answer.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A question to an appliance, and how its answer is read.
///
/// Every method of [`Client`](crate::Client) goes through it, and so can an endpoint this crate
/// does not know:
///
/// ```
/// use dt_auth::RequestTarget;
/// use http::StatusCode;
/// use dt_transport::{BoxError, Client, Exchange, Query, ReplayTransport};
///
/// /// `/subnets`, as it came.
/// struct Subnets;
///
/// impl Query for Subnets {
///     type Answer = String;
///
///     fn target(&self) -> RequestTarget {
///         RequestTarget::new("/subnets")
///     }
///
///     fn read(&self, body: &[u8]) -> Result<String, BoxError> {
///         Ok(String::from_utf8(body.to_vec())?)
///     }
/// }
///
/// let recorded = Exchange::new("/subnets", StatusCode::OK, r#"[{"sid": 9}]"#);
/// let replay = ReplayTransport::new([recorded]);
/// let credentials = dt_auth::Credentials::new("pub", "priv")?;
/// let client = Client::new(replay, "https://appliance.example".parse()?, credentials);
/// assert_eq!(client.ask(&Subnets)?, r#"[{"sid": 9}]"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Query {
    /// What a response becomes.
    type Answer;

    /// The path and the parameters.
    fn target(&self) -> RequestTarget;

    /// Reads the body of a successful response.
    fn read(&self, body: &[u8]) -> Result<Self::Answer, BoxError>;
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
