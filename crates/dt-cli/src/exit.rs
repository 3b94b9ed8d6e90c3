//! Exit statuses: a contract with scripts.

use dt_model::FailureKind;

/// Done.
pub(crate) const DONE: u8 = 0;
/// It failed: no such device, no response, input or output.
pub(crate) const FAILED: u8 = 1;
/// The command line asks for something that cannot be.
pub(crate) const USAGE: u8 = 2;
/// Something was found at or above `--fail-on`.
pub(crate) const FOUND: u8 = 3;
/// The appliance does not let in: tokens, permission or clock; or a token file lets others in.
pub(crate) const ACCESS: u8 = 4;
/// The appliance was not reached: network or TLS.
pub(crate) const NETWORK: u8 = 5;

/// What each status means, for manuals.
pub(crate) const MEANINGS: [(u8, &str); 8] = [
    (DONE, "Done, also where a part of the evidence was refused that the command does not rest on"),
    (FAILED, "Failed: no such device, no response, a bad parameter, input or output"),
    (USAGE, "The command line, a variable or the configuration asks for something that cannot be"),
    (FOUND, "Something was found at --fail-on or above"),
    (ACCESS, "The appliance refused the tokens, the permission or the clock"),
    (NETWORK, "The appliance was not reached: network or TLS"),
    (130, "Ended by an interrupt (SIGINT)"),
    (143, "Ended by a termination (SIGTERM)"),
];

/// The status of a failure.
pub(crate) const fn of(kind: FailureKind) -> u8 {
    match kind {
        FailureKind::Failed => FAILED,
        FailureKind::Usage => USAGE,
        FailureKind::Access => ACCESS,
        FailureKind::Network => NETWORK,
    }
}

/// The exit statuses of several devices.
#[derive(Debug, Default)]
pub(crate) struct ExitSummary {
    answered: Vec<u8>,
    failed: Vec<u8>,
}

impl ExitSummary {
    pub(crate) fn add(&mut self, status: u8) {
        self.answered.push(status);
    }

    pub(crate) fn fail(&mut self, status: u8) {
        self.failed.push(status);
    }

    /// The common reason if all failed for one that scripts tell apart, else that some failed, else
    /// that something was found.
    pub(crate) fn status(&self) -> u8 {
        let all = |status: u8| self.failed.iter().all(|failed| *failed == status);
        match self.failed.first() {
            Some(_) if self.answered.is_empty() && all(ACCESS) => ACCESS,
            Some(_) if self.answered.is_empty() && all(NETWORK) => NETWORK,
            Some(_) => FAILED,
            None if self.answered.contains(&FOUND) => FOUND,
            None => DONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_of_several_devices_become_one() {
        let together = |answered: &[u8], failed: &[u8]| {
            ExitSummary { answered: answered.to_vec(), failed: failed.to_vec() }.status()
        };
        assert_eq!(together(&[], &[]), DONE);
        assert_eq!(together(&[0, 3], &[]), FOUND);
        assert_eq!(together(&[3], &[4]), FAILED);
        assert_eq!(together(&[], &[4, 4]), ACCESS);
        assert_eq!(together(&[], &[5]), NETWORK);
        assert_eq!(together(&[], &[4, 5]), FAILED);
    }
}
