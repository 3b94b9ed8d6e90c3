//! Reading the bytes of an answer, for each type that is one.

use crate::normalise;
use crate::{
    DataType, Device, DeviceId, DeviceInfo, DeviceSearchPage, EndpointDetails, IncidentGroup,
    ModelBreach, ReadError, SimilarDevice, Warning, WatchedDomain,
};

impl DeviceInfo {
    /// Reads an answer of either dialect.
    ///
    /// The documented dialect says what its buckets count. The appliance dialect does not: the
    /// series' [`measure`](crate::Series::measure) is then `None`;
    /// [`from_slice_as`](Self::from_slice_as) is for callers who know what they asked for.
    ///
    /// # Errors
    ///
    /// If the bytes are not well-formed JSON, or no `/deviceinfo` answer at all. Oddities within an
    /// answer are [`warnings`](Self::warnings).
    pub fn from_slice(bytes: &[u8]) -> Result<Self, ReadError> {
        normalise::device_info(bytes, None, None)
    }

    /// Reads an answer that is known to count `data_type`.
    ///
    /// # Errors
    ///
    /// As [`from_slice`](Self::from_slice), and if the answer itself says that it counts something
    /// else.
    pub fn from_slice_as(bytes: &[u8], data_type: DataType) -> Result<Self, ReadError> {
        normalise::device_info(bytes, Some(data_type), None)
    }

    /// Reads the answer to a question about one device, wherever it stands among its similar devices.
    /// `counts` is what was asked to be counted, if that is known.
    ///
    /// ```
    /// use dt_model::{DeviceId, DeviceInfo};
    ///
    /// let body = br#"{"deviceInfo":[{"did":9,"similarityScore":98},{"did":7,"similarityScore":100}]}"#;
    /// let info = DeviceInfo::from_slice_about(body, None, DeviceId::new(7))?;
    /// assert_eq!(info.subject.device.did, Some(DeviceId::new(7)));
    /// let error = DeviceInfo::from_slice_about(body, None, DeviceId::new(8)).unwrap_err();
    /// assert!(error.is_other_device());
    /// # Ok::<(), dt_model::ReadError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_slice_as`](Self::from_slice_as), and if the answer names devices, but not this one.
    /// One that names none is taken, with a warning.
    pub fn from_slice_about(
        bytes: &[u8],
        counts: Option<DataType>,
        did: DeviceId,
    ) -> Result<Self, ReadError> {
        normalise::device_info(bytes, counts, Some(did))
    }
}

impl Device {
    /// Reads an answer of `/devices`: a list of devices, or one alone.
    ///
    /// ```
    /// use dt_model::Device;
    ///
    /// let (devices, warnings) = Device::list_from_slice(br#"{"id": 7, "hostname": "cam-01"}"#)?;
    /// assert_eq!(devices[0].hostname.as_deref(), Some("cam-01"));
    /// assert!(warnings.is_empty());
    /// # Ok::<(), dt_model::ReadError>(())
    /// ```
    pub fn list_from_slice(bytes: &[u8]) -> Result<(Vec<Self>, Vec<Warning>), ReadError> {
        normalise::devices(bytes)
    }
}

impl SimilarDevice {
    /// Reads an answer of `/similardevices`.
    pub fn list_from_slice(bytes: &[u8]) -> Result<(Vec<Self>, Vec<Warning>), ReadError> {
        normalise::similar_devices(bytes)
    }
}

impl DeviceSearchPage {
    /// Reads one page.
    ///
    /// ```
    /// use dt_model::DeviceSearchPage;
    ///
    /// let page = DeviceSearchPage::from_slice(br#"{"totalCount": 41, "devices": [{"did": 7}]}"#)?;
    /// assert_eq!((page.total_count, page.devices.len()), (Some(41), 1));
    /// # Ok::<(), dt_model::ReadError>(())
    /// ```
    pub fn from_slice(bytes: &[u8]) -> Result<Self, ReadError> {
        normalise::search_page(bytes)
    }
}

impl ModelBreach {
    /// Reads an answer of `/modelbreaches`.
    pub fn list_from_slice(bytes: &[u8]) -> Result<(Vec<Self>, Vec<Warning>), ReadError> {
        normalise::breaches(bytes)
    }
}

impl IncidentGroup {
    /// Reads an answer of `/aianalyst/groups`.
    pub fn list_from_slice(bytes: &[u8]) -> Result<(Vec<Self>, Vec<Warning>), ReadError> {
        normalise::groups(bytes)
    }
}

impl WatchedDomain {
    /// Reads an answer of `/intelfeed`, whether it tells more than names or not.
    pub fn list_from_slice(bytes: &[u8]) -> Result<(Vec<Self>, Vec<Warning>), ReadError> {
        normalise::watched(bytes)
    }
}

impl EndpointDetails {
    /// Reads one answer, or a list of them.
    ///
    /// ```
    /// use dt_model::EndpointDetails;
    ///
    /// let body = br#"{"hostname": "a.example", "locations": [{"country": "Norway"}]}"#;
    /// let (endpoints, _) = EndpointDetails::list_from_slice(body)?;
    /// assert_eq!(endpoints[0].countries().collect::<Vec<_>>(), ["Norway"]);
    /// # Ok::<(), dt_model::ReadError>(())
    /// ```
    pub fn list_from_slice(bytes: &[u8]) -> Result<(Vec<Self>, Vec<Warning>), ReadError> {
        normalise::endpoints(bytes)
    }
}
