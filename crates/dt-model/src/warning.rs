//! What was odd about a response that could be read all the same.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use crate::DeviceId;

/// One odd place in a response, and why it was left out or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where: a JSON path such as `deviceInfo[0].graphData[1].time`; empty for the whole response.
    pub path: String,
    /// What is odd there.
    pub problem: Problem,
}

/// Why a part of a response is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The value is of another kind; it was left out.
    Unexpected {
        /// What belongs there, with its article.
        expected: &'static str,
        /// What stands there.
        found: JsonKind,
    },
    /// The entry cannot be placed without this key; it was left out.
    WithoutKey(&'static str),
    /// The key stands there more than once; the last one counts.
    RepeatedKey(String),
    /// Several buckets start at this time; the last one counts.
    RepeatedTime(Timestamp),
    /// The response says this twice, in two ways; what was kept is said here.
    Contradiction(&'static str),
    /// The value stands there in another form than the one that belongs there; it was read as what
    /// it means.
    Converted {
        /// What stands there.
        from: Conversion,
        /// In how many other places, too.
        elsewhere: usize,
    },
    /// The response is no UTF-8; its other bytes were read as Latin-1.
    NotUtf8,
    /// Names and addresses are anonymised (`#` and digits), as they are for a token whose user lacks
    /// the permission Unrestricted Devices.
    Anonymised,
    /// The shares of a list, each rounded, add up to more than everything.
    SharesBeyondAll {
        /// What they add up to, in percent.
        percent: u64,
    },
    /// The totals are far from the sum of the series; counts were made of the series.
    TotalsDiffer {
        /// What the totals of both sides come to.
        totals: u64,
        /// The sum of the series.
        series: u64,
    },
    /// The buckets of a similar device's series reach over more intervals of their smallest distance
    /// than are read; the series was left out.
    Scattered {
        /// Whose series it is.
        device: Option<DeviceId>,
        /// How many intervals it reaches over.
        intervals: usize,
    },
    /// The response holds a number beyond every range, half of a character, or lists nested without
    /// end; they were replaced by the largest number, `\u{fffd}` and `null`.
    Replaced,
    /// The response names no device, so that nothing says whether it is about this one, which was
    /// asked about; it was taken as that.
    NamesNoDevice(DeviceId),
    /// The page from this offset on repeats devices that are listed already; the list ends there.
    RepeatedPage {
        /// After how many entries the page begins.
        offset: u64,
    },
    /// So many devices stood on two pages of a list: it moved while it was read, so that as many others may
    /// stand on none.
    MovedEntries(usize),
    /// So many devices have an address that was made anonymous, as users without a permission see it:
    /// whether they are in a subnet nobody knows.
    HiddenAddresses(usize),
    /// The list ends after another number of entries than its pages say.
    WrongTotal {
        /// How many they say.
        total: u64,
        /// How many were listed.
        listed: u64,
    },
    /// This many further warnings were not kept.
    Further(usize),
}

/// A form in which a value can be read that is not the one that belongs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Conversion {
    /// A number as text.
    NumberAsText,
    /// A time as ISO 8601; one without a zone is in UTC.
    IsoTime,
    /// Seconds where milliseconds belong.
    SecondsForMilliseconds,
    /// Milliseconds where seconds belong.
    MillisecondsForSeconds,
    /// A share beyond 100 %, which was read as 100 %.
    ShareBeyondAll,
    /// An object in place of a list of one.
    ObjectForList,
}

impl fmt::Display for Conversion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NumberAsText => "a number as text; read as a number",
            Self::IsoTime => "a time as text; read as ISO 8601, in UTC where it names no zone",
            Self::SecondsForMilliseconds => "seconds in place of milliseconds; read as seconds",
            Self::MillisecondsForSeconds => {
                "milliseconds in place of seconds; read as milliseconds"
            }
            Self::ShareBeyondAll => "a share beyond 100 %; read as 100 %",
            Self::ObjectForList => "an object in place of a list; read as a list of one",
        })
    }
}

/// What stands in a place where something else belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number of another kind.
    Number,
    /// A number below zero.
    NegativeNumber,
    /// A number with a fraction.
    Fraction,
    /// A number outside of what can be meant.
    OutOfRange,
    /// Text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

impl fmt::Display for JsonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::NegativeNumber => "a negative number",
            Self::Fraction => "a number with a fraction",
            Self::OutOfRange => "a number out of range",
            Self::Text => "text",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unexpected { expected, found } => {
                write!(f, "expected {expected}, found {found}; left out")
            }
            Self::WithoutKey(key) => write!(f, "has no \"{key}\"; left out"),
            Self::RepeatedKey(key) => write!(f, "holds {key:?} more than once; the last counts"),
            Self::RepeatedTime(time) => {
                write!(f, "another bucket starts at {time}, too; the last counts")
            }
            Self::Contradiction(what) => f.write_str(what),
            Self::Converted { from, elsewhere: 0 } => from.fmt(f),
            Self::Converted { from, elsewhere: 1 } => write!(f, "{from}; in one other place, too"),
            Self::Converted { from, elsewhere } => {
                write!(f, "{from}; in {elsewhere} other places, too")
            }
            Self::NotUtf8 => f.write_str("is not UTF-8; read as Latin-1 where it is not"),
            Self::TotalsDiffer { totals, series } => write!(
                f,
                "totals of {totals} beside a series that sums up to {series}; shares were counted by \
                 the series"
            ),
            Self::Anonymised => f.write_str(
                "names and addresses are anonymised: the token's user lacks Unrestricted Devices",
            ),
            Self::SharesBeyondAll { percent } => {
                write!(f, "its shares add up to {percent} %; each was taken as it is")
            }
            Self::Scattered { device, intervals } => {
                match device {
                    Some(did) => write!(f, "the series of did {did}")?,
                    None => f.write_str("a similar device's series")?,
                }
                write!(f, " reaches over {intervals} intervals, too many; left out")
            }
            Self::Replaced => f.write_str(
                "holds numbers, characters or nesting that cannot be represented; they were replaced",
            ),
            Self::NamesNoDevice(did) => {
                write!(f, "names no device; taken as the answer about did {did}")
            }
            Self::RepeatedPage { offset } => write!(
                f,
                "the page after {offset} devices repeats devices listed before; the list ends there, \
                 and may not be whole"
            ),
            Self::MovedEntries(count) => write!(
                f,
                "{count} devices were on two pages: the list moved while it was read, and as many others \
                 may be missing; list them again"
            ),
            Self::HiddenAddresses(count) => write!(
                f,
                "whether {count} devices are in the subnet is not known: their addresses are \
                 anonymised, probably for lack of the permission \"Unrestricted Devices\""
            ),
            Self::WrongTotal { total, listed } => write!(
                f,
                "says that there are {total} devices, but the list ends after {listed}, and may not \
                 be whole"
            ),
            Self::Further(count) => write!(f, "{count} further warnings of this response"),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.problem.fmt(f)
    }
}

/// Collects warnings, keeping the first few: a response that is odd everywhere must not become
/// larger by being read. A conversion is told where it was first met: what one value of a series is
/// written as, all are.
#[derive(Debug, Default)]
pub(crate) struct WarningLog {
    kept: Vec<Warning>,
    converted: Vec<Converted>,
    further: usize,
}

/// Where a conversion was first met, and how often.
#[derive(Debug)]
struct Converted {
    from: Conversion,
    first: String,
    times: usize,
}

impl WarningLog {
    const MOST: usize = 100;

    pub(crate) fn note(&mut self, path: Path<'_>, problem: Problem) {
        if self.kept.len() < Self::MOST {
            self.kept.push(Warning { path: path.to_string(), problem });
        } else {
            self.further += 1;
        }
    }

    pub(crate) fn note_converted(&mut self, path: Path<'_>, from: Conversion) {
        match self.converted.iter_mut().find(|known| known.from == from) {
            Some(known) => known.times += 1,
            None => self.converted.push(Converted { from, first: path.to_string(), times: 1 }),
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Warning> {
        self.kept.extend(self.converted.into_iter().map(|Converted { from, first, times }| {
            Warning { path: first, problem: Problem::Converted { from, elsewhere: times - 1 } }
        }));
        if self.further > 0 {
            let problem = Problem::Further(self.further);
            self.kept.push(Warning { path: String::new(), problem });
        }
        self.kept
    }
}

/// A place in a response, as a chain on the stack: it costs nothing until a warning prints it.
#[derive(Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl Path<'_> {
    pub(crate) const ROOT: Path<'static> = Path { parent: None, step: Step::Root };

    pub(crate) fn key<'a>(&'a self, key: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Key(key) }
    }

    pub(crate) fn index(&self, index: usize) -> Path<'_> {
        Path { parent: Some(self), step: Step::Index(index) }
    }
}

/// A key, or the beginning of one that is longer than any name: a hundred warnings about something
/// below it must not become a hundred times as long.
pub(crate) fn shortened(key: &str) -> Cow<'_, str> {
    const MOST: usize = 64;
    match key.char_indices().nth(MOST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &key[..end])),
        None => Cow::Borrowed(key),
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Index(index) => write!(f, "[{index}]"),
            // Some keys are data (device ids, protocol names) and come from the network.
            Step::Key(key) if key.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_') => {
                write!(f, "[{:?}]", shortened(key))
            }
            Step::Key(key) => {
                let key = shortened(key);
                let first = self.parent.is_none_or(|parent| matches!(parent.step, Step::Root));
                write!(f, "{}{key}", if first { "" } else { "." })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_like_javascript() {
        let root = Path::ROOT;
        let list = root.key("deviceInfo");
        let entry = list.index(0);
        let points = entry.key("graphData");
        let point = points.index(1);
        assert_eq!(point.key("time").to_string(), "deviceInfo[0].graphData[1].time");
        assert_eq!(entry.key("a \u{1b}[31m").to_string(), r#"deviceInfo[0]["a \u{1b}[31m"]"#);
        assert_eq!(root.index(3).to_string(), "[3]");
    }

    #[test]
    fn a_response_odd_everywhere_is_cut_short() {
        let mut log = WarningLog::default();
        let root = Path::ROOT;
        for index in 0..250 {
            log.note(root.index(index), Problem::WithoutKey("time"));
        }
        let warnings = log.finish();
        assert_eq!(warnings.len(), 101);
        assert_eq!(warnings[100].to_string(), "150 further warnings of this response");
    }
}
