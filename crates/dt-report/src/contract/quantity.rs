//! Numbers that say in JSON how well they are known.
//!
//! A quantity is a number under its name. An estimate adds `<name>_margin`, a lower bound
//! `<name>_is_lower_bound`; what was not reported is `null`. Its name is a type, so that no two
//! places can spell it differently.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use dt_analysis::Measured;
use dt_model::{Amount, Share};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

/// The name of a number in the output contract.
pub trait Name {
    /// The number's own key.
    const VALUE: &'static str;
    /// The key of its margin.
    const MARGIN: &'static str;
    /// The key that marks it as a lower bound.
    const IS_LOWER_BOUND: &'static str;
}

macro_rules! names {
    ($($name:ident = $value:literal),* $(,)?) => {$(
        #[doc = concat!("`", $value, "`")]
        #[derive(Debug, Clone, Copy, PartialEq)]
        pub struct $name;

        impl Name for $name {
            const VALUE: &'static str = $value;
            const MARGIN: &'static str = concat!($value, "_margin");
            const IS_LOWER_BOUND: &'static str = concat!($value, "_is_lower_bound");
        }
    )*};
}

/// The names in use.
pub mod name {
    use super::Name;

    names! {
        Bytes = "bytes",
        BytesIn = "bytes_in",
        BytesOut = "bytes_out",
        BytesOutShare = "bytes_out_share",
        Connections = "connections",
        Destinations = "destinations",
        External = "external",
        ExternalRatio = "external_ratio",
        Internal = "internal",
        Listed = "listed",
        PeakConnections = "peak_connections",
        Ratio = "ratio",
        Share = "share",
        Total = "total",
        TotalBytes = "total_bytes",
        TotalConnections = "total_connections",
        UniqueDestinations = "unique_destinations",
        Unlisted = "unlisted",
        Unnamed = "unnamed",
        Unresolved = "unresolved",
    }
}

/// A number under the name `N`, as far as it is known.
#[derive(Clone, Copy, PartialEq)]
pub struct Known<N, V> {
    /// The number; `None` if it was not reported, or there is none.
    pub known: Option<V>,
    name: PhantomData<N>,
}

/// A number of connections, destinations or bytes under the name `N`.
pub type Quantity<N> = Known<N, Amount>;

/// A number without unit under the name `N`: a share, a ratio or a deviation.
pub type Fraction<N> = Known<N, Measured>;

/// A number that is printed with how well it is known.
pub trait Number: Copy {
    /// Writes it under its name, and how far it may be off beside it.
    ///
    /// # Errors
    ///
    /// What the map fails with.
    fn write<N: Name, M: SerializeMap>(self, map: &mut M) -> Result<(), M::Error>;

    /// What may stand under its name, and beside it.
    fn properties<N: Name>() -> Value;
}

impl Number for Amount {
    fn write<N: Name, M: SerializeMap>(self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::AtLeast(count) => {
                map.serialize_entry(N::VALUE, &count)?;
                map.serialize_entry(N::IS_LOWER_BOUND, &true)
            }
            Self::Estimate { value, margin } => {
                let whole = value.round();
                let margin = (margin + (value - whole).abs()).ceil();
                map.serialize_entry(N::VALUE, &saturated(whole))?;
                map.serialize_entry(N::MARGIN, &saturated(margin))
            }
            counted => {
                let Self::Exact(count) = counted else { unreachable!("all amounts are known") };
                map.serialize_entry(N::VALUE, &count)
            }
        }
    }

    fn properties<N: Name>() -> Value {
        json!({
            (N::VALUE): {
                "description": "`null` if it was not reported.",
                "type": ["integer", "null"],
                "minimum": 0
            },
            (N::MARGIN): {
                "description": "Only of an estimate: how far it may be off.",
                "type": "integer",
                "minimum": 0
            },
            (N::IS_LOWER_BOUND): {
                "description": "Only if it is at least as much.",
                "const": true
            }
        })
    }
}

impl Number for Measured {
    fn write<N: Name, M: SerializeMap>(self, map: &mut M) -> Result<(), M::Error> {
        if self.margin > 0.0 {
            map.serialize_entry(N::VALUE, &without_noise(self.value))?;
            return map.serialize_entry(N::MARGIN, &without_noise(self.margin));
        }
        // Adding zero makes a negative zero a zero.
        map.serialize_entry(N::VALUE, &(self.value + 0.0))
    }

    fn properties<N: Name>() -> Value {
        json!({
            (N::VALUE): {
                "description": "`null` if it was not reported, or there is none.",
                "type": ["number", "null"]
            },
            (N::MARGIN): {
                "description": "Only of an estimate: how far it may be off.",
                "type": "number",
                "exclusiveMinimum": 0
            }
        })
    }
}

impl<N, V, K: Into<V>> From<Option<K>> for Known<N, V> {
    fn from(known: Option<K>) -> Self {
        Self { known: known.map(Into::into), name: PhantomData }
    }
}

impl<N> From<Amount> for Quantity<N> {
    fn from(amount: Amount) -> Self {
        Some(amount).into()
    }
}

impl<N> From<Share> for Fraction<N> {
    fn from(share: Share) -> Self {
        Some(share).into()
    }
}

impl<N: Name, V: fmt::Debug> fmt::Debug for Known<N, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", N::VALUE, self.known)
    }
}

impl<N: Name, V: Number> Serialize for Known<N, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.known {
            None => map.serialize_entry(N::VALUE, &())?,
            Some(known) => known.write::<N, _>(&mut map)?,
        }
        map.end()
    }
}

impl<N: Name, V: Number> JsonSchema for Known<N, V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        N::VALUE.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": V::properties::<N>(),
            "required": [N::VALUE]
        })
    }
}

/// An estimate without the digits that only its arithmetic put there.
fn without_noise(value: f64) -> f64 {
    const DIGITS: f64 = 1e9;
    (value * DIGITS).round() / DIGITS + 0.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole and not negative; the cast saturates"
)]
fn saturated(whole: f64) -> u128 {
    whole as u128
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn a_quantity_says_how_well_it_is_known() {
        let quantity = |amount| json(&Quantity::<name::Connections>::from(amount));
        assert_eq!(quantity(None), r#"{"connections":null}"#);
        assert_eq!(quantity(Some(Amount::Exact(7))), r#"{"connections":7}"#);
        assert_eq!(
            quantity(Some(Amount::Exact(u128::from(u64::MAX) * 2))),
            r#"{"connections":36893488147419103230}"#
        );
        assert_eq!(
            quantity(Some(Amount::AtLeast(7))),
            r#"{"connections":7,"connections_is_lower_bound":true}"#
        );
        assert_eq!(
            quantity(Some(Amount::Estimate { value: 950.4, margin: 12.0 })),
            r#"{"connections":950,"connections_margin":13}"#
        );
    }

    #[test]
    fn a_counted_share_keeps_its_digits_and_an_estimate_loses_its_noise() {
        let share = |share| json(&Fraction::<name::Share>::from(Some(share)));
        assert_eq!(share(Share::counted(1, 3)), r#"{"share":0.3333333333333333}"#);
        assert_eq!(
            share(Share::estimated(0.07 + 0.05, 0.005 + 0.005)),
            r#"{"share":0.12,"share_margin":0.01}"#
        );
    }
}
