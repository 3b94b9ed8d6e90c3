//! Why an analysis cannot be made.

use std::fmt;

use dt_model::{
    DataType, Diagnostic, Evidence, FailureKind, Help, RefusalGroup, RefusalKind, Subject, Topic,
};

use super::AnalysisKind;

/// What an analysis cannot do without was refused; or is not among what was saved.
///
/// ```
/// use dt_analysis::plan::AnalysisKind;
/// use dt_model::{Diagnostic, Evidence, FailureKind, Part, Refusal, RefusalKind};
///
/// let mut evidence = Evidence::default();
/// let refusal = Refusal::new(RefusalKind::Permission, Some(403), "");
/// evidence.connections = Part::Refused(refusal);
/// let missing = AnalysisKind::Compare.missing(&evidence, None);
/// assert_eq!(missing.kind(), FailureKind::Access);
/// assert_eq!(missing.to_string(), "what compare cannot do without was refused");
/// assert_eq!(missing.details(), ["co: refused: HTTP 403"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingEvidence {
    analysis: AnalysisKind,
    /// What was refused of that which it draws on, in words.
    refused: Vec<String>,
    /// The refusal that somebody has to do something about, if there is one among them.
    worst: Option<RefusalKind>,
}

impl AnalysisKind {
    /// Why the analysis cannot be made of this evidence, where it cannot.
    #[must_use]
    pub fn missing(self, evidence: &Evidence, data_type: Option<DataType>) -> MissingEvidence {
        let refused = self.refusals(evidence, data_type);
        let refused: Vec<_> =
            refused.filter(|(subject, _)| matches!(subject, Subject::Part(_))).collect();
        let urgency = |kind: &RefusalKind| match FailureKind::from(*kind) {
            FailureKind::Access => 2,
            FailureKind::Network => 1,
            FailureKind::Failed | FailureKind::Usage => 0,
        };
        // Of equals, the first.
        let worst = refused.iter().rev().map(|(_, refusal)| refusal.kind).max_by_key(urgency);
        let groups = RefusalGroup::list(refused);
        let refused = groups.iter().map(ToString::to_string).collect();
        MissingEvidence { analysis: self, refused, worst }
    }
}

impl fmt::Display for MissingEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let analysis = self.analysis.as_str();
        match self.worst {
            Some(_) => write!(f, "what {analysis} cannot do without was refused"),
            None => write!(f, "none of the saved responses is one that {analysis} can answer from"),
        }
    }
}

impl std::error::Error for MissingEvidence {}

impl Diagnostic for MissingEvidence {
    fn kind(&self) -> FailureKind {
        self.worst.map_or(FailureKind::Usage, FailureKind::from)
    }

    fn details(&self) -> Vec<String> {
        self.refused.clone()
    }

    fn help(&self) -> Option<Help> {
        if let Some(worst) = self.worst {
            return worst.help();
        }
        let part = match self.analysis {
            AnalysisKind::Connections | AnalysisKind::Compare | AnalysisKind::Report => "co=FILE",
            AnalysisKind::Transfers => "sizeout=FILE or sizein=FILE",
            AnalysisKind::External => "external=FILE or co=FILE",
            AnalysisKind::Timeline(_) => {
                let text = "add co=FILE, or say what the one that is meant counts";
                return Some(Help::new(text).about(Topic::DataType));
            }
        };
        Some(Help::new(format!("add {part}")).about(Topic::SavedResponse))
    }
}

#[cfg(test)]
mod tests {
    use dt_model::{Part, Refusal};

    use super::*;

    fn refused(kind: RefusalKind) -> Part<dt_model::DeviceInfo> {
        Part::Refused(Refusal::new(kind, None, "no"))
    }

    #[test]
    fn the_refusal_that_somebody_can_mend_decides() {
        let evidence = Evidence {
            bytes_out: refused(RefusalKind::Timeout),
            bytes_in: refused(RefusalKind::Auth),
            ..Evidence::default()
        };
        let missing = AnalysisKind::Transfers.missing(&evidence, None);
        assert_eq!(missing.kind(), FailureKind::Access);
        assert_eq!(missing.details().len(), 2);
        assert_eq!(missing.help().unwrap().topic, Some(Topic::Tokens));
    }

    #[test]
    fn what_is_not_among_saved_responses_is_asked_for() {
        let missing = AnalysisKind::External.missing(&Evidence::default(), None);
        assert_eq!(missing.kind(), FailureKind::Usage);
        assert!(missing.details().is_empty());
        let help = missing.help().unwrap();
        assert_eq!(
            (&*help.text, help.topic),
            ("add external=FILE or co=FILE", Some(Topic::SavedResponse))
        );
    }
}
