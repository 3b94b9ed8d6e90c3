//! What a snapshot says about its device.

use std::collections::HashMap;

use dt_model::{Answer, Evidence, EvidencePart, JoinError, JoinReport, Question, Refusal, Warning};

use crate::{NotAnswered, SavedDevice, Snapshot};

/// The evidence that snapshots hold, and what was odd about it.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct StoredEvidence {
    /// What was answered and what was refused.
    pub evidence: Evidence,
    /// What was odd about an answer, by where it is: a file, or standard input.
    pub warnings: Vec<(String, Warning)>,
    /// Responses that do not say what they count, and were taken as connections.
    pub assumed: Vec<String>,
    /// What showed where the answers of several snapshots were joined.
    pub joins: Vec<(EvidencePart, JoinReport)>,
    /// The snapshots that it is of; `None` of single responses.
    pub source: Option<SavedDevice>,
}

impl StoredEvidence {
    /// What was odd about answers, or about how those of several snapshots go together, in words.
    #[must_use]
    pub fn oddities(&self) -> Vec<String> {
        let warnings = self.warnings.iter().map(|(at, warning)| format!("{at}: {warning}"));
        let joins = self.joins.iter().filter(|(_, it)| it.differing > 0 || !it.gaps.is_empty());
        warnings.chain(joins.map(|(part, report)| format!("{part}: {report}"))).collect()
    }

    /// What whoever reads the evidence should know of how it was read, in words.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let assumed = self.assumed.iter().map(|at| {
            format!(
                "{at} does not say what it counts, and is taken as connections; a label (co=) says so"
            )
        });
        let paths = self.source.as_ref().map_or(&[][..], SavedDevice::paths);
        let joined = paths.last().filter(|_| paths.len() > 1).map(|newest| {
            format!(
                "{} snapshots are joined for series over time; everything else is from {}",
                paths.len(),
                newest.display()
            )
        });
        assumed.chain(joined).collect()
    }
}

impl Snapshot {
    /// What the snapshot says about its device: what was said when it was taken. An answer that cannot
    /// be read, or is about another device, is refused as it would have been then.
    #[must_use]
    pub fn evidence(&self) -> StoredEvidence {
        let mut stored = StoredEvidence::default();
        // What was tried again is there more than once: the last answer is the one that was used.
        let last: HashMap<&str, usize> = self
            .exchanges
            .iter()
            .enumerate()
            .map(|(place, stored)| (stored.exchange.target.as_str(), place))
            .collect();
        for (place, kept) in self.exchanges.iter().enumerate() {
            let exchange = &kept.exchange;
            let Some(question) = Question::from_target(&exchange.target) else { continue };
            let is_refused = |not: &NotAnswered| not.is_about(question.subject());
            if last[exchange.target.as_str()] != place || self.not_answered.iter().any(is_refused) {
                continue;
            }
            let answer = match exchange.refusal() {
                Some(refusal) => Err(refusal),
                None => question.read(&exchange.body).map_err(|error| Refusal::from(&error)),
            };
            let warnings = answer.iter().flat_map(Answer::warnings).cloned();
            stored
                .warnings
                .extend(warnings.map(|warning| (kept.file.display().to_string(), warning)));
            stored.evidence.take(question, answer);
        }
        for not_answered in &self.not_answered {
            not_answered.put_into(&mut stored.evidence);
        }
        stored
    }

    /// What several snapshots of one device say together: the newest, with the history that all of them
    /// tell.
    ///
    /// # Errors
    ///
    /// If they are not about the same.
    pub fn joined(snapshots: &[Self]) -> Result<StoredEvidence, JoinError> {
        let mut warnings = Vec::new();
        let taken = snapshots.iter().map(|snapshot| {
            let stored = snapshot.evidence();
            warnings.extend(stored.warnings);
            (snapshot.about.taken, stored.evidence)
        });
        let (evidence, joins) = Evidence::joined(taken.collect())?;
        Ok(StoredEvidence { evidence, warnings, joins, ..StoredEvidence::default() })
    }
}
