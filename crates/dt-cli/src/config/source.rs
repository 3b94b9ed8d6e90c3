//! Where answers come from: files, the appliance inside the program, or one that is configured.

use std::ffi::OsString;

use dt_appliance::{Fault, FaultPlan};
use dt_auth::{Credentials, SigningPolicy};
use dt_model::Dialect;
use dt_transport::{BaseUrl, HttpOptions, Limits, RetryPolicy};

use super::settings::{Settings, Trust};
use super::{Environment, Task};
use crate::failure::{Failure, Result};
use crate::input::Input;
use crate::options::{Backend, Demo, NetworkOptions, SourceOptions};

/// Where answers come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// Files.
    Saved(Vec<Input>),
    /// An appliance.
    Live(Box<Connection>),
}

/// How an appliance is asked.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) peer: Peer,
    pub(crate) link: Link,
    pub(crate) signing: SigningPolicy,
    pub(crate) retry: RetryPolicy,
    pub(crate) limits: Limits,
}

/// How an appliance is connected to.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) backend: Backend,
    pub(crate) http: HttpOptions,
    /// Which setting says to trust anyone, if one does.
    pub(crate) insecure: Option<String>,
}

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
    /// The faults that are injected into its responses.
    pub(crate) faults: FaultPlan<Fault>,
}

impl DemoAppliance {
    /// The one that is asked for, if one is.
    pub(super) fn resolve(source: &SourceOptions) -> Result<Option<Self>> {
        match (source.demo, source.demo_fault.as_slice()) {
            (Some(demo), faults) => {
                let faults = faults.iter().cloned().collect();
                Ok(Some(Self { dialect: demo.into(), faults }))
            }
            (None, [_, ..]) => Err(Failure::usage("--demo-fault is about the demo appliance")
                .hint("add --demo, or leave it out")),
            (None, []) => Ok(None),
        }
    }
}

impl Source {
    /// The name of the appliance that answers; saved responses do not say it.
    pub(crate) fn appliance(&self) -> Option<&str> {
        match self {
            Self::Saved(_) => None,
            Self::Live(connection) => Some(match &connection.peer {
                Peer::Demo(_) => "demo",
                Peer::Appliance(base, _) => base.host(),
            }),
        }
    }

    /// Where answers come from, for readers.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Saved(inputs) => {
                let names: Vec<String> = inputs.iter().map(Input::name).collect();
                format!("saved responses: {}", names.join(", "))
            }
            Self::Live(connection) => match &connection.peer {
                Peer::Demo(_) => "the demo appliance".to_owned(),
                Peer::Appliance(base, _) => base.to_string(),
            },
        }
    }

    pub(super) fn resolve(
        source: SourceOptions,
        network: &NetworkOptions,
        task: &Task,
        environment: &Environment<'_>,
    ) -> Result<Self> {
        one_place(&source)?;
        let demo = DemoAppliance::resolve(&source)?;
        if !source.input.is_empty() {
            return saved(&source.input, task);
        }
        if !matches!(task, Task::Devices(..)) {
            demand_a_device(task)?;
        }
        let settings = settings(source, network, environment)?;
        let peer = match demo {
            Some(demo) => Peer::Demo(demo),
            None => Peer::Appliance(settings.base_url()?, settings.credentials()?),
        };
        Ok(Self::Live(Box::new(Connection {
            peer,
            link: settings.link()?,
            signing: settings.signing(),
            retry: settings.retry(),
            limits: settings.limits()?,
        })))
    }
}

/// Refuses to answer from two places at once.
pub(super) fn one_place(source: &SourceOptions) -> Result<()> {
    let named = source.url.is_some() || source.profile.is_some();
    let named = [source.demo.is_some(), named, !source.input.is_empty()];
    if named.iter().filter(|named| **named).count() > 1 {
        return Err(Failure::usage(
            "answers come from one place: --demo, --input, or --url and --profile",
        ));
    }
    Ok(())
}

/// The settings of the appliance that is to be asked.
pub(super) fn settings(
    source: SourceOptions,
    network: &NetworkOptions,
    environment: &Environment<'_>,
) -> Result<Settings> {
    match source.demo {
        Some(_) => Settings::of_demo(network),
        None => Settings::resolve(source.profile, source.url, network, environment),
    }
}

impl Settings {
    /// How to connect, whoever asks.
    pub(crate) fn link(&self) -> Result<Link> {
        let insecure = self.trust.value == Trust::Anyone;
        Ok(Link {
            backend: self.backend.value,
            http: self.http()?,
            insecure: insecure.then(|| match self.source(self.trust.origin) {
                flag if flag.starts_with("--") => flag,
                file => format!("insecure in {file}"),
            }),
        })
    }
}

impl From<Demo> for Dialect {
    fn from(demo: Demo) -> Self {
        match demo {
            Demo::Appliance => Self::Appliance,
            Demo::Documented => Self::Documented,
        }
    }
}

fn saved(inputs: &[OsString], task: &Task) -> Result<Source> {
    let Task::Analyse(_, names, asking) = task else {
        return Err(Failure::usage("only analyses answer from saved responses")
            .hint("leave --input out to ask an appliance"));
    };
    if !names.is_one() {
        return Err(Failure::usage("saved responses are about one device: name at most one")
            .hint("leave out other names, --tag, --type and --subnet"));
    }
    if asking.restricts() {
        return Err(Failure::usage("a saved response cannot be restricted any more")
            .hint("leave out --odid, --port and --external-domain, or ask an appliance"));
    }
    let inputs: Vec<Input> = inputs.iter().map(Input::parse).collect::<Result<_>>()?;
    Input::check(&inputs)?;
    Ok(Source::Saved(inputs))
}

fn demand_a_device(task: &Task) -> Result<()> {
    let (Task::Analyse(_, names, _)
    | Task::Keep(names, ..)
    | Task::Prove(names, ..)
    | Task::Get(names, _)) = task
    else {
        return Ok(());
    };
    if names.is_none() {
        return Err(Failure::usage("no device is named")
            .hint("name one by id, host name, IP or MAC, or select some; dt devices lists them"));
    }
    Ok(())
}
