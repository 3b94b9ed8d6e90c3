//! The outside: who devices talk to there.
//!
//! Addresses come from the ranges reserved for documentation, and names are below `.example` or
//! are names everybody knows.

use std::net::Ipv4Addr;

use super::random::{mixed, within, within_seconds};
use super::window::{DAY, Window};

/// A host outside the monitored network.
#[derive(Debug, Clone)]
pub(crate) struct External {
    /// Empty if only its address is known.
    pub(crate) hostname: String,
    /// The registrable domain; `None` if only its address is known.
    pub(crate) domain: Option<String>,
    pub(crate) ip: Ipv4Addr,
    /// `None` if the appliance could not resolve it.
    pub(crate) place: Option<Place>,
    /// The network it is in, such as `AS15169 Google LLC`.
    pub(crate) asn: &'static str,
    /// When the network first saw it, in seconds since the epoch.
    pub(crate) first_seen: i64,
    /// How much its name looks generated, in percent.
    pub(crate) dga_score: u8,
}

/// Where a host is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    pub(crate) country: &'static str,
    pub(crate) region: &'static str,
    pub(crate) city: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

const fn place(
    country: &'static str,
    region: &'static str,
    city: &'static str,
    latitude: f64,
    longitude: f64,
) -> Place {
    Place { country, region, city, latitude, longitude }
}

const UNITED_STATES: Place = place("United States", "North America", "", 37.75, -97.82);
const IRELAND: Place = place("Ireland", "Europe", "Dublin", 53.34, -6.26);
const GERMANY: Place = place("Germany", "Europe", "Frankfurt am Main", 50.11, 8.68);
const NETHERLANDS: Place = place("Netherlands", "Europe", "Amsterdam", 52.37, 4.9);
const FRANCE: Place = place("France", "Europe", "Paris", 48.86, 2.35);
const UNITED_KINGDOM: Place = place("United Kingdom", "Europe", "London", 51.51, -0.13);
const SWEDEN: Place = place("Sweden", "Europe", "Stockholm", 59.33, 18.07);
const CANADA: Place = place("Canada", "North America", "Toronto", 43.65, -79.38);

/// Countries that nothing ordinary is in.
const FAR: [Place; 4] = [
    place("Vietnam", "Asia", "Hanoi", 21.03, 105.85),
    place("Brazil", "South America", "Fortaleza", -3.73, -38.52),
    place("South Africa", "Africa", "Durban", -29.86, 31.02),
    place("New Zealand", "Oceania", "Wellington", -41.29, 174.78),
];

const GOOGLE: &str = "AS15169 Google LLC";
const MICROSOFT: &str = "AS8075 Microsoft Corporation";
const SAAS: &str = "AS64500 Example SaaS";
const HOSTING: &str = "AS64507 Example Hosting";

/// Services that many devices use, in the order of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Google,
    Resolver,
    Updates,
    Office,
    Calls,
    Code,
    Encyclopedia,
    Packages,
    Crm,
    Ledger,
    Bank,
    Payroll,
    Recruiting,
    Design,
    Tracker,
    Social,
    Tickets,
    Parcels,
    Registry,
    Pipelines,
    Meeting,
    Telemetry,
    News,
    Clock,
    Static,
    MailRelay,
    CameraCloud,
    Supplies,
    Carrier,
    Nameless,
}

type Row = (Service, &'static str, &'static str, Option<Place>, &'static str);

/// Host name, registrable domain, place and network.
const SERVICES: [Row; 30] = {
    use Service as S;
    [
        (S::Google, "www.google.com", "google.com", Some(UNITED_STATES), GOOGLE),
        (S::Resolver, "dns.google", "dns.google", Some(UNITED_STATES), GOOGLE),
        (S::Updates, "update.microsoft.com", "microsoft.com", Some(IRELAND), MICROSOFT),
        (S::Office, "outlook.office.com", "office.com", Some(IRELAND), MICROSOFT),
        (S::Calls, "teams.microsoft.com", "microsoft.com", Some(NETHERLANDS), MICROSOFT),
        (S::Code, "github.com", "github.com", Some(UNITED_STATES), "AS36459 GitHub, Inc."),
        (
            S::Encyclopedia,
            "en.wikipedia.org",
            "wikipedia.org",
            Some(NETHERLANDS),
            "AS14907 Wikimedia Foundation Inc.",
        ),
        (S::Packages, "deb.debian.org", "debian.org", Some(GERMANY), "AS54113 Fastly, Inc."),
        (S::Crm, "crm.saas.example", "saas.example", Some(GERMANY), SAAS),
        (S::Ledger, "ledger.books.example", "books.example", Some(IRELAND), SAAS),
        (S::Bank, "portal.bank.example", "bank.example", Some(GERMANY), "AS64503 Example Bank"),
        (S::Payroll, "my.payroll.example", "payroll.example", Some(NETHERLANDS), SAAS),
        (S::Recruiting, "jobs.talent.example", "talent.example", Some(UNITED_KINGDOM), SAAS),
        (S::Design, "studio.design.example", "design.example", Some(UNITED_STATES), SAAS),
        (S::Tracker, "ads.tracker.example", "tracker.example", None, "AS64505 Example Ads"),
        (
            S::Social,
            "www.social.example",
            "social.example",
            Some(UNITED_STATES),
            "AS64504 Example Media",
        ),
        (S::Tickets, "desk.tickets.example", "tickets.example", Some(IRELAND), SAAS),
        (S::Parcels, "track.parcels.example", "parcels.example", Some(SWEDEN), SAAS),
        (S::Registry, "registry.packages.example", "packages.example", Some(CANADA), HOSTING),
        (S::Pipelines, "build.pipelines.example", "pipelines.example", Some(GERMANY), HOSTING),
        (
            S::Meeting,
            "meet.video.example",
            "video.example",
            Some(NETHERLANDS),
            "AS64501 Example Video",
        ),
        (
            S::Telemetry,
            "telemetry.vendor.example",
            "vendor.example",
            Some(UNITED_STATES),
            "AS64502 Example Vendor",
        ),
        (S::News, "www.news.example", "news.example", Some(FRANCE), "AS64504 Example Media"),
        (S::Clock, "time.ntp.example", "ntp.example", Some(GERMANY), "AS64506 Example Time"),
        (S::Static, "static.cdn.example", "cdn.example", None, HOSTING),
        (S::MailRelay, "mx.partner.example", "partner.example", Some(UNITED_KINGDOM), HOSTING),
        (S::CameraCloud, "cloud.cameras.example", "cameras.example", Some(SWEDEN), HOSTING),
        (S::Supplies, "supplies.printers.example", "printers.example", Some(CANADA), HOSTING),
        (
            S::Carrier,
            "sip.carrier.example",
            "carrier.example",
            Some(GERMANY),
            "AS64508 Example Carrier",
        ),
        (S::Nameless, "", "", Some(FRANCE), HOSTING),
    ]
};

const ADJECTIVES: [&str; 10] =
    ["amber", "birch", "cedar", "delta", "ember", "fjord", "granite", "harbor", "iris", "juniper"];
const TOPICS: [&str; 8] =
    ["news", "shop", "travel", "recipes", "weather", "forum", "maps", "sports"];
const COMMON_PLACES: [Place; 8] =
    [UNITED_STATES, GERMANY, UNITED_STATES, NETHERLANDS, IRELAND, FRANCE, UNITED_KINGDOM, SWEDEN];

/// Web sites that some people read.
pub(crate) const SITES: usize = ADJECTIVES.len() * TOPICS.len();
/// Addresses from which the public visits web and mail servers.
pub(crate) const VISITORS: usize = 12;

const FIRST_SITE: usize = SERVICES.len();
const FIRST_VISITOR: usize = FIRST_SITE + SITES;
const FIRST_SUSPECT: usize = FIRST_VISITOR + VISITORS;

/// A host that only an incident involves; each set of incidents has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suspect {
    /// Takes most of an upload at night.
    Sync,
    /// Takes the rest of it.
    Storage,
    /// Is called every hour.
    Heartbeat,
    /// Is reached on a port nobody uses.
    Relay,
    /// Is in a country nobody talks to.
    Far,
}

const SUSPECTS: [(Suspect, &str, Option<Place>, &str, u8); 5] = [
    (Suspect::Sync, "cdn-sync", Some(NETHERLANDS), "AS64509 Example Storage", 14),
    (Suspect::Storage, "eu-backup", Some(IRELAND), "AS64509 Example Storage", 2),
    (Suspect::Heartbeat, "pulse-check", Some(CANADA), HOSTING, 21),
    (Suspect::Relay, "q7x2-relay", None, HOSTING, 68),
    (Suspect::Far, "stream-mirror", None, "AS64510 Example Mirror", 9),
];

/// Where a service is in the catalogue.
pub(crate) const fn service(service: Service) -> usize {
    service as usize
}

/// Where a web site is in the catalogue.
pub(crate) const fn site(number: usize) -> usize {
    FIRST_SITE + number
}

/// Where a visitor is in the catalogue.
pub(crate) const fn visitor(number: usize) -> usize {
    FIRST_VISITOR + number
}

/// Where a set's suspect is in the catalogue.
pub(crate) const fn suspect(set: usize, suspect: Suspect) -> usize {
    FIRST_SUSPECT + set * SUSPECTS.len() + suspect as usize
}

/// Every host, those of `sets` sets of incidents among them.
pub(crate) fn catalogue(seed: u64, window: Window, sets: usize) -> Vec<External> {
    const AGE: u64 = 0x6167_6520;
    let long_ago = |index: usize| {
        let draw = mixed(seed, &[AGE, index as u64]);
        window.start() - 200 * DAY - within_seconds(draw, 700 * DAY)
    };
    let mut hosts = Vec::with_capacity(suspect(sets, Suspect::Sync));
    for (index, (_, hostname, domain, place, asn)) in SERVICES.into_iter().enumerate() {
        hosts.push(External {
            hostname: hostname.to_owned(),
            domain: (!domain.is_empty()).then(|| domain.to_owned()),
            ip: Ipv4Addr::new(192, 0, 2, octet(10 + index)),
            place,
            asn,
            first_seen: long_ago(hosts.len()),
            dga_score: 0,
        });
    }
    for number in 0..SITES {
        let name = format!(
            "{}-{}.example",
            ADJECTIVES[number / TOPICS.len()],
            TOPICS[number % TOPICS.len()]
        );
        hosts.push(External {
            hostname: format!("www.{name}"),
            domain: Some(name),
            ip: Ipv4Addr::new(198, 51, 100, octet(10 + number)),
            // A few are behind a service that hides where they are.
            place: (number % 13 != 5).then_some(COMMON_PLACES[number % COMMON_PLACES.len()]),
            asn: if number % 3 == 0 { HOSTING } else { "AS64511 Example Cloud" },
            first_seen: long_ago(hosts.len()),
            dga_score: 0,
        });
    }
    for number in 0..VISITORS {
        hosts.push(External {
            hostname: String::new(),
            domain: None,
            ip: Ipv4Addr::new(198, 51, 100, octet(200 + number)),
            place: Some(COMMON_PLACES[number % COMMON_PLACES.len()]),
            asn: "AS64504 Example Media",
            first_seen: long_ago(hosts.len()),
            dga_score: 0,
        });
    }
    for set in 0..sets {
        for (suspect, name, place, asn, dga_score) in SUSPECTS {
            let number = if set == 0 { String::new() } else { format!("-{}", set + 1) };
            let name = format!("{name}{number}.example");
            let far = FAR[within(mixed(seed, &[set as u64]), FAR.len())];
            hosts.push(External {
                hostname: name.clone(),
                domain: Some(name),
                ip: Ipv4Addr::new(203, 0, 113, octet(10 + set * SUSPECTS.len() + suspect as usize)),
                place: if suspect == Suspect::Far { Some(far) } else { place },
                asn,
                // Set to when it happens, once that is known.
                first_seen: window.start(),
                dga_score,
            });
        }
    }
    hosts
}

/// A host with a name of somebody's choosing, the `number`th of them: known for long, and where most
/// others are.
pub(crate) fn named(number: usize, name: String, window: Window) -> External {
    External {
        hostname: name.clone(),
        domain: Some(name),
        // Addresses repeat beyond what the range has left.
        ip: Ipv4Addr::new(192, 0, 2, octet(100 + number % 150)),
        place: Some(UNITED_STATES),
        asn: HOSTING,
        first_seen: window.start() - 200 * DAY,
        dga_score: 0,
    }
}

fn octet(number: usize) -> u8 {
    u8::try_from(number).expect("each range has room for its part of the catalogue")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_host_is_where_its_index_says() {
        for (index, (service, ..)) in SERVICES.into_iter().enumerate() {
            assert_eq!(super::service(service), index);
        }
        let window = Window::ending("2026-11-23T23:00:00Z".parse().unwrap());
        let hosts = catalogue(1, window, 2);
        assert_eq!(hosts[suspect(0, Suspect::Sync)].domain.as_deref(), Some("cdn-sync.example"));
        assert_eq!(
            hosts[suspect(1, Suspect::Relay)].domain.as_deref(),
            Some("q7x2-relay-2.example")
        );
        assert_eq!(hosts[site(79)].domain.as_deref(), Some("juniper-sports.example"));
        assert_eq!(hosts[visitor(0)].domain, None);
    }

    #[test]
    fn every_address_is_one_for_documentation_and_stands_once() {
        let window = Window::ending("2026-11-23T23:00:00Z".parse().unwrap());
        let hosts = catalogue(1, window, 42);
        let addresses: HashSet<Ipv4Addr> = hosts.iter().map(|host| host.ip).collect();
        assert_eq!(addresses.len(), hosts.len());
        assert!(addresses.iter().all(Ipv4Addr::is_documentation));
    }
}
