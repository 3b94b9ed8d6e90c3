//! A cancel wakes whoever waits, asks nothing further, and keeps what was gathered.

use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::thread;

use dt_model::{EvidencePart, Question, RefusalKind};
use dt_transport::{Cancel, GatherError, Gathered, Gatherer, Limits};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::Semaphore;

use crate::harness::{
    Driver, Rounds, Server, at_once, cancelled_by, count, part, parts, rounds, runtime, sound,
    status,
};

/// Connections first, and then what is never answered.
fn two_rounds() -> Rounds {
    rounds([parts(7)[..1].to_vec(), parts(7)[1..].to_vec()])
}

/// Gathers by both drivers, and cancels once somebody waits.
fn cancelled(server: impl Fn() -> Server, limits: Limits) -> [(Server, Gathered); 2] {
    let blocking = {
        let (server, cancel) = (server().time_stands_still(), Cancel::new());
        let client = server.client().limits(limits);
        let gathered = thread::scope(|scope| {
            scope.spawn(|| {
                server.time().is_waited_for();
                cancel.cancel();
            });
            Gatherer::with(&client, cancelled_by(&cancel)).gather(two_rounds()).unwrap()
        });
        (server, gathered)
    };
    let asynchronous = {
        let (server, cancel) = (server().time_stands_still(), Cancel::new());
        let client = server.async_client().limits(limits);
        let gatherer = Gatherer::with(&client, cancelled_by(&cancel));
        let mut gathering = Box::pin(gatherer.gather(two_rounds()));
        assert!((&mut gathering).now_or_never().is_none());
        cancel.cancel();
        let gathered = gathering.now_or_never().unwrap().unwrap();
        (server, gathered)
    };
    [blocking, asynchronous]
}

fn is_the_first_round_only(gathered: &Gathered) {
    assert!(gathered.is_cancelled);
    assert!(gathered.evidence.is_answered(EvidencePart::Connections));
    assert_eq!(gathered.evidence.answers().count(), 1);
}

#[test]
fn wait_for_another_attempt() {
    let failing = || {
        Server::new(|asked| if asked.about == "co" { Ok(sound(asked)) } else { Ok(status(503)) })
    };
    for (server, gathered) in cancelled(failing, at_once(1)) {
        is_the_first_round_only(&gathered);
        assert_eq!(server.asked_about(), ["co", "sizeout"]);
        let refusals: Vec<_> = gathered.evidence.refusals().map(|(_, why)| why.kind).collect();
        assert_eq!(refusals, [RefusalKind::Cancelled; 4]);
    }
}

#[test]
fn wait_for_the_rate() {
    let limits = Limits::new().per_second(count(1));
    for (server, gathered) in cancelled(Server::sound, limits) {
        is_the_first_round_only(&gathered);
        assert_eq!(server.asked_about(), ["co"]);
    }
}

/// Answers only what it is let.
fn gated() -> (Server, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&gate);
    let server = Server::sound().held(move |_| {
        let gate = Arc::clone(&held);
        async move { gate.acquire().await.unwrap().forget() }
    });
    (server, gate)
}

#[test]
fn wait_for_a_turn() {
    let (server, gate) = gated();
    let client = server.client().limits(at_once(1));
    let cancel = Cancel::new();
    thread::scope(|scope| {
        // Somebody else has the only turn.
        let other = scope.spawn(|| client.gather(rounds([parts(8)[..1].to_vec()])));
        while server.asked().is_empty() {
            thread::yield_now();
        }
        let waiting = scope
            .spawn(|| Gatherer::with(&client, cancelled_by(&cancel)).gather(two_rounds()).unwrap());
        (0..1000).for_each(|_| thread::yield_now());
        cancel.cancel();
        let gathered = waiting.join().unwrap();
        assert!(gathered.is_cancelled);
        gate.add_permits(1);
        assert!(!other.join().unwrap().unwrap().is_cancelled);
    });
    assert_eq!(server.asked().len(), 1);

    let (server, gate) = gated();
    let client = server.async_client().limits(at_once(1));
    let cancel = Cancel::new();
    let gatherer = Gatherer::with(&client, cancelled_by(&cancel));
    let mut other = pin!(client.gather(rounds([parts(8)[..1].to_vec()])));
    let mut waiting = pin!(gatherer.gather(two_rounds()));
    assert!((&mut other).now_or_never().is_none());
    assert!((&mut waiting).now_or_never().is_none());
    cancel.cancel();
    assert!(waiting.now_or_never().unwrap().unwrap().is_cancelled);
    gate.add_permits(1);
    assert!(!other.now_or_never().unwrap().unwrap().is_cancelled);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn what_is_in_flight_is_let_finish_and_kept() {
    let (server, gate) = gated();
    let client = server.client().limits(at_once(2));
    let cancel = Cancel::new();
    let gathered = thread::scope(|scope| {
        let gathering = scope.spawn(|| {
            Gatherer::with(&client, cancelled_by(&cancel)).gather(rounds([parts(7)])).unwrap()
        });
        while server.asked().len() < 2 {
            thread::yield_now();
        }
        cancel.cancel();
        gate.add_permits(2);
        gathering.join().unwrap()
    });
    assert!(gathered.is_cancelled);
    assert_eq!((gathered.evidence.answers().count(), server.asked().len()), (2, 2));

    let (server, gate) = gated();
    let client = server.async_client().limits(at_once(2));
    let cancel = Cancel::new();
    let gatherer = Gatherer::with(&client, cancelled_by(&cancel));
    let mut gathering = pin!(gatherer.gather(rounds([parts(7)])));
    assert!((&mut gathering).now_or_never().is_none());
    cancel.cancel();
    gate.add_permits(2);
    let gathered = gathering.now_or_never().unwrap().unwrap();
    assert!(gathered.is_cancelled);
    assert_eq!((gathered.evidence.answers().count(), server.asked().len()), (2, 2));
}

#[test]
fn before_anything_was_asked() {
    for driver in Driver::BOTH {
        let (server, cancel) = (Server::sound(), Cancel::new());
        cancel.cancel();
        let gathered =
            driver.gather(&server, at_once(4), cancelled_by(&cancel), two_rounds()).unwrap();
        assert!(gathered.is_cancelled && server.asked().is_empty());
    }
}

#[test]
fn after_everything_was_answered_nothing_was_cancelled() {
    for driver in Driver::BOTH {
        let cancel = Cancel::new();
        let server = {
            let cancel = cancel.clone();
            Server::new(move |asked| {
                cancel.cancel();
                Ok(sound(asked))
            })
        };
        let plan = rounds([parts(7)[..1].to_vec()]);
        let gathered = driver.gather(&server, at_once(4), cancelled_by(&cancel), plan).unwrap();
        assert!(!gathered.is_cancelled);
        assert_eq!(gathered.evidence.answers().count(), 1);
    }
}

#[test]
fn no_further_device_is_begun() {
    let cancelling = |cancel: &Cancel| {
        let cancel = cancel.clone();
        Server::new(move |asked| {
            cancel.cancel();
            Ok(sound(asked))
        })
    };
    let plan = |did| rounds([vec![part(EvidencePart::Connections, did)], parts(did)]);

    let cancel = Cancel::new();
    let server = cancelling(&cancel);
    let client = server.client().limits(at_once(1));
    let mut results = Vec::new();
    Gatherer::with(&client, cancelled_by(&cancel)).each(
        1..=100,
        |did| (did, Ok(plan(did))),
        |did, result: Result<(Rounds, Gathered), GatherError>| {
            results.push((did, result.unwrap().1.is_cancelled));
            ControlFlow::Continue(())
        },
    );
    assert_eq!(results, [(1, true)]);
    assert_eq!(server.asked().len(), 1);

    let cancel = Cancel::new();
    let server = cancelling(&cancel);
    let client = server.async_client().limits(at_once(1));
    let gatherer = Gatherer::with(&client, cancelled_by(&cancel));
    let start = async |did: &i64| Ok::<_, GatherError>(plan(*did));
    let results = gatherer.each(1..=100, &start).collect::<Vec<_>>();
    let results = runtime().block_on(results);
    // Those begun meanwhile are handed out with what they have: nothing.
    assert!(results.len() <= 2);
    assert!(results.into_iter().all(|(_, result)| result.unwrap().1.is_cancelled));
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn one_host_is_waited_for_by_two_devices() {
    let server = Server::new(|asked| match asked.did {
        Some(_) => Ok(sound(asked)),
        None => Ok(status(503)),
    })
    .time_stands_still();
    let client = server.client().limits(at_once(2));
    let cancel = Cancel::new();
    let plan = || rounds([vec![Question::endpoint("host.example")]]);
    let mut results = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            server.time().is_waited_for();
            cancel.cancel();
        });
        Gatherer::with(&client, cancelled_by(&cancel)).each(
            1..=2,
            |did| (did, Ok(plan())),
            |_, result: Result<(Rounds, Gathered), GatherError>| {
                results.push(result.unwrap().1.is_cancelled);
                ControlFlow::Continue(())
            },
        );
    });
    assert!(!results.is_empty() && results.into_iter().all(|is_cancelled| is_cancelled));
    assert_eq!(server.asked().len(), 1);
}
