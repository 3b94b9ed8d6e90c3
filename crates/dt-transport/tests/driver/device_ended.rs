//! What ends a device: what every further question would meet, and the lack of what is required.

use dt_model::{EvidencePart, Question, RefusalKind};
use dt_transport::{Error, GatherError, GatherOptions, TlsProblem, TransportErrorKind};
use http::{Response, StatusCode};
use tokio::sync::watch;

use crate::harness::{
    Driver, ReceivedRequest, Rounds, Sent, Server, at_once, body, domain, failure, part, parts,
    rounds, sound, status,
};

/// Every kind of question in its own round.
fn one_by_one() -> Rounds {
    let mut questions = parts(7);
    questions.extend([domain("a.example", 7), Question::endpoint("host.example")]);
    rounds(questions.into_iter().map(|question| vec![question]))
}

/// Whichever question meets the fault, the device ends with it, and nothing further is asked.
fn ends(fault: fn() -> Sent, kind: RefusalKind, attempts: usize) {
    for driver in Driver::BOTH {
        for (place, subject) in
            ["co", "sizeout", "sizein", "external", "external-out", "domain", "host.example"]
                .into_iter()
                .enumerate()
        {
            let answer = move |asked: &ReceivedRequest| {
                if asked.about == subject { fault() } else { Ok(sound(asked)) }
            };
            let server = Server::new(answer);
            let options = GatherOptions::default();
            let error = driver.gather(&server, at_once(4), options, one_by_one()).unwrap_err();
            assert_eq!(error.error().refusal_kind(), kind, "{subject}");
            assert_eq!(error.gathered().evidence.answers().count(), place.min(5));
            assert_eq!(server.asked().len(), place + attempts);
        }
    }
}

#[test]
fn no_connection() {
    ends(|| failure(TransportErrorKind::Connect), RefusalKind::Unreachable, 1);
}

#[test]
fn time_out_while_connecting() {
    ends(|| failure(TransportErrorKind::ConnectTimeout), RefusalKind::Unreachable, 2);
}

#[test]
fn no_tls() {
    let tls = || failure(TransportErrorKind::Tls(TlsProblem::UnknownIssuer));
    ends(tls, RefusalKind::Tls, 1);
}

fn bad_request(text: &str) -> Response<Vec<u8>> {
    let mut response = body(text);
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// The first refusal ends the device where nothing was accepted before.
fn ends_first(text: &'static str, kind: RefusalKind) {
    for driver in Driver::BOTH {
        let server = Server::new(move |_| Ok(bad_request(text)));
        let options = GatherOptions::default();
        let error = driver.gather(&server, at_once(4), options, one_by_one()).unwrap_err();
        assert_eq!(error.error().refusal_kind(), kind);
        assert_eq!(server.asked_about(), ["co"]);
    }
}

#[test]
fn date_refused_before_any_was_accepted() {
    ends_first("API DATE ERROR", RefusalKind::Clock);
}

#[test]
fn signature_refused_before_any_was_accepted() {
    ends_first("API SIGNATURE ERROR", RefusalKind::Auth);
}

#[test]
fn the_other_questions_of_the_round_are_not_asked_any_more() {
    for driver in Driver::BOTH {
        let server = Server::new(|_| failure(TransportErrorKind::Connect));
        let plan = rounds([parts(7)]);
        let error = driver.gather(&server, at_once(1), GatherOptions::default(), plan).unwrap_err();
        assert!(error.error().is_network());
        assert_eq!(server.asked_about(), ["co"]);
    }
}

#[test]
fn what_waits_to_try_again_is_given_up() {
    for driver in Driver::BOTH {
        let (waiting, _) = watch::channel(false);
        let heard = waiting.clone();
        // One waits before it is tried again; the other finds no connection once it has failed.
        let server = Server::new(move |asked| match &*asked.about {
            "co" => {
                heard.send_replace(true);
                Ok(status(500))
            }
            _ => failure(TransportErrorKind::Connect),
        });
        let server = server.time_stands_still().held(move |asked| {
            let mut waiting = waiting.subscribe();
            async move {
                if asked.about != "co" {
                    waiting.wait_for(|waits| *waits).await.unwrap();
                }
            }
        });
        let plan = || {
            let parts = [EvidencePart::Connections, EvidencePart::BytesOut];
            rounds([parts.map(|it| part(it, 7)).to_vec()])
        };
        let error = driver.gather(&server, at_once(2), GatherOptions::default(), plan());
        assert!(error.unwrap_err().error().is_network());
        assert_eq!(server.asked().len(), 2);
    }
}

#[test]
fn no_connection_for_one_device_does_not_cost_the_next_its_hosts() {
    for driver in Driver::BOTH {
        let server = Server::new(|asked| match (&*asked.about, asked.attempt) {
            ("host.example", 1) => failure(TransportErrorKind::Connect),
            _ => Ok(sound(asked)),
        });
        let plan = |did| {
            rounds([vec![part(EvidencePart::Connections, did), Question::endpoint("host.example")]])
        };
        let results = driver.each(&server, at_once(1), [1, 2], plan);
        assert!(results[0].1.is_err());
        let gathered = results[1].1.as_ref().unwrap();
        assert!(gathered.evidence.is_answered(EvidencePart::Endpoints));
    }
}

fn gather(
    plan: fn() -> Rounds,
    answer: fn(&ReceivedRequest) -> Sent,
) -> [Result<usize, GatherError>; 2] {
    Driver::BOTH.map(|driver| {
        let server = Server::new(answer);
        let gathered = driver.gather(&server, at_once(4), GatherOptions::default(), plan())?;
        Ok(gathered.evidence.answers().count())
    })
}

#[test]
fn required_part_refused() {
    for result in gather(
        || rounds([parts(7), parts(7)]).require(EvidencePart::Connections),
        |asked| match &*asked.about {
            "co" => Ok(status(500)),
            // Worse, but not what is required.
            "sizein" => Ok(status(403)),
            _ => Ok(sound(asked)),
        },
    ) {
        let error = result.unwrap_err();
        assert!(error.error().is_server(), "{error}");
        assert_eq!(error.gathered().rounds, 1);
    }
}

#[test]
fn required_part_that_comes_in_a_later_round_is_waited_for() {
    for result in gather(
        || {
            let all = parts(7);
            rounds([all[1..].to_vec(), all[..1].to_vec()]).require(EvidencePart::Connections)
        },
        |asked| if asked.about == "sizein" { Ok(status(404)) } else { Ok(sound(asked)) },
    ) {
        assert_eq!(result.unwrap(), 4);
    }
}

#[test]
fn the_worst_reason_is_told_where_all_is_refused() {
    let all = || rounds([parts(7)]);
    for result in gather(all, |asked| match &*asked.about {
        "co" | "sizeout" => Ok(status(500)),
        "sizein" => failure(TransportErrorKind::Timeout),
        "external" => Ok(status(403)),
        _ => Ok(status(404)),
    }) {
        assert!(result.unwrap_err().error().is_permission());
    }
    for result in gather(all, |asked| match &*asked.about {
        "sizein" => failure(TransportErrorKind::Timeout),
        _ => Ok(status(500)),
    }) {
        assert!(result.unwrap_err().error().is_timeout());
    }
    // Of equals, the first.
    for result in gather(all, |asked| match &*asked.about {
        "co" => Ok(status(404)),
        _ => Ok(status(500)),
    }) {
        assert!(result.unwrap_err().error().is_not_found());
    }
}

#[test]
fn an_error_says_what_its_cause_says() {
    let [blocking, asynchronous] = gather(|| rounds([parts(7)]), |_| Ok(status(403)));
    let (error, gathered) = blocking.unwrap_err().into_parts();
    assert_eq!(gathered.evidence.refusals().count(), 5);
    assert_eq!(Error::to_string(&error), asynchronous.unwrap_err().to_string());
}
