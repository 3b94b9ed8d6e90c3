//! The device list of an appliance, of which a page may not be had.

use std::collections::HashSet;
use std::fmt;

use dt_fleet::rows::ErrorKind;
use dt_model::{Device, DeviceId, DevicePages, DeviceSearch, DeviceSearchPage, Problem};
use dt_transport::{Client, Error, Transport};

use super::lines;
use crate::SweepError;

/// After so many pages in a row that cannot be had, the rest of the list is given up.
const MOST_FAILURES: u32 = 3;

/// What an appliance lists.
#[derive(Debug, Default)]
pub(super) struct DeviceList {
    /// Its devices, each once, in an order that does not move meanwhile.
    pub(super) devices: Vec<Device>,
    pub(super) lost: Option<LostPages>,
}

/// Pages of a list that could not be had.
#[derive(Debug)]
pub(super) struct LostPages {
    /// How many devices are on them; `None` if the appliance does not say how many there are.
    devices: Option<u64>,
    /// Why the first of them could not be had.
    pub(super) reason: LostReason,
}

/// Why a part of a list could not be had.
#[derive(Debug)]
pub(super) enum LostReason {
    /// A page was refused.
    Refused(Box<Error>),
    /// The appliance gave fewer than it says that there are.
    Ended(Problem),
}

/// Lists the devices of a search of which `is_meant` holds. `step` is told how many there are after each page, and
/// says whether to go on.
///
/// A page that cannot be had costs its own devices alone: it is asked for once more, and left out. Where every further
/// page would fail as well, the list ends.
pub(super) fn list<T: Transport>(
    client: &Client<T>,
    search: DeviceSearch,
    is_meant: impl Fn(&Device) -> bool,
    mut step: impl FnMut(usize) -> bool,
) -> DeviceList {
    let mut pages = DevicePages::new(search);
    let (mut list, mut seen, mut failures) = (DeviceList::default(), HashSet::new(), 0);
    while let Some(search) = pages.search() {
        match ask(client, search) {
            Ok(page) => {
                failures = 0;
                let page = pages.take(page);
                list.devices.extend(page.devices.into_iter().filter(|device| {
                    let is_new = device.did.is_some_and(|did| did.is_device() && seen.insert(did));
                    is_new && is_meant(device)
                }));
                let mut problems = page.warnings.into_iter().map(|warning| warning.problem);
                if let Some(problem) = problems.find(is_cut) {
                    // What repeats others stands for as many that should have been there.
                    let is_repeated = matches!(problem, Problem::RepeatedPage { .. });
                    let repeated = if is_repeated { page.entries } else { 0 };
                    let lost = pages.left().map(|left| left + repeated);
                    list.lose(lost, LostReason::Ended(problem));
                }
            }
            Err(error) => {
                failures += 1;
                let left = pages.left();
                let is_end = failures == MOST_FAILURES || is_everywhere(&error);
                if is_end {
                    pages.end();
                } else {
                    pages.skip();
                }
                let lost = if is_end { left } else { left.zip(pages.left()).map(|(a, b)| a - b) };
                list.lose(lost, LostReason::Refused(error));
            }
        }
        if !step(list.devices.len()) {
            break;
        }
    }
    list
}

/// Asks for a page, and again where the next answer may be another.
fn ask<T: Transport>(
    client: &Client<T>,
    search: &DeviceSearch,
) -> Result<DeviceSearchPage, Box<Error>> {
    match client.ask(search) {
        Err(error) if !is_everywhere(&error) => client.ask(search).map_err(Box::new),
        answer => answer.map_err(Box::new),
    }
}

/// Whether an error would be met by whatever else is asked; the client has tried often enough by then.
fn is_everywhere(error: &Error) -> bool {
    matches!(lines::kind(error.refusal_kind()), ErrorKind::Network | ErrorKind::Permission)
}

/// Whether a list ends before its end, for what an appliance answers.
const fn is_cut(problem: &Problem) -> bool {
    matches!(problem, Problem::WrongTotal { .. } | Problem::RepeatedPage { .. })
}

impl DeviceList {
    fn lose(&mut self, devices: Option<u64>, reason: LostReason) {
        match &mut self.lost {
            None => self.lost = Some(LostPages { devices, reason }),
            Some(lost) => lost.devices = lost.devices.zip(devices).map(|(a, b)| a + b),
        }
    }

    /// Adds these devices, if they may be on a page that could not be had.
    pub(super) fn complete(&mut self, known: impl IntoIterator<Item = Device>) {
        let listed: HashSet<DeviceId> = self.devices.iter().filter_map(|it| it.did).collect();
        let is_left = |device: &Device| device.did.is_some_and(|did| !listed.contains(&did));
        self.devices.extend(known.into_iter().filter(is_left));
    }
}

impl fmt::Display for LostPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let devices = match self.devices {
            Some(1) => "1 device".to_owned(),
            Some(devices) => format!("{devices} devices"),
            None => "devices, nobody knows how many,".to_owned(),
        };
        write!(f, "{devices} of the list could not be read: {}", self.reason)
    }
}

impl From<LostReason> for SweepError {
    fn from(reason: LostReason) -> Self {
        match reason {
            LostReason::Refused(error) => error.into(),
            LostReason::Ended(problem) => Self::List(problem),
        }
    }
}

impl fmt::Display for LostReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Ended(problem @ Problem::WrongTotal { .. }) => {
                write!(f, "the appliance {problem}")
            }
            Self::Ended(problem) => problem.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use dt_transport::{RetryPolicy, TransportError};
    use http::{Request, Response, StatusCode};

    use super::*;

    /// An appliance of seven devices that answers with as many a page as are asked for, or as it is told. What is called
    /// 204 here is an empty page, and 208 the first one again.
    struct Pages {
        /// What is answered instead, by the offset that is asked for, and how often.
        instead: Mutex<Vec<(u64, u16, u32)>>,
    }

    impl Transport for Pages {
        fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
            let query = request.uri().query().unwrap_or_default();
            let number = |name: &str| {
                let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                pairs.filter(|pair| pair.0 == name).find_map(|pair| pair.1.parse().ok())
            };
            let (offset, count) = (number("offset").unwrap_or(0), number("count").unwrap());
            let mut instead = self.instead.lock().unwrap();
            let fault = instead.iter_mut().find(|it| it.0 == offset && it.2 > 0);
            let body = match fault {
                Some((_, 200, left)) => {
                    *left -= 1;
                    r#"{"totalCount": 7, "devices": [{"did": 1}, {"di"#.to_owned()
                }
                Some((_, 204, left)) => {
                    *left -= 1;
                    r#"{"totalCount": 7, "devices": []}"#.to_owned()
                }
                Some((_, 208, left)) => {
                    *left -= 1;
                    r#"{"totalCount": 7, "devices": [{"did": 1}, {"did": 2}]}"#.to_owned()
                }
                Some((_, status, left)) => {
                    *left -= 1;
                    let status = StatusCode::from_u16(*status).unwrap();
                    return Ok(Response::builder().status(status).body(Vec::new()).unwrap());
                }
                None => {
                    let ids = offset + 1..(offset + count).min(7) + 1;
                    let devices: Vec<String> =
                        ids.map(|did| format!(r#"{{"did": {did}}}"#)).collect();
                    format!(r#"{{"totalCount": 7, "devices": [{}]}}"#, devices.join(", "))
                }
            };
            Ok(Response::builder().body(body.into_bytes()).unwrap())
        }
    }

    /// The ids that are listed two a page, and what is said of those that are not.
    fn listed(instead: &[(u64, u16, u32)]) -> (Vec<i64>, Option<String>) {
        let transport = Pages { instead: instead.to_vec().into() };
        let credentials = dt_auth::Credentials::new("pub", "priv").unwrap();
        let address = "https://appliance.example".parse().unwrap();
        let client = Client::new(transport, address, credentials);
        let client = client.retry(RetryPolicy::default().retries(0));
        let list = list(&client, DeviceSearch::new().count(2), |_| true, |_| true);
        let ids = list.devices.iter().filter_map(|device| device.did).map(DeviceId::get);
        (ids.collect(), list.lost.map(|lost| lost.to_string()))
    }

    #[test]
    fn a_page_that_cannot_be_had_costs_its_own_devices_alone() {
        assert_eq!(listed(&[]), (vec![1, 2, 3, 4, 5, 6, 7], None));
        for status in [404, 200, 400] {
            let (ids, lost) = listed(&[(2, status, 9)]);
            let lost = lost.unwrap();
            assert_eq!(ids, [1, 2, 5, 6, 7], "{status}");
            assert!(lost.starts_with("2 devices of the list could not be read"), "{lost}");
        }
        let (ids, lost) = listed(&[(6, 404, 9)]);
        assert_eq!(ids, [1, 2, 3, 4, 5, 6]);
        assert!(lost.unwrap().starts_with("1 device of"), "no more than there are");
        let (ids, lost) = listed(&[(0, 404, 9)]);
        assert_eq!(ids, [3, 4, 5, 6, 7]);
        assert!(lost.unwrap().starts_with("devices, nobody knows how many,"));
    }

    #[test]
    fn a_list_that_ends_too_early_lacks_what_should_follow() {
        for (status, why) in
            [(204, "the appliance says that there are 7"), (208, "the page after 4")]
        {
            let (ids, lost) = listed(&[(4, status, 9)]);
            assert_eq!(ids, [1, 2, 3, 4]);
            let lost = lost.unwrap();
            assert!(lost.starts_with("3 devices of the list could not be read: "), "{lost}");
            assert!(lost.contains(why), "{lost}");
        }
        let (ids, lost) = listed(&[(0, 204, 9)]);
        assert_eq!((ids.len(), lost.is_some()), (0, true));
    }

    #[test]
    fn a_page_that_comes_the_second_time_is_no_loss() {
        assert_eq!(listed(&[(2, 404, 1), (4, 200, 1)]), (vec![1, 2, 3, 4, 5, 6, 7], None));
    }

    #[test]
    fn a_list_ends_where_every_page_would_fail() {
        let (ids, lost) = listed(&[(2, 403, 9)]);
        assert_eq!(ids, [1, 2]);
        assert!(lost.unwrap().starts_with("5 devices of"));
        let (ids, _) = listed(&[(0, 404, 9), (2, 404, 9), (4, 404, 9)]);
        assert_eq!(ids, [] as [i64; 0], "the third in a row is the last");
    }

    #[test]
    fn devices_of_a_run_before_stand_in_for_what_was_not_listed() {
        let device = |did| Device::with_id(DeviceId::new(did));
        let mut list = DeviceList { devices: vec![device(1), device(2)], lost: None };
        list.complete([device(2), device(3)]);
        assert_eq!(list.devices, [device(1), device(2), device(3)]);
    }
}
