//! `dt get`: the appliance's own response.

use dt_analysis::plan::AnalysisKind;
use dt_model::{DataType, DeviceDetails, DeviceInfoParameters, DeviceName, EmptyBuckets};
use dt_transport::Query;

use super::{Context, Run};
use crate::asking::{Connection, QueryOptions, ask};
use crate::choice::choice;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::options::{
    ApplianceOptions, DATA_TYPES, SimilarOptions, TrafficOptions, VerbosityOptions,
};
use crate::ui::print_bytes;

/// Arguments of `dt get`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt --demo get 12345
  dt get ws-042 --datatype sizeout --odid 0 --full-device-details
  dt get ws-042 > saved.json")]
pub(crate) struct Args {
    /// Device id, host name, IP, MAC or label
    #[arg(value_name = "DEVICE")]
    device: String,
    /// What to count [default: co]
    #[arg(long, value_parser = choice(&DATA_TYPES), value_name = "TYPE")]
    datatype: Option<DataType>,
    /// Describe every device that the answer mentions
    #[arg(long)]
    full_device_details: bool,
    /// Leave out buckets in which nothing happened
    #[arg(long)]
    no_show_all_graph_data: bool,
    #[command(flatten)]
    traffic: TrafficOptions,
    #[command(flatten)]
    similar: SimilarOptions,
    /// A response is passed on as it is, which is JSON
    #[arg(short = 'o', long, value_parser = ["json"])]
    format: Option<String>,
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    verbosity: VerbosityOptions,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let device_details =
            if self.full_device_details { DeviceDetails::Full } else { DeviceDetails::Omitted };
        let empty_buckets =
            if self.no_show_all_graph_data { EmptyBuckets::Dropped } else { EmptyBuckets::Shown };
        let query = QueryOptions::of_traffic(AnalysisKind::Connections, self.traffic);
        let parameters = DeviceInfoParameters {
            data_type: self.datatype,
            device_details,
            empty_buckets,
            ..query.similar(&self.similar).parameters
        };
        let device: DeviceName = self.device.parse()?;
        let connection = Connection::resolve(self.appliance, context.environment)?;
        let verbosity = self.verbosity.resolve();
        Ok(Box::new(move || {
            ask(&connection, verbosity, |client, interrupt| {
                let did = client.find_device(&device)?;
                let response = client.raw(&parameters.about(did)?.target());
                let response =
                    response.map_err(|error| Failure::from(error).about(device.as_str()))?;
                // What came after a signal was not asked for any more.
                if interrupt.status().is_none() {
                    print_bytes(response.body())?;
                }
                Ok(exit::DONE)
            })
        }))
    }
}
