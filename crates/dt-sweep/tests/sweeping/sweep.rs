use std::ops::ControlFlow;
use std::sync::Mutex;

use dt_analysis::{AsOf, Policy};
use dt_model::{DeviceId, Selection};
use dt_sweep::{NamedTarget, Progress, Sweep, SweepError, list_targets};
use dt_transport::{Cancel, Clock, FindError, Recording, SystemClock};

use crate::{ZONE, demo, inquiry};

fn as_of() -> AsOf<'static> {
    AsOf { now: SystemClock.now(), zone: &ZONE }
}

fn typed(names: &[&str]) -> Vec<NamedTarget> {
    names.iter().map(|name| NamedTarget::typed(*name)).collect()
}

#[test]
fn each_device_is_handed_on_once_in_order_whatever_becomes_of_the_others() {
    let (_appliance, client) = demo(&[]);
    let policy = Policy::default();
    let steps = Mutex::new(Vec::new());
    let progress = |step| steps.lock().unwrap().push(step);
    let sweep = Sweep::new(&client, inquiry(&policy), as_of()).progress(&progress);
    let mut outcomes = Vec::new();
    let targets = typed(&["printer-03", "nobody", "0", "12345", "12345", "host:printer-03"]);
    let all = targets.len();
    let summary = sweep.each(targets, |outcome| {
        outcomes.push(match outcome {
            Ok(answer) => {
                assert!(answer.evidence.connections.is_answered() && answer.series.is_some());
                assert!(answer.exchanges.is_empty(), "they were not to be kept");
                (answer.name, "answered")
            }
            Err(device) => (
                device.name,
                match device.error {
                    SweepError::Find(FindError::Unknown { .. }) => "unknown",
                    SweepError::Name(_) => "no name",
                    other => panic!("{other}"),
                },
            ),
        });
        ControlFlow::Continue(())
    });
    let expected = [
        ("printer-03", "answered"),
        ("nobody", "unknown"),
        ("0", "no name"),
        ("12345", "answered"),
    ];
    let outcomes: Vec<_> = outcomes.iter().map(|(name, what)| (&**name, *what)).collect();
    assert_eq!(outcomes, expected);
    assert!(summary.rounds >= 1);
    let steps = steps.into_inner().unwrap();
    assert_eq!(steps.first(), Some(&Progress::Devices { done: 0, all }));
    assert_eq!(steps.last(), Some(&Progress::Devices { done: all, all }));
}

#[test]
fn of_one_device_the_questions_are_counted_and_exchanges_kept() {
    let (_appliance, client) = demo(&["permission@sizein"]);
    let policy = Policy::default();
    let last = Mutex::new(None);
    let progress = |step| *last.lock().unwrap() = Some(step);
    let sweep = Sweep::new(&client, inquiry(&policy), as_of()).progress(&progress);
    let mut answers = Vec::new();
    sweep.recording(Recording::Exchanges).each(typed(&["12345"]), |outcome| {
        answers.push(outcome.unwrap());
        ControlFlow::Continue(())
    });
    let [answer] = &*answers else { panic!("{answers:?}") };
    assert_eq!(answer.did, DeviceId::new(12345));
    assert!(answer.evidence.bytes_in.refusal().is_some(), "it leaves the others standing");
    let Some(Progress::Questions { answered, known }) = *last.lock().unwrap() else { panic!() };
    assert_eq!((answered, known), (answer.exchanges.len(), answer.exchanges.len()));
}

#[test]
fn what_is_cancelled_hands_on_nothing_further() {
    let (_appliance, client) = demo(&[]);
    let policy = Policy::default();
    let cancel = Cancel::new();
    let sweep = Sweep::new(&client, inquiry(&policy), as_of()).cancel(cancel.clone());
    let mut handed_on = 0;
    let names: Vec<String> = (0..40).map(|did| (12345 + did).to_string()).collect();
    sweep.each(names.iter().map(NamedTarget::typed), |_| {
        handed_on += 1;
        cancel.cancel();
        ControlFlow::Continue(())
    });
    // Those that were whole before it was cancelled are handed on.
    assert!((1..40).contains(&handed_on), "{handed_on}");
}

#[test]
fn devices_are_listed_by_patterns_and_by_what_they_are() {
    let (_appliance, client) = demo(&[]);
    let selection = Selection { types: vec!["printer".to_owned()], ..Selection::default() };
    let pattern = ["printer-0*".parse().unwrap(), "12345".parse().unwrap()];
    let mut pages = 0;
    let by_name =
        list_targets(&client, &pattern, &Selection::default(), &mut |_| pages += 1).unwrap();
    assert!(pages > 0 && !by_name.is_empty());
    assert!(by_name.iter().all(|target| target.name.starts_with("printer-0")), "{by_name:?}");
    let by_type = list_targets(&client, &[], &selection, &mut |_| {}).unwrap();
    assert!(by_name.iter().all(|target| by_type.contains(target)));
    let none = Selection { types: vec!["toaster".to_owned()], ..Selection::default() };
    let error = list_targets(&client, &[], &none, &mut |_| {}).unwrap_err();
    assert!(matches!(error, FindError::NoneSelected { .. }), "{error}");
}
