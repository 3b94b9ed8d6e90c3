//! Where a value stands in a JSON document, and patterns of such places.

use std::fmt;

/// One step from a value into it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The way from a document to one of its values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Path(Vec<Step>);

impl Path {
    pub(super) fn key(&self, key: &str) -> Self {
        self.and(Step::Key(key.to_owned()))
    }

    pub(super) fn index(&self, index: usize) -> Self {
        self.and(Step::Index(index))
    }

    /// What it has in common with those of other elements, as a pattern is written.
    pub(super) fn pattern(&self) -> String {
        let steps = self.0.iter().map(|step| match step {
            Step::Key(key) => format!(".{key}"),
            Step::Index(_) => "[]".to_owned(),
        });
        steps.collect::<String>().trim_start_matches('.').to_owned()
    }

    fn and(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if place == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Places in documents, as in `findings[].policy`: `[]` is any element, `*` any key, and `**` any
/// number of steps. Keys with a dot cannot be named.
#[derive(Debug)]
pub(super) struct Pattern(Vec<Wanted>);

#[derive(Debug, PartialEq)]
enum Wanted {
    Key(String),
    AnyKey,
    AnyIndex,
    Anything,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        let separated = text.replace("[]", ".[]");
        let parts = separated.split('.').filter(|part| !part.is_empty());
        Self(
            parts
                .map(|part| match part {
                    "[]" => Wanted::AnyIndex,
                    "*" => Wanted::AnyKey,
                    "**" => Wanted::Anything,
                    key => Wanted::Key(key.to_owned()),
                })
                .collect(),
        )
    }

    pub(super) fn matches(&self, path: &Path) -> bool {
        leads(&self.0, &path.0)
    }
}

fn leads(wanted: &[Wanted], steps: &[Step]) -> bool {
    let Some((first, others)) = wanted.split_first() else { return steps.is_empty() };
    if *first == Wanted::Anything {
        return (0..=steps.len()).any(|skipped| leads(others, &steps[skipped..]));
    }
    let Some((step, rest)) = steps.split_first() else { return false };
    let fits = match (first, step) {
        (Wanted::Key(wanted), Step::Key(key)) => wanted == key,
        (Wanted::AnyKey, Step::Key(_)) | (Wanted::AnyIndex, Step::Index(_)) => true,
        _ => false,
    };
    fits && leads(others, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Path {
        Path::default().key("findings").index(3).key("policy")
    }

    #[test]
    fn a_path_is_written_as_it_is_read() {
        assert_eq!(policy().to_string(), "findings[3].policy");
        assert_eq!(policy().pattern(), "findings[].policy");
        assert_eq!(Path::default().index(0).key("@timestamp").to_string(), "[0].@timestamp");
    }

    #[test]
    fn a_pattern_names_places() {
        let matches = |pattern: &str| Pattern::new(pattern).matches(&policy());
        for pattern in ["findings[].policy", "*[].*", "**.policy", "findings.**", "**"] {
            assert!(matches(pattern), "{pattern}");
        }
        for pattern in ["findings[]", "findings.*.policy", "[].policy", "**.policy.id", ""] {
            assert!(!matches(pattern), "{pattern}");
        }
    }
}
