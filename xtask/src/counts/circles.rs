//! Files of a crate that import each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Item;

use super::code::is_punct;
use super::tree::{Module, Tree};

/// Which file imports which, but for a front door and the rooms behind it.
type Imports<'a> = BTreeMap<&'a Path, BTreeSet<&'a Path>>;

/// The circles of a crate, each with its files in order.
pub(super) fn circles(tree: &Tree) -> Vec<Vec<PathBuf>> {
    let imports = imports(tree);
    let reached: BTreeMap<_, _> =
        imports.keys().map(|&file| (file, reach(&imports, file))).collect();
    let mut circles = BTreeSet::new();
    for (&file, behind) in &reached {
        let back = |other: &&&Path| reached.get(**other).is_some_and(|it| it.contains(file));
        let circle: Vec<PathBuf> =
            behind.iter().filter(back).map(|file| (*file).to_owned()).collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

/// What a file imports, and what that imports, and so on.
fn reach<'a>(imports: &Imports<'a>, file: &'a Path) -> BTreeSet<&'a Path> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![file];
    while let Some(file) = waiting.pop() {
        let next = imports.get(file).into_iter().flatten().copied();
        waiting.extend(next.filter(|next| reached.insert(*next)));
    }
    reached
}

fn imports(tree: &Tree) -> Imports<'_> {
    let mut imports = Imports::new();
    for (path, module) in &tree.modules {
        let here = module.file.as_path();
        let known = imports.entry(here).or_default();
        let imported = module.imported().map(<[String]>::to_vec).chain(named(module));
        let files = imported.filter_map(|import| tree.resolve(path, &import));
        known.extend(files.filter(|there| *there != here && !is_front_door(here, there)));
    }
    imports
}

/// Whether one of two files is the `mod.rs`, or the root, above the other.
fn is_front_door(one: &Path, other: &Path) -> bool {
    let above = |door: &Path, room: &Path| {
        let name = door.file_name().and_then(|name| name.to_str());
        let folder = match name {
            Some("mod.rs" | "lib.rs" | "main.rs") => door.parent().map(Path::to_owned),
            _ => Some(door.with_extension("")),
        };
        folder.is_some_and(|folder| room.starts_with(folder))
    };
    above(one, other) || above(other, one)
}

/// The paths beginning with `crate` or `super` that stand in code, in macros as well.
fn named(module: &Module) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for item in module.items.iter().filter(|item| !matches!(item, Item::Use(_))) {
        paths(item.to_token_stream(), &mut found);
    }
    found
}

fn paths(tokens: TokenStream, found: &mut Vec<Vec<String>>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut is_after_pub = false;
    while let Some(token) = tokens.next() {
        match token {
            // Who may see it is not what it imports.
            TokenTree::Group(_) if is_after_pub => {}
            TokenTree::Group(group) => paths(group.stream(), found),
            TokenTree::Ident(first) if first == "crate" || first == "super" => {
                let mut path = vec![first.to_string()];
                loop {
                    let mut ahead = tokens.clone();
                    let is_separated = ahead.next().is_some_and(|token| is_punct(&token, ':'))
                        && ahead.next().is_some_and(|token| is_punct(&token, ':'));
                    let Some(TokenTree::Ident(name)) = ahead.next().filter(|_| is_separated) else {
                        break;
                    };
                    path.push(name.to_string());
                    tokens = ahead;
                }
                found.push(path);
                is_after_pub = false;
                continue;
            }
            TokenTree::Ident(word) => {
                is_after_pub = word == "pub";
                continue;
            }
            _ => {}
        }
        is_after_pub = false;
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    /// The circles among files given by name and text.
    fn found(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let read = |file: &Path| {
            let file = files.iter().find(|(name, _)| Path::new("src").join(name) == file);
            file.map(|(_, text)| (*text).to_owned()).context("no such file")
        };
        let tree = Tree::read_by(Path::new("src/lib.rs"), &read).unwrap();
        let shown = |file: PathBuf| file.strip_prefix("src").unwrap().display().to_string();
        circles(&tree).into_iter().map(|circle| circle.into_iter().map(shown).collect()).collect()
    }

    #[test]
    fn files_that_import_each_other_are_a_circle() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; mod d;"),
            ("a.rs", "use crate::b::B; pub(crate) struct A;"),
            ("b.rs", "use super::{c::{self, C}}; pub(crate) struct B;"),
            ("c.rs", "pub(crate) struct C; fn f() { println!(\"{:?}\", crate::a::A); }"),
            ("d.rs", "use crate::a::A;"),
        ];
        assert_eq!(found(&files), [["a.rs", "b.rs", "c.rs"]]);
    }

    #[test]
    fn tests_comments_strings_and_visibilities_import_nothing() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b::B; pub(crate) struct A;"),
            (
                "b.rs",
                "// use crate::a::A;\npub(in crate::a) struct B; const S: &str = \"crate::a::A\";\n\
                 #[cfg(test)] mod tests { use crate::a::A; }",
            ),
        ];
        assert!(found(&files).is_empty());
    }

    #[test]
    fn a_front_door_and_its_rooms_are_no_circle() {
        let files = [
            ("lib.rs", "mod a; pub use a::b::B; pub struct Root;"),
            ("a/mod.rs", "pub mod b; mod c; use b::B; pub(crate) struct A;"),
            ("a/b.rs", "use super::A; use crate::Root; pub struct B;"),
            ("a/c.rs", "use super::A;"),
        ];
        assert!(found(&files).is_empty());
    }

    #[test]
    fn a_name_that_is_passed_on_is_its_owners() {
        let files = [
            ("lib.rs", "mod a; mod z;"),
            ("a/mod.rs", "mod b; mod c; pub(crate) use b::*; pub(crate) use c::C as D;"),
            ("a/b.rs", "use crate::z::Z; pub(crate) enum B { X }"),
            ("a/c.rs", "pub(crate) struct C;"),
            ("z.rs", "use crate::a::{B, D}; pub(crate) struct Z;"),
        ];
        assert_eq!(found(&files), [["a/b.rs", "z.rs"]]);
    }

    #[test]
    fn rooms_of_one_house_can_be_a_circle() {
        let files = [
            ("lib.rs", "mod a { pub(crate) mod b; pub(crate) mod c; }"),
            ("a/b.rs", "use super::c::f; pub(crate) const N: u8 = 1;"),
            ("a/c.rs", "pub(crate) fn f() -> u8 { super::b::N }"),
        ];
        assert_eq!(found(&files), [["a/b.rs", "a/c.rs"]]);
    }
}
