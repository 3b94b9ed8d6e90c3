//! Figures as they are told.

/// What a figure is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// It may be so much.
    AtMost(f64),
    /// It should be so much.
    AtLeast(f64),
}

impl Limit {
    /// The limit in words, and whether a figure keeps it.
    #[must_use]
    pub fn told(self, figure: f64, unit: &str) -> String {
        let (bound, is_met) = match self {
            Self::AtMost(most) => (format!("at most {most:.1}"), figure <= most),
            Self::AtLeast(least) => (format!("at least {least:.1}"), figure >= least),
        };
        format!("{bound} {unit}: {}", if is_met { "met" } else { "MISSED" })
    }
}

/// The middle one, and of two the larger; `None` of nothing.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// A number as people read it.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// KiB as MiB.
#[must_use]
pub fn mib(kib: u64) -> String {
    format!("{:.0}", kib as f64 / 1024.0)
}

/// The most memory that a process had at once, in KiB, as Linux tells it in `/proc/PID/status`.
#[must_use]
pub fn peak_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// The same of a process that runs; `None` where the system does not tell.
pub(super) fn peak(process: &str) -> Option<u64> {
    peak_of(&std::fs::read_to_string(format!("/proc/{process}/status")).ok()?)
}
