//! The question of a command about devices: which analysis of them.

pub(crate) use dt_analysis::plan::AnalysisKind as Question;
