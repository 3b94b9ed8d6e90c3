//! Hosts outside, which several devices may list.

use dt_model::{
    DeviceId, EvidencePart, ModelBreachesQuery, Question, RefusalKind, jiff::Timestamp,
};
use dt_transport::TransportErrorKind;
use tokio::sync::watch;

use crate::harness::{
    Driver, Rounds, Server, at_once, failure, part, redirect, rounds, sound, status,
};

const HOST: &str = "host.example";

fn with_host(did: i64) -> Rounds {
    rounds([vec![Question::endpoint(HOST), part(EvidencePart::Connections, did)]])
}

fn asked_about_hosts(server: &Server) -> Vec<String> {
    server.asked_about().into_iter().filter(|about| about.contains("example")).collect()
}

#[test]
fn one_host_of_several_devices_is_asked_about_once_even_while_the_first_question_is_in_flight() {
    for driver in Driver::BOTH {
        let (begun, _) = watch::channel(0_usize);
        // The host is answered once each device has asked what comes after the host.
        let server = Server::sound().held(move |asked| {
            let begun = begun.clone();
            async move {
                match &*asked.about {
                    HOST => {
                        begun.subscribe().wait_for(|begun| *begun == 3).await.unwrap();
                    }
                    _ => begun.send_modify(|begun| *begun += 1),
                }
            }
        });
        // One of two is the host's: who waits for its answer leaves the other to the rest.
        let results = driver.each(&server, at_once(2), 1..=3, with_host);
        assert_eq!(asked_about_hosts(&server), [HOST]);
        for (did, result) in results {
            let gathered = result.unwrap();
            assert_eq!(gathered.evidence.endpoint_details().count(), 1);
            assert_eq!(gathered.questions, 2);
            // Each has its copy.
            let targets: Vec<_> =
                gathered.exchanges.iter().map(|it| it.exchange.target.as_str()).collect();
            assert!(targets[0].contains(HOST), "{targets:?}");
            assert!(targets[1].contains(&format!("did={did}&")), "{targets:?}");
            assert_eq!(targets.len(), 2);
        }
    }
}

/// A device, and the breaches of all.
fn with_breaches(did: i64) -> Rounds {
    let breaches = ModelBreachesQuery::new(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    rounds([vec![part(EvidencePart::Connections, did), Question::Breaches(breaches)]])
}

#[test]
fn what_is_asked_about_all_devices_is_asked_once_and_each_gets_the_answer_or_the_refusal() {
    for driver in Driver::BOTH {
        let server = Server::sound();
        for (did, result) in driver.each(&server, at_once(2), 1..=3, with_breaches) {
            let gathered = result.unwrap();
            let breaches = gathered.evidence.breaches.answer().unwrap();
            assert_eq!(breaches[0].did, Some(DeviceId::new(2)), "for {did}, too");
            assert!(gathered.exchanges[1].exchange.target.starts_with("/modelbreaches?"));
        }
        let refused =
            Server::new(
                |asked| {
                    if asked.did.is_none() { Ok(status(403)) } else { Ok(sound(asked)) }
                },
            );
        for (_, result) in driver.each(&refused, at_once(1), 1..=3, with_breaches) {
            let evidence = result.unwrap().evidence;
            assert_eq!(evidence.breaches.refusal().unwrap().kind, RefusalKind::Permission);
            assert!(evidence.is_answered(EvidencePart::Connections));
        }
        for server in [&server, &refused] {
            let about_all = server.asked().into_iter().filter(|asked| asked.did.is_none());
            assert_eq!(about_all.count(), 1);
        }
    }
}

#[test]
fn host_that_is_not_known_is_not_asked_about_again() {
    for driver in Driver::BOTH {
        let server =
            Server::new(
                |asked| if asked.did.is_none() { Ok(status(404)) } else { Ok(sound(asked)) },
            );
        for (_, result) in driver.each(&server, at_once(1), 1..=3, with_host) {
            let evidence = result.unwrap().evidence;
            assert_eq!(evidence.endpoints[0].1.answer(), Some(&Vec::new()));
        }
        assert_eq!(asked_about_hosts(&server).len(), 1);
    }
}

fn two_hosts(did: i64) -> Rounds {
    let hosts = ["one", "other"].map(|name| Question::endpoint(format!("{name}-{did}.example")));
    let mut questions = vec![part(EvidencePart::Connections, did)];
    questions.extend(hosts);
    rounds([questions])
}

#[test]
fn no_permission_for_hosts_stops_further_questions_about_them() {
    for (status_of_hosts, kind) in [(403, RefusalKind::Permission), (302, RefusalKind::NoEndpoint)]
    {
        for driver in Driver::BOTH {
            let server = Server::new(move |asked| match (asked.did, status_of_hosts) {
                (Some(_), _) => Ok(sound(asked)),
                (None, 302) => Ok(redirect("/login")),
                (None, code) => Ok(status(code)),
            });
            for (_, result) in driver.each(&server, at_once(1), 1..=3, two_hosts) {
                let gathered = result.unwrap();
                let kinds: Vec<_> = gathered.evidence.refusals().map(|(_, why)| why.kind).collect();
                assert_eq!(kinds, [kind; 2]);
            }
            // The second one makes sure that it is not about the name.
            assert_eq!(asked_about_hosts(&server).len(), 2);
        }
    }
}

#[test]
fn a_host_that_a_gateway_refuses_hides_no_other() {
    for refused in ["one-1.example", "one-2.example"] {
        for driver in Driver::BOTH {
            let server = Server::new(move |asked| {
                if asked.about == refused { Ok(status(403)) } else { Ok(sound(asked)) }
            });
            let results = driver.each(&server, at_once(1), 1..=3, two_hosts);
            let refusals = results
                .iter()
                .map(|(_, result)| result.as_ref().unwrap().evidence.refusals().count());
            assert_eq!(refusals.sum::<usize>(), 1, "{refused}");
            assert_eq!(asked_about_hosts(&server).len(), 6);
        }
    }
}

#[test]
fn a_failing_appliance_is_tried_once_for_later_hosts() {
    for driver in Driver::BOTH {
        let server =
            Server::new(
                |asked| if asked.did.is_none() { Ok(status(500)) } else { Ok(sound(asked)) },
            );
        driver.each(&server, at_once(1), 1..=2, two_hosts);
        // Two attempts for the first host, and one for each of the three others.
        assert_eq!(asked_about_hosts(&server).len(), 5);
    }
}

#[test]
fn an_appliance_that_answers_again_is_tried_again() {
    for driver in Driver::BOTH {
        let server = Server::new(|asked| match (&*asked.about, asked.attempt) {
            ("one-1.example", _) | ("one-2.example", 1) => Ok(status(500)),
            _ => Ok(sound(asked)),
        });
        let results = driver.each(&server, at_once(1), 1..=2, two_hosts);
        let refused: Vec<_> = results
            .into_iter()
            .map(|(_, result)| result.unwrap().evidence.refusals().count())
            .collect();
        assert_eq!(refused, [1, 0]);
    }
}

#[test]
fn time_out_of_one_host_says_nothing_about_the_next() {
    for driver in Driver::BOTH {
        let server = Server::new(|asked| match &*asked.about {
            "one-1.example" => failure(TransportErrorKind::Timeout),
            _ => Ok(sound(asked)),
        });
        let results = driver.each(&server, at_once(1), [1], two_hosts);
        let evidence = &results[0].1.as_ref().unwrap().evidence;
        assert_eq!((evidence.refusals().count(), evidence.endpoint_details().count()), (1, 1));
    }
}
