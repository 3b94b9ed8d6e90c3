//! Which devices a command is about.

use clap::Args;
use dt_model::Subnet;

/// The heading of what selects devices.
pub(crate) const SELECTION: &str = "Target devices";

/// Devices by their names, and by what they are.
#[derive(Debug, Args)]
pub(crate) struct DeviceOptions {
    /// Device id, host name, IP, MAC or label, * stands for anything; - reads more from standard input,
    /// one per line. did:, host:, ip:, mac: and label: say which it is
    #[arg(value_name = "DEVICE")]
    pub(crate) devices: Vec<String>,

    #[command(flatten)]
    pub(crate) selection: SelectionOptions,
}

/// Devices by what they are.
#[derive(Debug, Default, Args)]
pub(crate) struct SelectionOptions {
    /// Devices with this tag, * stands for anything; repeatable
    #[arg(long = "tag", value_name = "NAME", help_heading = SELECTION)]
    pub(crate) tags: Vec<String>,

    /// Devices of this type, such as laptop, * stands for anything; repeatable
    #[arg(long = "type", value_name = "NAME", help_heading = SELECTION)]
    pub(crate) types: Vec<String>,

    /// Devices in this subnet: its number on the appliance, or a block such as 10.20.4.0/24;
    /// repeatable
    #[arg(long = "subnet", value_name = "SUBNET", help_heading = SELECTION)]
    #[arg(allow_negative_numbers = true)]
    pub(crate) subnets: Vec<Subnet>,
}
