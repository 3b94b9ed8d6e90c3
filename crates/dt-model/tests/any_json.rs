//! Any JSON gives a value or an error, never a panic; so does anything else.

use dt_model::{Device, DeviceInfo, DeviceSearchPage, EndpointDetails, SimilarDevice};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Keys that mean something somewhere, so that trees reach deep into the reader.
const KEYS: &[&str] = &[
    "deviceInfo",
    "devices",
    "device",
    "graphdata",
    "graphData",
    "destinations",
    "devicedetails",
    "similar_devices",
    "summary",
    "did",
    "time",
    "timestamp",
    "count",
    "connections",
    "bytes_out",
    "bytes_in",
    "protocols",
    "ports",
    "top_destinations",
    "info",
    "totalUsed",
    "portsUsed",
    "port",
    "size",
    "firstTime",
    "devicesUsed",
    "devicesAndPorts",
    "deviceAndPort",
    "direction",
    "externalDomains",
    "domain",
    "hostname",
    "ip",
    "tags",
    "name",
    "data",
    "locations",
    "country",
    "totalCount",
    "similarityScore",
    "similarity_score",
    "is_external",
    "443",
    "others",
    "",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..5_000_000_000_000_i64).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(&["others", "in", "out", "5001 - 10000", "443"][..])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 120, 12, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..10).prop_map(|pairs| {
                let object: Map<String, Value> =
                    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
                Value::from(object)
            }),
        ]
    })
}

fn read_everything(bytes: &[u8]) {
    let _ = DeviceInfo::from_slice(bytes);
    let _ = Device::list_from_slice(bytes);
    let _ = SimilarDevice::list_from_slice(bytes);
    let _ = DeviceSearchPage::from_slice(bytes);
    let _ = EndpointDetails::list_from_slice(bytes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_everything(&bytes);
    }

    #[test]
    fn any_tree(tree in any_json()) {
        read_everything(tree.to_string().as_bytes());
    }

    /// Well-formed JSON in the place of a response's parts never loses the response.
    #[test]
    fn any_parts(own in any_json(), info in any_json(), similar in any_json()) {
        let appliance = json!({"deviceInfo": [{"did": 1, "graphData": own, "info": info}, similar]});
        let documented = json!({"graphdata": own, "summary": info, "destinations": [], "similar_devices": similar});
        for response in [appliance, documented] {
            let read = DeviceInfo::from_slice(response.to_string().as_bytes());
            prop_assert!(read.is_ok(), "{:?}", read.err());
        }
    }
}
