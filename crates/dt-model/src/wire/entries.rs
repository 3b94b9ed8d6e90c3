//! Objects whose keys are data.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::lenient::{Lenient, Shape};
use crate::Problem;
use crate::warning::{Path, WarningLog, shortened};

/// An object whose keys are data, in the order of the response. A repeated key keeps its first
/// place and its last value.
#[derive(Debug)]
pub(crate) struct Entries<K, V> {
    pub(crate) entries: Vec<(K, Lenient<V>)>,
    pub(crate) repeated: Vec<K>,
}

impl<K, V> Shape for Entries<K, V>
where
    K: FromStr<Err = Infallible> + fmt::Display + Clone + Eq + Hash,
    V: Shape,
{
    const EXPECTED: &'static str = "an object";

    fn note_repeated(&self, at: Path<'_>, log: &mut WarningLog) {
        for key in &self.repeated {
            log.note(at, Problem::RepeatedKey(shortened(&key.to_string()).into_owned()));
        }
    }

    fn from_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Lenient<Self>, A::Error> {
        let mut entries = Vec::new();
        let mut repeated = Vec::new();
        let mut index = HashMap::new();
        while let Some((Key(key), value)) = object.next_entry()? {
            match place(&key, &entries, &mut index) {
                Some(place) => {
                    entries[place].1 = value;
                    repeated.push(key);
                }
                None => entries.push((key, value)),
            }
        }
        Ok(Lenient::Value(Self { entries, repeated }))
    }
}

/// Where `key` already stands. Looking is faster than hashing for the few ports or protocols of a
/// bucket; the index is there for an object that is large, perhaps on purpose.
fn place<K: Clone + Eq + Hash, V>(
    key: &K,
    entries: &[(K, V)],
    index: &mut HashMap<K, usize>,
) -> Option<usize> {
    const FEW: usize = 32;
    if entries.len() <= FEW {
        return entries.iter().position(|(present, _)| present == key);
    }
    for (place, (present, _)) in entries.iter().enumerate().skip(index.len()) {
        index.insert(present.clone(), place);
    }
    index.get(key).copied()
}

/// A key read straight from the response's text.
struct Key<K>(K);

impl<'de, K: FromStr<Err = Infallible>> Deserialize<'de> for Key<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor(PhantomData))
    }
}

struct KeyVisitor<K>(PhantomData<K>);

impl<K: FromStr<Err = Infallible>> Visitor<'_> for KeyVisitor<K> {
    type Value = Key<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        text.parse().map(Key).map_err(|never| match never {})
    }
}
