//! The modules of a crate, and what a path in one of them leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use syn::{Item, UseTree};

use super::code;

/// The names that lead to a module from the root of its crate.
pub(super) type ModulePath = Vec<String>;

/// The modules that a root file declares, without those for tests.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) modules: BTreeMap<ModulePath, Module>,
}

pub(super) struct Module {
    pub(super) file: PathBuf,
    /// Its items, but for modules written out in it, which have their own.
    pub(super) items: Vec<Item>,
    defined: BTreeSet<String>,
    imports: Vec<(String, Vec<String>)>,
    globs: Vec<Vec<String>>,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Module(ModulePath),
    /// Something that this module defines.
    Within(ModulePath),
}

/// The most imports of imports that are followed.
const DEEPEST: usize = 16;

impl Tree {
    /// Reads a root file and all that belongs to it.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        Self::read_by(root, &|file| {
            fs::read_to_string(file).with_context(|| format!("failed to read {}", file.display()))
        })
    }

    pub(super) fn read_by(
        root: &Path,
        read: &impl Fn(&Path) -> anyhow::Result<String>,
    ) -> anyhow::Result<Self> {
        let mut tree = Self::default();
        let folder = root.parent().context("a root file is in a folder")?;
        tree.add_file(Vec::new(), root, folder, read)?;
        Ok(tree)
    }

    /// Adds a file as a module whose children are in a folder.
    fn add_file(
        &mut self,
        path: ModulePath,
        file: &Path,
        children: &Path,
        read: &impl Fn(&Path) -> anyhow::Result<String>,
    ) -> anyhow::Result<()> {
        let code = code::parse(&read(file)?).with_context(|| file.display().to_string())?;
        self.add(path, file, children, code.items, read)
    }

    fn add(
        &mut self,
        path: ModulePath,
        file: &Path,
        children: &Path,
        items: Vec<Item>,
        read: &impl Fn(&Path) -> anyhow::Result<String>,
    ) -> anyhow::Result<()> {
        let mut own = Vec::new();
        for item in items {
            let Item::Mod(module) = item else {
                own.push(item);
                continue;
            };
            let name = module.ident.to_string();
            let path: ModulePath = path.iter().cloned().chain([name.clone()]).collect();
            let folder = children.join(&name);
            if let Some((_, items)) = module.content {
                self.add(path, file, &folder, items, read)?;
            } else if let Some(elsewhere) = path_attribute(&module.attrs) {
                let elsewhere = file.with_file_name(elsewhere);
                self.add_file(path, &elsewhere, &folder, read)?;
            } else {
                let beside = folder.with_extension("rs");
                let within = folder.join("mod.rs");
                let file = if read(&beside).is_ok() { beside } else { within };
                self.add_file(path, &file, &folder, read)?;
            }
        }
        self.modules.insert(path, Module::new(file, own));
        Ok(())
    }

    /// Every file.
    pub(super) fn files(&self) -> BTreeSet<&Path> {
        self.modules.values().map(|module| module.file.as_path()).collect()
    }

    /// The file in which a path that begins with `crate`, `super` or `self`, or with a name of this
    /// module's, ends. `None` if that is not in this crate.
    pub(super) fn resolve(&self, from: &ModulePath, path: &[String]) -> Option<&Path> {
        let (Place::Module(module) | Place::Within(module)) = self.walk(from, path, DEEPEST)?;
        Some(&self.modules.get(&module)?.file)
    }

    fn walk(&self, from: &ModulePath, path: &[String], depth: usize) -> Option<Place> {
        let depth = depth.checked_sub(1)?;
        let mut module = from.clone();
        let mut rest = path;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" => module.clear(),
                "super" => drop(module.pop()?),
                "self" => {}
                _ => break,
            }
            rest = after;
        }
        let is_own = rest.len() < path.len();
        let mut place = Place::Module(module);
        for (at, name) in rest.iter().enumerate() {
            // Variants and associated items stand where their type does.
            let Place::Module(module) = &place else { break };
            place = match self.look_up(module, name, depth) {
                Some(next) => next,
                // A macro may have defined it there.
                None if is_own || at > 0 => Place::Within(module.clone()),
                None => return None,
            };
        }
        Some(place)
    }

    fn look_up(&self, path: &ModulePath, name: &str, depth: usize) -> Option<Place> {
        let child: ModulePath = path.iter().cloned().chain([name.to_owned()]).collect();
        if self.modules.contains_key(&child) {
            return Some(Place::Module(child));
        }
        let module = self.modules.get(path)?;
        if module.defined.contains(name) {
            return Some(Place::Within(path.clone()));
        }
        let mut imports = module.imports.iter().filter(|(known, _)| known == name);
        // An import of a name by itself is another crate's.
        if let Some((_, import)) = imports.find(|(_, import)| import.as_slice() != [name]) {
            return self.walk(path, import, depth);
        }
        module.globs.iter().find_map(|glob| match self.walk(path, glob, depth)? {
            Place::Module(globbed) if globbed != *path => {
                self.look_up(&globbed, name, depth.checked_sub(1)?)
            }
            _ => None,
        })
    }
}

impl Module {
    fn new(file: &Path, items: Vec<Item>) -> Self {
        let mut module = Self {
            file: file.to_owned(),
            defined: items.iter().filter_map(name).collect(),
            imports: Vec::new(),
            globs: Vec::new(),
            items: Vec::new(),
        };
        for item in &items {
            if let Item::Use(import) = item {
                flatten(&import.tree, &mut Vec::new(), &mut module.imports, &mut module.globs);
            }
        }
        module.items = items;
        module
    }

    /// What its `use` declarations name.
    pub(super) fn imported(&self) -> impl Iterator<Item = &[String]> {
        self.imports.iter().map(|(_, path)| path).chain(&self.globs).map(Vec::as_slice)
    }
}

/// Splits a `use` declaration into names with what they stand for, and globs.
fn flatten(
    tree: &UseTree,
    before: &mut Vec<String>,
    imports: &mut Vec<(String, Vec<String>)>,
    globs: &mut Vec<Vec<String>>,
) {
    let mut import = |known: &syn::Ident, last: &syn::Ident| {
        let mut path = before.clone();
        if last == "self" && !path.is_empty() {
            let known =
                if known == "self" { path.last().cloned() } else { Some(known.to_string()) };
            imports.extend(known.map(|known| (known, path)));
        } else {
            path.push(last.to_string());
            imports.push((known.to_string(), path));
        }
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, imports, globs);
            before.pop();
        }
        UseTree::Name(name) => import(&name.ident, &name.ident),
        UseTree::Rename(rename) => import(&rename.rename, &rename.ident),
        UseTree::Glob(_) => globs.push(before.clone()),
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| flatten(tree, before, imports, globs));
        }
    }
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

fn path_attribute(attributes: &[syn::Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) => Some(path.value()),
            _ => None,
        },
        _ => None,
    })
}
