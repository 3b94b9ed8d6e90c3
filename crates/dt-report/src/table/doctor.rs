//! The screen of `dt doctor`.

use dt_analysis::Level;
use unicode_width::UnicodeWidthStr;

use super::WIDTH;
use super::screen::Screen;
use crate::clean;
use crate::contract::{Doctor, Step, StepStatus};

/// Where the texts begin.
const MARGIN: usize = 20;

/// How far a word is indented that is too long for its line.
const LONG: usize = 8;

pub(super) fn body(screen: &mut Screen, doctor: &Doctor) {
    for step in &doctor.steps {
        one(screen, step);
    }
}

pub(super) fn one(screen: &mut Screen, step: &Step) {
    let head = format!("  {:<5} {:<11} ", step.status.as_str(), step.step);
    let mut lines = wrapped(&head, &step.text).into_iter();
    let first = lines.next().unwrap_or_default();
    match step.status {
        StepStatus::Ok | StepStatus::Skip => screen.line(&first),
        StepStatus::Warn => screen.level(Level::Medium, &first),
        StepStatus::Fail => screen.level(Level::High, &first),
    }
    let fix = step.fix.as_ref().map(|fix| wrapped(&format!("        {:<11} ", "do"), fix));
    for line in lines.chain(fix.into_iter().flatten()) {
        screen.line(&line);
    }
}

/// A text in lines, the first of which begins with `head`. A word that is too long for any of them,
/// such as a hash, has a line of its own, so that it can be copied.
fn wrapped(head: &str, text: &str) -> Vec<String> {
    let mut lines = vec![head.to_owned()];
    let mut used = 0;
    for word in clean(text).split(' ').filter(|word| !word.is_empty()) {
        let width = word.width();
        let fresh = used == 0;
        if !fresh && used + 1 + width <= WIDTH - MARGIN {
            used += 1 + width;
            if let Some(line) = lines.last_mut() {
                line.extend([" ", word]);
            }
            continue;
        }
        let (indent, width) = if width > WIDTH - MARGIN { (LONG, WIDTH) } else { (MARGIN, width) };
        match lines.last_mut() {
            Some(line) if fresh && indent == MARGIN => line.push_str(word),
            _ => lines.push(format!("{}{word}", " ".repeat(indent))),
        }
        used = width;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(status: StepStatus, text: &str, fix: Option<&str>) -> String {
        let step = Step { step: "tls", status, text: text.to_owned(), fix: fix.map(str::to_owned) };
        let mut screen = Screen::default();
        body(&mut screen, &Doctor::new(None, vec![step]));
        anstream::adapter::strip_str(&screen.finish()).to_string()
    }

    #[test]
    fn long_texts_are_wrapped_and_hashes_kept_whole() {
        let hash = "4f1c".repeat(16);
        let text = format!(
            "issued by \"Site CA\", which nothing on this machine vouches for; its SHA-256 is {hash} \
             in hex"
        );
        let shown = shown(StepStatus::Fail, &text, Some("pin it"));
        insta::assert_snapshot!(shown, @r#"
          fail  tls         issued by "Site CA", which nothing on this machine vouches
                            for; its SHA-256 is
                4f1c4f1c4f1c4f1c4f1c4f1c4f1c4f1c4f1c4f1c4f1c4f1c4f1c4f1c4f1c4f1c
                            in hex
                do          pin it
        "#);
        assert!(shown.lines().all(|line| line.width() <= WIDTH));
    }

    #[test]
    fn hostile_text_stays_on_its_line() {
        let shown = shown(StepStatus::Ok, "a\nb\u{1b}[2J", None);
        assert_eq!(shown, "  ok    tls         a�b�[2J\n");
    }
}
