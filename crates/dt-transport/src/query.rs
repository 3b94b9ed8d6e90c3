//! What can be asked.

use dt_auth::RequestTarget;
use dt_model::ApiQuery;

/// Why a body could not be read: a [`dt_model::ReadError`], if the query is one of that crate.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A question to an appliance, and how its answer is read.
///
/// It is what [`Client::ask`](crate::Client::ask) takes. `dt-model` has the endpoints that are known, and
/// every [`ApiQuery`] is a query. Another endpoint is one by itself:
///
/// ```
/// use dt_auth::RequestTarget;
/// use http::StatusCode;
/// use dt_model::Exchange;
/// use dt_transport::{BoxError, Client, Query, ReplayTransport};
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
    ///
    /// # Errors
    ///
    /// If it is no answer. What the error says may quote the body.
    fn read(&self, body: &[u8]) -> Result<Self::Answer, BoxError>;
}

/// Every endpoint that `dt-model` knows.
impl<Q: ApiQuery + ?Sized> Query for Q {
    type Answer = Q::Answer;

    fn target(&self) -> RequestTarget {
        RequestTarget::new(self.path()).params(self.pairs())
    }

    fn read(&self, body: &[u8]) -> Result<Q::Answer, BoxError> {
        Ok(ApiQuery::read(self, body)?)
    }
}
