//! Whom does the device talk to outside, and is that risky?
//!
//! - *Documented dialect:* over the destinations that are external, connections are counted a
//!   country (without one: `Unknown`), a domain and a port (each destination's connections once a
//!   port it lists). Everything is counted.
//! - *Appliance dialect:* the answer restricted to `odid=0` gives domains and ports in whole percent
//!   of its `totalUsed`, so they are estimates. They stand beside the series' sum, so their margins
//!   are widened by the difference of the two. Countries come from `/endpointdetails`: they are the
//!   endpoint's, not these connections'. A domain in several countries counts in equal parts, each
//!   of which may be all of it or nothing.
//!
//! [`Coverage`] says how much of the traffic the lists explain. Risk is assessed by
//! [`risk::assess`](crate::risk::assess); without external destinations, or without a list of them,
//! there is none.

mod analyse;

use std::fmt;

use dt_model::{Amount, Port, Share};
use serde::Serialize;

use crate::Slice;
use crate::quantity::{Fraction, Quantity, name};
use crate::risk::Risk;

pub use analyse::{analyse, answer};

/// A device's communication with the outside.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct External {
    /// How much there is of it.
    pub totals: Totals,
    /// Connections by country, largest first.
    pub countries: Option<Vec<Slice<String>>>,
    /// Connections by domain, largest first.
    pub domains: Option<Vec<Slice<String>>>,
    /// Connections by port, largest first.
    pub ports: Option<Vec<Slice<Port>>>,
    /// The destination with most connections.
    pub largest: Option<Slice<String>>,
    /// What the lists explain.
    pub coverage: Option<Coverage>,
    /// How risky it is.
    pub risk: Option<Risk>,
}

/// How much external communication there is.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Totals {
    /// Connections.
    #[serde(flatten, with = "Quantity::<name::Connections>")]
    pub connections: Option<Amount>,
    /// Destinations.
    #[serde(flatten, with = "Quantity::<name::Destinations>")]
    pub destinations: Option<Amount>,
    /// Bytes sent.
    #[serde(flatten, with = "Quantity::<name::BytesOut>")]
    pub bytes_out: Option<Amount>,
    /// Bytes received.
    #[serde(flatten, with = "Quantity::<name::BytesIn>")]
    pub bytes_in: Option<Amount>,
}

/// How much of the external connections is explained, as shares of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Coverage {
    /// With destinations that are listed.
    #[serde(flatten, with = "Fraction::<name::Listed>")]
    pub listed: Share,
    /// With destinations that are not.
    #[serde(flatten, with = "Fraction::<name::Unlisted>")]
    pub unlisted: Share,
    /// With listed destinations whose country is not known; `null` if nobody asked.
    #[serde(flatten, with = "Fraction::<name::Unresolved>")]
    pub unresolved: Option<Share>,
    /// With traffic that the appliance lists without a name, as `Unknown`; part of `unlisted`.
    #[serde(flatten, with = "Fraction::<name::Unnamed>")]
    pub unnamed: Share,
}

impl fmt::Display for External {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = |amount: Option<Amount>| {
            amount.map_or_else(|| "not reported".to_owned(), |amount| amount.to_string())
        };
        let (connections, destinations) =
            (amount(self.totals.connections), amount(self.totals.destinations));
        write!(f, "external connections: {connections}; destinations: {destinations}")?;
        match &self.risk {
            Some(risk) => write!(f, "; {risk}"),
            None => Ok(()),
        }
    }
}
