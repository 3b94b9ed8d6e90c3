//! How much memory this process has, over the course of a soak.

use std::fmt;
use std::fs;

const PARTS: u32 = 10;

/// The most that was resident in each tenth of the answers, in KiB.
pub(super) struct Peaks {
    all: u32,
    taken: u32,
    tenths: [u64; PARTS as usize],
}

impl Peaks {
    pub(super) fn new(all: u32) -> Self {
        Self { all: all.max(PARTS), taken: 0, tenths: [0; PARTS as usize] }
    }

    /// Takes note of the memory after one more answer.
    pub(super) fn sample(&mut self) {
        self.enter(resident().unwrap_or_default());
    }

    fn enter(&mut self, resident: u64) {
        let part = u64::from(self.taken) * u64::from(PARTS) / u64::from(self.all);
        self.taken += 1;
        if let Some(peak) = usize::try_from(part).ok().and_then(|part| self.tenths.get_mut(part)) {
            *peak = resident.max(*peak);
        }
    }

    /// The last tenth's peak over the second one's: in the first, buffers and connections are still
    /// being made. `None` where memory could not be measured.
    pub(super) fn growth(&self) -> Option<f64> {
        let (early, late) = (self.tenths[1], self.tenths[PARTS as usize - 1]);
        (early > 0).then(|| late as f64 / early as f64)
    }
}

impl fmt::Display for Peaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("peak memory by tenth, MiB")?;
        self.tenths.iter().try_for_each(|peak| write!(f, "  {:.1}", *peak as f64 / 1024.0))
    }
}

/// The resident memory in KiB, where the kernel tells it.
pub(super) fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tenth_has_its_peak() {
        let mut peaks = Peaks::new(20);
        for resident in 100..120 {
            peaks.enter(resident);
        }
        assert_eq!(peaks.tenths, [101, 103, 105, 107, 109, 111, 113, 115, 117, 119]);
        assert_eq!(peaks.growth(), Some(119.0 / 103.0));
        assert_eq!(Peaks::new(20).growth(), None);
    }
}
