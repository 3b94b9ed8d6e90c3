//! What is asked about each device.

use dt_analysis::plan::{Alerts, AnalysisKind, DevicePlan, Endpoints, PlanOptions};
use dt_analysis::{AsOf, Policy};
use dt_model::{DeviceId, DeviceInfoParameters, InvalidParameter};

/// What is asked about each device, and by which thresholds it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Inquiry<'a> {
    /// Which analysis it is for.
    pub kind: AnalysisKind,
    /// From which the plan makes its questions, whichever device they are about.
    pub parameters: &'a DeviceInfoParameters,
    /// Which hosts outside are asked about. Where none is, the appliance is not asked either what it says
    /// of its own accord.
    pub endpoints: Endpoints,
    /// The thresholds; a plan asks about what they find.
    pub policy: &'a Policy,
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
        let Self { kind, parameters, endpoints, policy } = *self;
        // A timeline of one destination counts connections alone.
        let data_type = match kind {
            AnalysisKind::Timeline(_) => parameters.counted(),
            _ => parameters.data_type,
        };
        let alerts = match (endpoints, devices) {
            (Endpoints::Omitted, _) => Alerts::Omitted,
            (_, 1) => Alerts::OfDevice,
            _ => Alerts::OfAll,
        };
        let options = PlanOptions { as_of, policy, data_type, endpoints, alerts };
        Ok(kind.plan(parameters.about(did)?, options))
    }
}
