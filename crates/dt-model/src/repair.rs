//! JSON by its grammar that no reader of ours can hold.
//!
//! Three things are well-formed and stop `serde_json` all the same: a number beyond every float,
//! half of a character (a text cut in UTF-16 ends in one), and lists within lists within lists. None
//! of them may cost the rest of a response, so a document that could not be read is looked at once
//! more, and they are replaced. A response without them never comes here.

use serde::de::IgnoredAny;

/// How many lists and objects may stand within one another. No answer has ten, `serde_json` reads
/// a little more than this.
const DEEPEST: usize = 100;

/// Stands for a number that is larger than any: out of range wherever it is read.
const TOO_LARGE: &str = "1.7976931348623157e308";

/// The same document with everything replaced that cannot be held. `None` if it is no well-formed
/// JSON, or there is nothing to replace.
pub(crate) fn repair(json: &[u8]) -> Option<String> {
    let json = std::str::from_utf8(json).ok()?;
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let mut repaired = String::with_capacity(json.len());
    let mut rest = json;
    let mut depth = 0_usize;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => text_length(rest),
            '-' | '0'..='9' => rest.find(|c| !is_of_number(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        depth += usize::from(matches!(first, '[' | '{'));
        if depth <= DEEPEST {
            match first {
                '"' => push_text(token, &mut repaired),
                '-' | '0'..='9' => push_number(token, &mut repaired),
                _ => repaired.push_str(token),
            }
        } else if depth == DEEPEST + 1 && matches!(first, '[' | '{') {
            repaired.push_str("null");
        }
        depth -= usize::from(matches!(first, ']' | '}'));
    }
    (repaired != json).then_some(repaired)
}

const fn is_of_number(c: char) -> bool {
    matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')
}

/// How long the text is that `json` begins with, both quotes included.
fn text_length(json: &str) -> usize {
    let mut escaped = false;
    let end = json.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(json.len(), |end| end + 2)
}

fn push_number(number: &str, repaired: &mut String) {
    match number.parse::<f64>() {
        Ok(value) if value.is_infinite() => {
            repaired.push_str(if value > 0.0 { "" } else { "-" });
            repaired.push_str(TOO_LARGE);
        }
        _ => repaired.push_str(number),
    }
}

/// Copies a text, replacing escapes of half characters that their other half does not follow.
fn push_text(text: &str, repaired: &mut String) {
    const ESCAPE: usize = "\\u0000".len();
    let mut rest = text;
    while let Some(place) = rest.find('\\') {
        let (plain, escape) = rest.split_at(place);
        repaired.push_str(plain);
        let pair = unit(escape).zip(escape.get(ESCAPE..).and_then(unit));
        let length = match (unit(escape), pair) {
            (_, Some((0xd800..=0xdbff, 0xdc00..=0xdfff))) => 2 * ESCAPE,
            (Some(0xd800..=0xdfff), _) => 0,
            (Some(_), _) => ESCAPE,
            (None, _) => 2,
        };
        let (kept, after) = escape.split_at(length);
        repaired.push_str(kept);
        rest = after;
        if length == 0 {
            repaired.push(char::REPLACEMENT_CHARACTER);
            rest = &escape[ESCAPE..];
        }
    }
    repaired.push_str(rest);
}

/// The UTF-16 unit of the escape that `text` begins with.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(json: &str) -> Option<String> {
        repair(json.as_bytes())
    }

    #[test]
    fn what_can_be_read_is_left_alone() {
        for json in [
            r#"{"a":[1e308,-0.5,"\ud83d\ude00 \\ud83d \" [[ 1e999",null,{}]}"#,
            "[1e999",
            "{\"\u{7f}\u{202e}\":tru}",
            "",
        ] {
            assert_eq!(repaired(json), None, "{json}");
        }
        assert_eq!(repair(b"\"\\ud83d\xff\""), None);
    }

    #[test]
    fn numbers_beyond_every_float_become_the_largest_one() {
        let json = r#"{"a":1e999,"b":[-1E+400]}"#;
        let expected = format!(r#"{{"a":{TOO_LARGE},"b":[-{TOO_LARGE}]}}"#);
        assert_eq!(repaired(json), Some(expected));
    }

    #[test]
    fn half_characters_become_replacement_characters() {
        let json = r#"{"\udc00":"a\ud83d","b":"\ud83d\ud83d\ude00\n\u0041\ud83dx\\\ude00"}"#;
        let expected = r#"{"�":"a�","b":"�\ud83d\ude00\n\u0041�x\\�"}"#;
        assert_eq!(repaired(json).as_deref(), Some(expected));
    }

    #[test]
    fn what_is_too_deep_becomes_nothing() {
        let nested = |levels, inner: &str| {
            format!("{}{inner}{},2]", "[1,".repeat(levels - 1) + "[", "]".repeat(levels - 1))
        };
        let deep = nested(DEEPEST, "[{\"x\":\"]\"},[]],3");
        assert_eq!(repaired(&deep), Some(nested(DEEPEST, "null,3")));
        assert_eq!(repaired(&nested(DEEPEST, "3")), None);
        let bottomless = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        let expected = format!("{}null{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST));
        assert_eq!(repaired(&bottomless), Some(expected));
    }
}
