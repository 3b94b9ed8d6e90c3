//! Checks that links between pages lead somewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::project;

/// Where pages are, besides the crates' own.
const FOLDERS: [&str; 5] = ["", "docs", "contrib", "fixtures", ".github/ISSUE_TEMPLATE"];
/// The pages that become a site. Their links stay among them, and each is in its table of contents.
const SITE: &str = "docs";

/// What a page says of itself, and where it leads.
struct Page {
    /// What its headings are called in addresses.
    anchors: Vec<String>,
    /// Its links, with their lines.
    links: Vec<(usize, String)>,
}

/// Fails with every link that leads nowhere.
pub(crate) fn check() -> anyhow::Result<()> {
    let root = project::root()?;
    let pages = pages(root)?;
    let mut faults = Vec::new();
    for (path, page) in &pages {
        for (line, link) in &page.links {
            if let Some(fault) = fault(root, path, link, &pages) {
                faults.push(format!("{}:{line}: {link} {fault}", path.display()));
            }
        }
    }
    let contents =
        pages.get(&root.join(SITE).join("SUMMARY.md")).context("docs has no contents")?;
    for path in pages.keys().filter(|path| path.parent() == Some(&root.join(SITE))) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name != "SUMMARY.md" && !contents.links.iter().any(|(_, link)| *link == name) {
            faults.push(format!("{} is not in {SITE}/SUMMARY.md", path.display()));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("links that lead nowhere:\n  {}", faults.join("\n  "));
}

fn pages(root: &Path) -> anyhow::Result<BTreeMap<PathBuf, Page>> {
    let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    for entry in fs::read_dir(root.join("crates"))? {
        folders.push(entry?.path());
    }
    let mut pages = BTreeMap::new();
    for folder in folders {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let page = Page::read(&fs::read_to_string(&path)?);
                // One folder is the root's own name with nothing behind it.
                pages.insert(path.components().collect(), page);
            }
        }
    }
    Ok(pages)
}

/// Why a link leads nowhere, if it does not.
fn fault(
    root: &Path,
    from: &Path,
    link: &str,
    pages: &BTreeMap<PathBuf, Page>,
) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = from.parent()?;
    let to = if path.is_empty() { from.to_owned() } else { within(folder, path) };
    let site = root.join(SITE);
    if from.starts_with(&site) && !to.starts_with(&site) {
        return Some("leaves the site");
    }
    if !to.exists() {
        return Some("is not there");
    }
    let is_known = |page: &Page| page.anchors.iter().any(|known| known == anchor);
    let has_anchor = anchor.is_empty() || pages.get(&to).is_some_and(is_known);
    (!has_anchor).then_some("has no such heading")
}

/// A path from a folder, without `..` in it.
fn within(folder: &Path, path: &str) -> PathBuf {
    path.split('/').fold(folder.to_owned(), |to, step| match step {
        "." => to,
        ".." => to.parent().unwrap_or(&to).to_owned(),
        step => to.join(step),
    })
}

impl Page {
    /// Reads a page; what stands in blocks of code is none of it.
    fn read(text: &str) -> Self {
        let mut page = Self { anchors: Vec::new(), links: Vec::new() };
        let mut is_code = false;
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                is_code = !is_code;
            } else if !is_code {
                if let Some(heading) = line.strip_prefix('#') {
                    page.anchors.push(anchor(heading.trim_start_matches('#').trim()));
                }
                page.links.extend(links(line).map(|link| (number + 1, link.to_owned())));
            }
        }
        page
    }
}

/// What a heading is called in addresses, as forges and mdBook make it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ => letter.is_alphanumeric().then(|| letter.to_lowercase().next().unwrap_or(letter)),
    });
    kept.collect()
}

/// The targets of a line's links.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_headings_are_read_but_not_from_code() {
        let page = Page::read(
            "# One: `dt`\n[a](b.md#two) and [c](https://d.example)\n```text\n# no [x](y)\n```\n## Two",
        );
        assert_eq!(page.anchors, ["one-dt", "two"]);
        let links: Vec<&str> = page.links.iter().map(|(_, link)| link.as_str()).collect();
        assert_eq!(links, ["b.md#two", "https://d.example"]);
    }

    #[test]
    fn links_that_lead_nowhere_are_named() {
        let root = tempfile::tempdir().unwrap();
        let docs = root.path().join("docs");
        fs::create_dir(&docs).unwrap();
        fs::write(docs.join("a.md"), "# Here").unwrap();
        fs::write(root.path().join("out.md"), "# Out").unwrap();
        let here = docs.join("a.md");
        let pages = BTreeMap::from([(here.clone(), Page::read("# Here"))]);
        let fault = |link: &str| fault(root.path(), &here, link, &pages);
        assert_eq!(fault("#here"), None);
        assert_eq!(fault("a.md#here"), None);
        assert_eq!(fault("https://elsewhere.example"), None);
        assert_eq!(fault("#there"), Some("has no such heading"));
        assert_eq!(fault("b.md"), Some("is not there"));
        assert_eq!(fault("../out.md"), Some("leaves the site"));
    }
}
