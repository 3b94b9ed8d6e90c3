//! Which devices are swept this time?

use std::fmt;
use std::str::FromStr;

use dt_model::DeviceId;

/// One of several equal parts of a fleet, such as `3/7`: on which day of a week a device is swept.
///
/// A device is in the same one of as many shards always, whatever else is swept.
///
/// ```
/// use dt_fleet::Shard;
/// use dt_model::DeviceId;
///
/// let shards: Vec<Shard> = ["1/2", "2/2"].map(|it| it.parse().unwrap()).into();
/// let is_in = |shard: &&Shard| shard.contains("site-a", DeviceId::new(12345));
/// assert_eq!(shards.iter().filter(is_in).count(), 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shard {
    number: u32,
    of: u32,
}

/// Text that is no shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardError(String);

impl Shard {
    /// Whether a device of an appliance is in it.
    #[must_use]
    pub fn contains(self, appliance: &str, did: DeviceId) -> bool {
        let parts = [appliance.as_bytes(), b"\x1f", &did.get().to_le_bytes()];
        let hash = parts
            .into_iter()
            .flatten()
            .fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME));
        // The low bits of the hash alone would follow those of the id.
        mixed(hash) % u64::from(self.of) == u64::from(self.number - 1)
    }
}

/// FNV-1a: written down, so that it is the same in every version of this program.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// Every bit of a hash from all of its bits: the finalizer of `MurmurHash3`.
const fn mixed(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let shard = text.split_once('/').and_then(|(number, of)| {
            Some(Self { number: number.parse().ok()?, of: of.parse().ok()? })
        });
        shard
            .filter(|shard| (1..=shard.of).contains(&shard.number))
            .ok_or_else(|| ShardError(text.to_owned()))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no shard: write N/M with N from 1 to M, such as 3/7", self.0)
    }
}

impl std::error::Error for ShardError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_take_all_devices_once_and_about_as_many_each() {
        let shards: Vec<Shard> = (1..=7).map(|number| Shard { number, of: 7 }).collect();
        let mut sizes = [0_u32; 7];
        for did in 1..=7_000 {
            let did = DeviceId::new(did);
            let of: Vec<usize> = (0..7).filter(|it| shards[*it].contains("site-a", did)).collect();
            assert_eq!(of.len(), 1);
            sizes[of[0]] += 1;
        }
        assert!(sizes.iter().all(|size| (850..=1_150).contains(size)), "{sizes:?}");
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for text in ["", "3", "0/7", "8/7", "-1/7", "1/0", "a/b", "1/7/2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!("3/7".parse::<Shard>().unwrap().to_string(), "3/7");
    }

    #[test]
    fn the_shard_of_a_device_never_changes() {
        let shard = Shard { number: 1, of: 4 };
        let of: Vec<i64> =
            (1..=20).filter(|did| shard.contains("a", DeviceId::new(*did))).collect();
        assert_eq!(of, [3, 8, 9, 16]);
    }
}
