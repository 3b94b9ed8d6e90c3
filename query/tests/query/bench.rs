//! What is measured is printed, and nothing is left of what was made for it.

use dt_query::bench::{Limit, grouped, median, mib, peak_of};

use crate::program::{command, out};

#[test]
fn figures_are_told_beside_their_limits() {
    assert_eq!(Limit::AtMost(0.2).told(0.2, "s"), "at most 0.2 s: met");
    assert_eq!(Limit::AtMost(0.2).told(0.201, "s"), "at most 0.2 s: MISSED");
    assert_eq!(Limit::AtLeast(0.5).told(0.5, "of decoding"), "at least 0.5 of decoding: met");
    assert_eq!(Limit::AtLeast(0.5).told(0.49, "of decoding"), "at least 0.5 of decoding: MISSED");
}

#[test]
fn the_median_is_one_of_the_values() {
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(median(&[4.0, 1.0]), Some(4.0));
}

#[test]
fn numbers_are_grouped_by_three_digits() {
    for (number, told) in [(0, "0"), (999, "999"), (1_000, "1,000"), (10_000_000, "10,000,000")] {
        assert_eq!(grouped(number), told);
    }
    assert_eq!(mib(1_536), "2");
}

#[test]
fn the_peak_is_read_from_what_the_system_tells() {
    assert_eq!(peak_of("Name:\tdt-query\nVmHWM:\t   52340 kB\nVmRSS:\t   1 kB\n"), Some(52_340));
    assert_eq!(peak_of("Name:\tdt-query\nVmRSS:\t   1 kB\n"), None);
    assert_eq!(peak_of("VmHWM:\tmuch kB\n"), None);
}

#[test]
fn every_question_is_measured_and_nothing_is_left() {
    let directory = tempfile::tempdir().unwrap();
    let sizes = ["--devices", "100", "--runs", "2", "--series", "2", "--rounds", "1"];
    let mut bench = command();
    bench.arg("bench").args(sizes).arg("--directory").arg(directory.path());
    let text = out(&bench.output().unwrap());
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "{text}");
    assert!(
        text.contains("100 device-days: 100 devices, 1 run(s), 3 files: devices 100 rows"),
        "{text}"
    );
    assert!(
        text.contains("200 device-days: 100 devices, 2 run(s), 5 files: devices 200 rows"),
        "{text}"
    );
    for (question, times) in [
        ("top 20 of the newest run", 2),
        ("prevalence", 2),
        ("first seen", 2),
        ("one device's history", 2),
        ("a full aggregate", 2),
        // Series are those of the first run.
        ("dt_assess", 1),
        ("cluster: a scheduler", 2),
    ] {
        let lines = text.lines().filter(|line| line.starts_with(question));
        assert_eq!(lines.count(), times, "{question}\n{text}");
    }
}

#[test]
fn what_is_too_small_to_be_asked_about_is_refused() {
    for sizes in [["--devices", "99"], ["--runs", "0"], ["--rounds", "0"], ["--series", "some"]] {
        let refused = command().arg("bench").args(sizes).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{sizes:?}");
    }
}
