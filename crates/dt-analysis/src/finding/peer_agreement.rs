//! Did similar devices do the same?

use dt_model::{DeviceInfo, Series};

use super::draft::Draft;
use super::input::RuleInput;

/// How many similar devices did the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PeerAgreement {
    /// None of at least three did.
    None,
    /// At least half of them did.
    Most,
    /// A few did, or there are too few.
    Unclear,
}

const FEWEST_PEERS: usize = 3;

/// Asks whether each similar device of an answer did the same, and says so in the finding. `None` is
/// a device of which that is not known.
pub(super) fn peer_agreement(
    input: &RuleInput<'_>,
    answer: Option<&DeviceInfo>,
    did: impl Fn(&Series) -> Option<bool>,
    draft: &mut Draft,
) -> PeerAgreement {
    let similar = answer.into_iter().flat_map(|answer| &answer.similar);
    let known = similar.filter_map(|similar| did(&input.completed(&similar.profile.series)));
    let (peers, too) = known.fold((0, 0), |(peers, too), did| (peers + 1, too + usize::from(did)));
    match too {
        _ if peers < FEWEST_PEERS => PeerAgreement::Unclear,
        0 => {
            draft.reason(format!("none of {peers} similar devices did this"));
            PeerAgreement::None
        }
        too if 2 * too >= peers => {
            draft.doubt(format!("{too} of {peers} similar devices did this too"));
            PeerAgreement::Most
        }
        _ => PeerAgreement::Unclear,
    }
}
