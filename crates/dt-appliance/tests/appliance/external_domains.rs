//! A device that talks to hosts with names of an attacker's choosing.

use dt_appliance::Responder;
use dt_model::{DeviceId, Dialect};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::{device_info, get, json, network};

const NAMES: [&str; 8] = [
    "a+b.example",
    "%",
    "a&b=c",
    "line\r\nbreak",
    "Unknown",
    "aGVsbG8=.evil.example",
    "#",
    "\u{0}",
];

fn with(dialect: Dialect, names: &[&str]) -> Responder {
    let network = network().with_external_domains(DeviceId::new(12345), names.iter().copied());
    Responder::new(network, dialect)
}

fn domains(answer: &Value) -> Vec<&str> {
    let parts = answer["deviceInfo"][0]["info"]["externalDomains"].as_array().unwrap();
    parts.iter().map(|part| part["domain"].as_str().unwrap()).collect()
}

#[test]
fn each_name_is_listed_as_it_is_and_can_be_asked_about() {
    let responder = with(Dialect::Appliance, &NAMES);
    for data_type in ["co", "sizeout", "sizein"] {
        let query = format!("/deviceinfo?did=12345&datatype={data_type}&odid=0");
        let answer = json(&responder, &query);
        let listed = domains(&answer);
        for name in NAMES {
            assert!(listed.contains(&name), "{name:?} is not in {listed:?}");
        }
        for name in NAMES {
            let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC);
            let answer = json(&responder, &format!("{query}&externaldomain={encoded}"));
            assert_eq!(domains(&answer), [name]);
        }
    }
    for name in NAMES {
        let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC);
        let query = format!("/endpointdetails?hostname={encoded}&additionalinfo=true");
        let answer = json(&responder, &query);
        assert_eq!(answer["hostname"], name.to_lowercase());
        assert_eq!(answer["devices"].as_array().unwrap().len(), 1);
        assert_eq!(answer["devices"][0]["did"], 12345);
    }
}

/// It can be listed, but not asked about: appliances refuse empty parameters.
#[test]
fn a_name_can_be_empty() {
    let answer = json(&with(Dialect::Appliance, &[""]), "/deviceinfo?did=12345&odid=0");
    assert!(domains(&answer).contains(&""));
    let without = json(&with(Dialect::Appliance, &[]), "/deviceinfo?did=12345&odid=0");
    assert!(!domains(&without).contains(&""));
}

#[test]
fn the_documented_dialect_has_them_as_host_names() {
    let answer = json(&with(Dialect::Documented, &NAMES), "/deviceinfo?did=12345&odid=0");
    let destinations = answer["destinations"].as_array().unwrap();
    for name in NAMES {
        assert!(destinations.iter().any(|found| found["hostname"] == name), "{name:?}");
    }
}

#[test]
fn other_devices_are_as_they_were() {
    let [with, without] = [&NAMES[..], &[]].map(|names| with(Dialect::Appliance, names));
    for did in without.network().device_ids().filter(|did| did.get() != 12345).take(20) {
        let target = format!("/deviceinfo?did={did}&odid=0");
        assert_eq!(get(&with, &target), get(&without, &target), "{did}");
    }
    device_info(&with, "did=12345&fulldevicedetails=true");
    let nobody = network().with_external_domains(DeviceId::new(1), NAMES);
    let target = "/deviceinfo?did=12345&odid=0";
    let nobody = Responder::new(nobody, Dialect::Appliance);
    assert_eq!(get(&nobody, target), get(&without, target));
}
