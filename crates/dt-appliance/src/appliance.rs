//! The appliance as its owner sets it up.

use std::fmt;
use std::sync::Arc;

use dt_auth::Credentials;
use dt_model::Dialect;
use jiff::Timestamp;

use crate::fault::{Fault, FaultPlan, Injector};
use crate::in_flight::InFlight;
use crate::network::{Network, NetworkConfig};
use crate::permission::Permission;
use crate::responder::Responder;
use crate::server::{RunningAppliance, StartError, start};
use crate::service::{Clock, Service};

/// A demo appliance, before it is started.
///
/// Everything has a default: the usual network up to the current hour, the appliance dialect, every
/// permission, the system's clock, no faults, and tokens that are no secret, since all it holds is
/// made up.
///
/// ```
/// use dt_appliance::{Appliance, Network, NetworkConfig};
/// use dt_model::Dialect;
///
/// let now: jiff::Timestamp = "2026-11-23T23:10:00Z".parse()?;
/// let config = NetworkConfig::new().devices(100).incident_sets(0);
/// let appliance = Appliance::new()
///     .network(Network::generate_with(config, 42, now))
///     .dialect(Dialect::Documented)
///     .clock(move || now)
///     .start()?;
/// assert!(appliance.url().starts_with("http://127.0.0.1:"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Appliance {
    network: Option<Arc<Network>>,
    config: NetworkConfig,
    dialect: Dialect,
    credentials: Option<Credentials>,
    permissions: Vec<Permission>,
    port: u16,
    clock: Clock,
    faults: FaultPlan<Fault>,
}

impl Appliance {
    /// The seed of the network that is used unless another is given.
    pub const SEED: u64 = 12_345;
    /// The public token that is accepted unless others are set.
    pub const PUBLIC_TOKEN: &str = "demo-public-token";
    /// The private token that goes with it: no secret, since all that it guards is made up.
    pub const PRIVATE_TOKEN: &str = "demo-private-token";

    /// An appliance with every default.
    #[must_use]
    pub fn new() -> Self {
        Self {
            network: None,
            config: NetworkConfig::new(),
            dialect: Dialect::Appliance,
            credentials: None,
            permissions: Permission::ALL.to_vec(),
            port: 0,
            clock: Arc::new(system_time),
            faults: FaultPlan::default(),
        }
    }

    /// The network it watches.
    #[must_use]
    pub fn network(self, network: impl Into<Arc<Network>>) -> Self {
        Self { network: Some(network.into()), ..self }
    }

    /// What the network is like that is used unless another is given.
    #[must_use]
    pub fn config(self, config: NetworkConfig) -> Self {
        Self { config, ..self }
    }

    /// The shape of its `/deviceinfo` answers. The other endpoints have one shape only.
    #[must_use]
    pub fn dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// The tokens that requests must be signed with.
    #[must_use]
    pub fn credentials(self, credentials: Credentials) -> Self {
        Self { credentials: Some(credentials), ..self }
    }

    /// What the user of these tokens may see.
    #[must_use]
    pub fn permissions(self, permissions: impl IntoIterator<Item = Permission>) -> Self {
        Self { permissions: permissions.into_iter().collect(), ..self }
    }

    /// What it takes for the time, in place of the system's clock: dates of requests are judged by
    /// it, and the `Date` header of every response says it.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// What goes wrong: one [`Fault`] for every request, or a [`FaultPlan`] that says which requests
    /// meet with which.
    ///
    /// ```
    /// use dt_appliance::{Appliance, Fault, FaultPlan, FaultRule};
    ///
    /// let appliance = Appliance::new().faults(Fault::Html);
    /// let appliance =
    ///     Appliance::new().faults(FaultPlan::new(7).rule(FaultRule::chance(0.1, [Fault::BadGateway])));
    /// ```
    #[must_use]
    pub fn faults(self, faults: impl Into<FaultPlan<Fault>>) -> Self {
        Self { faults: faults.into(), ..self }
    }

    /// The port it is reached at, such as that of one that was stopped; 0, the default, is a free one.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// Starts it on the loopback interface, on a thread of its own.
    ///
    /// It works for blocking and asynchronous callers alike: nothing is waited for but the network,
    /// which takes a millisecond to generate, and the port, which is open on return.
    ///
    /// # Errors
    ///
    /// If the port cannot be opened, or no thread started.
    pub fn start(self) -> Result<RunningAppliance, StartError> {
        let port = self.port;
        start(self.into_service(), port)
    }

    pub(crate) fn into_service(self) -> Service {
        let generate = || Arc::new(Network::generate_with(self.config, Self::SEED, (self.clock)()));
        let network = self.network.clone().unwrap_or_else(generate);
        Service {
            responder: Responder::new(network, self.dialect).permissions(self.permissions),
            credentials: self.credentials.unwrap_or_else(demo_credentials),
            clock: self.clock,
            faults: Injector::new(self.faults),
            in_flight: InFlight::default(),
        }
    }
}

impl Default for Appliance {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Appliance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Appliance")
            .field("dialect", &self.dialect)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "an appliance has a clock; this is the default of the one that can be injected"
)]
fn system_time() -> Timestamp {
    Timestamp::now()
}

fn demo_credentials() -> Credentials {
    Credentials::new(Appliance::PUBLIC_TOKEN, Appliance::PRIVATE_TOKEN)
        .expect("both tokens are visible ASCII")
}
