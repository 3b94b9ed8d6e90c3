//! One longer series from answers of several times.
//!
//! An appliance keeps four weeks. Answers that were kept tell what was before: their series are put
//! one after another on the axis of time, into [`Profile::history`] of the newest answer. Everything
//! else an answer says, such as ports, peers and domains, is a total over its own four weeks that
//! cannot be added up, and stays the newest's.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::{
    Bucket, DataType, DeviceId, DeviceInfo, Dialect, Evidence, EvidencePart, Part, Profile, Series,
};

/// What showed where series were joined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JoinReport {
    /// How many buckets two answers held that were over when either was asked for.
    pub shared: usize,
    /// How many of them they do not agree about. The later answer counts.
    pub differing: usize,
    /// The one about which they disagree most.
    pub largest: Option<Discrepancy>,
    /// The times between the answers about which none says anything.
    pub gaps: Vec<Gap>,
}

/// A bucket about which two answers disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discrepancy {
    /// When the bucket begins.
    pub start: Timestamp,
    /// What the earlier answer counted.
    pub earlier: u64,
    /// What the later one counted.
    pub later: u64,
}

/// A time about which nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
}

/// Why answers are not about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// They are about two devices.
    #[error("failed to join answers about did {0} and did {1}")]
    Devices(DeviceId, DeviceId),
    /// They have two shapes.
    #[error("failed to join answers in the {0} and the {1} dialect")]
    Dialects(Dialect, Dialect),
    /// They count two things.
    #[error("failed to join answers that count {} and {}", .0.as_str(), .1.as_str())]
    Measures(DataType, DataType),
    /// Their buckets are not equally wide.
    #[error("failed to join answers in intervals of {} and of {}", hours(*.0), hours(*.1))]
    Intervals(SignedDuration, SignedDuration),
}

fn hours(width: SignedDuration) -> String {
    format!("{} h", width.as_secs_f64() / 3600.0)
}

impl Profile {
    /// Its communication over the longest time that is known.
    #[must_use]
    pub fn longest_series(&self) -> &Series {
        self.history.as_ref().unwrap_or(&self.series)
    }
}

impl DeviceInfo {
    /// The newest of several answers to the same question, each with the time it was asked for, with
    /// the history that all of them tell together.
    ///
    /// Where two hold the same bucket, the later one counts, and so it does where buckets overlap
    /// because they begin at other minutes. A bucket that was not over when an answer was asked for
    /// counts too little and is taken from the newest answer only.
    ///
    /// `None` without any answer.
    ///
    /// ```
    /// use dt_model::DeviceInfo;
    ///
    /// let answer = |buckets| {
    ///     let body = format!(r#"{{"deviceInfo":[{{"did":7,"graphData":[{buckets}]}}]}}"#);
    ///     DeviceInfo::from_slice(body.as_bytes())
    /// };
    /// let earlier = answer(r#"{"time":0,"count":1},{"time":3600000,"count":2}"#)?;
    /// let later = answer(r#"{"time":3600000,"count":5},{"time":7200000,"count":6}"#)?;
    /// let answers = vec![("1970-01-01T02:00Z".parse()?, earlier), ("1970-01-01T03:00Z".parse()?, later)];
    /// let (joined, joint) = DeviceInfo::joined(answers)?.unwrap();
    /// assert!(joined.subject.longest_series().counts().eq([1, 5, 6]));
    /// assert!(joined.subject.series.counts().eq([5, 6]));
    /// assert_eq!((joint.shared, joint.differing), (1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the answers are not about the same.
    pub fn joined(
        mut answers: Vec<(Timestamp, Self)>,
    ) -> Result<Option<(Self, JoinReport)>, JoinError> {
        // Stable: of two asked at the same time, the one given later counts.
        answers.sort_by_key(|(asked, _)| *asked);
        let Some((_, mut newest)) = answers.pop() else { return Ok(None) };
        let mut joint = JoinReport::default();
        let mut past: Option<Series> = None;
        for (asked, earlier) in answers {
            same_question(&earlier, &newest)?;
            let whole = earlier.subject.series.completed_before(asked);
            past = Some(match past {
                Some(past) => join(past, whole, &mut joint)?,
                None => whole,
            });
        }
        if let Some(past) = past {
            newest.subject.history = Some(join(past, newest.subject.series.clone(), &mut joint)?);
        }
        Ok(Some((newest, joint)))
    }
}

impl Evidence {
    /// The newest of what was answered about a device at several times, each part with the history
    /// that all of them tell together ([`DeviceInfo::joined`]), and what showed where they were
    /// joined. A part that the newest lacks is not reported.
    ///
    /// # Errors
    ///
    /// If the answers are not about the same.
    pub fn joined(
        mut taken: Vec<(Timestamp, Self)>,
    ) -> Result<(Self, Vec<(EvidencePart, JoinReport)>), JoinError> {
        taken.sort_by_key(|(asked, _)| *asked);
        let Some((newest_asked, mut newest)) = taken.pop() else {
            return Ok((Self::default(), Vec::new()));
        };
        let mut joints = Vec::new();
        for part in EvidencePart::ALL {
            let answer = newest.part_mut(part).and_then(Part::take_answer);
            let Some(answer) = answer else { continue };
            let earlier = taken.iter_mut().filter_map(|(asked, evidence)| {
                Some((*asked, evidence.part_mut(part)?.take_answer()?))
            });
            let mut answers: Vec<_> = earlier.collect();
            answers.push((newest_asked, answer));
            if let Some((answer, joint)) = DeviceInfo::joined(answers)? {
                joints.push((part, joint));
                if let Some(place) = newest.part_mut(part) {
                    *place = Part::Answered(answer);
                }
            }
        }
        Ok((newest, joints))
    }
}

fn same_question(one: &DeviceInfo, other: &DeviceInfo) -> Result<(), JoinError> {
    if let Some((one, other)) = one.subject.device.did.zip(other.subject.device.did)
        && one != other
    {
        return Err(JoinError::Devices(one, other));
    }
    if one.dialect != other.dialect {
        return Err(JoinError::Dialects(one.dialect, other.dialect));
    }
    Ok(())
}

/// Both series as one. Both have whole buckets only, but for the newest's last.
fn join(earlier: Series, later: Series, joint: &mut JoinReport) -> Result<Series, JoinError> {
    if let Some((one, other)) = earlier.measure().zip(later.measure())
        && one != other
    {
        return Err(JoinError::Measures(one, other));
    }
    if let Some((one, other)) = earlier.width().zip(later.width())
        && one != other
    {
        return Err(JoinError::Intervals(one, other));
    }
    // What is not reported adds nothing, and takes nothing away.
    if !earlier.is_reported() {
        return Ok(later);
    }
    if !later.is_reported() {
        return Ok(earlier);
    }
    let width = later.width().or(earlier.width());
    let measure = later.measure().or(earlier.measure());
    let left_out = earlier.left_out() + later.left_out();
    let mut buckets: Vec<Bucket> = earlier.into_buckets();
    buckets.retain(|bucket| match overlapping(later.buckets(), bucket, width) {
        None => true,
        Some(other) => {
            if other.start == bucket.start {
                joint.note(bucket, other);
            }
            false
        }
    });
    // Where buckets begin at other minutes, one that gave way leaves a time that nobody tells.
    if let Some((end, width)) = later.start().zip(width)
        && let Some(last) = buckets.iter().rev().find(|bucket| bucket.start < end)
        && let Ok(start) = last.start.checked_add(width)
        && start < end
    {
        joint.gaps.push(Gap { start, end });
    }
    buckets.extend(later.into_buckets());
    let joined = Series::new(measure, buckets).without(left_out, Vec::new());
    Ok(match width {
        Some(width) => joined.with_width(width),
        None => joined,
    })
}

/// The first of these buckets that shares time with another one.
fn overlapping<'a>(
    buckets: &'a [Bucket],
    with: &Bucket,
    width: Option<SignedDuration>,
) -> Option<&'a Bucket> {
    let apart = |a: Timestamp, b: Timestamp| match width {
        Some(width) => b.duration_since(a) >= width,
        None => a < b,
    };
    let first = buckets.partition_point(|bucket| apart(bucket.start, with.start));
    buckets.get(first).filter(|bucket| !apart(with.start, bucket.start))
}

impl JoinReport {
    fn note(&mut self, earlier: &Bucket, later: &Bucket) {
        self.shared += 1;
        if earlier.count == later.count {
            return;
        }
        self.differing += 1;
        let found = Discrepancy { start: later.start, earlier: earlier.count, later: later.count };
        if self.largest.is_none_or(|largest| largest.size() < found.size()) {
            self.largest = Some(found);
        }
    }
}

impl Discrepancy {
    /// By how much the answers disagree.
    #[must_use]
    pub const fn size(self) -> u64 {
        self.earlier.abs_diff(self.later)
    }
}

impl fmt::Display for JoinReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shared, differing, largest, gaps } = self;
        match largest {
            Some(Discrepancy { start, earlier, later }) => write!(
                f,
                "{differing} of {shared} intervals that several answers hold differ, most of all \
                 at {start}: {earlier}, and later {later}; the later one counts"
            )?,
            None if *shared > 0 => write!(f, "{shared} intervals that several answers hold agree")?,
            None => {}
        }
        for (place, Gap { start, end }) in gaps.iter().enumerate() {
            let apart = if place > 0 || *shared > 0 { "; " } else { "" };
            write!(f, "{apart}nothing is known from {start} to {end}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IntervalHours;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3600).unwrap()
    }

    /// An answer asked for at an hour, with counts from an hour on.
    fn answer(asked: i64, first: i64, counts: &[u64]) -> (Timestamp, DeviceInfo) {
        let bucket = |(place, count): (usize, &u64)| {
            let hour = first + i64::try_from(place).unwrap();
            format!(r#"{{"time":{},"count":{count}}}"#, hour * 3_600_000)
        };
        let buckets: Vec<String> = counts.iter().enumerate().map(bucket).collect();
        let body = format!(
            r#"{{"deviceInfo":[{{"did":7,"graphData":[{}],"info":{{"totalUsed":{asked},
               "totalServed":0,"totalDevicesAndPorts":1,"devicesAndPorts":[],"devicesServed":[],
               "devicesUsed":[],"portsServed":[],"portsUsed":[]}}}}]}}"#,
            buckets.join(",")
        );
        (at(asked), DeviceInfo::from_slice_as(body.as_bytes(), DataType::Connections).unwrap())
    }

    fn joined(answers: Vec<(Timestamp, DeviceInfo)>) -> (DeviceInfo, JoinReport) {
        DeviceInfo::joined(answers).unwrap().unwrap()
    }

    fn history(info: &DeviceInfo) -> Vec<(i64, u64)> {
        let buckets = info.subject.longest_series().buckets().iter();
        buckets.map(|bucket| (bucket.start.as_second() / 3600, bucket.count)).collect()
    }

    #[test]
    fn what_one_answer_says_is_all_there_is() {
        let (_, one) = answer(3, 0, &[1, 2, 3]);
        let (joined, joint) = joined(vec![(at(3), one.clone())]);
        assert_eq!(joined, one);
        assert_eq!(joint, JoinReport::default());
        assert_eq!(DeviceInfo::joined(Vec::new()), Ok(None));
    }

    #[test]
    fn answers_follow_each_other_in_whatever_order_they_are_given() {
        let answers =
            [answer(3, 0, &[1, 2, 3]), answer(5, 2, &[3, 4, 5]), answer(7, 4, &[5, 6, 7])];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let (joined, joint) = joined(order.map(|place| answers[place].clone()).to_vec());
            let all: Vec<(i64, u64)> = (0..7).zip(1..).collect();
            assert_eq!(history(&joined), all);
            // Everything else is the newest's.
            assert_eq!(joined.subject.series, answers[2].1.subject.series);
            assert_eq!(joined.subject.breakdown, answers[2].1.subject.breakdown);
            assert_eq!((joint.shared, joint.differing), (2, 0));
        }
    }

    #[test]
    fn the_later_answer_counts_and_the_largest_difference_is_told() {
        let (joined, joint) = joined(vec![answer(3, 0, &[1, 20, 3]), answer(4, 1, &[25, 30, 4])]);
        assert_eq!(history(&joined), [(0, 1), (1, 25), (2, 30), (3, 4)]);
        assert_eq!((joint.shared, joint.differing), (2, 2));
        let largest = Discrepancy { start: at(2), earlier: 3, later: 30 };
        assert_eq!(joint.largest, Some(largest));
        assert_eq!(
            joint.to_string(),
            "2 of 2 intervals that several answers hold differ, most of all at \
             1970-01-01T02:00:00Z: 3, and later 30; the later one counts"
        );
    }

    #[test]
    fn an_interval_that_was_not_over_is_no_disagreement() {
        let mut early = answer(2, 0, &[1, 2, 1]);
        early.0 = at(2) + SignedDuration::from_mins(30);
        let (joined, joint) = joined(vec![early, answer(4, 1, &[2, 3, 4])]);
        assert_eq!(history(&joined), [(0, 1), (1, 2), (2, 3), (3, 4)]);
        assert_eq!((joint.shared, joint.differing), (1, 0));
    }

    #[test]
    fn what_was_not_over_is_not_filled_in_and_a_gap_is_told() {
        let mut early = answer(2, 0, &[1, 2, 1]);
        early.0 = at(2) + SignedDuration::from_mins(30);
        let (joined, joint) = joined(vec![early, answer(12, 10, &[3, 4])]);
        assert_eq!(history(&joined), [(0, 1), (1, 2), (10, 3), (11, 4)]);
        assert_eq!(joint.gaps, [Gap { start: at(2), end: at(10) }]);
        assert_eq!(joined.subject.longest_series().width(), Some(SignedDuration::from_hours(1)));
    }

    #[test]
    fn the_newest_interval_may_still_run() {
        let (joined, _) = joined(vec![answer(2, 0, &[1, 2]), answer(3, 1, &[2, 3, 1])]);
        assert_eq!(history(&joined), [(0, 1), (1, 2), (2, 3), (3, 1)]);
    }

    #[test]
    fn intervals_that_begin_at_other_minutes_give_way_to_the_later() {
        let four = IntervalHours::new(4).unwrap();
        let spaced = |(asked, info): (Timestamp, DeviceInfo), hours: &[i64]| {
            let buckets =
                hours.iter().map(|hour| Bucket { start: at(*hour), count: 1, detail: None });
            let mut info = info;
            info.subject.series = Series::new(Some(DataType::Connections), buckets.collect());
            (asked, info.with_interval(four))
        };
        let early = spaced(answer(12, 0, &[]), &[0, 4, 8]);
        let late = spaced(answer(17, 0, &[]), &[5, 9, 13]);
        let (joined, joint) = joined(vec![early, late]);
        let starts: Vec<i64> = history(&joined).into_iter().map(|(hour, _)| hour).collect();
        assert_eq!(starts, [0, 5, 9, 13]);
        assert_eq!(joint.shared, 0);
        assert_eq!(joint.gaps, [Gap { start: at(4), end: at(5) }]);
        let told = "nothing is known from 1970-01-01T04:00:00Z to 1970-01-01T05:00:00Z";
        assert_eq!(joint.to_string(), told);
    }

    #[test]
    fn what_is_not_the_same_is_refused() {
        let refused = |other: DeviceInfo| {
            DeviceInfo::joined(vec![answer(3, 0, &[1, 2, 3]), (at(4), other)]).unwrap_err()
        };
        let (_, sound) = answer(4, 1, &[2, 3, 4]);
        let mut other = sound.clone();
        other.subject.device.did = Some(DeviceId::new(8));
        assert!(matches!(refused(other), JoinError::Devices(..)));
        let mut other = sound.clone();
        other.dialect = Dialect::Documented;
        assert!(matches!(refused(other), JoinError::Dialects(..)));
        let wide = sound.clone().with_interval(IntervalHours::new(4).unwrap());
        let error = refused(wide);
        assert_eq!(error.to_string(), "failed to join answers in intervals of 1 h and of 4 h");
        let mut other = sound;
        other.subject.series = Series::new(Some(DataType::BytesIn), Vec::new());
        assert!(matches!(refused(other), JoinError::Measures(..)));
    }

    #[test]
    fn a_cut_takes_from_all_that_is_known() {
        let (joined, _) = joined(vec![answer(3, 0, &[1, 2, 3]), answer(5, 2, &[3, 4, 5])]);
        let cut = joined.between(Some(at(1)), Some(at(3)));
        assert!(cut.subject.series.counts().eq([2, 3]));
        assert!(cut.subject.longest_series().counts().eq([2, 3]));
    }

    #[test]
    fn parts_that_the_newest_lacks_are_not_reported() {
        let (early, one) = answer(3, 0, &[1, 2, 3]);
        let (late, other) = answer(5, 2, &[3, 4, 5]);
        let first = Evidence {
            connections: Part::Answered(one.clone()),
            external: Part::Answered(one),
            ..Evidence::default()
        };
        let second = Evidence { connections: Part::Answered(other), ..Evidence::default() };
        let (evidence, joints) = Evidence::joined(vec![(late, second), (early, first)]).unwrap();
        assert_eq!(joints.len(), 1);
        assert_eq!(evidence.external, Part::Absent);
        let connections = evidence.connections.into_answer().unwrap();
        assert_eq!(history(&connections).len(), 5);
    }
}
