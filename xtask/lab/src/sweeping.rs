//! Sweeping an appliance into a lake, as the program does.

use anyhow::Context;
use dt_analysis::Policy;
use dt_lake::{Lake, Manifest};
use dt_sweep::ExclusionList;
use dt_sweep::fleet::{FleetOptions, FleetSweep, Site, SiteProgress};
use dt_transport::{Cancel, Client, Transport};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What the appliance is called.
pub(crate) const NAME: &str = "site-a";

/// Sweeps every device once, at a time that stands still.
pub(crate) fn sweep<T: Transport>(
    lake: &Lake,
    client: &Client<T>,
    now: Timestamp,
    progress: &(dyn Fn(SiteProgress) + Sync),
) -> anyhow::Result<Manifest> {
    let (options, policy) = (FleetOptions::default(), Policy::default());
    let exclusions = ExclusionList::default();
    let sweep = FleetSweep {
        options: &options,
        policy: &policy,
        exclusions: &exclusions,
        zone: &TimeZone::UTC,
        now: &|| now,
        deadline: None,
        cancel: Cancel::new(),
        progress: &|_, step| progress(step),
        warn: &|_| (),
        dt_version: env!("CARGO_PKG_VERSION"),
    };
    let site = Site { name: NAME, identity: NAME, client };
    let swept = sweep.begin(&[site], lake)?;
    swept.manifest.context("the sweep did not come to its end")
}
