//! A panic is passed on: it neither hangs nor is swallowed.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dt_model::{Evidence, Plan, Question, Required};
use dt_transport::{GatherError, Gathered, Gatherer};

use crate::harness::{Rounds, Server, at_once, parts, rounds, sound};

/// Panics in its second round.
struct Panics(Rounds);

impl Plan for Panics {
    fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
        assert!(evidence.answers().next().is_none(), "the second round");
        self.0.next(evidence)
    }

    fn required(&self) -> Required {
        Required::AnyDeviceInfo
    }
}

fn passes_on(gather: impl FnOnce()) {
    assert!(catch_unwind(AssertUnwindSafe(gather)).is_err());
}

#[test]
fn panic_in_a_plan() {
    let server = Server::sound();
    let client = server.client();
    passes_on(|| drop(client.gather(Panics(rounds([parts(7)])))));
}

#[test]
fn panic_in_the_plan_of_one_of_many_devices() {
    let server = Server::sound();
    let client = server.client().limits(at_once(2));
    passes_on(|| {
        Gatherer::new(&client).each(
            1..=100,
            |did| ((), Ok(Panics(rounds([parts(did)])))),
            |(), _: Result<(Panics, Gathered), GatherError>| ControlFlow::Continue(()),
        );
    });
}

#[test]
fn panic_in_the_transport() {
    let server = Server::new(|asked| {
        assert_ne!(asked.about, "sizein", "it is what panics");
        Ok(sound(asked))
    });
    let client = server.client();
    passes_on(|| drop(client.gather(rounds([parts(7)]))));
}

#[test]
fn panic_where_results_are_taken() {
    let server = Server::sound();
    let client = server.client().limits(at_once(2));
    passes_on(|| {
        Gatherer::new(&client).each(
            1..=100,
            |did| (did, Ok(rounds([parts(did)]))),
            |did, _: Result<(Rounds, Gathered), GatherError>| {
                assert_ne!(did, 3, "it is what panics");
                ControlFlow::Continue(())
            },
        );
    });
}

#[test]
fn panic_where_progress_is_told() {
    let server = Server::sound();
    let client = server.client().limits(at_once(2));
    let options = dt_transport::GatherOptions {
        progress: Some(&|progress| assert!(progress.answered < 3, "it is what panics")),
        ..Default::default()
    };
    passes_on(|| drop(Gatherer::with(&client, options).gather(rounds([parts(7)]))));
}
