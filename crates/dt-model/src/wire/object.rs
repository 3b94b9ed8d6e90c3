//! Objects with known keys.

use crate::Problem;
use crate::warning::{Path, WarningLog};

/// Which known keys of an object stood there more than once, as a set of their positions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Repeated(u32);

impl Repeated {
    pub(crate) fn insert(&mut self, position: usize) {
        self.0 |= 1 << position;
    }

    pub(crate) fn note(self, keys: &[&str], at: Path<'_>, log: &mut WarningLog) {
        for (position, key) in keys.iter().enumerate() {
            if self.0 >> position & 1 == 1 {
                log.note(at, Problem::RepeatedKey((*key).to_owned()));
            }
        }
    }
}

/// Defines a wire object: its fields, the keys they are read from, and a reader that skips unknown
/// keys and lets the last of repeated ones win (`derive(Deserialize)` refuses those).
macro_rules! object {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $type:ty = $key:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        pub(crate) struct $name {
            $(pub(crate) $field: $crate::wire::lenient::Lenient<$type>,)*
            pub(crate) repeated: $crate::wire::object::Repeated,
        }

        impl $crate::wire::lenient::Shape for $name {
            const EXPECTED: &'static str = "an object";

            fn note_repeated(
                &self,
                at: $crate::warning::Path<'_>,
                log: &mut $crate::warning::WarningLog,
            ) {
                self.repeated.note(&[$($key),*], at, log);
            }

            fn from_object<'de, A: serde::de::MapAccess<'de>>(
                mut object: A,
            ) -> Result<$crate::wire::lenient::Lenient<Self>, A::Error> {
                #[expect(non_camel_case_types, reason = "named after the fields")]
                #[derive(Clone, Copy)]
                enum Key { $($field,)* Unknown }

                impl<'de> serde::Deserialize<'de> for Key {
                    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                        d.deserialize_identifier(KeyVisitor)
                    }
                }

                struct KeyVisitor;

                impl serde::de::Visitor<'_> for KeyVisitor {
                    type Value = Key;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a key")
                    }

                    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                        Ok(match key {
                            $($key => Key::$field,)*
                            _ => Key::Unknown,
                        })
                    }
                }

                let mut read = Self::default();
                while let Some(known) = object.next_key()? {
                    match known {
                        $(Key::$field => {
                            if !read.$field.is_missing() {
                                read.repeated.insert(Key::$field as usize);
                            }
                            read.$field = object.next_value()?;
                        })*
                        Key::Unknown => {
                            object.next_value::<serde::de::IgnoredAny>()?;
                        }
                    }
                }
                Ok($crate::wire::lenient::Lenient::Value(read))
            }
        }
    };
}

pub(crate) use object;
