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

use crate::Slice;
use crate::risk::Risk;

pub use analyse::{analyse, answer};

/// A device's communication with the outside.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct External {
    /// Connections with the outside.
    pub connections: Option<Amount>,
    /// How many external destinations there are.
    pub destinations: Option<Amount>,
    /// Bytes sent outside.
    pub bytes_out: Option<Amount>,
    /// Bytes received from outside.
    pub bytes_in: Option<Amount>,
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

/// How much of the external connections is explained, as shares of them.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Coverage {
    /// With destinations that are listed.
    pub listed: Share,
    /// With destinations that are not.
    pub unlisted: Share,
    /// Of these, what the answer lists without a name.
    pub unnamed: Share,
    /// With listed destinations whose country is not known; `None` if nobody asked.
    pub unresolved: Option<Share>,
}

impl fmt::Display for External {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = |amount: Option<Amount>| {
            amount.map_or_else(|| "not reported".to_owned(), |amount| amount.to_string())
        };
        let (connections, destinations) = (amount(self.connections), amount(self.destinations));
        write!(f, "external connections: {connections}; destinations: {destinations}")?;
        match &self.risk {
            Some(risk) => write!(f, "; {risk}"),
            None => Ok(()),
        }
    }
}
