//! The screen of `dt doctor`.

use super::screen::Screen;
use super::wrap::wrapped;
use crate::contract::{Doctor, Step};
use crate::view::doctor::level;

/// Where the texts begin.
const MARGIN: usize = 20;

pub(super) fn body(screen: &mut Screen, doctor: &Doctor) {
    for step in &doctor.steps {
        one(screen, step);
    }
}

pub(super) fn one(screen: &mut Screen, step: &Step) {
    let head = format!("  {:<5} {:<11} ", step.status.as_str(), step.step);
    let mut lines = wrapped(screen, &head, &step.text, MARGIN).into_iter();
    let first = lines.next().unwrap_or_default();
    match level(step.status) {
        None => screen.line(&first),
        Some(level) => screen.level(level, &first),
    }
    let fix = step
        .fix
        .as_ref()
        .map(|fix| wrapped(screen, &format!("        {:<11} ", "do"), fix, MARGIN));
    for line in lines.chain(fix.into_iter().flatten()) {
        screen.line(&line);
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::contract::StepStatus;

    fn shown(status: StepStatus, text: &str, fix: Option<&str>) -> String {
        let step = Step { step: "tls", status, text: text.to_owned(), fix: fix.map(str::to_owned) };
        let mut screen = Screen::of(80);
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
        assert!(shown.lines().all(|line| line.width() <= 80));
    }

    #[test]
    fn hostile_text_stays_on_its_line() {
        let shown = shown(StepStatus::Ok, "a\nb\u{1b}[2J", None);
        assert_eq!(shown, "  ok    tls         a�b�[2J\n");
    }
}
