//! How far two distributions are apart.

/// What one key with the shares `p` and `q` adds to the Jensen-Shannon divergence, in bits.
pub(crate) fn term(p: f64, q: f64) -> f64 {
    let m = f64::midpoint(p, q);
    let half = |share: f64| if share > 0.0 { share * (share / m).log2() / 2.0 } else { 0.0 };
    half(p) + half(q)
}
