//! Where answers come from: files, the appliance inside the program, or one that is configured.

use std::collections::HashSet;
use std::num::NonZeroU32;

use dt_appliance::{Fault, FaultPlan, NetworkVersion};
use dt_auth::Credentials;
use dt_model::{AppliancePages, Dialect};
use dt_transport::{BaseUrl, HttpPolicy};

use crate::config::{self, Environment, HttpLink, Settings};
use crate::failure::{Failure, Result};
use crate::options::{
    ApplianceListOptions, ApplianceOptions, DemoOptions, InputOptions, NetworkOptions,
};

/// How an appliance is asked.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) peer: Peer,
    /// The name of the appliance: its host, and the path in front of it if there is one, as a gateway may
    /// lead to several.
    pub(crate) appliance: String,
    /// What a lake calls it: by the profile that says which it is, else by that name.
    pub(crate) label: String,
    /// Where answers come from, for readers.
    pub(crate) description: String,
    /// Where it has pages of its own.
    pub(crate) pages: AppliancePages,
    pub(crate) link: HttpLink,
}

/// Where the demo appliance would have its pages: it has none, but what is printed shows where links to
/// them stand.
const DEMO_PAGES: &str = "https://darktrace.example";

/// Which appliance.
#[derive(Debug)]
pub(crate) enum Peer {
    /// The one inside the program.
    Demo(DemoAppliance),
    /// The one at this address.
    Appliance(BaseUrl, Credentials),
}

/// The appliance inside the program.
#[derive(Debug)]
pub(crate) struct DemoAppliance {
    pub(crate) dialect: Dialect,
    pub(crate) network: NetworkVersion,
    /// The faults that are injected into its responses.
    pub(crate) faults: FaultPlan<Fault>,
}

impl DemoAppliance {
    /// The one that is asked for, if one is.
    pub(crate) fn resolve(options: &DemoOptions) -> Result<Option<Self>> {
        match (options.demo, options.demo_fault.as_slice()) {
            (Some((dialect, network)), faults) => {
                let faults = faults.iter().cloned().collect();
                Ok(Some(Self { dialect, network, faults }))
            }
            (None, [_, ..]) => Err(Failure::usage("--demo-fault is about the demo appliance")
                .hint("add --demo, or leave it out")),
            (None, []) => Ok(None),
        }
    }
}

impl Connection {
    /// To the appliance that the options, the environment and the configuration lead to.
    pub(crate) fn resolve(
        options: ApplianceOptions,
        environment: &Environment<'_>,
    ) -> Result<Self> {
        one_place(&options, None)?;
        let demo = DemoAppliance::resolve(&options.demo)?;
        let settings = settings(options, environment)?;
        let (peer, appliance, description, pages) = if let Some(demo) = demo {
            let description = "the demo appliance".to_owned();
            let pages = AppliancePages::at(DEMO_PAGES);
            (Peer::Demo(demo), "demo".to_owned(), description, pages)
        } else {
            let base = settings.base_url()?;
            let (appliance, address) =
                (format!("{}{}", base.host(), base.prefix()), base.to_string());
            let pages = settings.pages(&address);
            (Peer::Appliance(base, settings.credentials()?), appliance, address, pages)
        };
        let label = settings.profile().map_or_else(|| appliance.clone(), str::to_owned);
        Ok(Self { peer, appliance, label, description, pages, link: settings.link()? })
    }

    /// To each appliance that is meant, for very many requests.
    pub(crate) fn resolve_several(
        options: ApplianceListOptions,
        environment: &Environment<'_>,
    ) -> Result<Vec<Self>> {
        let each = options.each_alone(environment)?.into_iter();
        each.map(|options| Ok(Self::resolve(options, environment)?.unhurried())).collect()
    }

    /// The same, for very many requests: an appliance that is not the demo gets five a second, unless a rate is set, and
    /// fewer where it refuses some.
    pub(crate) fn unhurried(mut self) -> Self {
        const RATE: NonZeroU32 = NonZeroU32::new(5).unwrap();
        if !self.is_demo() {
            self.link.limits = self.link.limits.or_per_second(RATE).careful();
        }
        self
    }

    /// Whether it is to the appliance inside the program.
    pub(crate) const fn is_demo(&self) -> bool {
        matches!(self.peer, Peer::Demo(_))
    }
}

impl ApplianceListOptions {
    /// Each appliance that is meant, as if it were the only one.
    pub(crate) fn each_alone(self, environment: &Environment<'_>) -> Result<Vec<ApplianceOptions>> {
        let Self { demo, mut profiles, network, all_profiles } = self;
        if all_profiles {
            profiles = config::profiles(environment)?;
        }
        let mut named = HashSet::new();
        profiles.retain(|profile| named.insert(profile.clone()));
        if profiles.len() > 1 && network.settings.has_url() {
            return Err(Failure::usage(
                "--url is about one appliance, and several profiles are named",
            ));
        }
        let profiles: Vec<Option<String>> = match profiles.as_slice() {
            [] if !all_profiles => vec![None],
            _ => profiles.into_iter().map(Some).collect(),
        };
        let alone = |profile| {
            let (demo, network) = (demo.clone(), network.clone());
            ApplianceOptions { demo, profile, network }
        };
        Ok(profiles.into_iter().map(alone).collect())
    }
}

/// Refuses to answer from two places at once.
pub(crate) fn one_place(options: &ApplianceOptions, input: Option<&InputOptions>) -> Result<()> {
    let is_configured = options.network.settings.has_url() || options.profile.is_some();
    let is_saved = input.is_some_and(|input| !input.input.is_empty());
    let places = [options.demo.demo.is_some(), is_configured, is_saved];
    if places.iter().filter(|place| **place).count() > 1 {
        return Err(Failure::usage(
            "answers come from one place: --demo, --input, or --url and --profile",
        ));
    }
    Ok(())
}

/// The settings of the appliance that is to be asked.
pub(crate) fn settings(
    options: ApplianceOptions,
    environment: &Environment<'_>,
) -> Result<Settings> {
    let ApplianceOptions { demo, profile, network: NetworkOptions { settings, allow_http } } =
        options;
    let plain = if allow_http { HttpPolicy::Anywhere } else { HttpPolicy::LoopbackOnly };
    match demo.demo {
        Some(_) => Settings::of_demo(settings),
        None => Settings::resolve(profile, settings, plain, environment),
    }
}
