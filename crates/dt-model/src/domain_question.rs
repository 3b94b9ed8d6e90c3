//! One domain outside, and what is to be counted about it.

use crate::DataType;

/// A question about one domain outside: how much went to it, hour by hour.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DomainQuestion {
    /// The domain, as an answer listed it: any text, since hosts choose it.
    pub domain: String,
    /// What to count.
    pub data_type: DataType,
}
