//! JSON, for scripts. Text is what it was: whatever a terminal would act on is written as an escape,
//! which reads back as the same text.

use dt_model::{is_unprintable, plain_ascii};
use serde::Serialize;

use crate::contract::{Bucket, Document, FindingUpdate, Header, PrioritySummary};

/// Renders a document: one object, indented, ending with a line break.
#[must_use]
pub fn render(document: &Document) -> String {
    indented(document)
}

/// An array of documents, each of which is written once the next has come: what is written is whole lines.
#[derive(Debug, Default)]
pub struct List {
    last: Option<String>,
}

impl List {
    /// What can be written now that there is another document.
    #[must_use]
    pub fn add(&mut self, document: &Document) -> String {
        let item = indented(document);
        let item = item.trim_end().lines().map(|line| format!("  {line}")).collect::<Vec<_>>();
        match self.last.replace(item.join("\n")) {
            None => "[\n".to_owned(),
            Some(last) => last + ",\n",
        }
    }

    /// What ends the array.
    #[must_use]
    pub fn finish(self) -> String {
        match self.last {
            None => "[]\n".to_owned(),
            Some(last) => last + "\n]\n",
        }
    }
}

/// Renders a document as one object a line. A list of devices has a line for each of them, a timeline
/// one for each bucket, and what is new about a device one for each finding.
#[must_use]
pub fn lines(document: &Document) -> String {
    match document {
        Document::Devices(found) => found.devices.iter().map(line).collect(),
        Document::Fleet(found) => found.rows.iter().map(line).collect(),
        Document::Timeline(answer) => answer.body.buckets.iter().map(line).collect(),
        Document::Watch(answer) => {
            let updates = answer.body.findings.iter();
            let priority = answer.body.priority.as_ref().map(PrioritySummary::from);
            updates.map(|told| line(&Update { header: &answer.header, told, priority })).collect()
        }
        one => line(one),
    }
}

/// Renders one of several documents as one object a line. A bucket of a timeline does not say whose
/// it is, so here `did` stands before it.
#[must_use]
pub fn lines_among_others(document: &Document) -> String {
    let Document::Timeline(answer) = document else { return lines(document) };
    let did = answer.header.device.did;
    answer.body.buckets.iter().map(|bucket| line(&Of { did, bucket })).collect()
}

/// A bucket, and whose it is.
#[derive(Serialize)]
struct Of<'a> {
    did: Option<i64>,
    #[serde(flatten)]
    bucket: &'a Bucket,
}

/// A finding that is news, and whose it is.
#[derive(Serialize)]
struct Update<'a> {
    #[serde(flatten)]
    header: &'a Header,
    #[serde(flatten)]
    told: &'a FindingUpdate,
    priority: Option<PrioritySummary>,
}

fn indented(value: &(impl Serialize + ?Sized)) -> String {
    ended(serde_json::to_string_pretty(value))
}

pub(crate) fn line(value: &impl Serialize) -> String {
    ended(serde_json::to_string(value))
}

fn ended(json: serde_json::Result<String>) -> String {
    let json = json.unwrap_or_else(|error| unreachable!("only text keys: {error}"));
    // Hardly a document has anything else, and it need not be copied.
    let json = if plain_ascii(&json) == json.len() { json } else { escaped(&json) };
    json + "\n"
}

/// JSON of which no terminal would act on anything but line breaks: it may hold such characters as they are in
/// its texts, but it ends up on terminals, too.
///
/// ```
/// assert_eq!(dt_report::json::escaped("\"a\u{202e}b\""), r#""a\u202eb""#);
/// ```
#[must_use]
pub fn escaped(json: &str) -> String {
    let escape = |unit: &mut u16| format!("\\u{unit:04x}");
    let (mut text, mut rest) = (String::with_capacity(json.len() + 1), json);
    while !rest.is_empty() {
        let (plain, odd) = rest.split_at(plain_ascii(rest));
        text.push_str(plain);
        let mut odd = odd.chars();
        match odd.next() {
            Some(c) if is_unprintable(c) => {
                text.extend(c.encode_utf16(&mut [0; 2]).iter_mut().map(escape));
            }
            c => text.extend(c),
        }
        rest = odd.as_str();
    }
    text
}
