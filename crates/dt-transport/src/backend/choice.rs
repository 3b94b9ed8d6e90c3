//! Which HTTP client is used, chosen while a program runs.

use super::{BuildError, HttpOptions};
use crate::Transport;

/// An HTTP client that is adapted here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// The blocking one.
    #[cfg(feature = "ureq")]
    Ureq,
    /// The asynchronous one, on a runtime of its own.
    #[cfg(feature = "reqwest")]
    Reqwest,
}

impl Backend {
    /// A transport of this client.
    ///
    /// ```
    /// # #[cfg(feature = "ureq")] {
    /// use dt_transport::{Backend, HttpOptions};
    ///
    /// let transport = Backend::Ureq.transport(&HttpOptions::new())?;
    /// # }
    /// # Ok::<(), dt_transport::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the options cannot be used, or there is no runtime.
    pub fn transport(self, options: &HttpOptions) -> Result<Box<dyn Transport>, BuildError> {
        Ok(match self {
            #[cfg(feature = "ureq")]
            Self::Ureq => Box::new(super::UreqTransport::new(options)?),
            #[cfg(feature = "reqwest")]
            Self::Reqwest => {
                Box::new(super::Blocking::new(super::ReqwestTransport::new(options)?)?)
            }
        })
    }
}
