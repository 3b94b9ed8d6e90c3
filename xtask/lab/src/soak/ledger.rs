//! Which question got which answer, how often.

use std::fmt::Display;

/// One account a question. An answer is entered by what it is, not by what was asked: one that went
/// astray leaves one question without, and another one with two.
pub(super) struct Ledger {
    accounts: Vec<Account>,
    unknown: u64,
    first_told: Option<String>,
}

#[derive(Clone, Default)]
struct Account {
    answers: u32,
    told: u32,
}

impl Ledger {
    pub(super) fn new(questions: u32) -> Self {
        let accounts = vec![Account::default(); questions as usize];
        Self { accounts, unknown: 0, first_told: None }
    }

    /// An answer came, to this question; or to none.
    pub(super) fn answered(&mut self, whose: Option<u32>) {
        match whose {
            Some(index) => self.accounts[index as usize].answers += 1,
            None => self.unknown += 1,
        }
    }

    /// A question was given up, and that was told.
    pub(super) fn failed(&mut self, index: u32, error: &impl Display) {
        self.accounts[index as usize].told += 1;
        self.first_told.get_or_insert_with(|| error.to_string());
    }

    /// Questions with exactly one answer.
    pub(super) fn right(&self) -> u64 {
        self.count(|account| account.answers == 1 && account.told == 0)
    }

    /// Questions of which nothing was heard.
    pub(super) fn lost(&self) -> u64 {
        self.count(|account| account.answers + account.told == 0)
    }

    /// Questions of which something was heard more than once.
    pub(super) fn duplicated(&self) -> u64 {
        self.count(|account| account.answers + account.told > 1)
    }

    /// Questions that were given up.
    pub(super) fn told(&self) -> u64 {
        self.count(|account| account.told > 0)
    }

    /// Answers that answer none of the questions.
    pub(super) const fn unknown(&self) -> u64 {
        self.unknown
    }

    /// The first reason for which one was given up.
    pub(super) fn first_told(&self) -> Option<&str> {
        self.first_told.as_deref()
    }

    fn count(&self, which: impl Fn(&Account) -> bool) -> u64 {
        self.accounts.iter().filter(|account| which(account)).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mishap_is_counted_as_what_it_is() {
        let mut ledger = Ledger::new(5);
        for whose in [Some(0), Some(1), Some(1), None] {
            ledger.answered(whose);
        }
        ledger.failed(3, &"too slow");
        assert_eq!((ledger.right(), ledger.lost(), ledger.duplicated()), (1, 2, 1));
        assert_eq!((ledger.unknown(), ledger.told()), (1, 1));
        assert_eq!(ledger.first_told(), Some("too slow"));
    }
}
