//! What `/deviceinfo` is asked.

use std::num::NonZeroUsize;

use dt_model::{DataType, DeviceId};

use crate::answer::Refusal;
use crate::network::{External, Flow, Network, Remote};
use crate::parameters::Parameters;

/// The parameters of `/deviceinfo`, read.
#[derive(Debug)]
pub(crate) struct Question {
    /// The device's place in the network.
    pub(crate) index: usize,
    pub(crate) data_type: DataType,
    /// Only traffic with this id.
    pub(crate) odid: Option<DeviceId>,
    pub(crate) port: Option<u16>,
    /// Only traffic with this domain, or hosts of it.
    pub(crate) external_domain: Option<String>,
    pub(crate) full_device_details: bool,
    pub(crate) show_all_graph_data: bool,
    pub(crate) similar_devices: usize,
    pub(crate) interval_hours: NonZeroUsize,
}

impl Question {
    pub(crate) fn read(mut parameters: Parameters, network: &Network) -> Result<Self, Refusal> {
        let input = |name: &str| Refusal::Input(name.to_owned());
        let did: i64 = parameters.value("did")?.ok_or_else(|| input("did"))?;
        let odid: Option<i64> = parameters.value("odid")?;
        let mut question = Self {
            index: 0,
            data_type: parameters.value("datatype")?.unwrap_or_default(),
            odid: odid.map(DeviceId::new),
            port: parameters.value("port")?,
            external_domain: parameters.text("externaldomain").map(|name| name.to_lowercase()),
            full_device_details: parameters.flag("fulldevicedetails", false)?,
            show_all_graph_data: parameters.flag("showallgraphdata", true)?,
            similar_devices: parameters.value("similardevices")?.unwrap_or(0),
            interval_hours: parameters.value("intervalhours")?.unwrap_or(NonZeroUsize::MIN),
        };
        parameters.finish()?;
        let did = DeviceId::new(did);
        if !did.is_device() {
            return Err(input("did"));
        }
        question.index = network.index_of(did).ok_or(Refusal::NotFound)?;
        Ok(question)
    }

    /// Whether a flow is part of what is asked about. Restrictions add up.
    pub(crate) fn wants(&self, flow: &Flow, network: &Network) -> bool {
        let remote = flow.key.remote;
        self.odid.is_none_or(|odid| network.remote_id(remote) == odid)
            && self.port.is_none_or(|port| flow.key.port == port)
            && self.external_domain.as_ref().is_none_or(|domain| match remote {
                Remote::External(host) => is_of(&network.externals()[host], domain),
                Remote::Device(_) | Remote::Range(..) => false,
            })
    }

    /// Whether the answer lists external domains and networks.
    pub(crate) fn is_external(&self) -> bool {
        self.odid == Some(DeviceId::EXTERNAL) || self.external_domain.is_some()
    }
}

fn is_of(host: &External, domain: &str) -> bool {
    let is_below = |name: &str| {
        let name = name.to_lowercase();
        name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    host.domain.as_deref().is_some_and(is_below) || is_below(&host.hostname)
}
