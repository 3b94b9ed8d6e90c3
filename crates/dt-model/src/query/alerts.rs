//! `GET /modelbreaches`, `/aianalyst/groups` and `/intelfeed`: what an appliance says about devices of its
//! own accord.

use jiff::Timestamp;

use super::{ApiQuery, List, Pairs};
use crate::{DeviceId, IncidentGroup, ModelBreach, ReadError, WatchedDomain};

/// From when to when, and about which device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Period {
    start: Timestamp,
    end: Timestamp,
    did: Option<DeviceId>,
}

/// Asks which models were breached, acknowledged breaches included.
///
/// ```
/// use dt_model::{ApiQuery, DeviceId, ModelBreachesQuery};
///
/// let (start, end) = ("2026-10-26T23:00:00Z".parse()?, "2026-11-23T23:00:00Z".parse()?);
/// let query = ModelBreachesQuery::new(start, end).device(DeviceId::new(12345));
/// assert_eq!(
///     query.pairs(),
///     [
///         ("did", "12345".into()),
///         ("endtime", "1795474800000".into()),
///         ("includeacknowledged", "true".into()),
///         ("minimal", "true".into()),
///         ("starttime", "1793055600000".into()),
///     ]
/// );
/// # Ok::<(), dt_model::jiff::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ModelBreachesQuery(Period);

/// Asks what the appliance's analyst put together, acknowledged groups included. The token's user needs a
/// permission of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IncidentGroupsQuery(Period);

/// Asks which domains the appliance watches, and why.
///
/// ```
/// use dt_model::{ApiQuery, WatchedDomainsQuery};
///
/// assert_eq!(WatchedDomainsQuery.pairs(), [("fulldetails", "true".into())]);
/// let watched = WatchedDomainsQuery.read(br#"["a.example", {"name": "b.example"}]"#)?;
/// assert_eq!(watched.items[1].name, "b.example");
/// # Ok::<(), dt_model::ReadError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct WatchedDomainsQuery;

impl Period {
    fn from_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let (mut start, mut end, mut did) = (None, None, None);
        for (name, value) in pairs {
            let number = || value.parse().ok();
            match name {
                "starttime" => start = number(),
                "endtime" => end = number(),
                "did" => did = Some(DeviceId::new(number()?)),
                _ => {}
            }
        }
        let time = |time: Option<i64>| Timestamp::from_millisecond(time?).ok();
        Some(Self { start: time(start)?, end: time(end)?, did })
    }

    /// Both times in milliseconds: the API takes them only in pairs.
    fn pairs(self, others: &[(&'static str, &'static str)]) -> Pairs<'static> {
        let time = |time: Timestamp| time.as_millisecond().to_string().into();
        let mut pairs: Pairs<'static> = self
            .did
            .map(|did| ("did", did.to_string().into()))
            .into_iter()
            .chain([("endtime", time(self.end)), ("starttime", time(self.start))])
            .chain(others.iter().map(|(name, value)| (*name, (*value).into())))
            .collect();
        pairs.sort_by_key(|(name, _)| *name);
        pairs
    }
}

impl ModelBreachesQuery {
    /// Asks about every device, from `start` to `end`.
    #[must_use]
    pub const fn new(start: Timestamp, end: Timestamp) -> Self {
        Self(Period { start, end, did: None })
    }

    /// The query that has these parameters, decoded, as somebody sent them; `None` without both times.
    #[must_use]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        Period::from_pairs(pairs.into_iter()).map(Self)
    }

    /// The device that it asks about; `None` if it asks about every one.
    #[must_use]
    pub const fn did(&self) -> Option<DeviceId> {
        self.0.did
    }

    /// Only those of one device.
    #[must_use]
    pub const fn device(self, did: DeviceId) -> Self {
        Self(Period { did: Some(did), ..self.0 })
    }
}

impl IncidentGroupsQuery {
    /// Asks about every device, from `start` to `end`.
    #[must_use]
    pub const fn new(start: Timestamp, end: Timestamp) -> Self {
        Self(Period { start, end, did: None })
    }

    /// The query that has these parameters, decoded, as somebody sent them; `None` without both times.
    #[must_use]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        Period::from_pairs(pairs.into_iter()).map(Self)
    }

    /// The device that it asks about; `None` if it asks about every one.
    #[must_use]
    pub const fn did(&self) -> Option<DeviceId> {
        self.0.did
    }

    /// Only those about one device.
    #[must_use]
    pub const fn device(self, did: DeviceId) -> Self {
        Self(Period { did: Some(did), ..self.0 })
    }
}

impl ApiQuery for ModelBreachesQuery {
    type Answer = List<ModelBreach>;

    fn path(&self) -> &'static str {
        "/modelbreaches"
    }

    fn pairs(&self) -> Pairs<'_> {
        self.0.pairs(&[("includeacknowledged", "true"), ("minimal", "true")])
    }

    fn read(&self, body: &[u8]) -> Result<List<ModelBreach>, ReadError> {
        Ok(ModelBreach::list_from_slice(body)?.into())
    }
}

impl ApiQuery for IncidentGroupsQuery {
    type Answer = List<IncidentGroup>;

    fn path(&self) -> &'static str {
        "/aianalyst/groups"
    }

    fn pairs(&self) -> Pairs<'_> {
        self.0.pairs(&[("includeacknowledged", "true")])
    }

    fn read(&self, body: &[u8]) -> Result<List<IncidentGroup>, ReadError> {
        Ok(IncidentGroup::list_from_slice(body)?.into())
    }
}

impl ApiQuery for WatchedDomainsQuery {
    type Answer = List<WatchedDomain>;

    fn path(&self) -> &'static str {
        "/intelfeed"
    }

    fn pairs(&self) -> Pairs<'_> {
        vec![("fulldetails", "true".into())]
    }

    fn read(&self, body: &[u8]) -> Result<List<WatchedDomain>, ReadError> {
        Ok(WatchedDomain::list_from_slice(body)?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(body: &str) -> List<ModelBreach> {
        ModelBreach::list_from_slice(body.as_bytes()).unwrap().into()
    }

    #[test]
    fn a_breach_is_read_in_each_form_that_appliances_send() {
        for (model, name) in [
            (r#"{"then": {"name": "A::B", "priority": 3}, "now": {"name": "C"}}"#, Some("A::B")),
            (r#"{"now": {"name": "C", "priority": 3}}"#, Some("C")),
            (r#"{"name": "D", "priority": 3.0}"#, Some("D")),
        ] {
            let body = format!(
                r#"[{{"pbid": 7, "time": 1795485600000, "score": 0.5, "model": {model},
                      "device": {{"did": 12345, "hostname": "a"}}, "unknown": [1]}}]"#
            );
            let List { items, warnings } = breaches(&body);
            assert!(warnings.is_empty(), "{warnings:?}");
            let [breach] = items.as_slice() else { panic!("{items:?}") };
            assert_eq!((breach.pbid, breach.did), (7, Some(DeviceId::new(12345))));
            assert_eq!((breach.model.as_deref(), breach.priority), (name, Some(3)));
            assert_eq!(breach.time, "2026-11-24T02:00:00Z".parse().unwrap());
            assert!(!breach.acknowledged);
        }
    }

    #[test]
    fn an_acknowledgement_is_said_in_several_ways() {
        for (said, is) in [
            ("true", true),
            ("false", false),
            ("null", false),
            (r#"{"username": "a", "time": 1}"#, true),
            ("{}", false),
            ("[]", false),
            (r#"["a"]"#, true),
        ] {
            let body = format!(r#"[{{"pbid": 7, "time": 1, "acknowledged": {said}}}]"#);
            assert_eq!(breaches(&body).items[0].acknowledged, is, "{said}");
        }
    }

    #[test]
    fn what_cannot_be_placed_is_left_out_with_a_warning() {
        let body =
            r#"[{"pbid": 7}, {"time": 1}, 3, {"pbid": 8, "time": 1, "score": 71, "model": "A"}]"#;
        let List { items, warnings } = breaches(body);
        assert_eq!(items.len(), 1);
        assert_eq!((items[0].pbid, items[0].score, &items[0].model), (8, None, &None));
        assert_eq!(warnings.len(), 5, "{warnings:?}");
        assert!(breaches("[]").items.is_empty());
        for body in ["{}", "<html>", r#"[{"did": 7}]"#] {
            assert!(ModelBreach::list_from_slice(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_group_names_its_events_once() {
        let body = r#"[{"id": "g1", "start": 1000, "end": 2000, "devices": [7, 8], "category": "critical",
            "groupScore": 87, "acknowledged": false,
            "incidentEvents": [{"title": "A"}, {"title": "A"}, {"title": "B"}, {"uuid": "x"}]}]"#;
        let (groups, warnings) = IncidentGroup::list_from_slice(body.as_bytes()).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        assert_eq!(groups[0].titles, ["A", "B"]);
        assert_eq!(groups[0].devices, [DeviceId::new(7), DeviceId::new(8)]);
        assert_eq!(groups[0].score, Some(87.0));
    }
}
