//! `GET /devicesearch`: devices by what is known about them, a page at a time.

use super::{ApiQuery, Pairs, SeenSince};
use crate::{DeviceSearchPage, ReadError};

/// Searches devices. Without a condition it finds all that were seen in the last 28 days.
///
/// Conditions on different fields must all hold; of several on one field, one must.
///
/// ```
/// use dt_model::DeviceSearch;
///
/// let search = DeviceSearch::new().matching("hostname", "ws-*").matching("type", "desktop");
/// assert_eq!(search.query(), "hostname:\"ws-*\" type:\"desktop\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceSearch {
    query: String,
    pub(super) count: u32,
    pub(super) offset: u64,
    pub(super) order: Option<(DeviceOrder, SortOrder)>,
    seen_since: Option<SeenSince>,
}

/// What the devices found are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeviceOrder {
    /// How important they are.
    Priority,
    /// Their host names.
    Hostname,
    /// Their addresses.
    Ip,
    /// Their hardware addresses.
    Mac,
    /// Their vendors.
    Vendor,
    /// Their operating systems.
    Os,
    /// The labels operators gave them.
    Label,
    /// The labels of their types.
    Type,
    /// When they were first seen.
    FirstSeen,
    /// When they were last seen.
    LastSeen,
}

impl DeviceOrder {
    /// The word the API uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Hostname => "hostname",
            Self::Ip => "ip",
            Self::Mac => "macaddress",
            Self::Vendor => "vendor",
            Self::Os => "os",
            Self::Label => "devicelabel",
            Self::Type => "typelabel",
            Self::FirstSeen => "firstSeen",
            Self::LastSeen => "lastSeen",
        }
    }
}

/// Which end of an order comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortOrder {
    /// The smallest, or the earliest.
    Ascending,
    /// The largest, or the latest.
    Descending,
}

impl SortOrder {
    /// The word the API uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

impl Default for DeviceSearch {
    fn default() -> Self {
        Self {
            query: String::new(),
            count: Self::DEFAULT_COUNT,
            offset: 0,
            order: None,
            seen_since: None,
        }
    }
}

impl DeviceSearch {
    /// How many devices a page has unless told otherwise.
    pub const DEFAULT_COUNT: u32 = 100;
    /// How many devices a page can have at most.
    pub const MAX_COUNT: u32 = 300;

    /// Finds every device.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition: the field, such as `hostname`, `ip`, `mac`, `tag` or `type`, has this
    /// value, in which `*` stands for anything.
    ///
    /// The language has no escape for a double quote, and a signature over decoded text covers none of
    /// `&`, `=`, `%`, `+`, `#` and controls: each becomes a `*`, and whoever asks has to look through
    /// what is found.
    #[must_use]
    pub fn matching(mut self, field: &str, value: &str) -> Self {
        if !self.query.is_empty() {
            self.query.push(' ');
        }
        let value = value.replace(replaced_in_search, "*");
        self.query.extend([field, ":\"", &value, "\""]);
        self
    }

    /// Searches by a query in the appliance's own language, which replaces all conditions.
    #[must_use]
    pub fn by_query(self, query: impl Into<String>) -> Self {
        Self { query: query.into(), ..self }
    }

    /// How many devices a page has, from 1 to [`MAX_COUNT`](Self::MAX_COUNT); what lies outside is
    /// moved to the nearer end.
    #[must_use]
    pub fn count(self, count: u32) -> Self {
        Self { count: count.clamp(1, Self::MAX_COUNT), ..self }
    }

    /// How many devices to pass over before the page.
    #[must_use]
    pub fn offset(self, offset: u64) -> Self {
        Self { offset, ..self }
    }

    /// What to sort by.
    #[must_use]
    pub fn order_by(self, by: DeviceOrder, order: SortOrder) -> Self {
        Self { order: Some((by, order)), ..self }
    }

    /// Only devices seen within this time.
    #[must_use]
    pub fn seen_since(self, seen_since: SeenSince) -> Self {
        Self { seen_since: Some(seen_since), ..self }
    }

    /// The query in the appliance's language; empty for every device.
    #[must_use]
    pub fn query(&self) -> &str {
        &self.query
    }
}

/// What cannot stand in a condition.
pub(crate) fn replaced_in_search(c: char) -> bool {
    matches!(c, '"' | '&' | '=' | '%' | '+' | '#') || c.is_ascii_control()
}

impl ApiQuery for DeviceSearch {
    type Answer = DeviceSearchPage;

    fn path(&self) -> &'static str {
        "/devicesearch"
    }

    fn pairs(&self) -> Pairs<'_> {
        let (by, order) = self.order.unzip();
        let pairs = [
            ("count", Some(self.count.to_string().into())),
            ("offset", (self.offset > 0).then(|| self.offset.to_string().into())),
            ("order", order.map(|order| order.as_str().into())),
            ("orderBy", by.map(|by| by.as_str().into())),
            ("query", Some(self.query.as_str().into()).filter(|_| !self.query.is_empty())),
            ("seensince", self.seen_since.map(|since| since.to_string().into())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn read(&self, body: &[u8]) -> Result<DeviceSearchPage, ReadError> {
        DeviceSearchPage::from_slice(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_break_out_of_its_condition() {
        let search = DeviceSearch::new().matching("hostname", r#"a" tag:"x"#);
        assert_eq!(search.query(), r#"hostname:"a* tag:*x""#);
    }

    #[test]
    fn a_value_can_always_be_signed() {
        let search = DeviceSearch::new().matching("hostname", "x+y&z=1 #3%\n");
        assert_eq!(search.query(), r#"hostname:"x*y*z*1 *3**""#);
    }

    #[test]
    fn every_parameter_reaches_the_wire() {
        let search = DeviceSearch::new()
            .by_query("printer")
            .count(9000)
            .offset(300)
            .order_by(DeviceOrder::LastSeen, SortOrder::Descending)
            .seen_since(SeenSince::Hours(2));
        assert_eq!(
            crate::query::text(&search),
            "/devicesearch?count=300&offset=300&order=desc&orderBy=lastSeen&query=printer\
             &seensince=2hour"
        );
    }
}
