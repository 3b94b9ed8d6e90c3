//! What an answer says about whom it is about, and what is kept of it.

use dt_model::{Dialect, EvidencePart, PartState};
use dt_transport::GatherOptions;
use http::StatusCode;

use crate::harness::{
    Driver, Server, about, at_once, body, part, parts, recording, rounds, sound, status,
};

#[test]
fn answer_that_names_no_device_is_taken_with_a_warning() {
    for driver in Driver::BOTH {
        let server =
            Server::new(|_| Ok(body(r#"{"deviceInfo":[{"graphData":[{"time":0,"count":3}]}]}"#)));
        let plan = rounds([vec![part(EvidencePart::Connections, 7)]]);
        let gathered = driver.gather(&server, at_once(4), GatherOptions::default(), plan).unwrap();
        let info = gathered.evidence.connections.answer().unwrap();
        let warnings: Vec<String> = info.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("names no device"), "{warnings:?}");
    }
}

#[test]
fn asked_device_is_found_behind_a_similar_one() {
    for driver in Driver::BOTH {
        let server = Server::new(|_| {
            Ok(body(
                r#"{"deviceInfo":[{"did":9,"similarityScore":98,"graphData":[{"time":0,"count":1}]},
                   {"did":7,"similarityScore":100,"graphData":[{"time":0,"count":2}]}]}"#,
            ))
        });
        let plan = rounds([vec![part(EvidencePart::Connections, 7)]]);
        let gathered = driver.gather(&server, at_once(4), GatherOptions::default(), plan).unwrap();
        let info = gathered.evidence.connections.answer().unwrap();
        assert_eq!(info.subject.device.did.unwrap().get(), 7);
        assert!(info.subject.series.counts().eq([2]));
        assert_eq!(info.similar.len(), 1);
    }
}

#[test]
fn separate_answers_about_the_outside_are_ignored_in_the_documented_dialect() {
    for driver in Driver::BOTH {
        let server = Server::new(|asked| {
            let counted = if asked.about.contains("out") { "data_out" } else { "connections" };
            let counted = if asked.about == "sizein" { "data_in" } else { counted };
            Ok(body(format!(r#"{{"graphdata":[{{"timestamp":0,"{counted}":5}}]}}"#)))
        });
        let plan = rounds([parts(7)]).require(EvidencePart::External);
        let gathered = driver.gather(&server, at_once(4), GatherOptions::default(), plan).unwrap();
        assert_eq!(gathered.evidence.dialect(), Some(Dialect::Documented));
        for ignored in [EvidencePart::External, EvidencePart::ExternalOut] {
            assert_eq!(gathered.evidence.state(ignored), PartState::NotAsked);
        }
        assert_eq!(gathered.evidence.answers().count(), 3);
        // The plan asks nothing of what the appliance says of its own accord.
        assert!(gathered.evidence.missing().iter().all(|it| it.part.is_own_accord()));
    }
}

#[test]
fn every_exchange_is_kept_the_unreadable_ones_too() {
    for driver in Driver::BOTH {
        let server = Server::new(|asked| match &*asked.about {
            "co" => Ok(body("<html>")),
            "sizeout" => Ok(body("[")),
            "sizein" => Ok(status(404)),
            "external" if asked.attempt == 1 => Ok(status(503)),
            _ => Ok(sound(asked)),
        });
        let gathered = driver.gather(&server, at_once(4), recording(), rounds([parts(7)])).unwrap();
        let kept: Vec<_> = gathered
            .exchanges
            .iter()
            .map(|it| (it.exchange.status.as_u16(), it.exchange.body.len()))
            .collect();
        let sound = about(7).len();
        assert_eq!(kept, [(200, 6), (200, 1), (404, 0), (503, 0), (200, sound), (200, sound)]);
        assert!(gathered.exchanges.iter().all(|it| it.exchange.target.contains("did=7")));
    }
}

#[test]
fn no_exchange_is_kept_unless_it_is_wanted() {
    for driver in Driver::BOTH {
        let server = Server::new(|_| {
            let mut response = body(about(7));
            *response.status_mut() = StatusCode::OK;
            Ok(response)
        });
        let options = GatherOptions::default();
        let gathered = driver.gather(&server, at_once(4), options, rounds([parts(7)])).unwrap();
        assert!(gathered.exchanges.is_empty());
    }
}
