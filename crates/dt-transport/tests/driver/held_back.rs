//! Requests that are held back: by a rate, or because the appliance asked for it.

use std::sync::mpsc;

use dt_model::Question;
use dt_transport::{Clock, GatherOptions, Limits, RetryPolicy};
use http::Response;

use crate::harness::{Driver, Server, at_once, count, parts, rounds, runtime, sound, status};

/// When each request was signed, in seconds.
fn signed_at(server: &Server) -> Vec<i64> {
    let mut signed: Vec<_> = server.asked().into_iter().map(|asked| asked.signed_at).collect();
    signed.sort_unstable();
    signed
}

#[test]
fn a_rate_is_kept_and_what_waited_is_signed_after_its_wait() {
    for driver in Driver::BOTH {
        let server = Server::sound();
        let limits = at_once(1).per_second(count(1));
        driver.gather(&server, limits, GatherOptions::default(), rounds([parts(7)])).unwrap();
        assert_eq!(signed_at(&server), [0, 1, 2, 3, 4]);
    }
}

#[test]
fn a_burst_comes_before_the_rate() {
    for driver in Driver::BOTH {
        let server = Server::sound();
        let limits = at_once(1).per_second(count(1)).burst(count(3));
        driver.gather(&server, limits, GatherOptions::default(), rounds([parts(7)])).unwrap();
        assert_eq!(signed_at(&server), [0, 0, 0, 1, 2]);
    }
}

#[test]
fn no_rate_is_no_wait() {
    for driver in Driver::BOTH {
        let server = Server::sound();
        let options = GatherOptions::default();
        driver.gather(&server, Limits::new(), options, rounds([parts(7)])).unwrap();
        assert_eq!(signed_at(&server), [0; 5]);
    }
}

fn too_many(retry_after: &str) -> Response<Vec<u8>> {
    let mut response = status(429);
    response.headers_mut().insert("retry-after", retry_after.parse().unwrap());
    response
}

/// The first question meets with this wait, and is not asked again.
fn first_is_told_to_wait(retry_after: &'static str) -> Server {
    Server::new(move |asked| match &*asked.about {
        "co" => Ok(too_many(retry_after)),
        _ => Ok(sound(asked)),
    })
}

#[test]
fn retry_after_pauses_the_other_questions_too() {
    let plan = || rounds([parts(7)]);
    let server = first_is_told_to_wait("30");
    let client = server.client().retry(RetryPolicy::never()).limits(at_once(1));
    client.gather(plan()).unwrap();
    assert_eq!(signed_at(&server), [0, 30, 30, 30, 30]);

    let server = first_is_told_to_wait("30");
    let client = server.async_client().retry(RetryPolicy::never()).limits(at_once(1));
    runtime().block_on(client.gather(plan())).unwrap();
    assert_eq!(signed_at(&server), [0, 30, 30, 30, 30]);
}

#[test]
fn a_wait_is_told_before_it_begins_and_a_pause_for_others_is_too() {
    // Of a call that is tried again, and of one that is not: the others wait for it all the same.
    for (retry, asked_for, told) in [
        (RetryPolicy::default(), "30", 30),
        (RetryPolicy::never(), "30", 30),
        (RetryPolicy::default(), "86400", 120),
    ] {
        let server = first_is_told_to_wait(asked_for);
        let (sender, waits) = mpsc::channel();
        let client = server.client().retry(retry).limits(at_once(1)).on_wait(move |wait| {
            sender.send((wait.error.is_rate_limited(), wait.time.as_secs())).unwrap();
        });
        client.gather(rounds([parts(7)])).unwrap();
        assert_eq!(waits.iter().next(), Some((true, told)), "{retry:?} {asked_for}");
    }
}

#[test]
fn retry_after_is_not_waited_for_longer_than_a_call_may_take() {
    let server = first_is_told_to_wait("86400");
    let client = server.client().limits(at_once(1));
    client.gather(rounds([parts(7)])).unwrap();
    assert_eq!(signed_at(&server), [0, 120, 120, 120, 120]);
}

#[test]
fn retry_after_is_waited_for_once_by_whoever_met_it() {
    let server = Server::new(|asked| match (&*asked.about, asked.attempt) {
        ("co", 1) => Ok(too_many("30")),
        _ => Ok(sound(asked)),
    });
    let client = server.client().limits(at_once(1));
    client.gather(rounds([parts(7)])).unwrap();
    assert_eq!(signed_at(&server), [0, 30, 30, 30, 30, 30]);
    assert_eq!(server.time().monotonic().as_secs(), 30);
}

#[test]
fn an_endpoint_that_is_limited_for_good_takes_its_time_once() {
    for driver in Driver::BOTH {
        let hosts = ["a.example", "b.example", "c.example", "d.example"];
        let server = Server::new(move |asked| {
            let is_limited = hosts.contains(&&*asked.about);
            Ok(if is_limited { status(429) } else { sound(asked) })
        });
        let plan = rounds([hosts.map(Question::endpoint).to_vec(), parts(7)]);
        let options = GatherOptions::default();
        let gathered = driver.gather(&server, at_once(1), options, plan).unwrap();
        assert_eq!(gathered.evidence.answers().count(), 5);
        let attempts = |host| server.asked().iter().filter(|asked| asked.about == host).count();
        assert_eq!(hosts.map(attempts), [7, 1, 1, 1]);
        assert!(server.time().monotonic().as_secs() <= 120);
    }
}

#[test]
fn the_time_of_a_call_begins_with_its_first_attempt_not_with_the_wait_for_it() {
    // One request in 1 s, and each call may take 2 s: the fifth begins after 4 s.
    let server = Server::new(|asked| match (&*asked.about, asked.attempt) {
        ("external-out", 1) => Ok(status(503)),
        _ => Ok(sound(asked)),
    });
    let retry = RetryPolicy::default().total(std::time::Duration::from_secs(2));
    let limits = at_once(5).per_second(count(1));
    let client = server.async_client().retry(retry).limits(limits);
    let gathered = runtime().block_on(client.gather(rounds([parts(7)]))).unwrap();
    assert_eq!(gathered.evidence.answers().count(), 5);
}
