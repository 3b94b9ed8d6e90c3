//! Did similar devices do the same?

use dt_model::{DeviceInfo, Series};

use super::Finding;
use crate::assessment::Ground;

/// Whether similar devices did the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    /// None of at least three did.
    Alone,
    /// At least half of them did.
    Together,
    /// A few did, or there are too few.
    Unclear,
}

const FEWEST_PEERS: usize = 3;

/// Asks whether each similar device of an answer did the same, and says so in the finding. `None` is
/// a device of which that is not known.
pub(super) fn company(
    ground: &Ground<'_>,
    answer: Option<&DeviceInfo>,
    did: impl Fn(&Series) -> Option<bool>,
    finding: &mut Finding,
) -> Company {
    let similar = answer.into_iter().flat_map(|answer| &answer.similar);
    let known = similar.filter_map(|similar| did(&ground.whole(&similar.profile.series)));
    let (peers, too) = known.fold((0, 0), |(peers, too), did| (peers + 1, too + usize::from(did)));
    match too {
        _ if peers < FEWEST_PEERS => Company::Unclear,
        0 => {
            finding.reasons.push(format!("none of {peers} similar devices did"));
            Company::Alone
        }
        too if 2 * too >= peers => {
            finding.doubts.push(format!("{too} of {peers} similar devices did, too"));
            Company::Together
        }
        _ => Company::Unclear,
    }
}
