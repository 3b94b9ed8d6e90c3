//! The figures that were recorded before.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;

const RECORDED: &str = include_str!("baseline.csv");

/// Figures by what they are of: half, form, family or kind, and what is measured.
#[derive(Default)]
pub(super) struct Figures {
    by_key: BTreeMap<String, f64>,
}

impl Figures {
    /// Those of the form before.
    pub(super) fn recorded() -> anyhow::Result<Self> {
        let figure = |line: &str| {
            let (key, value) = line.rsplit_once(',')?;
            Some((key.to_owned(), value.parse().ok()?))
        };
        let by_key =
            RECORDED.lines().map(|line| figure(line).with_context(|| format!("baseline: {line}")));
        Ok(Self { by_key: by_key.collect::<anyhow::Result<_>>()? })
    }

    pub(super) fn set(&mut self, key: String, value: f64) {
        self.by_key.insert(key, value);
    }

    /// One of them, in brackets.
    pub(super) fn of(&self, key: &str) -> String {
        self.by_key.get(key).map_or_else(|| "(  -  )".to_owned(), |value| format!("({value:.3})"))
    }

    pub(super) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let lines = self.by_key.iter().map(|(key, value)| format!("{key},{value:.4}\n"));
        fs::write(file, lines.collect::<String>())
            .with_context(|| format!("cannot write {}", file.display()))
    }
}
