//! Everything that is no data.

use std::io::{self, Write};

use dt_report::clean;

use crate::config::Chatter;
use crate::inputs::Inputs;

/// The one way to standard error. Nobody may be there to read it.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Says what was refused, and what was odd about the answers.
pub(crate) fn tell(inputs: &Inputs, chatter: Chatter) {
    if chatter > Chatter::ErrorsOnly {
        for refusal in inputs.refusals() {
            line("warning", inputs, &refusal);
        }
    }
    tell_oddities(inputs, chatter);
}

/// Says what was odd about the answers.
pub(crate) fn tell_oddities(inputs: &Inputs, chatter: Chatter) {
    const FIRST: usize = 5;
    let shown = match chatter {
        Chatter::ErrorsOnly => return,
        Chatter::FirstWarnings => FIRST,
        Chatter::Everything => usize::MAX,
    };
    for note in &inputs.notes {
        line("note", inputs, note);
    }
    for warning in inputs.warnings.iter().take(shown) {
        line("warning", inputs, warning);
    }
    let more = inputs.warnings.len().saturating_sub(shown);
    if more > 0 {
        line("warning", inputs, &format!("{more} more; -v shows them all"));
    }
}

fn line(kind: &str, inputs: &Inputs, text: &str) {
    let about = inputs.about.as_ref().map_or_else(String::new, |about| format!("{about}: "));
    say(&clean(&format!("{kind}: {about}{text}")));
}
