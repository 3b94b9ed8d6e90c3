//! Numbers with as many digits as anybody reads.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A number that is whole from 1,000 up, and has four digits that count below.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Rounded(f64);

impl Rounded {
    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl From<f64> for Rounded {
    fn from(number: f64) -> Self {
        const WHOLE: f64 = 1000.0;
        let rounded = if number.abs() >= WHOLE {
            number.round()
        } else {
            // What is written in this form can be read.
            format!("{number:.3e}").parse().unwrap_or(number)
        };
        // Adding zero makes a negative zero a zero.
        Self(rounded + 0.0)
    }
}

impl Serialize for Rounded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        /// Up to here, a whole number is the same as an integer.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.0.fract() == 0.0 && self.0.abs() <= EXACT {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and in the range of i64")]
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

impl JsonSchema for Rounded {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "rounded".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_nobody_reads_are_left_out() {
        for (number, printed) in [
            (2_404_283_795.4, "2404283795"),
            (1_000.6, "1001"),
            (999.96, "1000"),
            (64.379_166, "64.38"),
            (0.931_249_7, "0.9312"),
            (1.234_56e-30, "1.235e-30"),
            (-0.000_012_346, "-0.00001235"),
            (12.0, "12"),
            (-0.0, "0"),
        ] {
            assert_eq!(serde_json::to_string(&Rounded::from(number)).unwrap(), printed);
        }
    }
}
