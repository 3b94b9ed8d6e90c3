//! How a page was made: what makes it fit for filing.

use dt_analysis::Analyses;

use super::{Block, Fact, Provenance, Section, Value, thresholds};
use crate::contract::{Header, Window};
use crate::phrases::{period, times};

/// The program and its version.
pub(crate) const PROGRAM: &str = concat!("dt ", env!("CARGO_PKG_VERSION"));

/// How something about an appliance was made.
pub(super) fn of_appliance(schema: &'static str, made: &Provenance<'_>) -> Section {
    let facts = vec![
        Fact::new("Source", made.source),
        Fact::new("Generated", Value::Time(made.viewpoint.now)),
        Fact::new("By", format!("{PROGRAM}, unofficial: not affiliated with Darktrace")),
        Fact::new("Schema", schema),
    ];
    Section {
        id: "made",
        title: "Method and provenance",
        blocks: vec![Block::Facts(facts)],
        is_on_screen: false,
    }
}

pub(super) fn section(header: &Header, window: Option<&Window>, made: &Provenance<'_>) -> Section {
    let from = made.viewpoint;
    let (start, end) = window.map_or((None, header.data_until), |it| (it.start, it.end));
    let mut facts = vec![
        Fact::new("Period", period::in_full(start, end, from.zone)),
        Fact::new("Source", made.source),
        Fact::new("Dialect", header.dialect),
        Fact::new("Generated", times::moment(from.now, from.zone)),
        Fact::new("By", format!("{PROGRAM}, unofficial: not affiliated with Darktrace")),
        Fact::new("Schema", header.schema),
    ];
    let mut blocks = Vec::new();
    if let Some(policy) = made.policy {
        let rules = match policy.analyses {
            Analyses::All => "extended: what is not known stays unknown",
            Analyses::Documented => "documented: the module document's, exactly",
        };
        facts.push(Fact::new("Rules", rules));
        facts.push(Fact::new("Thresholds", policy.digest()));
        blocks.push(Block::Facts(facts));
        blocks.push(Block::note(
            "The digest covers every threshold: another digest means that other thresholds were \
             used. ≈ marks an estimate, “at least” a lower bound; what an \
             appliance leaves out of an answer is “not reported”, never 0; what was not answered is \
             “refused”, “not asked” or, among saved responses, “not given”.",
        ));
        blocks.push(Block::Table(thresholds::table(policy)));
    } else {
        blocks.push(Block::Facts(facts));
    }
    Section { id: "made", title: "Method and provenance", blocks, is_on_screen: false }
}
