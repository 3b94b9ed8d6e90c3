//! Techniques of MITRE ATT&CK, which an event names only where the finding is sure.

use dt_analysis::finding::{self, Confidence};

use crate::contract::Finding;

/// A technique by its id, and the part of it that is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Technique {
    /// `T1567`
    pub(super) id: &'static str,
    /// `T1567.002`
    pub(super) subtechnique: Option<&'static str>,
}

impl Technique {
    /// What a finding certainly enough is; candidates of others are told as candidates only.
    pub(super) fn of(finding: &Finding) -> Vec<Self> {
        if finding.confidence < Confidence::High {
            return Vec::new();
        }
        finding.attack_candidates.iter().copied().map(Self::from).collect()
    }
}

impl From<finding::Technique> for Technique {
    fn from(technique: finding::Technique) -> Self {
        let id = technique.id();
        match id.split_once('.') {
            Some((technique, _)) => Self { id: technique, subtechnique: Some(id) },
            None => Self { id, subtechnique: None },
        }
    }
}
