//! Kinds of faults.

/// What counting faults, and letting several befall one request, must know about them.
pub(crate) trait FaultKind {
    /// What it is counted under: the same for faults that differ in a value only.
    fn name(&self) -> &'static str;

    /// Whether both can befall the same request, as they change different things about it.
    fn combines_with(&self, other: &Self) -> bool;
}
