//! Who is like whom.

use super::Network;
use super::device::Device;

/// A device that is like another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Similar {
    /// Its place in the list of devices.
    pub(crate) index: usize,
    /// Percent; 100 is the device itself.
    pub(crate) score: u8,
}

impl Network {
    /// The devices like the one at `index`, most similar first: those with its role, by how alike
    /// they are, then the others of its kind at its site.
    pub(crate) fn similar(&self, index: usize) -> Vec<Similar> {
        let device = self.device(index);
        let mut similar: Vec<Similar> = self
            .site_of(index)
            .all()
            .filter(|&other| other != index && is_comparable(self.device(other), device))
            .map(|other| Similar { index: other, score: score(self.device(other), device) })
            .collect();
        similar.sort_by_key(|similar| (u8::MAX - similar.score, similar.index));
        similar
    }
}

fn is_comparable(one: &Device, other: &Device) -> bool {
    one.role == other.role || one.kind == other.kind
}

fn score(one: &Device, other: &Device) -> u8 {
    let apart = (one.inner - other.inner).abs() + (one.outer - other.outer).abs();
    let unlike = if one.role == other.role { 0.0 } else { 35.0 }
        + if one.presence == other.presence { 0.0 } else { 8.0 };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 30 and 99: the factors lie within 0.35 of each other"
    )]
    let score = (99.0 - 25.0 * apart - unlike).round() as u8;
    score
}
