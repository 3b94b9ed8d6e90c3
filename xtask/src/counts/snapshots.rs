//! How much golden text there is, in files of its own and between code.

use std::ops::AddAssign;
use std::path::Path;
use std::{fs, io};

use anyhow::Context;
use proc_macro2::{TokenStream, TokenTree};

use super::code::{each_token, is_punct};

/// Snapshots, and all of their lines.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Snapshots {
    pub(super) files: usize,
    pub(super) lines: usize,
}

impl AddAssign for Snapshots {
    fn add_assign(&mut self, more: Self) {
        self.files += more.files;
        self.lines += more.lines;
    }
}

/// Counts those below a folder.
pub(super) fn below(folder: &Path) -> anyhow::Result<Snapshots> {
    let mut all = Snapshots::default();
    for entry in fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()? {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if name != "target" {
                all += below(&path)?;
            }
        } else if path.extension().is_some_and(|it| it == "snap") {
            all += Snapshots { files: 1, lines: fs::read_to_string(&path)?.lines().count() };
        } else if path.extension().is_some_and(|it| it == "rs") {
            let lines = inline(&fs::read_to_string(&path)?);
            all.lines += lines.with_context(|| path.display().to_string())?;
        }
    }
    Ok(all)
}

/// The lines of the snapshots that stand in code: `assert_snapshot!(value, @"what it was")`.
fn inline(text: &str) -> anyhow::Result<usize> {
    let tokens: TokenStream =
        text.parse().map_err(|error| anyhow::anyhow!("this is no Rust: {error}"))?;
    let mut lines = 0;
    let mut so_far = SoFar::Nothing;
    each_token(tokens, &mut |token| {
        if let (SoFar::Called, TokenTree::Group(arguments)) = (so_far, token) {
            let arguments: Vec<TokenTree> = arguments.stream().into_iter().collect();
            for pair in arguments.windows(2) {
                if let (true, TokenTree::Literal(kept)) = (is_punct(&pair[0], '@'), &pair[1]) {
                    lines += kept.span().end().line - kept.span().start().line + 1;
                }
            }
        }
        so_far = match token {
            TokenTree::Ident(name) if is_assertion(&name.to_string()) => SoFar::Named,
            TokenTree::Punct(_) if so_far == SoFar::Named && is_punct(token, '!') => SoFar::Called,
            _ => SoFar::Nothing,
        };
    });
    Ok(lines)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SoFar {
    Nothing,
    Named,
    Called,
}

fn is_assertion(name: &str) -> bool {
    name.starts_with("assert_") && name.ends_with("snapshot")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_between_code_are_counted() {
        let text = "fn t() { assert_snapshot!(a(\"@\"), @r\"\n one\n two\n\"); }\n\
                    mod m { fn u() { insta::assert_json_snapshot!(b, @\"1\"); } }";
        assert_eq!(inline(text).unwrap(), 5);
    }

    #[test]
    fn what_is_kept_elsewhere_is_not() {
        let text = "fn t() { assert_snapshot!(\"name\", a); assert_eq!(b, @\"1\"); }\n\
                    // assert_snapshot!(c, @\"2\")\n";
        assert_eq!(inline(text).unwrap(), 0);
    }
}
