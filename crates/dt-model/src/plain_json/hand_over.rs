//! A part of the text for a type that reads it its own way, and how much of it that was.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{Reader, Result, Unread};

/// Gives out the text that is still to be read, then takes back how much of it was.
pub(super) struct HandOver<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl<'r, 'de> HandOver<'r, 'de> {
    pub(super) fn of(reader: &'r mut Reader<'de>) -> Self {
        Self { reader, is_first: true }
    }
}

impl<'de> SeqAccess<'de> for HandOver<'_, 'de> {
    type Error = Unread;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if std::mem::take(&mut self.is_first) {
            let text = self.reader.text.get(self.reader.at..).ok_or(Unread)?;
            return seed.deserialize(BorrowedStrDeserializer::new(text)).map(Some);
        }
        seed.deserialize(TakeBack(&mut *self.reader)).map(Some)
    }
}

/// The same text, of which so many bytes were read, or none.
struct TakeBack<'r, 'de>(&'r mut Reader<'de>);

impl<'de> Deserializer<'de> for TakeBack<'_, 'de> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value> {
        self.0.at += length;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple_struct map struct enum identifier ignored_any
    }
}
