//! The fault suite: every fault that the demo appliance and its forwarder can make, over both
//! backends.
//!
//! A fault is survived if it is told as what it is, tried again if and only if that may help, with
//! every attempt signed afresh, and if the same client is answered afterwards. It runs without the
//! usual harness so that each fault and backend is named as a test of its own, and so that it can
//! count.
#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]
#![expect(clippy::print_stdout, reason = "the count is what this prints")]

mod asker;
mod below_http;
mod by_http;
mod certificates;
mod verdict;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dt_transport::{Blocking, HttpOptions, ReqwestTransport, Transport, UreqTransport};
use libtest_mimic::{Arguments, Trial};

use crate::asker::Asker;
use crate::verdict::Verdict;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backend {
    Ureq,
    Reqwest,
}

impl Backend {
    const ALL: [Self; 2] = [Self::Ureq, Self::Reqwest];

    const fn name(self) -> &'static str {
        match self {
            Self::Ureq => "ureq",
            Self::Reqwest => "reqwest",
        }
    }

    fn transport(self, options: &HttpOptions) -> Box<dyn Transport> {
        match self {
            Self::Ureq => Box::new(UreqTransport::new(options).unwrap()),
            Self::Reqwest => {
                Box::new(Blocking::new(ReqwestTransport::new(options).unwrap()).unwrap())
            }
        }
    }
}

/// One fault, and how it is tried.
struct Case {
    fault: String,
    options: HttpOptions,
    run: Box<dyn Fn(&Asker) -> Verdict + Send + Sync>,
}

impl Case {
    fn new(
        fault: impl Into<String>,
        options: HttpOptions,
        run: impl Fn(&Asker) -> Verdict + Send + Sync + 'static,
    ) -> Self {
        Self { fault: fault.into(), options, run: Box::new(run) }
    }
}

#[derive(Default)]
struct Score {
    tried: AtomicUsize,
    survived: AtomicUsize,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases = [by_http::cases(), below_http::cases(), certificates::cases()];
    let cases: Arc<[Case]> = cases.into_iter().flatten().collect();
    let scores: Arc<[Score; 2]> = Arc::default();

    let every = Backend::ALL.into_iter().zip(0..scores.len());
    let trials = every.flat_map(|(backend, score)| {
        let (cases, scores) = (Arc::clone(&cases), Arc::clone(&scores));
        (0..cases.len()).map(move |index| {
            let (cases, scores) = (Arc::clone(&cases), Arc::clone(&scores));
            let name = format!("{}: {}", backend.name(), cases[index].fault);
            Trial::test(name, move || {
                let Case { options, run, .. } = &cases[index];
                scores[score].tried.fetch_add(1, Ordering::SeqCst);
                run(&Asker::new(backend.transport(options)))?;
                scores[score].survived.fetch_add(1, Ordering::SeqCst);
                Ok(())
            })
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());

    for (backend, Score { tried, survived }) in Backend::ALL.iter().zip(&*scores) {
        let (tried, survived) = (tried.load(Ordering::SeqCst), survived.load(Ordering::SeqCst));
        if tried > 0 {
            println!("{}: faults tried {tried}, survived {survived}", backend.name());
        }
    }
    conclusion.exit_code()
}
