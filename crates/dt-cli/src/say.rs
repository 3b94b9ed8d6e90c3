//! Everything that is no data.

use std::io::{self, Write};

use dt_report::clean;

use crate::config::Chatter;
use crate::inputs::Inputs;

/// The one way to standard error. Nobody may be there to read it.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says what was odd about the answers.
pub(crate) fn tell(inputs: &Inputs, chatter: Chatter) {
    const FIRST: usize = 5;
    let shown = match chatter {
        Chatter::ErrorsOnly => return,
        Chatter::FirstWarnings => FIRST,
        Chatter::Everything => usize::MAX,
    };
    for note in &inputs.notes {
        say(&format!("note: {}", clean(note)));
    }
    for refusal in inputs.refusals() {
        say(&format!("warning: {}", clean(&refusal)));
    }
    for warning in inputs.warnings.iter().take(shown) {
        say(&format!("warning: {}", clean(warning)));
    }
    let more = inputs.warnings.len().saturating_sub(shown);
    if more > 0 {
        say(&format!("warning: {more} more; -v shows them all"));
    }
}
