//! Whether a fault was survived, and if not, why not.

use std::fmt::{Debug, Display};

/// Every check of a case is one of these: a case that fails says so, and the others still run.
pub(crate) type Verdict = Result<(), String>;

#[expect(clippy::needless_pass_by_value, reason = "both are made for the comparison")]
pub(crate) fn equal<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Verdict {
    holds(found == expected, || format!("{what} is {found:?} instead of {expected:?}"))
}

pub(crate) fn holds<M: Display>(is_so: bool, else_because: impl FnOnce() -> M) -> Verdict {
    if is_so { Ok(()) } else { Err(else_because().to_string()) }
}
