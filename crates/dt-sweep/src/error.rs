//! Why there is no answer about a device.

use dt_model::{DeviceId, Diagnostic, InvalidDeviceName, InvalidParameter, Problem};
use dt_transport::{FindError, Recorded};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// What was named cannot be a device.
    #[error(transparent)]
    Name(#[from] InvalidDeviceName),
    /// The name is not one device's, or nothing is as it was selected.
    #[error(transparent)]
    Find(#[from] FindError),
    /// That cannot be asked about it.
    #[error(transparent)]
    Query(#[from] InvalidParameter),
    /// The appliance, or the way to it, did not let it be asked.
    #[error(transparent)]
    Asked(#[from] Box<dt_transport::Error>),
    /// The list of devices ends where it should not.
    #[error("the list of devices is cut: {0}")]
    List(Problem),
    /// The appliance has no device, or shows the token none.
    #[error("the appliance lists no device")]
    NothingListed,
    /// Answers came, and none of them says anything about the device.
    #[error("nothing was answered")]
    NothingAnswered,
}

impl Diagnostic for SweepError {
    fn underlying(&self) -> Option<&dyn Diagnostic> {
        match self {
            Self::Name(error) => Some(error),
            Self::Find(error) => Some(error),
            Self::Query(error) => Some(error),
            Self::Asked(error) => Some(&**error),
            Self::List(_) | Self::NothingListed | Self::NothingAnswered => None,
        }
    }
}

impl DeviceError {
    /// Whether no device is called so, or nearly so.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(&self.error, SweepError::Find(FindError::Unknown { near, .. }) if near.is_empty())
    }
}

/// A device about which nothing can be said.
#[derive(Debug)]
#[non_exhaustive]
pub struct DeviceError {
    /// How it is called: as it was typed, or by its host name.
    pub name: String,
    /// Its id, if it was found.
    pub did: Option<DeviceId>,
    /// Why.
    pub error: SweepError,
    /// What was exchanged until then, if that is kept.
    pub exchanges: Vec<Recorded>,
}
