//! What the appliance says about devices of its own accord, against what was planted.

use dt_appliance::{IncidentKind, Network, NetworkConfig, Responder};
use dt_model::{
    ApiQuery, DeviceId, Dialect, IncidentGroupsQuery, List, ModelBreachesQuery, WatchedDomainsQuery,
};
use serde_json::Value;

use crate::{get, json, now, responder};

fn list(responder: &Responder, target: &str) -> Vec<Value> {
    json(responder, target).as_array().unwrap().clone()
}

fn all(responder: &Responder) -> Vec<Value> {
    list(responder, "/modelbreaches?includeacknowledged=true")
}

#[test]
fn breaches_lie_within_what_was_planted_but_for_one() {
    let responder = responder(Dialect::Appliance);
    let network = responder.network();
    let planted = || network.incidents().iter().chain(network.benign());
    let breaches = all(&responder);
    assert!(breaches.is_sorted_by_key(|breach| breach["time"].as_i64()));
    let unexplained: Vec<&Value> = breaches
        .iter()
        .filter(|breach| {
            let time = breach["time"].as_i64().unwrap();
            !planted().any(|incident| {
                breach["device"]["did"] == incident.did.get()
                    && (incident.start.as_millisecond()..incident.end.as_millisecond())
                        .contains(&time)
            })
        })
        .collect();
    assert_eq!(unexplained.len(), 1);
    assert_eq!(unexplained[0]["model"]["now"]["name"], "Device::New User Agent");
    assert_eq!(unexplained[0]["device"]["did"], 12345);
    let silent = network.incidents().iter().find(|it| it.kind == IncidentKind::NewCountry).unwrap();
    assert!(breaches.iter().all(|breach| breach["device"]["did"] != silent.did.get()));
}

#[test]
fn a_network_in_which_nothing_is_wrong_breaches_nothing() {
    let config = NetworkConfig::new().incident_sets(0);
    let responder = Responder::new(Network::generate_with(config, 7, now()), Dialect::Appliance);
    assert!(all(&responder).is_empty());
    assert!(list(&responder, "/aianalyst/groups").is_empty());
}

#[test]
fn breaches_are_chosen_by_device_time_score_and_acknowledgement() {
    let responder = responder(Dialect::Appliance);
    let count = |query: &str| list(&responder, &format!("/modelbreaches?{query}")).len();
    let breaches = all(&responder);
    assert!(count("") < breaches.len());
    assert_eq!(count("did=12345&includeacknowledged=true"), 4);
    assert_eq!(count("did=12345"), 3);
    assert_eq!(count("did=1"), 0);
    assert_eq!(count("did=12345&minscore=0.8"), 1);
    let (pbid, time) = (&breaches[0]["pbid"], &breaches[0]["time"]);
    assert_eq!(count(&format!("includeacknowledged=true&pbid={pbid}")), 1);
    let at = |from: i64| {
        let time = time.as_i64().unwrap();
        count(&format!(
            "includeacknowledged=true&starttime={}&endtime={}",
            time + from,
            time + from
        ))
    };
    assert_eq!((at(-1), at(0), at(1)), (0, 1, 0));
    assert_eq!(count("from=2020-01-01+00:00:00&to=2020-01-02+00:00:00"), 0);
}

#[test]
fn a_breach_says_as_much_as_was_asked_for() {
    let responder = responder(Dialect::Appliance);
    let first = |query: &str| {
        list(&responder, &format!("/modelbreaches?did=12345&minscore=0.8&{query}")).remove(0)
    };
    let full = first("");
    assert_eq!(full["model"]["then"], full["model"]["now"]);
    assert_eq!(full["device"]["hostname"], "workstation-01");
    assert_eq!(
        full["triggeredComponents"][0]["triggeredFilters"][0]["trigger"]["value"],
        "cdn-sync.example"
    );
    let minimal = first("minimal=true");
    assert_eq!(minimal["device"], serde_json::json!({ "did": 12345 }));
    assert!(minimal.get("triggeredComponents").is_none());
    let historic = first("historicmodelonly=true&deviceattop=false");
    assert_eq!(historic["model"]["name"], "Anomalous Connection::Data Sent to Rare Domain");
    assert!(historic.get("device").is_none());
    let known = list(&responder, "/modelbreaches?did=12345&includeacknowledged=true").remove(0);
    assert_eq!(known["acknowledged"]["username"], "demo.analyst");
}

#[test]
fn the_analyst_groups_what_it_looked_into() {
    let responder = responder(Dialect::Appliance);
    let groups = list(&responder, "/aianalyst/groups");
    assert_eq!(groups.len(), 2);
    let upload = list(&responder, "/aianalyst/groups?did=12345").remove(0);
    let incident = &responder.network().incidents()[0];
    assert_eq!(upload["start"], incident.start.as_millisecond());
    assert_eq!(upload["devices"], serde_json::json!([12345]));
    let id = upload["id"].as_str().unwrap();
    let named = list(&responder, &format!("/aianalyst/groups?groupid={id}"));
    assert_eq!(named, std::slice::from_ref(&upload));
    assert!(list(&responder, "/aianalyst/groups?minscore=90").is_empty());
}

/// Asked and read by what `dt-model` has for it; nothing about an answer may be odd.
fn ask<T>(responder: &Responder, query: &impl ApiQuery<Answer = List<T>>) -> Vec<T> {
    let pairs = query.pairs();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let answer = get(responder, &format!("{}?{}", query.path(), pairs.join("&")));
    assert_eq!(answer.status, 200, "{}", query.path());
    let List { items, warnings } = query.read(&answer.body).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    items
}

#[test]
fn what_it_says_is_read_as_it_was_meant() {
    let responder = responder(Dialect::Appliance);
    let (start, end) = (responder.network().window_start(), now());
    let did = DeviceId::new(12345);
    let breaches = ask(&responder, &ModelBreachesQuery::new(start, end).device(did));
    assert_eq!(breaches.len(), 4, "acknowledged ones included");
    assert_eq!(breaches.iter().filter(|breach| breach.acknowledged).count(), 1);
    assert!(breaches.iter().all(|breach| breach.did == Some(did) && breach.model.is_some()));
    let upload = &responder.network().incidents()[0];
    let within = |breach: &&dt_model::ModelBreach| {
        (upload.start..upload.end).contains(&breach.time) && breach.priority.is_some()
    };
    assert_eq!(breaches.iter().filter(within).count(), 2);
    let groups = ask(&responder, &IncidentGroupsQuery::new(start, end));
    assert_eq!(groups.len(), 2);
    assert!(groups.iter().any(|group| group.devices == [did] && group.start == Some(upload.start)));
    let watched = ask(&responder, &WatchedDomainsQuery);
    assert!(watched.iter().any(|domain| Some(&domain.name) == upload.domain.as_ref()));
    assert!(watched.iter().all(|domain| domain.description.is_some()));
}

#[test]
fn watched_domains_have_sources() {
    let responder = responder(Dialect::Appliance);
    let names = list(&responder, "/intelfeed");
    assert!(names.contains(&"cdn-sync.example".into()));
    assert_eq!(list(&responder, "/intelfeed?sources=true"), ["Default", "Threat Exchange"]);
    assert_eq!(list(&responder, "/intelfeed?source=Default"), ["free-wallet.example"]);
    let full = list(&responder, "/intelfeed?fulldetails=true");
    assert_eq!(full.len(), names.len());
    assert_eq!((&full[0]["name"], &full[0]["iagn"]), (&names[0], &false.into()));
}

#[test]
fn an_answer_is_restricted_to_the_fields_that_are_named() {
    let responder = responder(Dialect::Appliance);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let search = json(&responder, "/devicesearch?count=1&responsedata=totalCount");
    assert_eq!(keys(&search), ["totalCount"]);
    for breach in list(&responder, "/modelbreaches?responsedata=pbid,%20score") {
        assert_eq!(keys(&breach), ["pbid", "score"]);
    }
    let info =
        json(&responder, "/deviceinfo?did=12345&fulldevicedetails=true&responsedata=devices");
    assert_eq!(keys(&info), ["devices"]);
    assert_eq!(json(&responder, "/devices?did=12345&responsedata=nothing"), serde_json::json!({}));
    assert_eq!(list(&responder, "/intelfeed?responsedata=name"), list(&responder, "/intelfeed"));
}
