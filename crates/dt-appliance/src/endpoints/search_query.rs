//! The language of `/devicesearch`.

use std::str::FromStr;

use crate::network::Device;

/// A search: words and `field:"pattern"` terms, apart by spaces, all of which must hold; of terms
/// with the same field, one must. A `*` in a pattern stands for any text. Case does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct SearchQuery(Vec<Term>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    /// `None` for a word, which is looked for everywhere.
    field: Option<Field>,
    pattern: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Hostname,
    Ip,
    Label,
    Mac,
    System,
    Tag,
    Type,
    Vendor,
}

impl Field {
    const ALL: [(Self, &str); 8] = [
        (Self::Hostname, "hostname"),
        (Self::Ip, "ip"),
        (Self::Label, "label"),
        (Self::Mac, "mac"),
        (Self::System, "os"),
        (Self::Tag, "tag"),
        (Self::Type, "type"),
        (Self::Vendor, "vendor"),
    ];

    /// What a device has to be found by.
    fn values(self, device: &Device) -> Vec<String> {
        match self {
            Self::Hostname => vec![device.hostname.clone()],
            Self::Ip => vec![device.ip.to_string()],
            Self::Label => vec![device.label.clone()],
            Self::Mac => vec![device.mac()],
            Self::System => {
                super::device_facts::system(device).map(str::to_owned).into_iter().collect()
            }
            Self::Tag => device.tags().iter().map(|tag| tag.name.to_owned()).collect(),
            Self::Type => vec![device.kind.name().to_owned(), device.kind.label().to_owned()],
            Self::Vendor => vec![device.hardware.vendor.to_owned()],
        }
    }
}

impl SearchQuery {
    pub(super) fn matches(&self, device: &Device) -> bool {
        self.0.iter().all(|term| match term.field {
            None => term.is_in(device),
            Some(field) => {
                let same_field = self.0.iter().filter(|other| other.field == Some(field));
                same_field.into_iter().any(|other| other.is_in(device))
            }
        })
    }
}

impl Term {
    fn is_in(&self, device: &Device) -> bool {
        let matches = |value: &String| is_like(&value.to_lowercase(), &self.pattern);
        match self.field {
            Some(field) => field.values(device).iter().any(matches),
            None => Field::ALL.iter().any(|(field, _)| field.values(device).iter().any(matches)),
        }
    }
}

/// Whether `text` is the pattern, in which each `*` stands for any text.
fn is_like(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return text == pattern;
    };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(text) = text.strip_prefix(start).and_then(|text| text.strip_suffix(end)) else {
        return false;
    };
    // The earliest place for each part leaves the most room for those after it.
    let after = middle
        .split('*')
        .try_fold(text, |text, part| text.find(part).map(|place| &text[place + part.len()..]));
    after.is_some()
}

impl FromStr for SearchQuery {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut terms = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (term, after) = term(rest)?;
            terms.push(term);
            rest = after.trim_start();
        }
        Ok(Self(terms))
    }
}

/// The first term of `text`, and what comes after it.
fn term(text: &str) -> Result<(Term, &str), ()> {
    let end = text.find([':', '"', ' ']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if let Some(value) = rest.strip_prefix(':') {
        let name = name.to_lowercase();
        let field = Field::ALL.into_iter().find(|(_, known)| *known == name);
        // What is no field may still be a word with a colon in it, such as a hardware address.
        if let Some((field, _)) = field {
            let (pattern, rest) = pattern(value)?;
            return Ok((Term { field: Some(field), pattern: pattern.to_lowercase() }, rest));
        }
        if !name.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(());
        }
    }
    let (word, rest) = pattern(text)?;
    Ok((Term { field: None, pattern: format!("*{}*", word.to_lowercase()) }, rest))
}

/// A quoted text, or one up to the next space, and what comes after it.
fn pattern(text: &str) -> Result<(&str, &str), ()> {
    let (pattern, rest) = match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or(())?,
        None => text.split_at(text.find(' ').unwrap_or(text.len())),
    };
    if pattern.is_empty() { Err(()) } else { Ok((pattern, rest)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (text, pattern) in [
            ("workstation-01", "workstation-01"),
            ("workstation-01", "work*"),
            ("workstation-01", "*01"),
            ("workstation-01", "w*t*n*1"),
            ("aab", "*ab"),
            ("", "*"),
        ] {
            assert!(is_like(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("workstation-01", "workstation"), ("ab", "a*c"), ("ab", "*a")] {
            assert!(!is_like(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn a_query_is_terms_and_words() {
        let field = |field, pattern: &str| Term { field: Some(field), pattern: pattern.to_owned() };
        let word = |word: &str| Term { field: None, pattern: format!("*{word}*") };
        for (text, terms) in [
            ("", vec![]),
            ("hostname:\"Work*\"", vec![field(Field::Hostname, "work*")]),
            (
                "tag:Finance  type:\"laptop\" cam",
                vec![field(Field::Tag, "finance"), field(Field::Type, "laptop"), word("cam")],
            ),
            ("\"front desk\"", vec![word("front desk")]),
            ("02:00:5e:00:30:39", vec![word("02:00:5e:00:30:39")]),
        ] {
            assert_eq!(text.parse(), Ok(SearchQuery(terms)), "{text}");
        }
    }

    #[test]
    fn an_unknown_field_and_an_open_quote_are_refused() {
        for text in ["colour:red", "hostname:\"open", "hostname:", "tag:\"\""] {
            assert_eq!(text.parse::<SearchQuery>(), Err(()), "{text}");
        }
    }
}
