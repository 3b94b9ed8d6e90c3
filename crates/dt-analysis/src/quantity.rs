//! Numbers that say in JSON how well they are known.
//!
//! A quantity is a number under its name. An estimate adds `<name>_margin`, a lower bound
//! `<name>_is_lower_bound`; what was not reported is `null`. Its name is a type, so that no two
//! places can spell it differently.
//!
//! A field is printed so by `#[serde(flatten, with = "Quantity::<name::Connections>")]`, which says its
//! schema as well.

use std::marker::PhantomData;

use dt_model::{Amount, Share};
use serde::ser::{SerializeMap, Serializer};

use crate::Measured;

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

/// A number under the name `N`: how a field is printed that holds one, as far as it is known.
#[derive(Debug)]
pub struct Known<N, V>(PhantomData<(N, V)>);

/// The same where what is not known is not printed.
#[derive(Debug)]
pub struct IfKnown<N, V>(PhantomData<(N, V)>);

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
    #[cfg(feature = "schema")]
    fn properties<N: Name>() -> schemars::Schema;
}

/// What holds such a number, if it is known.
pub trait HoldsNumber<V> {
    /// The number; `None` if it was not reported, or there is none.
    fn number(&self) -> Option<V>;
}

impl<V: Number> HoldsNumber<V> for V {
    fn number(&self) -> Option<V> {
        Some(*self)
    }
}

impl HoldsNumber<Measured> for Share {
    fn number(&self) -> Option<Measured> {
        Some((*self).into())
    }
}

impl<V, K: HoldsNumber<V>> HoldsNumber<V> for Option<K> {
    fn number(&self) -> Option<V> {
        self.as_ref()?.number()
    }
}

impl<N: Name, V: Number> Known<N, V> {
    /// Writes the number that `holder` has, or `null`.
    ///
    /// # Errors
    ///
    /// What the serializer fails with.
    pub fn serialize<S: Serializer>(
        holder: &impl HoldsNumber<V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match holder.number() {
            None => map.serialize_entry(N::VALUE, &())?,
            Some(number) => number.write::<N, _>(&mut map)?,
        }
        map.end()
    }
}

impl<N: Name, V: Number> IfKnown<N, V> {
    /// Writes the number that `holder` has, if it has one.
    ///
    /// # Errors
    ///
    /// What the serializer fails with.
    pub fn serialize<S: Serializer>(
        holder: &impl HoldsNumber<V>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(number) = holder.number() {
            number.write::<N, _>(&mut map)?;
        }
        map.end()
    }
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

    #[cfg(feature = "schema")]
    fn properties<N: Name>() -> schemars::Schema {
        schemars::json_schema!({
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

    #[cfg(feature = "schema")]
    fn properties<N: Name>() -> schemars::Schema {
        schemars::json_schema!({
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

#[cfg(feature = "schema")]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{IfKnown, Known, Name, Number};

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

    impl<N: Name, V: Number> JsonSchema for IfKnown<N, V> {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            N::VALUE.into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": "object", "properties": V::properties::<N>() })
        }
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

    fn json<V: Number>(number: &impl HoldsNumber<V>) -> String {
        let mut text = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut text);
        Known::<name::Connections, V>::serialize(number, &mut serializer).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_quantity_says_how_well_it_is_known() {
        let quantity = |amount: Option<Amount>| json(&amount);
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
        let share = |share: Share| json::<Measured>(&share);
        assert_eq!(share(Share::counted(1, 3)), r#"{"connections":0.3333333333333333}"#);
        assert_eq!(
            share(Share::estimated(0.07 + 0.05, 0.005 + 0.005)),
            r#"{"connections":0.12,"connections_margin":0.01}"#
        );
    }

    #[test]
    fn what_is_not_known_is_left_out_where_that_is_wanted() {
        let mut text = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut text);
        IfKnown::<name::Bytes, Amount>::serialize(&None::<Amount>, &mut serializer).unwrap();
        assert_eq!(text, b"{}");
    }
}
