//! Entries of ranked lists, each under the name of what it is.

use dt_model::{Amount, Port, Share};
use serde::Serialize;

use crate::Slice;
use crate::quantity::{Fraction, Quantity, name};

/// Rows that differ in what their entries are called.
macro_rules! rows {
    ($($(#[$about:meta])* $row:ident { $(#[$what:meta])* $key:ident })*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct $row {
            $(#[$what])*
            pub $key: String,
            /// How many.
            #[serde(flatten, with = "Quantity::<name::Connections>")]
            pub connections: Option<Amount>,
            /// Their share.
            #[serde(flatten, with = "Fraction::<name::Share>")]
            pub share: Share,
        }

        impl From<Slice<String>> for $row {
            fn from(slice: Slice<String>) -> Self {
                Self { $key: slice.key, connections: slice.amount, share: slice.share }
            }
        }
    )*};
}

rows! {
    /// Connections of one protocol.
    ProtocolRow {
        /// The protocol.
        protocol
    }
    /// Connections with one country.
    CountryRow {
        /// The country, by its English name.
        country
    }
    /// Connections with one domain.
    DomainRow {
        /// The domain.
        domain
    }
}

/// Connections on one port, or on several together.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PortRow {
    /// The port, a range, or the name of a group.
    pub port: String,
    /// The service the port is known for: the name analysts use, else the one registered at IANA; `None`
    /// for ports that are rarely met.
    pub service: Option<&'static str>,
    /// How many.
    #[serde(flatten, with = "Quantity::<name::Connections>")]
    pub connections: Option<Amount>,
    /// Their share.
    #[serde(flatten, with = "Fraction::<name::Share>")]
    pub share: Share,
}

impl From<Slice<Port>> for PortRow {
    fn from(slice: Slice<Port>) -> Self {
        Self {
            port: slice.key.to_string(),
            service: slice.key.service(),
            connections: slice.amount,
            share: slice.share,
        }
    }
}
