//! The series of a device, on one grid.

use dt_model::{
    Bucket, DataType, DeviceId, DeviceInfo, Dialect, Evidence, EvidencePart, Part, Profile, Series,
};
use jiff::fmt::serde::timestamp::millisecond::required;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::with;

/// The series of a device, so that it can be assessed again by other rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesRow {
    /// The appliance that sees the device, as the run calls it.
    #[serde(default)]
    pub appliance: String,
    /// The device's id on that appliance.
    #[serde(with = "with::did")]
    pub did: DeviceId,
    /// When the first interval of the grid begins.
    #[serde(with = "required")]
    pub start: Timestamp,
    /// The width of an interval, in seconds.
    pub step_seconds: i32,
    /// Connections by interval; `None` if that was not asked or not answered, an item `None` if that
    /// interval was not reported. So are the others.
    #[serde(rename = "co")]
    pub connections: Option<Vec<Option<u64>>>,
    /// Connections outside.
    pub external: Option<Vec<Option<u64>>>,
    /// Bytes sent outside.
    pub external_out: Option<Vec<Option<u64>>>,
    /// Bytes sent.
    #[serde(rename = "sizeout")]
    pub bytes_out: Option<Vec<Option<u64>>>,
    /// Bytes received.
    #[serde(rename = "sizein")]
    pub bytes_in: Option<Vec<Option<u64>>>,
    /// When it was asked for.
    #[serde(with = "required")]
    pub asked: Timestamp,
}

impl SeriesRow {
    /// The series of an answer; `None` if there is none, or none that lies on a grid.
    #[must_use]
    pub fn new(
        appliance: &str,
        did: DeviceId,
        evidence: &Evidence,
        asked: Timestamp,
    ) -> Option<Self> {
        use EvidencePart::{BytesIn, BytesOut, Connections, External, ExternalOut};
        let series = |part| {
            let answer = evidence.part(part)?.answer()?;
            Some(&answer.subject.series).filter(|series| series.width().is_some())
        };
        let parts = [Connections, External, ExternalOut, BytesOut, BytesIn].map(series);
        let grid = Grid::over(parts.iter().flatten().copied())?;
        let [connections, external, external_out, bytes_out, bytes_in] =
            parts.map(|series| series.map(|series| grid.place(series)));
        Some(Self {
            appliance: appliance.to_owned(),
            did,
            start: grid.start,
            step_seconds: i32::try_from(grid.step.as_secs()).ok()?,
            connections,
            external,
            external_out,
            bytes_out,
            bytes_in,
            asked,
        })
    }
}

impl SeriesRow {
    /// What it says as evidence, so that the same analyses judge it as judged the answers: each series that is
    /// there is an answer that tells nothing else. Whatever rests on ports, domains or similar devices finds
    /// nothing in it.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let answer = |measure, counts: &Option<Vec<Option<u64>>>| match counts {
            Some(counts) => self.answer(measure, counts),
            None => Part::Absent,
        };
        Evidence {
            connections: answer(DataType::Connections, &self.connections),
            bytes_out: answer(DataType::BytesOut, &self.bytes_out),
            bytes_in: answer(DataType::BytesIn, &self.bytes_in),
            external: answer(DataType::Connections, &self.external),
            external_out: answer(DataType::BytesOut, &self.external_out),
            ..Evidence::default()
        }
    }

    fn answer(&self, measure: DataType, counts: &[Option<u64>]) -> Part<DeviceInfo> {
        let step = SignedDuration::from_secs(self.step_seconds.into());
        let starts = std::iter::successors(Some(self.start), |start| start.checked_add(step).ok());
        let buckets = starts
            .zip(counts)
            .filter_map(|(start, count)| count.map(|count| Bucket { start, count, detail: None }));
        let series = Series::new(Some(measure), buckets.collect()).with_width(step);
        let device = dt_model::Device::with_id(self.did);
        Part::Answered(DeviceInfo {
            dialect: Dialect::Appliance,
            subject: Profile { device, series, ..Profile::default() },
            similar: Vec::new(),
            devices: Vec::new(),
            summary: None,
            warnings: Vec::new(),
        })
    }
}

/// Intervals of equal width.
struct Grid {
    start: Timestamp,
    step: SignedDuration,
    intervals: usize,
}

impl Grid {
    /// The grid that all these series are on, whose width is that of the finest.
    fn over<'a>(series: impl Iterator<Item = &'a Series> + Clone) -> Option<Self> {
        let times =
            series.clone().flat_map(|series| series.buckets().iter().map(|bucket| bucket.start));
        let (start, last) = (times.clone().min()?, times.max()?);
        let step = series.filter_map(Series::width).min()?;
        let seconds = step.as_secs();
        if seconds == 0 {
            return None;
        }
        let intervals = last.duration_since(start).as_secs() / seconds + 1;
        let intervals = usize::try_from(intervals).ok()?;
        (intervals <= Series::MOST_INTERVALS).then_some(Self { start, step, intervals })
    }

    /// The counts of a series, each in its interval.
    fn place(&self, series: &Series) -> Vec<Option<u64>> {
        let mut counts = vec![None; self.intervals];
        for bucket in series.buckets() {
            let offset = bucket.start.duration_since(self.start).as_secs() / self.step.as_secs();
            let place = usize::try_from(offset).ok().and_then(|place| counts.get_mut(place));
            if let Some(count) = place {
                *count = Some(count.unwrap_or(0_u64).saturating_add(bucket.count));
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_answer_says_again_what_the_answer_said() {
        let body = br#"{"deviceInfo":[{"did":7,"graphData":[
            {"time":1580000000000,"count":3},{"time":1580003600000,"count":0},
            {"time":1580010800000,"count":9}]}]}"#;
        let answer = DeviceInfo::from_slice(body).unwrap();
        let connections = Part::Answered(answer.clone());
        let evidence = Evidence { connections, ..Evidence::default() };
        let asked = "2020-01-26T12:00:00Z".parse().unwrap();
        let row = SeriesRow::new("site-a", DeviceId::new(7), &evidence, asked).unwrap();
        let again = row.evidence();
        let series = &again.connections.answer().unwrap().subject.series;
        assert_eq!(series.buckets(), answer.subject.series.buckets());
        assert_eq!(series.width(), Some(SignedDuration::from_hours(1)));
        assert!(!again.external.is_answered(), "what was not asked is not nothing");
    }
}
