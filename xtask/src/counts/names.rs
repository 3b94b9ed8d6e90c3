//! Items that are not called what the field calls them: those of `xtask/names.txt`.

use std::path::Path;

use anyhow::Context;
use syn::visit::{self, Visit};

use super::tree::Tree;

/// A name that is not to be used, and the word for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unwanted {
    /// The crate in which it is not to be used; in every one if there is none.
    in_crate: Option<String>,
    name: String,
    /// Whether only a module must not be called so.
    is_module: bool,
    word: String,
}

/// Reads the list: a name a line, with the word for it after a space.
pub(super) fn read(list: &str) -> anyhow::Result<Vec<Unwanted>> {
    let lines =
        list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| unwanted(line).with_context(|| format!("no name and word: {line}"))).collect()
}

fn unwanted(line: &str) -> Option<Unwanted> {
    let (name, word) = line.split_once(char::is_whitespace)?;
    let (in_crate, name) = match name.split_once("::") {
        Some((in_crate, name)) => (Some(in_crate.to_owned()), name),
        None => (None, name),
    };
    let (name, is_module) = name.strip_suffix('/').map_or((name, false), |name| (name, true));
    Some(Unwanted { in_crate, name: name.to_owned(), is_module, word: word.trim().to_owned() })
}

/// Each use of such a name for a module, an item, an associated item, a variant or a field.
pub(super) fn find(list: &[Unwanted], root: &Path, in_crate: &str, tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, module) in &tree.modules {
        let file = module.file.strip_prefix(root).unwrap_or(&module.file).display();
        let mut report = |name: &str, is_module: bool| {
            let is_meant = |it: &&Unwanted| {
                it.name == name
                    && (is_module || !it.is_module)
                    && it.in_crate.as_ref().is_none_or(|only| only == in_crate)
            };
            if let Some(unwanted) = list.iter().find(is_meant) {
                found.push(format!("{file}: {name}, which is {}", unwanted.word));
            }
        };
        if let Some(name) = path.last() {
            report(name, true);
        }
        let mut defined = Defined(Vec::new());
        module.items.iter().for_each(|item| defined.visit_item(item));
        defined.0.iter().for_each(|name| report(name, false));
    }
    found
}

/// The names that code defines, but for those inside of functions.
struct Defined(Vec<String>);

impl Defined {
    fn add(&mut self, name: &syn::Ident) {
        self.0.push(name.to_string());
    }
}

impl<'ast> Visit<'ast> for Defined {
    fn visit_signature(&mut self, it: &'ast syn::Signature) {
        self.add(&it.ident);
    }

    fn visit_item_const(&mut self, it: &'ast syn::ItemConst) {
        self.add(&it.ident);
    }

    fn visit_item_static(&mut self, it: &'ast syn::ItemStatic) {
        self.add(&it.ident);
    }

    fn visit_item_enum(&mut self, it: &'ast syn::ItemEnum) {
        self.add(&it.ident);
        visit::visit_item_enum(self, it);
    }

    fn visit_item_struct(&mut self, it: &'ast syn::ItemStruct) {
        self.add(&it.ident);
        visit::visit_item_struct(self, it);
    }

    fn visit_item_trait(&mut self, it: &'ast syn::ItemTrait) {
        self.add(&it.ident);
        visit::visit_item_trait(self, it);
    }

    fn visit_item_type(&mut self, it: &'ast syn::ItemType) {
        self.add(&it.ident);
    }

    fn visit_impl_item_const(&mut self, it: &'ast syn::ImplItemConst) {
        self.add(&it.ident);
    }

    fn visit_variant(&mut self, it: &'ast syn::Variant) {
        self.add(&it.ident);
        visit::visit_variant(self, it);
    }

    fn visit_field(&mut self, it: &'ast syn::Field) {
        if let Some(name) = &it.ident {
            self.add(name);
        }
    }

    /// Nothing is defined there that others see.
    fn visit_block(&mut self, _: &'ast syn::Block) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &str, code: &str) -> Vec<String> {
        let read_file = |_: &Path| Ok(code.to_owned());
        let tree = Tree::read_by(Path::new("lib.rs"), &read_file).unwrap();
        find(&read(list).unwrap(), Path::new(""), "dt_x", &tree)
    }

    #[test]
    fn every_kind_of_name_is_found_where_it_is_defined() {
        let list = "# old  new\nfrob  repair\nBlob  StoredFinding";
        let code = "fn frob() { let frob = 1; fn frob() {} } struct Blob { frob: u8 } \
                    enum E { Blob } impl E { fn frob(&self, frob: u8) { x::frob() } } // frob\n\
                    mod frob {}";
        let names: Vec<_> = found(list, code).iter().map(|it| it[8..12].to_owned()).collect();
        assert_eq!(names, ["frob", "Blob", "frob", "Blob", "frob", "frob"]);
        assert_eq!(found(list, "fn frob() {}"), ["lib.rs: frob, which is repair"]);
    }

    #[test]
    fn a_name_can_be_unwanted_in_one_crate_or_for_modules_alone() {
        assert_eq!(found("dt_x::say  e", "fn say() {}").len(), 1);
        assert!(found("dt_y::say  e", "fn say() {}").is_empty());
        assert_eq!(found("place/  paths", "mod place { fn place() {} }").len(), 1);
        assert!(read("lonely").is_err());
    }
}
