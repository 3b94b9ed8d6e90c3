//! Why a name is no one device.

use dt_model::{Device, DeviceId, DeviceName, Selection};

use crate::Error;

/// A name that does not lead to one device.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FindError {
    /// No device is called so.
    #[error("no device matches {name:?}")]
    Unknown {
        /// As it was typed.
        name: String,
        /// Host names that are nearly the same, the closest first.
        near: Vec<String>,
    },
    /// Several devices are called so.
    #[error("several devices are called {name:?}")]
    Ambiguous {
        /// As it was typed.
        name: String,
        /// All of these devices.
        devices: Vec<Device>,
    },
    /// No device is as it was selected.
    #[error("no device matches the selection")]
    NoneSelected {
        /// Tags and types that are nearly the same.
        near: Box<Selection>,
    },
    /// The appliance was asked, and did not answer that.
    #[error(transparent)]
    Asked(Box<Error>),
}

impl From<Error> for FindError {
    fn from(error: Error) -> Self {
        Self::Asked(Box::new(error))
    }
}

impl FindError {
    /// The one device that was found.
    pub(super) fn only(name: &DeviceName, found: Vec<Device>) -> Result<DeviceId, Self> {
        let mut devices: Vec<Device> = found.into_iter().filter(|it| it.did.is_some()).collect();
        // An appliance may list one twice.
        devices.sort_by_key(|device| device.did);
        devices.dedup_by_key(|device| device.did);
        let name = name.to_string();
        match devices.as_slice() {
            [Device { did: Some(did), .. }] => Ok(*did),
            [] => Err(Self::Unknown { name, near: Vec::new() }),
            _ => Err(Self::Ambiguous { name, devices }),
        }
    }
}
