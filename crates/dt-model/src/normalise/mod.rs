//! From wire types to what the crate promises: odd leaves become warnings, the rest is kept.

mod alert;
mod appliance;
mod documented;
mod endpoint;

use std::ops::RangeInclusive;

use jiff::Timestamp;

use crate::error::{Kind, LooksLike, ReadError};
use crate::plain_json;
use crate::repair::repair;
use crate::warning::{Path, WarningLog};
use crate::wire::Response;
use crate::wire::lenient::{Lenient, List, OneOrMany, Shape};
use crate::{
    Bucket, DataType, Device, DeviceId, DeviceInfo, Dialect, JsonKind, Problem, Series, Warning,
};

pub(crate) use alert::{breaches, groups, watched};
pub(crate) use appliance::{devices, search_page, similar_devices};
pub(crate) use endpoint::endpoints;

const DEVICE_INFO: &str = "/deviceinfo";

/// Reads an answer to a question about the device `about`, if that is known.
pub(crate) fn device_info(
    bytes: &[u8],
    measure: Option<DataType>,
    about: Option<DeviceId>,
) -> Result<DeviceInfo, ReadError> {
    let mut log = WarningLog::default();
    let response = parse::<Response>(bytes, DEVICE_INFO, &mut log)?;
    put_in_order(response, bytes, measure, about, log)
}

/// Makes of what stands on the wire what the crate promises.
fn put_in_order(
    response: Lenient<Response>,
    bytes: &[u8],
    measure: Option<DataType>,
    about: Option<DeviceId>,
    mut log: WarningLog,
) -> Result<DeviceInfo, ReadError> {
    let Some(response) = response.accept(Path::ROOT, &mut log) else {
        return Err(unrecognised(bytes));
    };
    let mut info = match recognise(&response, &mut log) {
        Some(Dialect::Appliance) => appliance::device_info(response, measure, about, &mut log)?,
        Some(Dialect::Documented) => documented::device_info(response, measure, &mut log)?,
        None => return Err(unrecognised(bytes)),
    };
    check_subject(&info, about, &mut log)?;
    check_intervals(&mut info, &mut log)?;
    let described = std::iter::once(&info.subject.device).chain(&info.devices);
    note_anonymised(described, &mut log);
    info.warnings = log.finish();
    Ok(info)
}

/// Refuses an answer about another device than the one that was asked about. One that names nobody
/// can only be taken at its word.
fn check_subject(
    info: &DeviceInfo,
    about: Option<DeviceId>,
    log: &mut WarningLog,
) -> Result<(), ReadError> {
    let Some(asked) = about else { return Ok(()) };
    // The first that is named: where none is the one that was asked about, it is not among them.
    let others = info.similar.iter().map(|similar| &similar.profile.device);
    let named = std::iter::once(&info.subject.device).chain(others).find_map(|it| it.did);
    match named {
        Some(answered) if answered == asked => Ok(()),
        Some(answered) => Err(Kind::OtherDevice { asked, answered }.into()),
        None => {
            log.note(Path::ROOT, Problem::NamesNoDevice(asked));
            Ok(())
        }
    }
}

/// Refuses a series whose buckets reach over more intervals than any answer has. A similar device's is
/// left out: the others are still good to compare with.
fn check_intervals(info: &mut DeviceInfo, log: &mut WarningLog) -> Result<(), ReadError> {
    let too_many = |series: &Series| {
        Some(series.intervals()).filter(|intervals| *intervals > Series::MOST_INTERVALS)
    };
    if let Some(intervals) = too_many(&info.subject.series) {
        return Err(Kind::Scattered { intervals }.into());
    }
    for similar in &mut info.similar {
        if let Some(intervals) = too_many(&similar.profile.series) {
            let device = similar.profile.device.did;
            log.note(Path::ROOT, Problem::Scattered { device, intervals });
            similar.profile.series = Series::unreported(similar.profile.series.measure());
        }
    }
    Ok(())
}

/// Says that devices are anonymised: whoever searches for one by its name would not find it.
fn note_anonymised<'a>(devices: impl IntoIterator<Item = &'a Device>, log: &mut WarningLog) {
    if devices.into_iter().any(Device::is_anonymised) {
        log.note(Path::ROOT, Problem::Anonymised);
    }
}

/// Which dialect a response is in, by the keys that only one of them has.
fn recognise(response: &Response, log: &mut WarningLog) -> Option<Dialect> {
    let documented = response.graphdata.is_value()
        || response.destinations.is_value()
        || response.similar_devices.is_value()
        || response.devicedetails.is_value();
    if !response.device_info.is_missing() {
        if documented {
            let what = "holds both dialects; only deviceInfo was read";
            log.note(Path::ROOT, Problem::Contradiction(what));
        }
        return Some(Dialect::Appliance);
    }
    documented.then_some(Dialect::Documented)
}

/// Says what a well-formed document is that is no response.
fn unrecognised(bytes: &[u8]) -> ReadError {
    ReadError::not_a_response(DEVICE_INFO, LooksLike::json(strip_bom(bytes)))
}

/// Reads a list, or one item that stands alone. A body that holds items, but no sound one, is
/// something else.
fn one_or_many<W: Shape, T>(
    bytes: &[u8],
    endpoint: &'static str,
    mut make: impl FnMut(W, Path<'_>, &mut WarningLog) -> Option<T>,
) -> Result<(Vec<T>, Vec<Warning>), ReadError> {
    let mut log = WarningLog::default();
    let (held, sound) = match parse::<OneOrMany<W>>(bytes, endpoint, &mut log)? {
        Lenient::Value(OneOrMany::Many(list)) => {
            let held = list.value().is_some_and(|List(items)| !items.is_empty());
            (held, sound_items(list, Path::ROOT, &mut log, make).unwrap_or_default())
        }
        Lenient::Value(OneOrMany::One(one)) => {
            let one = one.accept(Path::ROOT, &mut log);
            let made = one.and_then(|one| make(one, Path::ROOT, &mut log));
            (true, made.into_iter().collect())
        }
        // `null` is how some answers say that there is none.
        Lenient::Missing => (false, Vec::new()),
        Lenient::Odd(_) | Lenient::Converted(..) => (true, Vec::new()),
    };
    if held && sound.is_empty() {
        return Err(ReadError::not_a_response(endpoint, LooksLike::json(strip_bom(bytes))));
    }
    Ok((sound, log.finish()))
}

/// Reads a whole document. Nearly all are plain. What cannot be held is replaced, and the path of a
/// fault found, by reading again: neither costs anything until it is needed.
fn parse<T: Shape>(
    bytes: &[u8],
    endpoint: &'static str,
    log: &mut WarningLog,
) -> Result<Lenient<T>, ReadError> {
    let json = strip_bom(bytes);
    // Checking all bytes at once is much faster than each string by itself.
    if let Some(read) = std::str::from_utf8(json).ok().and_then(plain_json::read) {
        return Ok(read);
    }
    // Bytes that are no UTF-8 may still be read, if they are in a part that is skipped.
    serde_json::from_slice(json).or_else(|error| {
        let read_text = |text: String| serde_json::from_slice(text.as_bytes()).ok();
        if let Some(read) = repair(json).and_then(read_text) {
            log.note(Path::ROOT, Problem::Replaced);
            return Ok(read);
        }
        if let Some(read) = latin_1(json).and_then(read_text) {
            log.note(Path::ROOT, Problem::NotUtf8);
            return Ok(read);
        }
        let mut again = serde_json::Deserializer::from_slice(json);
        let path = serde_path_to_error::deserialize::<_, Lenient<T>>(&mut again)
            .map_or_else(|fault| fault.path().to_string(), |_| String::new());
        Err(ReadError::broken(endpoint, json, path, error))
    })
}

/// Text with bytes that are no UTF-8, each of which is taken as a character of Latin-1; `None` if it is
/// all UTF-8.
fn latin_1(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).is_err().then(|| {
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().copied().map(char::from));
        }
        text
    })
}

/// A byte order mark is no JSON, but editors leave one.
fn strip_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The sound items of a list, each made into a `T`; `None` if there is no list.
fn items<W: Shape, T>(
    list: Lenient<List<W>>,
    at: Path<'_>,
    log: &mut WarningLog,
    mut make: impl FnMut(W, Path<'_>, &mut WarningLog) -> T,
) -> Option<Vec<T>> {
    sound_items(list, at, log, |item, at, log| Some(make(item, at, log)))
}

/// The items of a list from which `make` could make something; `None` if there is no list.
fn sound_items<W: Shape, T>(
    list: Lenient<List<W>>,
    at: Path<'_>,
    log: &mut WarningLog,
    mut make: impl FnMut(W, Path<'_>, &mut WarningLog) -> Option<T>,
) -> Option<Vec<T>> {
    let List(list) = list.accept(at, log)?;
    let mut sound = Vec::with_capacity(list.len());
    for (index, item) in list.into_iter().enumerate() {
        let at = at.index(index);
        if let Some(item) = item.accept_item(at, log) {
            sound.extend(make(item, at, log));
        }
    }
    Some(sound)
}

/// A value without which its entry means nothing.
fn required<T: Shape>(
    value: Lenient<T>,
    key: &'static str,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Option<T> {
    if value.is_missing() {
        log.note(at, Problem::WithoutKey(key));
        return None;
    }
    value.accept(at.key(key), log)
}

/// Text that says something: empty text is how some answers say "unknown".
fn text(value: Lenient<String>, at: Path<'_>, log: &mut WarningLog) -> Option<String> {
    value.accept(at, log).filter(|text| !text.is_empty())
}

/// A number within `range`.
fn within(
    number: Lenient<f64>,
    range: &RangeInclusive<f64>,
    expected: &'static str,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Option<f64> {
    let number = number.accept(at, log)?;
    if range.contains(&number) {
        return Some(number);
    }
    log.note(at, Problem::Unexpected { expected, found: JsonKind::OutOfRange });
    None
}

/// The points of a series that have a time and a count, and what is known of the others.
struct ReadPoints {
    buckets: Vec<Bucket>,
    left_out: usize,
    without_count: Vec<Timestamp>,
}

/// Reads points. One that has only a time or a count is left out, but its time still shows how wide
/// buckets are.
fn read_points<W: Shape>(
    points: Lenient<List<W>>,
    at: Path<'_>,
    log: &mut WarningLog,
    mut read: impl FnMut(W, Path<'_>, &mut WarningLog) -> (Option<Timestamp>, Option<u64>),
) -> Option<ReadPoints> {
    let mut without_count = Vec::new();
    let all = points.value().map_or(0, |List(points)| points.len());
    let buckets = sound_items(points, at, log, |point, at, log| match read(point, at, log) {
        (Some(start), Some(count)) => Some(Bucket { start, count, detail: None }),
        (start, _) => {
            without_count.extend(start);
            None
        }
    })?;
    Some(ReadPoints { left_out: all - buckets.len(), buckets, without_count })
}

/// A series of what was read.
fn series(
    read: Option<ReadPoints>,
    measure: Option<DataType>,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Series {
    let unreported = || Series::unreported(measure);
    let Some(ReadPoints { buckets, left_out, without_count }) = read else { return unreported() };
    if buckets.is_empty() && left_out > 0 {
        return unreported().without(left_out, without_count);
    }
    let series = noting_repeats(measure, buckets, at, log);
    if left_out > 0 { series.without(left_out, without_count) } else { series }
}

fn noting_repeats(
    measure: Option<DataType>,
    buckets: Vec<Bucket>,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Series {
    Series::noting_repeats(measure, buckets, |time| log.note(at, Problem::RepeatedTime(time)))
}

/// The same answer as the plain reader and as `serde_json` read it; `None` if it is not plain.
#[cfg(test)]
pub(crate) fn both_ways(json: &str) -> Option<[Result<DeviceInfo, ReadError>; 2]> {
    let plain = plain_json::read(json)?;
    let lenient = serde_json::from_slice(json.as_bytes()).expect(json);
    Some(
        [plain, lenient].map(|response| {
            put_in_order(response, json.as_bytes(), None, None, WarningLog::default())
        }),
    )
}
