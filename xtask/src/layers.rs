//! Proves the invariants of `ARCHITECTURE.md`: which crate reaches which.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, bail, ensure};

/// What a crate may reach.
struct Layer {
    name: &'static str,
    /// The crates of the workspace that it may reach.
    workspace: &'static [&'static str],
    /// The crates that it may depend on itself, if that is restricted.
    direct: Option<&'static [&'static str]>,
    /// Crates that it must not reach, however far down.
    never: &'static [&'static str],
    /// Crates that it must not reach without features.
    never_by_default: &'static [&'static str],
}

/// Whatever opens sockets or runs futures.
const NETWORK: &[&str] =
    &["tokio", "reqwest", "ureq", "rustls", "hyper", "mio", "socket2", "native-tls"];

const LAYERS: &[Layer] = &[
    Layer { name: "dt-model", workspace: &[], direct: None, never: NETWORK, never_by_default: &[] },
    Layer { name: "dt-auth", workspace: &[], direct: None, never: NETWORK, never_by_default: &[] },
    Layer {
        name: "dt-analysis",
        workspace: &["dt-model"],
        direct: Some(&["dt-model", "idna", "jiff", "psl", "schemars", "serde", "statrs", "uuid"]),
        never: NETWORK,
        never_by_default: &[],
    },
    Layer {
        name: "dt-report",
        workspace: &["dt-model", "dt-analysis", "dt-fleet"],
        direct: None,
        never: NETWORK,
        never_by_default: &[],
    },
    Layer {
        name: "dt-transport",
        workspace: &["dt-model", "dt-auth"],
        direct: None,
        never: &["native-tls"],
        never_by_default: NETWORK,
    },
    Layer {
        name: "dt-store",
        workspace: &["dt-model"],
        direct: None,
        never: NETWORK,
        never_by_default: &[],
    },
    Layer {
        name: "dt-sweep",
        workspace: &[
            "dt-model",
            "dt-auth",
            "dt-analysis",
            "dt-transport",
            "dt-store",
            "dt-fleet",
            "dt-lake",
        ],
        direct: None,
        never: &["native-tls", "axum"],
        never_by_default: NETWORK,
    },
    Layer {
        name: "dt-fleet",
        workspace: &["dt-model", "dt-analysis"],
        direct: Some(&[
            "dt-model",
            "dt-analysis",
            "jiff",
            "linfa",
            "linfa-clustering",
            "ndarray",
            "schemars",
            "serde",
        ]),
        never: NETWORK,
        never_by_default: &["linfa", "ndarray"],
    },
    Layer {
        name: "dt-lake",
        workspace: &["dt-model", "dt-analysis", "dt-fleet", "dt-store"],
        direct: None,
        never: NETWORK,
        never_by_default: &["linfa"],
    },
    Layer {
        name: "dt-mcp",
        workspace: &[
            "dt-model",
            "dt-auth",
            "dt-analysis",
            "dt-transport",
            "dt-store",
            "dt-fleet",
            "dt-lake",
            "dt-report",
            "dt-sweep",
        ],
        direct: None,
        // Its runtime waits for calls; whoever serves it has a client that opens sockets.
        never: &["reqwest", "ureq", "rustls", "hyper", "mio", "socket2", "native-tls"],
        never_by_default: &[],
    },
    Layer {
        name: "dt-query",
        workspace: &["dt-model", "dt-analysis", "dt-report", "dt-store", "dt-fleet", "dt-lake"],
        direct: None,
        never: &["aws-lc-rs", "native-tls", "openssl-sys", "reqwest", "ureq"],
        never_by_default: &["linfa"],
    },
    Layer {
        name: "dt-appliance",
        workspace: &["dt-model", "dt-auth"],
        direct: None,
        never: &["reqwest", "ureq"],
        never_by_default: &["rustls", "rcgen", "ring"],
    },
];

/// Only binaries may use it: everything a caller could act on is a typed error.
const ANYHOW: &str = "anyhow";

/// Crates of the workspace that are not called `dt-...`; no layer may reach them.
const TOOLS: &[&str] = &["xtask", "lab"];

pub(crate) fn check() -> anyhow::Result<()> {
    let mut faults = Vec::new();
    for layer in LAYERS {
        let all = reached(layer.name, &["--all-features"])?;
        let direct = reached(layer.name, &["--all-features", "--depth", "1"])?;
        let by_default = reached(layer.name, &["--no-default-features"])?;
        let mut fault = |what: String| faults.push(format!("{} {what}", layer.name));

        for name in all.iter().filter(|name| is_ours(name)) {
            if name != layer.name && !layer.workspace.contains(&name.as_str()) {
                fault(format!("reaches {name}"));
            }
        }
        for name in layer.never.iter().filter(|name| all.contains(**name)) {
            fault(format!("reaches {name}"));
        }
        for name in layer.never_by_default.iter().filter(|name| by_default.contains(**name)) {
            fault(format!("reaches {name} without features"));
        }
        for name in direct.iter().filter(|name| *name != layer.name) {
            if layer.direct.is_some_and(|allowed| !allowed.contains(&name.as_str())) {
                fault(format!("depends on {name}"));
            }
        }
        if direct.contains(ANYHOW) {
            fault(format!("depends on {ANYHOW}"));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("the layers are broken:\n  {}", faults.join("\n  "));
}

fn is_ours(name: &str) -> bool {
    name.starts_with("dt-") || TOOLS.contains(&name)
}

/// The workspace of a crate, if it is not that of the project's other crates.
fn workspace(name: &str) -> &'static [&'static str] {
    if name == "dt-query" { &["--manifest-path", "query/Cargo.toml"] } else { &[] }
}

/// The crates that a crate reaches when built, itself included.
fn reached(name: &str, more: &[&str]) -> anyhow::Result<BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "-p", name, "-e", "normal,build", "--target", "all", "--prefix", "none"])
        .args(["--quiet", "--locked"])
        .args(workspace(name))
        .args(more)
        .output()
        .context("failed to run cargo tree")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout)?;
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    Ok(names.filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect())
}
