//! Devices found by name and by what they are, by both clients, over answers of this file.

#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

use std::future::{Future, ready};
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::time::Duration;

use dt_auth::Credentials;
use dt_model::{DeviceId, DeviceName, Selection};
use dt_transport::{
    AsyncClient, AsyncTransport, Client, Error, FindError, Transport, TransportError,
};
use futures_util::{FutureExt, TryStreamExt};
use http::{Request, Response, StatusCode};

/// Answers by what a request is about, or with nothing where that is unknown, and keeps what was asked.
struct Answers {
    answer: fn(&str) -> String,
    asked: Mutex<Vec<String>>,
}

impl Answers {
    fn respond(&self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        let target = request.uri().path_and_query().unwrap().as_str();
        // As people read it; nothing else is escaped here.
        let target = target.replace("%22", "\"").replace("%3A", ":").replace("%20", " ");
        let target = target.replace("%2A", "*");
        self.asked.lock().unwrap().push(target.clone());
        let body = (self.answer)(&target);
        let status = if body.is_empty() { StatusCode::NOT_FOUND } else { StatusCode::OK };
        Response::builder().status(status).body(body.into_bytes()).unwrap()
    }
}

impl Transport for Answers {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        Ok(self.respond(&request))
    }
}

impl AsyncTransport for Answers {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        Ok(self.respond(&request))
    }

    fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send {
        ready(())
    }
}

fn client(answer: fn(&str) -> String) -> Client<Answers> {
    let answers = Answers { answer, asked: Mutex::default() };
    Client::new(answers, "https://appliance.example".parse().unwrap(), credentials())
}

fn credentials() -> Credentials {
    Credentials::new("public", "private").unwrap()
}

/// What both clients find, which is the same.
fn find(answer: fn(&str) -> String, name: &str) -> Result<DeviceId, FindError> {
    let name: DeviceName = name.parse().unwrap();
    let answers = Answers { answer, asked: Mutex::default() };
    let base = "https://appliance.example".parse().unwrap();
    let asynchronous = AsyncClient::new(answers, base, credentials());
    let found = asynchronous.find_device(&name).now_or_never().unwrap();
    let client = client(answer);
    let blocking = client.find_device(&name);
    assert_eq!(format!("{found:?}"), format!("{blocking:?}"));
    let asked = client.transport().asked.lock().unwrap().clone();
    assert_eq!(asked, *asynchronous.transport().asked.lock().unwrap());
    found
}

fn page(devices: &[&str]) -> String {
    format!(r#"{{"totalCount": {}, "devices": [{}]}}"#, devices.len(), devices.join(","))
}

const WORKSTATION: &str = r#"{"did": 7, "hostname": "ws-07.corp.example", "ip": "10.0.0.7", "macaddress": "02:00:5e:00:30:39"}"#;
const LABELLED: &str = r#"{"did": 8, "devicelabel": "Front desk"}"#;

fn appliance(target: &str) -> String {
    let is = |text: &str| target.contains(text);
    match () {
        () if is("ip=10.0.0.7&seensince=28day") => format!("[{WORKSTATION}]"),
        () if is("ip=192.168.0.88&seensince=28day") => "[]".to_owned(),
        () if is(r#"ip:"192.168.0.88""#) => {
            page(&[r#"{"did": 9, "interfaces": [{"ips": [{"ip": "192.168.0.88"}]}]}"#])
        }
        () if is("ip=10.9.9.9") => r#"[{"did": 5}]"#.to_owned(),
        () if is("mac=02:00:5e:00:30:39&seensince=28day") => WORKSTATION.to_owned(),
        () if is(r#"hostname:"ws-07.*""#) || is(r#"hostname:"ws-07.corp.example""#) => {
            page(&[WORKSTATION])
        }
        () if is(r#"hostname:"dup""#) => {
            page(&[r#"{"did": 10, "hostname": "dup"}"#, r#"{"did": 11, "hostname": "DUP"}"#])
        }
        () if is(r#"hostname:"x*y""#) => {
            page(&[r#"{"did": 20, "hostname": "xaay"}"#, r#"{"did": 21, "hostname": "x&y"}"#])
        }
        () if is(r#"hostname:"w*""#) => page(&[WORKSTATION, r#"{"did": 30, "hostname": "web"}"#]),
        () if is(r#"label:"Front desk""#) => page(&[LABELLED]),
        () if is("/devicesearch") => page(&[]),
        () => String::new(),
    }
}

#[test]
fn a_device_is_found_by_every_name_it_has() {
    for (name, did) in [
        ("7", 7),
        ("10.0.0.7", 7),
        ("02-00-5E-00-30-39", 7),
        ("ws-07.corp.example", 7),
        ("ws-07", 7),
        ("192.168.0.88", 9),
        ("10.9.9.9", 5),
        ("Front desk", 8),
        ("label:Front desk", 8),
        ("x&y", 21),
    ] {
        assert_eq!(find(appliance, name).unwrap(), DeviceId::new(did), "{name}");
    }
}

#[test]
fn no_more_is_asked_than_it_takes() {
    let asked = |name: &str| {
        let client = client(appliance);
        client.find_device(&name.parse().unwrap()).unwrap();
        client.transport().asked.lock().unwrap().len()
    };
    assert_eq!([asked("7"), asked("10.0.0.7"), asked("ws-07.corp.example")], [0, 1, 1]);
    assert_eq!([asked("ws-07"), asked("Front desk")], [2, 3]);
}

#[test]
fn a_name_of_several_devices_is_refused_with_all_of_them() {
    let FindError::Ambiguous { devices, .. } = find(appliance, "dup").unwrap_err() else {
        panic!("it is nobody's, or somebody's");
    };
    assert_eq!(devices.len(), 2);
}

#[test]
fn near_names_are_suggested_with_their_domains_and_without() {
    for name in ["ws-70", "ws-70.corp.example"] {
        let FindError::Unknown { near, .. } = find(appliance, name).unwrap_err() else {
            panic!("it is somebody's");
        };
        assert_eq!(near, ["ws-07.corp.example"], "{name}");
    }
    let FindError::Unknown { near, .. } = find(appliance, "10.7.7.7").unwrap_err() else {
        panic!("it is somebody's");
    };
    assert!(near.is_empty());
}

#[test]
fn a_device_is_found_where_names_are_compared_letter_by_letter() {
    let strict = |target: &str| {
        let is_asked = target.contains(r#"hostname:"w*""#);
        let found = [r#"{"did": 40, "hostname": "ws-D\u00fcNe"}"#];
        page(if is_asked { &found } else { &[] })
    };
    assert_eq!(find(strict, "ws-du\u{308}ne").unwrap(), DeviceId::new(40));
}

#[test]
fn digits_may_be_a_host_as_well() {
    let other = client(|target| {
        let is_asked = target.contains(r#"hostname:"12345""#);
        let found = [r#"{"did": 77, "hostname": "12345"}"#];
        page(if is_asked { &found } else { &[] })
    });
    let did = DeviceId::new(12345);
    let host = other.host_named_like(did).unwrap();
    assert_eq!(host.did, Some(DeviceId::new(77)));
    assert_eq!(client(appliance).host_named_like(did), None);
}

/// A thousand devices, 300 of them a page.
fn many(target: &str) -> String {
    let offset = target
        .split("offset=")
        .nth(1)
        .map_or(0, |text| text.split('&').next().unwrap().parse::<usize>().unwrap());
    let devices: Vec<String> = (offset + 1..=(offset + 300).min(1000))
        .map(|did| {
            let (tag, block) = (["Sales", "R&D"][did % 2], did / 250);
            format!(
                r#"{{"did": {did}, "hostname": "ws-{did}", "ip": "10.0.{block}.{}",
                    "tags": [{{"name": "{tag}"}}]}}"#,
                did % 250
            )
        })
        .collect();
    format!(r#"{{"totalCount": 1000, "devices": [{}]}}"#, devices.join(","))
}

#[test]
fn both_clients_list_each_selected_device_once() {
    let base = "https://appliance.example".parse().unwrap();
    let answers = Answers { answer: many, asked: Mutex::default() };
    let asynchronous = AsyncClient::new(answers, base, credentials());
    let client = client(many);
    for (selection, count) in [
        (Selection::default(), 1000),
        (Selection { tags: vec!["R&D".to_owned()], ..Selection::default() }, 500),
        (Selection { subnets: vec!["10.0.1.0/24".parse().unwrap()], ..Selection::default() }, 250),
    ] {
        let blocking: Result<Vec<_>, Error> = client.list_devices(None, &selection).collect();
        let pages = asynchronous.list_devices(None, &selection).try_collect::<Vec<_>>();
        let blocking = blocking.unwrap();
        assert_eq!(blocking, pages.now_or_never().unwrap().unwrap());
        assert_eq!(blocking.iter().map(|page| page.devices.len()).sum::<usize>(), count);
    }
}

#[test]
fn the_devices_of_a_pattern_are_listed_as_far_as_they_are_selected() {
    let client = client(many);
    let list = |name: &str, selection: &Selection| -> Vec<i64> {
        let name = name.parse().unwrap();
        let pages: Result<Vec<_>, Error> = client.list_devices(Some(&name), selection).collect();
        let devices = pages.unwrap().into_iter().flat_map(|page| page.devices);
        devices.map(|device| device.did.unwrap().get()).collect()
    };
    assert_eq!(list("ws-99*", &Selection::default()).len(), 11);
    let odd = Selection { tags: vec!["R&D".to_owned()], ..Selection::default() };
    assert_eq!(list("host:ws-99*", &odd), [99, 991, 993, 995, 997, 999]);
    assert!(list("nobody-*", &Selection::default()).is_empty());
}

/// What is visited, and why it ended.
fn visited(
    answer: fn(&str) -> String,
    name: Option<&str>,
    selection: &Selection,
) -> (usize, Option<FindError>) {
    let name: Option<DeviceName> = name.map(|name| name.parse().unwrap());
    let answers = Answers { answer, asked: Mutex::default() };
    let base = "https://appliance.example".parse().unwrap();
    let asynchronous = AsyncClient::new(answers, base, credentials());
    let (mut blocking, mut polled) = (0, 0);
    let error = client(answer).visit_devices(name.as_ref(), selection, |page| {
        blocking += page.devices.len();
        Ok(ControlFlow::Continue(()))
    });
    let of_async = asynchronous.visit_devices(name.as_ref(), selection, |page| {
        polled += page.devices.len();
        Ok(ControlFlow::Continue(()))
    });
    let of_async: Result<(), FindError> = of_async.now_or_never().unwrap();
    assert_eq!(format!("{error:?}"), format!("{of_async:?}"));
    assert_eq!(blocking, polled);
    (blocking, error.err())
}

#[test]
fn what_is_asked_for_has_to_be_there_but_all_may_be_none() {
    let all = Selection::default();
    let tagged = |tag: &str| Selection { tags: vec![tag.to_owned()], ..Selection::default() };
    assert_eq!(visited(many, Some("ws-99*"), &all).0, 11);
    assert!(visited(appliance, None, &all).1.is_none());
    match visited(appliance, Some("wsb"), &all) {
        (0, Some(FindError::Unknown { name, near })) => {
            assert_eq!((name.as_str(), near), ("wsb", vec!["web".to_owned()]));
        }
        other => panic!("{other:?}"),
    }
    let nearly = |target: &str| {
        if target.contains(r#"tag:"Sale""#) { page(&[]) } else { many(target) }
    };
    match visited(nearly, None, &tagged("Sale")) {
        (0, Some(FindError::NoneSelected { near })) => assert_eq!(near.tags, ["Sales"]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_visit_ends_when_it_breaks() {
    let client = client(many);
    let mut pages = 0;
    let ended: Result<(), FindError> = client.visit_devices(None, &Selection::default(), |_| {
        pages += 1;
        Ok(ControlFlow::Break(()))
    });
    assert!(ended.is_ok());
    assert_eq!((pages, client.transport().asked.lock().unwrap().len()), (1, 1));
}
