//! Rust as it is shipped: parsed, without tests.

use std::collections::BTreeSet;

use anyhow::Context;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};

/// Parses a file and leaves out what is compiled for tests only.
pub(super) fn parse(text: &str) -> anyhow::Result<syn::File> {
    let mut file = syn::parse_file(text).context("this is no Rust")?;
    WithoutTests.visit_file_mut(&mut file);
    Ok(file)
}

struct WithoutTests;

impl VisitMut for WithoutTests {
    fn visit_file_mut(&mut self, file: &mut syn::File) {
        file.items.retain(is_shipped);
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            items.retain(is_shipped);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        block.items.retain(is_shipped);
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.retain(is_shipped);
        visit_mut::visit_block_mut(self, block);
    }
}

/// Whether no attribute in front says `cfg(test)` or `cfg(all(test, ...))`.
fn is_shipped(code: &impl ToTokens) -> bool {
    let mut tokens = code.to_token_stream().into_iter();
    while let (Some(TokenTree::Punct(hash)), Some(TokenTree::Group(attribute))) =
        (tokens.next(), tokens.next())
    {
        if hash.as_char() != '#' {
            break;
        }
        let attribute = attribute.stream().to_string().replace(' ', "");
        if attribute == "cfg(test)" || attribute.starts_with("cfg(all(test,") {
            return false;
        }
    }
    true
}

/// Every token but those of documentation, from the outside in: a group before what it holds.
pub(super) fn each_token(tokens: TokenStream, visit: &mut impl FnMut(&TokenTree)) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if is_punct(&token, '#') {
            let mut ahead = tokens.clone();
            let mut attribute = ahead.next();
            if attribute.as_ref().is_some_and(|token| is_punct(token, '!')) {
                attribute = ahead.next();
            }
            if attribute.is_some_and(|attribute| is_documentation(&attribute)) {
                tokens = ahead;
                continue;
            }
        }
        visit(&token);
        if let TokenTree::Group(group) = token {
            each_token(group.stream(), visit);
        }
    }
}

pub(super) fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn is_documentation(attribute: &TokenTree) -> bool {
    let TokenTree::Group(group) = attribute else { return false };
    let mut inside = group.stream().into_iter();
    group.delimiter() == Delimiter::Bracket
        && matches!(inside.next(), Some(TokenTree::Ident(name)) if name == "doc")
        && inside.next().is_some_and(|token| is_punct(&token, '='))
}

/// How many lines of a file hold code: those that are not blank, a comment or part of a test.
pub(super) fn lines(text: &str) -> anyhow::Result<usize> {
    let blank: Vec<bool> = text.lines().map(|line| line.trim().is_empty()).collect();
    let mut code = BTreeSet::new();
    each_token(parse(text)?.into_token_stream(), &mut |token| match token {
        TokenTree::Group(group) => {
            code.insert(group.span_open().start().line);
            code.insert(group.span_close().end().line);
        }
        other => code.extend(other.span().start().line..=other.span().end().line),
    });
    let is_code =
        |line: &usize| line.checked_sub(1).and_then(|line| blank.get(line)) == Some(&false);
    Ok(code.iter().filter(|line| is_code(line)).count())
}

/// How often a macro is called.
pub(super) fn calls(code: &syn::File, name: &str) -> usize {
    let (mut found, mut named) = (0, false);
    each_token(code.to_token_stream(), &mut |token| {
        found += usize::from(named && is_punct(token, '!'));
        named = matches!(token, TokenTree::Ident(ident) if ident == name);
    });
    found
}

/// How many attributes keep a field out of what serde writes, always.
pub(super) fn serde_skips(code: &syn::File) -> usize {
    let (mut found, mut named) = (0, false);
    each_token(code.to_token_stream(), &mut |token| {
        if let (true, TokenTree::Group(arguments)) = (named, token) {
            let is_skip = |token: TokenTree| matches!(token, TokenTree::Ident(word) if word == "skip" || word == "skip_serializing");
            found += usize::from(arguments.stream().into_iter().any(is_skip));
        }
        named = matches!(token, TokenTree::Ident(ident) if ident == "serde");
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_comments_and_documentation_are_no_code() {
        let text = "//! What it is.\n\n/* over\n several */\n/// What it does.\n#[doc = \"more\"]\n\
                    fn f() {\n    // why\n\n    g(1); // because\n}\n";
        assert_eq!(lines(text).unwrap(), 3);
    }

    #[test]
    fn what_looks_like_a_comment_in_a_string_is_code() {
        let text = "const A: &str = \"https://a.example\";\nconst B: &str = \"/*\";\nconst C: &str = r#\"\n\
                    // a\n\n*/\"#;\n";
        assert_eq!(lines(text).unwrap(), 5);
    }

    #[test]
    fn what_is_compiled_for_tests_is_no_code() {
        let text = "fn f() {}\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n#[cfg(all(test, unix))]\n\
                    use a::b;\nstruct S;\nimpl S {\n    #[cfg(test)]\n    fn h() {}\n}\n\
                    #[cfg(not(test))]\nfn i() {}\n#[cfg(unix)]\nmod j {\n    #[cfg(test)]\n    fn k() {}\n}\n";
        assert_eq!(lines(text).unwrap(), 9);
    }

    #[test]
    fn a_macro_is_counted_where_it_is_called_and_shipped() {
        let text = "// unreachable!()\nfn f() -> u8 { match 1 { 1 => unreachable!(\"unreachable!\"), \
                    _ => std::unreachable!() } }\nfn unreachable() { unreachable() }\n\
                    #[cfg(test)]\nfn g() { unreachable!() }\n";
        assert_eq!(calls(&parse(text).unwrap(), "unreachable"), 2);
    }

    #[test]
    fn a_field_is_skipped_in_any_spelling_but_not_on_a_condition() {
        let text = "struct S {\n #[serde(skip)] a: u8,\n #[serde(default, skip_serializing)] b: u8,\n\
                    #[cfg_attr(feature = \"x\", serde(rename = \"skip\", skip))] c: u8,\n\
                    #[serde(skip_serializing_if = \"Option::is_none\")] d: Option<u8>,\n\
                    #[serde(rename = \"skip\")] e: u8 }\n";
        assert_eq!(serde_skips(&parse(text).unwrap()), 3);
    }
}
