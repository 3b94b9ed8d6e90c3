//! Does the device send or receive more than devices like it?
//!
//! Of one direction: the sum of the device's series, those of its similar devices, the mean of these, and
//! how many times that the device's is. A similar device without a series is in no mean.
//!
//! Nothing is judged. Devices that are alike in all else differ in bytes by a large factor, one of them
//! being backed up at night; whether a device's bytes *changed* unlike theirs is for
//! [`change`](crate::change) to say.

use dt_model::{Amount, Device, DeviceInfo, Profile};

use crate::{Measured, Policy, Statistics};

/// Bytes of one direction beside those of other devices.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BytesComparison {
    /// The device's own; a lower bound if buckets could not be read.
    pub own: Option<Amount>,
    /// Each other device with its own, in the answer's order.
    pub others: Vec<(Device, Option<Amount>)>,
    /// The mean of those that are known; `None` without any.
    pub mean: Option<Measured>,
    /// How many times the mean the device's own are.
    pub ratio: Option<Measured>,
}

/// Compares with the similar devices of an answer that counts bytes.
#[must_use]
pub fn compare(info: &DeviceInfo, policy: &Policy) -> BytesComparison {
    compare_with(&info.subject, info.similar.iter().map(|similar| &similar.profile), policy)
}

/// Compares with another device, from an answer about each.
#[must_use]
pub fn compare_two(info: &DeviceInfo, other: &DeviceInfo, policy: &Policy) -> BytesComparison {
    compare_with(&info.subject, [&other.subject], policy)
}

fn compare_with<'a>(
    own: &Profile,
    others: impl IntoIterator<Item = &'a Profile>,
    policy: &Policy,
) -> BytesComparison {
    let total = |profile: &Profile| Statistics::of(&profile.series).map(Statistics::amount);
    let own = total(own);
    let others: Vec<(Device, Option<Amount>)> =
        others.into_iter().map(|profile| (profile.device.clone(), total(profile))).collect();
    let comparable = |amount| Measured::comparable(amount, policy.peers.lower_bounds);
    let known: Vec<Measured> =
        others.iter().filter_map(|(_, total)| comparable((*total)?)).collect();
    let mean = Measured::mean(&known);
    let ratio = own
        .and_then(comparable)
        .zip(mean)
        .and_then(|(own, mean)| own.ratio_to(mean, policy.peers.zero_baseline));
    BytesComparison { own, others, mean, ratio }
}
