//! The questions of a round are in flight together, and come back in their order.

use std::sync::{Arc, Mutex};

use dt_model::Question;
use dt_transport::{GatherOptions, Gatherer, Progress};
use tokio::sync::{Barrier, watch};

use crate::harness::{
    Driver, Server, at_once, domain, parts, recording, rounds, runtime, sound, status,
};

/// Eight questions: twice four.
fn eight() -> Vec<Question> {
    let mut questions = parts(7);
    questions.extend(["a.example", "b.example", "c.example"].map(|name| domain(name, 7)));
    questions
}

/// Answers only once so many requests are in flight, and lets others come meanwhile.
fn meeting(bound: usize) -> Server {
    let barrier = Arc::new(Barrier::new(bound));
    Server::sound().held(move |_| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            tokio::task::yield_now().await;
        }
    })
}

#[test]
fn as_many_as_the_bound_are_in_flight_and_no_more() {
    for bound in [1, 4] {
        let server = meeting(bound as usize);
        let client = server.client().limits(at_once(bound));
        client.gather(rounds([eight()])).unwrap();
        assert_eq!(server.most_in_flight(), bound as usize);
        let traffic = client.traffic();
        assert_eq!((traffic.requests, traffic.most_in_flight), (8, bound as usize));
        assert_eq!(traffic.bound, bound as usize);

        let server = meeting(bound as usize);
        let client = server.async_client().limits(at_once(bound));
        runtime().block_on(client.gather(rounds([eight()]))).unwrap();
        assert_eq!(server.most_in_flight(), bound as usize);
        let traffic = client.traffic();
        assert_eq!((traffic.requests, traffic.most_in_flight), (8, bound as usize));
    }
}

#[test]
fn several_devices_are_in_flight_within_the_same_bound() {
    for driver in Driver::BOTH {
        let server = meeting(4);
        let plan = |did| rounds([parts(did)[..1].to_vec()]);
        let results = driver.each(&server, at_once(4), 1..=8, plan);
        assert!(results.iter().all(|(_, result)| result.is_ok()));
        assert_eq!(server.most_in_flight(), 4);
    }
}

#[test]
fn threads_that_ask_through_one_client_keep_to_its_bound() {
    let server = meeting(4);
    let client = server.client().limits(at_once(4));
    std::thread::scope(|scope| {
        for question in eight() {
            let client = client.clone();
            scope.spawn(move || client.gather(rounds([vec![question]])).unwrap());
        }
    });
    assert_eq!((server.most_in_flight(), client.traffic().most_in_flight), (4, 4));
}

#[test]
fn a_later_round_begins_when_the_one_before_is_over() {
    for driver in Driver::BOTH {
        let server = Server::sound();
        let plan = rounds([eight()[5..].to_vec(), parts(7)]);
        let gathered = driver.gather(&server, at_once(4), recording(), plan).unwrap();
        assert_eq!((gathered.rounds, gathered.questions), (2, 8));
        assert!(server.asked_about()[..3].iter().all(|about| about == "domain"));
    }
}

#[test]
fn exchanges_are_in_the_order_of_the_questions_whatever_came_first() {
    for driver in Driver::BOTH {
        let order = ["co", "sizeout", "sizein", "external", "external-out"];
        let (answered, _) = watch::channel(0_usize);
        // Whatever is asked later is answered earlier; each fails once before.
        let server = Server::new(|asked| match asked.attempt {
            1 => Ok(status(503)),
            _ => Ok(sound(asked)),
        })
        .held(move |asked| {
            let answered = answered.clone();
            async move {
                if asked.attempt == 1 {
                    return;
                }
                let rank = order.iter().rev().position(|about| *about == asked.about).unwrap();
                answered.subscribe().wait_for(|before| *before == rank).await.unwrap();
                answered.send_modify(|before| *before += 1);
            }
        });
        let plan = rounds([parts(7)]);
        let gathered = driver.gather(&server, at_once(5), recording(), plan).unwrap();
        let kept: Vec<String> = gathered
            .exchanges
            .iter()
            .map(|it| {
                let question = Question::from_target(&it.exchange.target).unwrap();
                format!("{question} {}", it.exchange.status.as_u16())
            })
            .collect();
        let expected: Vec<String> = order
            .iter()
            .flat_map(|about| [format!("{about} 503"), format!("{about} 200")])
            .collect();
        assert_eq!(kept, expected);
    }
}

#[test]
fn progress_is_told_in_order_and_knows_later_rounds_when_they_come() {
    let told = |gather: &dyn Fn(GatherOptions<'_>)| {
        let told = Mutex::new(Vec::new());
        let note = |Progress { answered, known, .. }| told.lock().unwrap().push((answered, known));
        gather(GatherOptions { progress: Some(&note), ..GatherOptions::default() });
        told.into_inner().unwrap()
    };
    let plan = || rounds([parts(7)[..2].to_vec(), parts(7)[2..3].to_vec()]);
    let server = Server::sound();
    let blocking = told(&|options| {
        Gatherer::with(&server.client(), options).gather(plan()).unwrap();
    });
    let asynchronous = told(&|options| {
        let client = server.async_client();
        runtime().block_on(Gatherer::with(&client, options).gather(plan())).unwrap();
    });
    assert_eq!(blocking, [(1, 2), (2, 2), (3, 3)]);
    assert_eq!(asynchronous, blocking);
}
