//! Results of many devices: in their order, one by one, and not too many begun ahead.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dt_model::DeviceId;
use dt_transport::{FindError, GatherError, Gathered, Gatherer, Target, TargetOutcome};
use futures_util::StreamExt;
use tokio::sync::watch;

use crate::harness::{Driver, Rounds, Server, at_once, parts, rounds, runtime, sound, status};

fn one_question(did: i64) -> Rounds {
    rounds([parts(did)[..1].to_vec()])
}

#[test]
fn results_come_in_the_order_of_the_devices() {
    for driver in Driver::BOTH {
        let (answered, _) = watch::channel(0_i64);
        // The first four are answered last to first.
        let server = Server::sound().held(move |asked| {
            let answered = answered.clone();
            async move {
                let rank = 4 - asked.did.unwrap();
                answered.subscribe().wait_for(|before| *before >= rank).await.unwrap();
                answered.send_modify(|before| *before += 1);
            }
        });
        let results = driver.each(&server, at_once(4), 1..=10, one_question);
        assert!(results.iter().map(|(did, _)| *did).eq(1..=10));
        assert!(results.iter().all(|(_, result)| result.is_ok()));
    }
}

/// Answers about the second device only once the first one's result was handed out.
fn second_waits_for(handed_out: &watch::Sender<usize>) -> Server {
    let handed_out = handed_out.clone();
    Server::sound().held(move |asked| {
        let handed_out = handed_out.clone();
        async move {
            if asked.did == Some(2) {
                handed_out.subscribe().wait_for(|count| *count >= 1).await.unwrap();
            }
        }
    })
}

#[test]
fn the_first_result_is_handed_out_while_a_later_device_is_under_way() {
    let (handed_out, _) = watch::channel(0);
    let server = second_waits_for(&handed_out);
    let client = server.client();
    let mut dids = Vec::new();
    Gatherer::new(&client).each(
        1..=3,
        |did| (did, Ok(one_question(did))),
        |did, result: Result<(Rounds, Gathered), GatherError>| {
            assert!(result.is_ok());
            dids.push(did);
            handed_out.send_modify(|count| *count += 1);
            ControlFlow::Continue(())
        },
    );
    assert_eq!(dids, [1, 2, 3]);

    let (handed_out, _) = watch::channel(0);
    let server = second_waits_for(&handed_out);
    let client = server.async_client();
    let gatherer = Gatherer::new(&client);
    let start = async |did: &i64| Ok::<_, GatherError>(one_question(*did));
    let results = gatherer.each(1..=3, &start);
    let dids = runtime().block_on(
        results
            .map(|(did, result)| {
                assert!(result.is_ok());
                handed_out.send_modify(|count| *count += 1);
                did
            })
            .collect::<Vec<i64>>(),
    );
    assert_eq!(dids, [1, 2, 3]);
}

#[test]
fn at_most_twice_the_bound_are_begun_ahead() {
    const BOUND: u32 = 2;
    let most_ahead = 2 * BOUND as usize;
    for driver in Driver::BOTH {
        let (begun, _) = watch::channel(0_usize);
        let seen = Arc::new(AtomicUsize::new(0));
        // The first device is answered once as many are begun as may be, and some more had time to.
        let server = {
            let (begun, seen) = (begun.clone(), Arc::clone(&seen));
            Server::sound().held(move |asked| {
                let (begun, seen) = (begun.clone(), Arc::clone(&seen));
                async move {
                    if asked.did == Some(1) {
                        begun.subscribe().wait_for(|count| *count >= most_ahead).await.unwrap();
                        for _ in 0..100 {
                            std::thread::yield_now();
                            tokio::task::yield_now().await;
                        }
                        seen.store(*begun.borrow(), Ordering::SeqCst);
                    }
                }
            })
        };
        let plan = |did| {
            begun.send_modify(|count| *count += 1);
            one_question(did)
        };
        let results = driver.each(&server, at_once(BOUND), 1..=12, plan);
        assert_eq!(results.len(), 12);
        assert_eq!(seen.load(Ordering::SeqCst), most_ahead, "{driver:?}");
    }
}

#[test]
fn a_break_ends_what_is_under_way_its_waits_included() {
    // From the second device on, a further attempt is waited for, for ever.
    let server = Server::new(|asked| match asked.did {
        Some(1) => Ok(sound(asked)),
        _ => Ok(status(503)),
    })
    .time_stands_still();
    let client = server.client().limits(at_once(2));
    let mut results = 0;
    Gatherer::new(&client).each(
        1..=100,
        |did| (did, Ok(one_question(did))),
        |_, _: Result<(Rounds, Gathered), GatherError>| {
            server.time().is_waited_for();
            results += 1;
            ControlFlow::Break(())
        },
    );
    assert_eq!(results, 1);
    assert!(server.asked().len() <= 4, "{:?}", server.asked());
    assert!(server.asked().iter().all(|asked| asked.attempt == 1));
}

#[derive(Debug)]
enum Failed {
    Start(i64),
    Gather,
}

impl From<GatherError> for Failed {
    fn from(_: GatherError) -> Self {
        Self::Gather
    }
}

/// The second device has no plan, and nobody may ask about the third.
fn plan(did: i64) -> Result<Rounds, Failed> {
    if did == 2 { Err(Failed::Start(did)) } else { Ok(one_question(did)) }
}

fn told(did: i64, result: &Result<(Rounds, Gathered), Failed>) -> String {
    match result {
        Ok(_) => format!("{did}"),
        Err(Failed::Start(start)) => format!("{did} without plan {start}"),
        Err(Failed::Gather) => format!("{did} refused"),
    }
}

#[test]
fn a_device_that_cannot_be_started_or_is_refused_does_not_cost_the_others() {
    let server = Server::new(|asked| match asked.did {
        Some(3) => Ok(status(403)),
        _ => Ok(sound(asked)),
    });
    let mut blocking = Vec::new();
    Gatherer::new(&server.client()).each(
        1..=4,
        |did| (did, plan(did)),
        |did, result| {
            blocking.push(told(did, &result));
            ControlFlow::Continue(())
        },
    );
    assert_eq!(blocking, ["1", "2 without plan 2", "3 refused", "4"]);

    let client = server.async_client();
    let gatherer = Gatherer::new(&client);
    let start = async |did: &i64| plan(*did);
    let results = gatherer.each(1..=4, &start).map(|(did, result)| told(did, &result));
    assert_eq!(runtime().block_on(results.collect::<Vec<_>>()), blocking);
}

#[test]
fn a_device_that_is_named_twice_is_asked_about_once() {
    let server = Server::sound();
    let client = server.client().limits(at_once(1));
    let targets = [
        ("7", Ok(Target::Known(DeviceId::new(7)))),
        ("id 7", Ok(Target::Named("7".parse().unwrap()))),
        ("none", Err(Ended("it is no name".to_owned()))),
        ("8", Ok(Target::Known(DeviceId::new(8)))),
        ("9", Ok(Target::Known(DeviceId::new(9)))),
    ];
    let plan = |did: DeviceId| match did.get() {
        8 => Err(Ended("it has no plan".to_owned())),
        did => Ok(one_question(did)),
    };
    let mut outcomes = Vec::new();
    Gatherer::new(&client).each_target(targets, plan, |name, outcome| {
        outcomes.push(match outcome {
            TargetOutcome::Gathered { did, gathered, .. } => {
                format!("{name}: {did} in {} round", gathered.rounds)
            }
            TargetOutcome::Repeated(did) => format!("{name}: {did} again"),
            TargetOutcome::Failed { did, error } => format!("{name}: {did:?}, {}", error.0),
        });
        ControlFlow::Continue(())
    });
    let eight = DeviceId::new(8);
    assert_eq!(
        outcomes,
        [
            "7: 7 in 1 round".to_owned(),
            "id 7: 7 again".to_owned(),
            "none: None, it is no name".to_owned(),
            format!("8: {:?}, it has no plan", Some(eight)),
            "9: 9 in 1 round".to_owned(),
        ]
    );
    assert_eq!(server.asked().len(), 2);
}

/// Why a target has no evidence.
struct Ended(String);

impl From<GatherError> for Ended {
    fn from(error: GatherError) -> Self {
        Self(error.to_string())
    }
}

impl From<FindError> for Ended {
    fn from(error: FindError) -> Self {
        Self(error.to_string())
    }
}
