//! The program `dt`, run as its users run it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::project::{self, Profile};

/// Where the program is.
pub(super) struct Program(PathBuf);

/// One run of the program.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) directory: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Vec<(&'static str, String)>,
}

impl Program {
    /// The program as the present code makes it.
    pub(super) fn build(root: &Path) -> anyhow::Result<Self> {
        project::dt(root, Profile::Release).map(Self)
    }

    /// A program that was built before.
    pub(super) fn at(path: &Path) -> anyhow::Result<Self> {
        Ok(Self(path.canonicalize().with_context(|| format!("no program {}", path.display()))?))
    }

    /// Runs it without the caller's settings, and gives what it printed, or its exit status if that is
    /// not 0. Texts for people on standard error are not kept.
    pub(super) fn output(&self, run: &Run) -> anyhow::Result<Value> {
        let output = Command::new(&self.0)
            .env_clear()
            .env("HOME", "/nowhere")
            .envs(run.environment.iter().cloned())
            .current_dir(&run.directory)
            .args(&run.arguments)
            .output()
            .context("failed to start dt")?;
        let printed = read(std::str::from_utf8(&output.stdout).context("dt printed no text")?);
        Ok(match output.status.code() {
            Some(0) => printed,
            status => json!({"exit status": status, "printed": printed}),
        })
    }

    /// The same, where the run must succeed.
    pub(super) fn succeed(&self, run: &Run) -> anyhow::Result<Value> {
        let output = self.output(run)?;
        match output.get("exit status") {
            None => Ok(output),
            Some(status) => bail!("dt {:?} failed: {status}", run.arguments),
        }
    }
}

/// JSON lines as an array of them, even where there is one; another JSON document as itself; everything
/// else as an array of its lines.
fn read(printed: &str) -> Value {
    let lines: Result<Vec<Value>, _> = printed.lines().map(serde_json::from_str).collect();
    if let Ok(lines) = lines {
        return Value::Array(lines);
    }
    serde_json::from_str(printed).unwrap_or_else(|_| printed.lines().map(Value::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_by_what_it_is() {
        assert_eq!(read("{\n \"a\": 1}\n"), json!({"a": 1}));
        assert_eq!(read("{\"a\":1}\n{\"a\":2}\n"), json!([{"a": 1}, {"a": 2}]));
        assert_eq!(read("{\"a\":1}\n"), json!([{"a": 1}]));
        assert_eq!(read("a,b\n1,\n"), json!(["a,b", "1,"]));
        assert_eq!(read(""), json!([]));
    }
}
