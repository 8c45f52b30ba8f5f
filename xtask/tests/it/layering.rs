//! The architecture: which crate may depend on what.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;
use xtask::workspace;

/// A crate, the crates of this workspace that it may use, and the outside ones.
type Layer = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// The architecture, from the bottom up: a crate uses only what stands above it in this table.
///
/// Development dependencies are free. A new word in here is a change of the architecture.
const LAYERS: &[Layer] = &[
    (
        "wf-model",
        &[],
        &[
            "petgraph",
            "regex",
            "serde",
            "serde_json",
            "strsim",
            "thiserror",
            "time",
            "validator",
        ],
    ),
    (
        "wf-argo",
        &["wf-model"],
        &[
            "base64",
            "regex",
            "saphyr-parser",
            "serde",
            "serde_json",
            "serde_yaml",
            "strsim",
            "thiserror",
        ],
    ),
    (
        "wf-backend",
        &["wf-argo", "wf-model"],
        &[
            "async-trait",
            "futures-util",
            "rusqlite",
            "rustix",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "time",
            "tokio",
            "tokio-util",
            "tracing",
            "uuid",
        ],
    ),
    (
        "wf-service",
        &["wf-argo", "wf-backend", "wf-model"],
        &[
            "async-trait",
            "base64",
            "futures-util",
            "hmac",
            "serde_json",
            "sha2",
            "thiserror",
            "time",
            "tokio",
            "tokio-util",
            "tracing",
            "uuid",
        ],
    ),
    (
        "wf-runtime",
        &["wf-backend", "wf-service"],
        &[
            "anyhow",
            "clap",
            "futures-util",
            "poem",
            "prometheus-client",
            "serde_json",
            "thiserror",
            "tokio",
            "tokio-util",
            "tracing",
            "tracing-subscriber",
            "uuid",
        ],
    ),
    (
        "wf-graphql",
        &["wf-model", "wf-runtime", "wf-service"],
        &[
            "async-graphql",
            "futures-util",
            "poem",
            "serde",
            "serde_json",
            "time",
            "tokio",
            "tracing",
        ],
    ),
    (
        "wf-rest",
        &["wf-model", "wf-runtime", "wf-service"],
        &[
            "futures-util",
            "poem",
            "poem-openapi",
            "serde",
            "serde_json",
            "time",
        ],
    ),
    (
        "xtask",
        &[],
        &[
            "anyhow",
            "clap",
            "rustix",
            "serde_json",
            "tempfile",
            "tokio",
            "ureq",
        ],
    ),
];

/// What a pure crate never compiles, not even through somebody else: anything that talks to a
/// system, a network, a database or a cluster.
const IMPURE: &[&str] = &[
    "async-std",
    "getrandom",
    "hyper",
    "k8s-openapi",
    "kube",
    "libsqlite3-sys",
    "mio",
    "poem",
    "reqwest",
    "rustix",
    "socket2",
    "tokio",
    "tracing-subscriber",
];

#[test]
fn each_crate_uses_only_what_its_layer_may() {
    let metadata = metadata();
    let members: BTreeSet<&str> = packages(&metadata).map(name).collect();
    let rows: BTreeSet<&str> = LAYERS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(members, rows, "crates of the workspace, rows of the table");

    let faults: Vec<String> = packages(&metadata)
        .flat_map(|package| faults(package, &members))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn arrows_point_up_in_the_table() {
    for (position, (crate_name, own, _)) in LAYERS.iter().enumerate() {
        let above = &LAYERS[..position];
        for used in *own {
            let known = above.iter().any(|(name, ..)| name == used);
            assert!(
                known,
                "{crate_name} uses {used}, which does not stand above it"
            );
        }
    }
}

#[test]
fn the_binaries_see_neither_argo_nor_a_backend_nor_each_other() {
    for binary in ["wf-graphql", "wf-rest"] {
        let (_, own, outside) = row(binary);
        for hidden in ["wf-argo", "wf-backend", "wf-graphql", "wf-rest"] {
            assert!(!own.contains(&hidden), "{binary} sees {hidden}");
        }
        for hidden in ["kube", "k8s-openapi", "rusqlite"] {
            assert!(!outside.contains(&hidden), "{binary} sees {hidden}");
        }
    }
}

#[test]
fn no_table_row_is_wider_than_its_crate() {
    let metadata = metadata();
    for package in packages(&metadata) {
        let (_, own, outside) = row(name(package));
        let used: BTreeSet<&str> = dependencies(package).collect();
        for allowed in own.iter().chain(outside) {
            let crate_name = name(package);
            assert!(
                used.contains(allowed),
                "{crate_name} does not use {allowed}"
            );
        }
    }
}

#[test]
fn the_pure_crates_compile_nothing_that_reaches_outside() {
    for pure in ["wf-model", "wf-argo"] {
        let compiled = compiled_by(pure);
        assert!(
            compiled.contains("serde_json"),
            "cargo tree told nothing of {pure}"
        );
        let impure: Vec<_> = IMPURE
            .iter()
            .filter(|name| compiled.contains(**name))
            .collect();
        assert!(impure.is_empty(), "{pure} compiles {impure:?}");
    }
}

fn row(crate_name: &str) -> Layer {
    *LAYERS
        .iter()
        .find(|(name, ..)| *name == crate_name)
        .unwrap_or_else(|| panic!("{crate_name} has no row in LAYERS"))
}

/// What this crate depends on, and its layer may not.
fn faults(package: &Value, members: &BTreeSet<&str>) -> Vec<String> {
    let (crate_name, own, outside) = row(name(package));
    dependencies(package)
        .filter(|used| {
            let allowed = if members.contains(used) { own } else { outside };
            !allowed.contains(used)
        })
        .map(|used| format!("{crate_name} may not use {used}"))
        .collect()
}

/// Normal and build dependencies; those of tests are free.
fn dependencies(package: &Value) -> impl Iterator<Item = &str> {
    package["dependencies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|dependency| dependency["kind"] != "dev")
        .filter_map(|dependency| dependency["name"].as_str())
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

fn metadata() -> Value {
    let text = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    serde_json::from_str(&text).unwrap()
}

/// The names of all crates that this one compiles, outside of its tests.
fn compiled_by(crate_name: &str) -> BTreeSet<String> {
    let tree = ["tree", "-p", crate_name, "-e", "normal", "--prefix", "none"];
    cargo(&tree)
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(workspace::root())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "cargo {arguments:?} failed: {errors}"
    );
    String::from_utf8(output.stdout).unwrap()
}
