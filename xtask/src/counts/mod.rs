//! Counts what grows unless it is watched, and holds each figure against its limit.
//!
//! Nothing is built for it but `dt`, whose help is read; the rest is read from the sources.

mod circles;
mod code;
pub(crate) mod help;
mod names;
mod snapshots;
mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use self::tree::Tree;
use crate::project::{self, Profile};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    FilesInCircles,
    ProgramLines,
    ReportLines,
    SerdeSkips,
    HelpLines,
    SnapshotFiles,
    SnapshotLines,
    Unreachable,
    Names,
}

/// How far a figure may go.
#[derive(Debug, Clone, Copy)]
struct Limit {
    count: Count,
    what: &'static str,
    /// What it should be at most.
    target: usize,
    /// What it is, where that is still more. It only falls, until it is gone.
    today: Option<usize>,
}

/// A command may raise the program's lines by 150, an object the report's by 250, in the commit that
/// adds it.
const LIMITS: [Limit; 9] = [
    limit(Count::FilesInCircles, "files that import each other in a circle", 0, None),
    limit(Count::ProgramLines, "lines of code in dt-cli", 4_000, Some(6_216)),
    limit(Count::ReportLines, "lines of code in dt-report", 9_000, Some(10_447)),
    limit(Count::SerdeSkips, "serde(skip) in dt-report/src/contract", 0, None),
    limit(Count::HelpLines, "lines of the longest --help", 60, None),
    limit(Count::SnapshotFiles, "snapshot files", 110, None),
    limit(Count::SnapshotLines, "lines of snapshots, also in code", 12_000, None),
    limit(Count::Unreachable, "unreachable! in dt-cli", 0, None),
    limit(Count::Names, "names of xtask/names.txt", 0, None),
];

const fn limit(count: Count, what: &'static str, target: usize, today: Option<usize>) -> Limit {
    Limit { count, what, target, today }
}

/// A figure, and where it comes from.
#[derive(Debug, Default)]
struct Figure {
    value: usize,
    details: Vec<String>,
}

/// A crate of the workspace, as it is shipped.
struct Crate {
    /// As code calls it.
    name: String,
    folder: PathBuf,
    /// One for its library and each of its programs.
    trees: Vec<Tree>,
}

/// Prints every figure beside its limit; an error if one is above.
pub(crate) fn check() -> anyhow::Result<()> {
    let root = project::root()?;
    let crates = crates(root)?;
    let mut above = Vec::new();
    say(&format!("{:<42} {:>6} {:>6} {:>6}", "", "is", "limit", "target"));
    for limit in LIMITS {
        let figure = figure(limit.count, root, &crates)?;
        let verdict = limit.judge(figure.value);
        let (most, target) = (limit.most(), limit.target);
        say(&format!(
            "{:<42} {:>6} {most:>6} {target:>6}{}",
            limit.what,
            figure.value,
            verdict.note()
        ));
        if figure.value > target {
            figure.details.iter().for_each(|detail| say(&format!("    {detail}")));
        }
        if verdict == Verdict::Above {
            above.push(format!("{}: {}, not {most}", limit.what, figure.value));
        }
    }
    if above.is_empty() {
        return Ok(());
    }
    bail!("more than there may be:\n  {}", above.join("\n  "));
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Within,
    Above,
    /// It fell, and the limit can follow.
    Below(usize),
    /// It fell as far as it should, and no longer needs a limit of its own.
    Reached,
}

impl Limit {
    fn most(self) -> usize {
        self.today.map_or(self.target, |today| today.max(self.target))
    }

    fn judge(self, figure: usize) -> Verdict {
        match self.today {
            _ if figure > self.most() => Verdict::Above,
            Some(_) if figure <= self.target => Verdict::Reached,
            Some(today) if figure < today => Verdict::Below(figure),
            _ => Verdict::Within,
        }
    }
}

impl Verdict {
    fn note(self) -> String {
        match self {
            Self::Within => String::new(),
            Self::Above => "  ABOVE".to_owned(),
            Self::Below(figure) => {
                format!("  lower `today` to {figure} in xtask/src/counts/mod.rs")
            }
            Self::Reached => "  remove `today` in xtask/src/counts/mod.rs".to_owned(),
        }
    }
}

fn figure(count: Count, root: &Path, crates: &[Crate]) -> anyhow::Result<Figure> {
    match count {
        Count::FilesInCircles => Ok(files_in_circles(root, crates)),
        Count::ProgramLines => lines(named(crates, "dt_cli")?),
        Count::ReportLines => lines(named(crates, "dt_report")?),
        Count::SerdeSkips => {
            let report = named(crates, "dt_report")?;
            in_files(root, report, &report.folder.join("src/contract"), code::serde_skips)
        }
        Count::HelpLines => help_lines(root),
        Count::SnapshotFiles => Ok(snapshots(root)?.files.into()),
        Count::SnapshotLines => Ok(snapshots(root)?.lines.into()),
        Count::Unreachable => {
            let program = named(crates, "dt_cli")?;
            in_files(root, program, &program.folder, |code| code::calls(code, "unreachable"))
        }
        Count::Names => unwanted_names(root, crates),
    }
}

impl From<usize> for Figure {
    fn from(value: usize) -> Self {
        Self { value, details: Vec::new() }
    }
}

/// The crates of the workspace.
fn crates(root: &Path) -> anyhow::Result<Vec<Crate>> {
    let mut folders = vec![root.join("xtask"), root.join("xtask/lab")];
    for entry in fs::read_dir(root.join("crates"))? {
        folders.push(entry?.path());
    }
    folders.retain(|folder| folder.join("Cargo.toml").exists());
    folders.sort();
    folders.into_iter().map(read_crate).collect()
}

fn read_crate(folder: PathBuf) -> anyhow::Result<Crate> {
    let source = folder.join("src");
    let mut roots = vec![source.join("lib.rs"), source.join("main.rs")];
    if source.join("bin").exists() {
        for entry in fs::read_dir(source.join("bin"))? {
            roots.push(entry?.path());
        }
    }
    let roots = roots.iter().filter(|root| root.is_file());
    let trees = roots.map(|root| Tree::read(root)).collect::<anyhow::Result<_>>()?;
    let name = folder.file_name().and_then(|name| name.to_str()).context("a crate has a name")?;
    Ok(Crate { name: name.replace('-', "_"), folder, trees })
}

fn named<'a>(crates: &'a [Crate], name: &str) -> anyhow::Result<&'a Crate> {
    crates.iter().find(|it| it.name == name).with_context(|| format!("there is no crate {name}"))
}

impl Crate {
    fn files(&self) -> BTreeSet<&Path> {
        self.trees.iter().flat_map(Tree::files).collect()
    }
}

fn files_in_circles(root: &Path, crates: &[Crate]) -> Figure {
    let circles: BTreeSet<Vec<PathBuf>> =
        crates.iter().flat_map(|it| &it.trees).flat_map(circles::circles).collect();
    let shown = |circle: &Vec<PathBuf>| {
        let files: Vec<_> = circle.iter().map(|file| short(root, file)).collect();
        format!("{}: {}", files.len(), files.join(", "))
    };
    let value = circles.iter().map(Vec::len).sum();
    Figure { value, details: circles.iter().map(shown).collect() }
}

fn lines(of: &Crate) -> anyhow::Result<Figure> {
    let mut value = 0;
    for file in of.files() {
        value += code::lines(&fs::read_to_string(file)?)?;
    }
    Ok(value.into())
}

/// Counts something in the files of a crate below a folder.
fn in_files(
    root: &Path,
    of: &Crate,
    folder: &Path,
    count: impl Fn(&syn::File) -> usize,
) -> anyhow::Result<Figure> {
    let mut figure = Figure::default();
    for file in of.files().into_iter().filter(|file| file.starts_with(folder)) {
        let found = count(&code::parse(&fs::read_to_string(file)?)?);
        figure.value += found;
        if found > 0 {
            figure.details.push(format!("{found} in {}", short(root, file)));
        }
    }
    Ok(figure)
}

fn help_lines(root: &Path) -> anyhow::Result<Figure> {
    let mut lengths = help::lines(&project::dt(root, Profile::Dev)?)?;
    lengths.sort_by_key(|(command, lines)| (std::cmp::Reverse(*lines), command.clone()));
    let value = lengths.first().map_or(0, |(_, lines)| *lines);
    let shown = lengths.iter().map(|(command, lines)| format!("{command} {lines}"));
    Ok(Figure { value, details: vec![shown.collect::<Vec<_>>().join(", ")] })
}

fn snapshots(root: &Path) -> anyhow::Result<snapshots::Snapshots> {
    let mut all = snapshots::below(&root.join("crates"))?;
    all += snapshots::below(&root.join("xtask"))?;
    Ok(all)
}

fn unwanted_names(root: &Path, crates: &[Crate]) -> anyhow::Result<Figure> {
    let list = names::read(&fs::read_to_string(root.join("xtask/names.txt"))?)?;
    // A file of two programs is looked at once.
    let found: BTreeSet<String> = crates
        .iter()
        .flat_map(|it| it.trees.iter().flat_map(|tree| names::find(&list, root, &it.name, tree)))
        .collect();
    Ok(Figure { value: found.len(), details: found.into_iter().collect() })
}

/// A file as seen from the project.
fn short(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

#[expect(clippy::print_stdout, reason = "figures are what is asked for")]
fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_may_fall_and_not_rise() {
        let falling = limit(Count::Names, "", 10, Some(20));
        assert_eq!(falling.judge(21), Verdict::Above);
        assert_eq!(falling.judge(20), Verdict::Within);
        assert_eq!(falling.judge(19), Verdict::Below(19));
        assert_eq!(falling.judge(10), Verdict::Reached);
        let reached = limit(Count::Names, "", 10, None);
        assert_eq!(reached.judge(11), Verdict::Above);
        assert_eq!(reached.judge(10), Verdict::Within);
        assert_eq!(reached.judge(3), Verdict::Within);
    }

    #[test]
    fn every_limit_above_its_target_says_so() {
        for limit in LIMITS {
            assert!(limit.today.is_none_or(|today| today > limit.target), "{}", limit.what);
        }
    }
}
