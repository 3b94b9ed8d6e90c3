//! What was planted is in the data, when and where the ground truth says.

use dt_appliance::{Incident, IncidentKind, Network, Responder};
use dt_model::{BreakdownEntry, DeviceInfo, Dialect, NamedOrOthers, Peer, Port};

use crate::{counts, device_info, now, total};

/// Seeds of their own, so that nothing here is true of one network only.
const SEEDS: [u64; 3] = [7, 8, 1_000_003];

fn for_each(kind: IncidentKind, check: impl Fn(&Responder, &Incident)) {
    for seed in SEEDS {
        let responder = Responder::new(Network::generate(seed, now()), Dialect::Appliance);
        let network = responder.network();
        let all = network.incidents().iter().chain(network.benign());
        let of_kind: Vec<Incident> =
            all.filter(|incident| incident.kind == kind).cloned().collect();
        assert!(!of_kind.is_empty(), "{kind:?} {seed}");
        for incident in &of_kind {
            assert!(network.window_start() <= incident.start && incident.start < incident.end);
            assert!(incident.end <= network.window_end());
            check(&responder, incident);
        }
    }
}

/// What the buckets within the incident sum to, and those outside it.
fn inside_and_outside(info: &DeviceInfo, incident: &Incident) -> (u64, u64) {
    let mut sums = (0, 0);
    for bucket in info.subject.series.buckets() {
        if incident.start <= bucket.start && bucket.start < incident.end {
            sums.0 += bucket.count;
        } else {
            sums.1 += bucket.count;
        }
    }
    sums
}

fn of_device(responder: &Responder, incident: &Incident, query: &str) -> DeviceInfo {
    device_info(responder, &format!("did={}{query}", incident.did))
}

fn first_seen<K: PartialEq>(
    parts: Option<&Vec<BreakdownEntry<K>>>,
    key: &K,
) -> Option<jiff::Timestamp> {
    parts.unwrap().iter().find(|part| part.key == *key).unwrap().first_seen
}

#[test]
fn gigabytes_leave_at_night_for_a_rare_domain() {
    for_each(IncidentKind::NightUpload, |responder, incident| {
        assert_eq!(incident.domain.as_deref(), Some("cdn-sync.example"));
        let out = of_device(responder, incident, "&datatype=sizeout&odid=0");
        let (night, otherwise) = inside_and_outside(&out, incident);
        assert!((2_300_000_000..2_500_000_000).contains(&night), "{night}");
        assert!(night > otherwise, "more than in all other nights and days together");
        let to_domain = "&datatype=sizeout&externaldomain=cdn-sync.example";
        let (to_domain, _) =
            inside_and_outside(&of_device(responder, incident, to_domain), incident);
        assert!(to_domain > night * 4 / 5, "most of it to one domain");
        let received = of_device(responder, incident, "&datatype=sizein&odid=0");
        let (received, _) = inside_and_outside(&received, incident);
        assert!(received < night / 10, "an upload");
        assert_eq!(incident.start.to_string().split_once('T').unwrap().1, "02:00:00Z");
    });
}

#[test]
fn a_rare_domain_is_called_every_hour() {
    for_each(IncidentKind::RegularCaller, |responder, incident| {
        let domain = incident.domain.as_ref().unwrap();
        let info = of_device(responder, incident, &format!("&externaldomain={domain}"));
        let active: Vec<u64> = counts(&info).into_iter().filter(|&count| count > 0).collect();
        assert!(active.len() > 600 && active.iter().all(|&count| count == active[0]));
        let external = of_device(responder, incident, "&odid=0").subject.breakdown.unwrap();
        let domains = external.external_domains.unwrap();
        assert!(
            domains.iter().any(|part| part.key == NamedOrOthers::One(domain.clone())),
            "it is listed"
        );
    });
}

#[test]
fn a_new_port_has_a_first_time_within_the_last_days() {
    for_each(IncidentKind::NewPort, |responder, incident| {
        let port = incident.port.unwrap();
        let info = of_device(responder, incident, "");
        let breakdown = info.subject.breakdown.unwrap();
        let first = first_seen(breakdown.ports_used.as_ref(), &Port::Number(port)).unwrap();
        assert!(incident.start <= first && first < incident.end);
        let of_port = of_device(responder, incident, &format!("&port={port}"));
        let (inside, outside) = inside_and_outside(&of_port, incident);
        assert!(inside > 0 && outside == 0);
        let age = now().duration_since(incident.start).as_hours();
        assert!(age < 7 * 24, "{age} hours");
    });
}

#[test]
fn dozens_of_devices_are_contacted_that_never_were() {
    for_each(IncidentKind::ManyNewPeers, |responder, incident| {
        assert!(incident.peers.len() >= 50);
        let info = of_device(responder, incident, "");
        let devices = info.subject.breakdown.as_ref().unwrap().devices_used.as_ref();
        let new = devices.unwrap().iter().filter(|part| part.first_seen >= Some(incident.start));
        assert!(new.count() >= 50, "most are listed, with the time of their first contact");
        let quiet = counts(&info).iter().sum::<u64>() / 672;
        let (inside, _) = inside_and_outside(&info, incident);
        assert!(inside > 5 * 3 * quiet);
        let peer = incident.peers[0];
        let of_peer = of_device(responder, incident, &format!("&odid={peer}&port=445"));
        assert_eq!(total(&of_peer), 6);
        let seen_there =
            device_info(responder, &format!("did={peer}&odid={}&port=445", incident.did));
        assert_eq!(counts(&seen_there), counts(&of_peer), "both ends report the same");
    });
}

#[test]
fn a_country_is_new_to_the_whole_network() {
    for_each(IncidentKind::NewCountry, |responder, incident| {
        let domain = incident.domain.as_ref().unwrap();
        let info = of_device(responder, incident, &format!("&externaldomain={domain}"));
        let (inside, outside) = inside_and_outside(&info, incident);
        assert!(inside > 100 && outside == 0);

        let documented = Responder::new(Network::generate(SEEDS[0], now()), Dialect::Documented);
        let country = |did: i64, domain: &str| {
            let info = device_info(&documented, &format!("did={did}&odid=0"));
            let destinations = info.subject.destinations.unwrap();
            let of_domain = |name: &Option<String>| name.as_deref() == Some(domain);
            let host = destinations.iter().find(|one| of_domain(&one.hostname));
            let others = destinations.iter().filter(|one| !of_domain(&one.hostname));
            let others: Vec<_> = others.filter_map(|one| one.country.clone()).collect();
            (host.and_then(|host| host.country.clone()), others)
        };
        let truth = documented.network().incidents().iter();
        let truth = truth.filter(|one| one.kind == IncidentKind::NewCountry);
        for incident in truth {
            let (new, others) = country(incident.did.get(), domain);
            assert!(!others.contains(&new.unwrap()));
        }
    });
}

#[test]
fn the_backup_is_large_and_stays_inside() {
    for_each(IncidentKind::InternalBackup, |responder, incident| {
        assert!(incident.kind.is_benign());
        let all = of_device(responder, incident, "&datatype=sizeout");
        let (backup, _) = inside_and_outside(&all, incident);
        assert!(backup > 30_000_000_000, "{backup}");
        let outside = of_device(responder, incident, "&datatype=sizeout&odid=0");
        let (left, _) = inside_and_outside(&outside, incident);
        assert!(left < 10_000_000, "{left}");
        let peer = Peer::Device(incident.peers[0]);
        let devices = all.subject.breakdown.unwrap().devices_used;
        let first = first_seen(devices.as_ref(), &peer).unwrap();
        assert!(first < responder.network().window_start(), "it always backs up there");
    });
}

#[test]
fn each_incident_is_on_a_device_of_its_own_but_for_the_upload_and_its_port() {
    for seed in SEEDS {
        let network = Network::generate(seed, now());
        let mut dids: Vec<_> = network.incidents().iter().map(|incident| incident.did).collect();
        assert_eq!(dids.len(), 6);
        dids.dedup();
        assert_eq!(dids.len(), 5);
        assert_eq!(dids[0].get(), 12345);
        assert!(!dids.contains(&network.benign()[0].did));
    }
}

/// The events are placed by the calendar, so they have to fit wherever the window ends.
#[test]
fn the_incidents_fit_any_hour_of_the_week() {
    let start: jiff::Timestamp = "2026-11-16T00:00:00Z".parse().unwrap();
    for hour in 0..168 {
        let end = start + jiff::SignedDuration::from_hours(hour);
        let network = Network::generate(7, end);
        assert_eq!(network.incidents().len(), 6);
        for incident in network.incidents() {
            let age = end.duration_since(incident.start).as_hours();
            let recent = incident.kind == IncidentKind::RegularCaller || age <= 6 * 24;
            assert!(recent && incident.end <= end, "{incident:?} {end}");
        }
    }
}
