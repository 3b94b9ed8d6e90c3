//! JSON as answers hold it, read without a stop.
//!
//! Nearly all of an answer is short keys, whole numbers and texts without an escape. They are read
//! here, eight bytes at a time; a number or a text of another kind is handed to `serde_json`, and
//! whatever is not well-formed is not told but given up: `serde_json` then reads all of it again and
//! says what is wrong, and where. What is read here it would have read just so.

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

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

/// The whole number that a text begins with, and what is behind its digits.
#[inline]
pub(crate) fn whole(text: &[u8]) -> Option<(u64, &[u8])> {
    // As many digits as fit into the type, whichever they are.
    const MOST_DIGITS: usize = 19;
    let (mut value, mut rest) = (0_u64, text);
    if let Some((eight, after)) = text.split_first_chunk()
        && let Some(digits) = eight_digits(u64::from_le_bytes(*eight))
    {
        (value, rest) = (digits, after);
    }
    while let Some((byte @ b'0'..=b'9', after)) = rest.split_first() {
        value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
        rest = after;
    }
    let digits = text.len() - rest.len();
    let has_leading_zero = digits > 1 && text.first() == Some(&b'0');
    (1..=MOST_DIGITS).contains(&digits).then_some((value, rest)).filter(|_| !has_leading_zero)
}

/// The high bit of each byte in which a text ends or something else than a plain character stands;
/// of those above the first, some may be plain.
#[inline]
const fn special(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    const fn zeros(bytes: u64) -> u64 {
        bytes.wrapping_sub(ONES) & !bytes
    }
    let (quotes, escapes) = (eight ^ (ONES * b'"' as u64), eight ^ (ONES * b'\\' as u64));
    let below_space = eight.wrapping_sub(ONES * b' ' as u64) & !eight;
    (zeros(quotes) | zeros(escapes) | below_space) & HIGH
}

/// The number that eight bytes are, if all of them are digits.
#[inline]
const fn eight_digits(eight: u64) -> Option<u64> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    const HIGH_HALVES: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let beyond_nine = eight.wrapping_add(0x0606_0606_0606_0606);
    if eight & HIGH_HALVES != ZEROS || beyond_nine & HIGH_HALVES != ZEROS {
        return None;
    }
    // Neighbours become pairs, pairs become fours, fours become all eight.
    let digits = eight - ZEROS;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff)
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
            return visitor.visit_seq(HandOver { reader: self, is_first: true });
        }
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Gives out the text that is still to be read, then takes back how much of it was.
struct HandOver<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::normalise::both_ways;

    /// Texts of all recorded answers, and of those that were written to be odd.
    fn fixtures() -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let files =
            ["appliance", "documented"].map(|dialect| fs::read_dir(root.join(dialect)).unwrap());
        let files = files.into_iter().flatten().map(|file| file.unwrap().path());
        let json = files.filter(|path| path.extension().is_some_and(|it| it == "json"));
        json.map(|path| fs::read_to_string(path).unwrap()).collect()
    }

    /// Whether it was read here as an answer, after a look at whether `serde_json` makes the same of it.
    fn is_answer_read(json: &str) -> bool {
        let Some([plain, lenient]) = both_ways(json) else { return false };
        assert_eq!(format!("{plain:?}"), format!("{lenient:?}"), "{json}");
        true
    }

    /// Whether it was read here, after a look at whether `serde_json` reads the same.
    fn is_read<T: DeserializeOwned + fmt::Debug>(json: &str) -> bool {
        let Some(plain) = read::<T>(json) else { return false };
        let lenient: T = serde_json::from_slice(json.as_bytes()).expect(json);
        assert_eq!(format!("{plain:?}"), format!("{lenient:?}"), "{json}");
        true
    }

    #[test]
    fn every_recorded_answer_is_plain_and_read_as_by_serde_json() {
        let fixtures = fixtures();
        assert!(fixtures.len() > 40, "only {} fixtures", fixtures.len());
        for json in fixtures {
            assert!(is_answer_read(&json), "{json}");
            assert!(is_read::<Value>(&json));
        }
    }

    #[test]
    fn leaves_are_what_serde_json_makes_of_them() {
        for leaf in [
            "0",
            "7",
            "-0",
            "-1",
            "12345678",
            "123456789012",
            "1234567890123456789",
            "9999999999999999999",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775809",
            "0.1",
            "1e3",
            "1E-3",
            "1.7976931348623157e308",
            "5e-324",
            "true",
            "false",
            "null",
            "\"\"",
            r#""\u00e9\"\\""#,
            r#""\ud83d\ude00 and more text""#,
            "\"12345678\"",
            "\"\u{7f}\u{e9}\u{202e}12\"",
            "[]",
            "{}",
            " [ 1 , { \"a\" : [ ] } ] \n",
            "{\"a\":1,\"a\":2}",
        ] {
            assert!(is_read::<Value>(leaf), "{leaf}");
            assert!(is_read::<Value>(&format!("[{leaf},{leaf}]")), "{leaf}");
        }
        let deep = "[".repeat(DEEPEST.into()) + &"]".repeat(DEEPEST.into());
        assert!(is_read::<Value>(&deep));
    }

    #[test]
    fn what_is_not_well_formed_is_left_to_serde_json() {
        for odd in [
            "",
            " ",
            "01",
            "-",
            "1.",
            ".5",
            "+1",
            "1e",
            "1-2",
            "1e999",
            "0x1",
            "nul",
            "tru",
            "nan",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1",
            "1]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{,}",
            "{1:2}",
            "{\"a\" 1}",
            "{\"a\":1",
            "[}",
            "\"",
            "\"\\",
            "\"\\\"",
            "\"a\nb\"",
            "\"1234567\u{1f}\"",
            r#""\x""#,
            r#""\ud83d""#,
            r#""\u12""#,
            "'a'",
            "1 1",
        ] {
            assert!(read::<Value>(odd).is_none(), "{odd}");
            assert!(serde_json::from_str::<Value>(odd).is_err(), "{odd}");
        }
        let deeper = "[".repeat(101) + &"]".repeat(101);
        assert!(read::<Value>(&deeper).is_none());
    }

    /// What is put into an answer, or in the place of some of it.
    fn oddity() -> impl Strategy<Value = String> {
        let odd = [
            "",
            " ",
            "\"",
            "\\",
            "\\u00e9",
            "\\ud83d",
            "\\\"",
            "\u{1}",
            "\u{e9}",
            "0",
            "-",
            "1e999",
            "0.5",
            "-0",
            "01",
            "18446744073709551616",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "null",
            "[[",
            "\"time\":1,",
            "\"did\":\"7\",",
        ];
        prop_oneof![prop::sample::select(odd.to_vec()).prop_map(str::to_owned), ".{0,3}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever happens to an answer on its way: what is read here, `serde_json` reads as the same.
        #[test]
        fn a_changed_answer_is_read_as_by_serde_json(
            fixture in prop::sample::select(fixtures()),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, oddity()), 1..4),
        ) {
            let mut json = fixture;
            for (place, length, oddity) in changes {
                let mut boundaries = json.char_indices().map(|(at, _)| at).chain([json.len()]);
                let start = boundaries.clone().nth(place.index(json.chars().count() + 1)).unwrap();
                let end = boundaries.find(|at| *at >= start + length).unwrap_or(json.len());
                json.replace_range(start..end, &oddity);
            }
            is_answer_read(&json);
            is_read::<Value>(&json);
        }

        #[test]
        fn any_text_is_read_as_by_serde_json(json in r#"[\[\]{}:,"\\ 0-9a-ft-u.eE+\-]{0,24}"#) {
            is_read::<Value>(&json);
        }
    }
}
