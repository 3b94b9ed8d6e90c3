//! Why bytes could not be read.

use std::fmt;

use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::repair::repair;
use crate::{DataType, DeviceId, JsonKind, Series, is_unprintable};

/// Bytes that are no response, or no JSON at all.
///
/// ```
/// use dt_model::{DeviceInfo, LooksLike};
///
/// let page = b"<!doctype html><title>Log in</title>";
/// let error = DeviceInfo::from_slice(page).unwrap_err();
/// assert_eq!(error.to_string(), "not a /deviceinfo response: an HTML page titled \"Log in\"");
/// assert_eq!(error.looks_like(), Some(&LooksLike::Html { title: Some("Log in".into()) }));
/// ```
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ReadError(Box<Kind>);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("not a {endpoint} response: {looks_like}")]
    NotAResponse { endpoint: &'static str, looks_like: LooksLike },

    #[error("{}{}, near `{excerpt}`", broken(source), At(path))]
    Broken { path: String, excerpt: String, source: serde_json::Error },

    #[error("the response counts {found}, but {asked} was expected")]
    OtherMeasure { asked: DataType, found: DataType },

    #[error("the appliance answered about another device: did {answered} instead of did {asked}")]
    OtherDevice { asked: DeviceId, answered: DeviceId },

    #[error("the response describes no device: its deviceInfo holds no entry")]
    NoDevice,

    #[error(
        "the series' buckets reach over {intervals} intervals of their smallest distance; at most {} \
         are read",
        Series::MOST_INTERVALS
    )]
    Scattered { intervals: usize },

    #[error("the entry of deviceInfo about the device asked for is {found}")]
    OddSubject { found: JsonKind },
}

/// What is wrong with JSON: whoever reads it asks for the whole of what was cut off.
fn broken(source: &serde_json::Error) -> &'static str {
    match source.classify() {
        Category::Eof => "the JSON is cut off",
        _ => "failed to read the JSON",
    }
}

/// The place of a fault, if it is known.
struct At<'a>(&'a str);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // How serde_path_to_error writes the whole document, and a key it did not get to read.
        match self.0.trim_end_matches(".?") {
            "" | "." | "?" => Ok(()),
            // A path is as deep as the document; its beginning says where to look.
            path => write!(f, " at {}", printable_within(path, 120)),
        }
    }
}

impl From<Kind> for ReadError {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

impl ReadError {
    pub(crate) fn not_a_response(endpoint: &'static str, looks_like: LooksLike) -> Self {
        // It is what the endpoint answers, but for what makes it one.
        let looks_like = match (endpoint, looks_like) {
            ("/devices", LooksLike::List | LooksLike::Device)
            | ("/similardevices", LooksLike::List) => LooksLike::WithoutIds,
            (_, looks_like) => looks_like,
        };
        Kind::NotAResponse { endpoint, looks_like }.into()
    }

    /// Explains why `bytes` could not be parsed. `path` is where the parser stood.
    pub(crate) fn broken(
        endpoint: &'static str,
        bytes: &[u8],
        path: String,
        source: serde_json::Error,
    ) -> Self {
        if let Some(looks_like) = LooksLike::something_else_than_json(bytes) {
            return Self::not_a_response(endpoint, looks_like);
        }
        let excerpt = excerpt(bytes, source.line(), source.column());
        Kind::Broken { path, excerpt, source }.into()
    }

    /// What the bytes are, if they are no response.
    #[must_use]
    pub fn looks_like(&self) -> Option<&LooksLike> {
        match &*self.0 {
            Kind::NotAResponse { looks_like, .. } => Some(looks_like),
            _ => None,
        }
    }

    /// Whether the bytes are the beginning of something that was cut off.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        matches!(&*self.0, Kind::Broken { source, .. } if source.classify() == Category::Eof)
    }

    /// Whether the answer is about another device than the one that was asked about.
    #[must_use]
    pub fn is_other_device(&self) -> bool {
        matches!(&*self.0, Kind::OtherDevice { .. })
    }

    /// Whether the answer counts something else than was expected.
    #[must_use]
    pub fn is_other_measure(&self) -> bool {
        matches!(&*self.0, Kind::OtherMeasure { .. })
    }
}

/// What a body that is no response looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LooksLike {
    /// Nothing but white space.
    Nothing,
    /// A web page: a login form or a proxy's message.
    Html {
        /// Its title, cleaned and cut for printing.
        title: Option<String>,
    },
    /// Text in UTF-16 or UTF-32, as some shells save it.
    WideText,
    /// Bytes that were compressed, by what.
    Compressed(&'static str),
    /// A response with its HTTP headers before it.
    Headers,
    /// A value as a language prints it, which is not JSON.
    Printed(Printed),
    /// Something else that is no JSON; its beginning, cleaned and cut for printing.
    Text(String),
    /// `null`, a number, a text or a boolean.
    Scalar,
    /// JSON within a text of JSON.
    Quoted,
    /// A response within an object: under which key.
    Within(String),
    /// Responses within a list.
    Responses,
    /// What a browser recorded, with requests and responses.
    HttpArchive,
    /// A list, as `/devices` and `/similardevices` answer.
    List,
    /// A page of `/devicesearch`.
    SearchPage,
    /// One device, as `/devices` answers.
    Device,
    /// One device or several, none of which has an id.
    WithoutIds,
    /// An error message of the appliance, cleaned and cut for printing.
    ErrorMessage(String),
    /// Another object; its first keys.
    Object(Vec<String>),
}

/// Which language printed a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Printed {
    /// Python: with single quotes.
    Python,
    /// PowerShell: `@{key=value}`.
    PowerShell,
}

impl LooksLike {
    fn something_else_than_json(bytes: &[u8]) -> Option<Self> {
        match bytes {
            // Without a mark, half of what is text in English is zero.
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] => {
                return Some(Self::WideText);
            }
            [0x1f, 0x8b, ..] => return Some(Self::Compressed("gzip")),
            [b'P', b'K', 3, 4, ..] => return Some(Self::Compressed("zip")),
            _ => {}
        }
        let text = bytes.trim_ascii_start();
        match text.first() {
            None => Some(Self::Nothing),
            Some(b'<') => html_page(text),
            Some(b'{' | b'[') if text[1..].trim_ascii_start().starts_with(b"'") => {
                Some(Self::Printed(Printed::Python))
            }
            Some(b'@') if text.starts_with(b"@{") => Some(Self::Printed(Printed::PowerShell)),
            Some(b'H') if text.starts_with(b"HTTP/") => Some(Self::Headers),
            Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9') => None,
            Some(_) => {
                let word = text.split(|byte| !byte.is_ascii_alphabetic()).next();
                let json = matches!(word, Some(b"null" | b"true" | b"false"));
                (!json).then(|| Self::Text(printable(text)))
            }
        }
    }
}

impl LooksLike {
    /// What a well-formed document is, once it is known to be no response.
    pub(crate) fn json(json: &[u8]) -> Self {
        let tree = serde_json::from_slice(json).or_else(|error| {
            repair(json).map_or(Err(error), |repaired| serde_json::from_str(&repaired))
        });
        match tree {
            Ok(Value::Object(object)) => Self::object(&object),
            Ok(Value::Array(items)) if items.iter().any(is_response) => Self::Responses,
            Ok(Value::Array(_)) => Self::List,
            Ok(Value::String(text)) if text.trim_start().starts_with(['{', '[']) => Self::Quoted,
            Ok(_) => Self::Scalar,
            // Bytes that are no UTF-8, in a part that was skipped.
            Err(_) if json.trim_ascii_start().starts_with(b"[") => Self::List,
            Err(_) => Self::Object(vec!["text that is no UTF-8".to_owned()]),
        }
    }

    fn object(object: &Map<String, Value>) -> Self {
        const MOST_KEYS: usize = 8;
        let has = |key| object.contains_key(key);
        let message = ["error", "message"].into_iter().find_map(|key| object.get(key)?.as_str());
        if let Some(message) = message {
            return Self::ErrorMessage(printable(message.as_bytes()));
        }
        if object.get("devices").is_some_and(Value::is_array) && has("totalCount") {
            return Self::SearchPage;
        }
        if let Some((key, _)) = object.iter().find(|(_, value)| is_response(value)) {
            return Self::Within(printable(key.as_bytes()));
        }
        if object.get("log").is_some_and(|log| log.get("entries").is_some()) {
            return Self::HttpArchive;
        }
        if (has("did") || has("id")) && (has("ip") || has("hostname") || has("ips")) {
            return Self::Device;
        }
        let keys = object.keys().take(MOST_KEYS).map(|key| printable(key.as_bytes()));
        Self::Object(keys.collect())
    }
}

impl fmt::Display for LooksLike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("it is empty"),
            Self::Html { title: Some(title) } => write!(f, "an HTML page titled {title:?}"),
            Self::Html { title: None } => f.write_str("an HTML page"),
            Self::WideText => f.write_str("text in UTF-16 or UTF-32; save it as UTF-8"),
            Self::Compressed(by) => write!(f, "compressed by {by}; unpack it first"),
            Self::Headers => f.write_str("HTTP headers before the body; save the body alone"),
            Self::Printed(Printed::Python) => f.write_str(
                "a value as Python prints it; save the response's text, or json.dumps of the value",
            ),
            Self::Printed(Printed::PowerShell) => f.write_str(
                "a value as PowerShell prints it; save the response's text, or ConvertTo-Json -Depth 9 of \
                 the value",
            ),
            Self::Text(text) => write!(f, "text that is no JSON, beginning with {text:?}"),
            Self::Scalar => f.write_str("JSON, but neither an object nor a list"),
            Self::Quoted => f.write_str("JSON within a JSON text; save the text's value"),
            Self::Within(key) => write!(f, "an object with a response in {key:?}; save that alone"),
            Self::Responses => f.write_str("a list of responses; save each of them alone"),
            Self::HttpArchive => f.write_str(
                "what a browser recorded (HAR); save the text of each response in it alone",
            ),
            Self::List => f.write_str("a list, as /devices or /similardevices answer"),
            Self::SearchPage => f.write_str("an answer of /devicesearch"),
            Self::Device => f.write_str("a device, as /devices answers"),
            Self::WithoutIds => f.write_str("nothing in it has a device id"),
            Self::ErrorMessage(text) => write!(f, "an error message: {text:?}"),
            Self::Object(keys) if keys.is_empty() => f.write_str("an empty object"),
            Self::Object(keys) => write!(f, "an object with {}", keys.join(", ")),
        }
    }
}

/// Whether a value could be read as a response of `/deviceinfo`, of whichever dialect.
fn is_response(value: &Value) -> bool {
    ["deviceInfo", "graphdata"].iter().any(|key| value.get(key).is_some_and(Value::is_array))
}

/// What a body is that begins as a web page does; no JSON begins so.
///
/// ```
/// use dt_model::{LooksLike, html_page};
///
/// let page = html_page(b"\n<html><title>Log in</title>");
/// assert_eq!(page, Some(LooksLike::Html { title: Some("Log in".into()) }));
/// assert_eq!(html_page(b"{}"), None);
/// ```
#[must_use]
pub fn html_page(body: &[u8]) -> Option<LooksLike> {
    let text = body.trim_ascii_start();
    (text.first() == Some(&b'<')).then(|| LooksLike::Html { title: html_title(text) })
}

fn html_title(page: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&page[..page.len().min(16 * 1024)]);
    let lower = head.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let begin = open + lower[open..].find('>')? + 1;
    let end = begin + lower[begin..].find("</title")?;
    let title = printable(&head.as_bytes()[begin..end]);
    (!title.is_empty()).then_some(title)
}

/// The beginning of a text that comes from outside, safe to print in a message.
fn printable(text: &[u8]) -> String {
    const MOST: usize = 80;
    printable_within(&String::from_utf8_lossy(&text[..text.len().min(4 * MOST)]), MOST)
}

fn printable_within(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || is_unprintable(c)).collect();
    let words = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    words.chars().take(most).collect()
}

/// What stands around a line and column, both counted from 1 as `serde_json` does.
fn excerpt(bytes: &[u8], line: usize, column: usize) -> String {
    const AROUND: usize = 30;
    let line = bytes.split(|&byte| byte == b'\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let column = column.min(line.len());
    printable(&line[column.saturating_sub(AROUND)..(column + AROUND).min(line.len())])
}
