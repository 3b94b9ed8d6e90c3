//! JSON as answers hold it, read without a stop.
//!
//! Nearly all of an answer is short keys, whole numbers and texts without an escape. They are read
//! here, eight bytes at a time; a number or a text of another kind is handed to `serde_json`, and
//! whatever is not well-formed is not told but given up: `serde_json` then reads all of it again and
//! says what is wrong, and where. What is read here it would have read just so.

mod eights;
mod hand_over;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use self::eights::special;
pub(crate) use self::eights::whole;
use self::hand_over::HandOver;

/// How many lists and objects may stand within one another: fewer than `serde_json` allows.
const DEEPEST: u8 = 100;

/// The name of a type that is given the text itself, to read it its own way.
pub(crate) const HANDED_OVER: &str = "$dt::handed_over";

/// Reads a whole document; `None` leaves it to `serde_json`.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    let mut reader = Reader { text: json, at: 0, depth: 0 };
    let read = T::deserialize(&mut reader).ok()?;
    reader.next_token().is_err().then_some(read)
}

/// It is for `serde_json` to read.
#[derive(Debug)]
struct Unread;

type Result<T> = std::result::Result<T, Unread>;

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not read")
    }
}

impl std::error::Error for Unread {}

impl serde::de::Error for Unread {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u8,
}

impl<'de> Reader<'de> {
    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next eight bytes, the first of them lowest.
    #[inline]
    fn eight(&self, at: usize) -> Option<u64> {
        self.text.as_bytes().get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
    }

    /// The first byte of what comes next, which is still to be read; an error at the end.
    #[inline]
    fn next_token(&mut self) -> Result<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other.ok_or(Unread),
            }
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.next_token()? == byte {
            self.at += 1;
            return Ok(());
        }
        Err(Unread)
    }

    fn literal(&mut self, word: &str) -> Result<()> {
        let rest = self.text.as_bytes().get(self.at..).ok_or(Unread)?;
        if !rest.starts_with(word.as_bytes()) {
            return Err(Unread);
        }
        self.at += word.len();
        Ok(())
    }

    /// The text that begins here with its first quote.
    #[inline]
    fn string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let start = self.at + 1;
        let end = self.plain_end(start)?;
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return self.escaped_string(end, visitor);
        }
        self.at = end + 1;
        visitor.visit_borrowed_str(self.text.get(start..end).ok_or(Unread)?)
    }

    /// Where the first byte of a text is that does not stand for itself.
    #[inline]
    fn plain_end(&self, mut at: usize) -> Result<usize> {
        while let Some(eight) = self.eight(at) {
            let special = special(eight);
            if special != 0 {
                return Ok(at + special.trailing_zeros() as usize / 8);
            }
            at += 8;
        }
        let rest = self.text.as_bytes().get(at..).ok_or(Unread)?;
        let place = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '));
        place.map(|place| at + place).ok_or(Unread)
    }

    /// A text in which something else than itself stands at `at`.
    #[cold]
    fn escaped_string<V: Visitor<'de>>(&mut self, mut at: usize, visitor: V) -> Result<V::Value> {
        while self.text.as_bytes().get(at) == Some(&b'\\') {
            // Of what is escaped, only a quote or another escape would be taken for more than it is.
            at = self.plain_end(at + 2)?;
        }
        // Unless it ends in a quote, `serde_json` refuses it here, too.
        let token = self.text.get(self.at..=at).ok_or(Unread)?;
        self.at = at + 1;
        let text: String = serde_json::from_str(token).map_err(|_| Unread)?;
        visitor.visit_string(text)
    }

    #[inline]
    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let rest = self.text.as_bytes().get(self.at..).ok_or(Unread)?;
        match whole(rest) {
            Some((value, after))
                if !matches!(after.first(), Some(b'.' | b'e' | b'E' | b'-' | b'+')) =>
            {
                self.at = self.text.len() - after.len();
                visitor.visit_u64(value)
            }
            _ => self.other_number(visitor),
        }
    }

    /// A fraction, a number below zero or one that is very large.
    #[cold]
    fn other_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let rest = self.text.get(self.at..).ok_or(Unread)?;
        let of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.bytes().take_while(|byte| of_number(byte)).count();
        self.at += length;
        let token = rest.get(..length).ok_or(Unread)?;
        let mut number = serde_json::Deserializer::from_str(token);
        let read = number.deserialize_any(visitor).map_err(|_| Unread)?;
        number.end().map_err(|_| Unread)?;
        Ok(read)
    }

    /// Reads what stands between brackets, both of which are still to be read.
    #[inline]
    fn within<T>(&mut self, end: u8, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == DEEPEST {
            return Err(Unread);
        }
        self.depth += 1;
        self.at += 1;
        let read = read(self)?;
        self.expect(end)?;
        self.depth -= 1;
        Ok(read)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unread;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.next_token()? {
            b'"' => self.string(visitor),
            b'0'..=b'9' | b'-' => self.number(visitor),
            b'{' => {
                self.within(b'}', |reader| visitor.visit_map(Entries { reader, is_first: true }))
            }
            b'[' => self.within(b']', |reader| visitor.visit_seq(Items { reader, is_first: true })),
            b'n' => self.literal("null").and_then(|()| visitor.visit_unit()),
            b't' => self.literal("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.literal("false").and_then(|()| visitor.visit_bool(false)),
            _ => Err(Unread),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.next_token()? == b'n' {
            return self.literal("null").and_then(|()| visitor.visit_none());
        }
        visitor.visit_some(self)
    }

    /// Under one name, what is asked for is the text itself.
    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        if name == HANDED_OVER {
            self.next_token()?;
            return visitor.visit_seq(HandOver::of(self));
        }
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The items of a list.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Unread;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let token = self.reader.next_token()?;
        if token == b']' {
            return Ok(None);
        }
        if !std::mem::take(&mut self.is_first) {
            self.reader.expect(b',')?;
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

/// The keys and values of an object.
struct Entries<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Unread;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let mut token = self.reader.next_token()?;
        if token == b'}' {
            return Ok(None);
        }
        if !std::mem::take(&mut self.is_first) {
            self.reader.expect(b',')?;
            token = self.reader.next_token()?;
        }
        if token != b'"' {
            return Err(Unread);
        }
        seed.deserialize(Key(&mut *self.reader)).map(Some)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// A key of an object, which is a text whatever it is read as.
struct Key<'r, 'de>(&'r mut Reader<'de>);

impl<'de> Deserializer<'de> for Key<'_, 'de> {
    type Error = Unread;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.0.string(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
