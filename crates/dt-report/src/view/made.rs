//! How a page was made: what makes it fit for filing.

use dt_analysis::Analyses;

use super::{Block, Fact, Provenance, Section, Value, thresholds};
use crate::contract::{Header, Window};
use crate::phrases::period;

/// The program and its version.
pub(crate) const PROGRAM: &str = concat!("dt ", env!("CARGO_PKG_VERSION"));

/// How something about an appliance was made.
pub(super) fn of_appliance(schema: &'static str, made: &Provenance<'_>) -> Section {
    let [source, at, by, schema] = facts(schema, made);
    titled(vec![Block::Facts(vec![source, at, by, schema])])
}

/// How something about a device was made, and by which thresholds it was judged.
pub(super) fn section(header: &Header, window: Option<&Window>, made: &Provenance<'_>) -> Section {
    let (start, end) = window.map_or((None, header.data_until), |it| (it.start, it.end));
    let period = Fact::new("Period", period::in_full(start, end, made.viewpoint.zone));
    let dialect = Fact::new("Dialect", header.dialect.as_str());
    let [source, at, by, schema] = facts(header.schema, made);
    let mut facts = vec![period, source, dialect, at, by, schema];
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
    titled(blocks)
}

fn facts(schema: &'static str, made: &Provenance<'_>) -> [Fact; 4] {
    [
        Fact::new("Source", made.source),
        Fact::new("Generated", Value::Time(made.viewpoint.now)),
        Fact::new("By", format!("{PROGRAM}, unofficial: not affiliated with Darktrace")),
        Fact::new("Schema", schema),
    ]
}

fn titled(blocks: Vec<Block>) -> Section {
    Section { id: "made", title: "Method and provenance", blocks, is_on_screen: false }
}
