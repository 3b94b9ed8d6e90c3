//! Which appliance is asked.

use std::ffi::OsString;

use clap::Args;
use dt_appliance::{Fault, FaultRule, NetworkVersion};
use dt_model::Dialect;
use dt_store::{SavedError, SavedResponse};

use crate::choice::{Choice, choice};
use crate::config::{NETWORK, SOURCE, SettingFlags};

/// Which appliance is asked, and how it is reached.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct ApplianceOptions {
    #[command(flatten)]
    pub(crate) demo: DemoOptions,

    /// Use this profile of the configuration; else the one in `DT_PROFILE`
    #[arg(long, value_name = "NAME", help_heading = SOURCE)]
    pub(crate) profile: Option<String>,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,
}

/// Which appliances are asked, of which there may be several: a profile each.
#[derive(Debug, Default, Args)]
pub(crate) struct ApplianceListOptions {
    #[command(flatten)]
    pub(crate) demo: DemoOptions,

    /// Use this profile of the configuration; repeatable: one appliance each
    #[arg(long = "profile", value_name = "NAME", help_heading = SOURCE)]
    pub(crate) profiles: Vec<String>,

    #[command(flatten)]
    pub(crate) network: NetworkOptions,

    /// Use every profile of the configuration: one appliance each
    #[arg(long, conflicts_with = "profiles", help_heading = SOURCE)]
    pub(crate) all_profiles: bool,
}

/// The appliance inside the program.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct DemoOptions {
    /// Ask the built-in demo appliance
    #[arg(long, value_parser = choice(&DEMOS), value_name = "WHICH", help_heading = SOURCE)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "appliance")]
    pub(crate) demo: Option<(Dialect, NetworkVersion)>,

    /// Inject a fault into every demo response, such as clock=45m, 429=5 or html; repeatable. @PART
    /// limits it to co, sizeout, sizein, external, external-out, domain, endpoints, devices, status,
    /// breaches, analyst or watched.
    /// Of several for one request the first applies; delay and clock combine with it
    #[arg(long, value_name = "KIND[=VALUE][@PART]", help_heading = SOURCE)]
    pub(crate) demo_fault: Vec<FaultRule<Fault>>,
}

/// How an appliance is reached.
#[derive(Debug, Default, Clone, Args)]
pub(crate) struct NetworkOptions {
    #[command(flatten)]
    pub(crate) settings: SettingFlags,

    /// Accept an http:// address that is not this machine's: anyone on the path can read the answers
    #[arg(long, help_heading = NETWORK)]
    pub(crate) allow_http: bool,
}

/// Answers that are there already.
#[derive(Debug, Default, Args)]
pub(crate) struct InputOptions {
    /// Answer from a saved response: [co|sizeout|sizein|external|external-out|endpoints|breaches|
    /// analyst|watched=]FILE, - for standard input; or from a snapshot, or a directory of snapshots;
    /// repeatable
    #[arg(long, value_name = "[PART=]FILE|DIR", help_heading = SOURCE)]
    pub(crate) input: Vec<OsString>,
}

impl ApplianceOptions {
    /// Whether an appliance is named here, rather than by the environment or the configuration.
    pub(crate) fn names_one(&self) -> bool {
        self.demo.demo.is_some() || self.profile.is_some() || self.network.settings.has_url()
    }
}

impl InputOptions {
    /// The files and directories that were named.
    pub(crate) fn resolve(&self) -> Result<Vec<SavedResponse>, SavedError> {
        self.input.iter().map(|text| SavedResponse::parse(text)).collect()
    }
}

/// Which dialect the demo appliance speaks, and about which version of its network.
const DEMOS: [Choice<(Dialect, NetworkVersion)>; 3] = [
    ("appliance", Some("As appliances answer"), (Dialect::Appliance, NetworkVersion::One)),
    (
        "documented",
        Some("As client documentation shows it"),
        (Dialect::Documented, NetworkVersion::One),
    ),
    (
        "hard",
        Some("As appliances answer, about a network as untidy as real ones"),
        (Dialect::Appliance, NetworkVersion::Two),
    ),
];

/// Which dialect an appliance speaks.
pub(crate) const DIALECTS: [Choice<Dialect>; 2] = [
    ("appliance", Some("As appliances answer"), Dialect::Appliance),
    ("documented", Some("As client documentation shows it"), Dialect::Documented),
];
