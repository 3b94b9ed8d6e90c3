//! What is asked about each device.

use std::fmt;

use dt_analysis::plan::{Alerts, AnalysisKind, DevicePlan, Endpoints, PlanOptions};
use dt_analysis::{AsOf, Policy};
use dt_model::{DataType, DeviceId, DeviceInfoQuery, InvalidParameter};

/// The query about a device, by its id.
pub type QueryOf<'a> = &'a (dyn Fn(DeviceId) -> Result<DeviceInfoQuery, InvalidParameter> + Sync);

/// What is asked about each device, and by which thresholds it is judged.
#[derive(Clone, Copy)]
pub struct Inquiry<'a> {
    /// Which analysis it is for.
    pub kind: AnalysisKind,
    /// The query from which the plan makes its questions.
    pub query: QueryOf<'a>,
    /// What transfers and a timeline count, if not what they count by themselves.
    pub data_type: Option<DataType>,
    /// Which hosts outside are asked about. Where none is, the appliance is not asked either what it says
    /// of its own accord.
    pub endpoints: Endpoints,
    /// The thresholds; a plan asks about what they find.
    pub policy: &'a Policy,
}

impl fmt::Debug for Inquiry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inquiry")
            .field("kind", &self.kind)
            .field("data_type", &self.data_type)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

impl<'a> Inquiry<'a> {
    /// What has to be asked about a device, one of so many.
    ///
    /// # Errors
    ///
    /// If the id is not a device's.
    pub fn plan(
        &self,
        did: DeviceId,
        devices: usize,
        as_of: AsOf<'a>,
    ) -> Result<DevicePlan<'a>, InvalidParameter> {
        let Self { kind, query, data_type, endpoints, policy } = *self;
        let alerts = match (endpoints, devices) {
            (Endpoints::Omitted, _) => Alerts::Omitted,
            (_, 1) => Alerts::OfDevice,
            _ => Alerts::OfAll,
        };
        Ok(kind.plan(query(did)?, PlanOptions { as_of, policy, data_type, endpoints, alerts }))
    }
}
