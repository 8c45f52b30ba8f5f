//! The house rules that no compiler knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use xtask::workspace;

/// Longer files need a row here, with the reason why they are one idea all the same. Tests may be
/// as long as what they test is wide.
const LONG_FILES: &[(&str, &str)] = &[];
const LONG: usize = 600;

/// What only one machine has, or only one person.
const MACHINE: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
];

const NOT_OURS: &[&str] = &[
    "target",
    "node_modules",
    ".git",
    "data",
    "generated",
    "dist",
];

#[test]
fn every_source_file_begins_with_what_it_is() {
    for path in rust_files() {
        let text = read(&path);
        let first = text.lines().next().unwrap_or_default();
        let told = first.starts_with("//! ") || first.starts_with("#![doc = include_str!");
        assert!(
            told,
            "{} begins with `{first}`, not with `//! …`",
            show(&path)
        );
    }
}

#[test]
fn no_file_is_long_without_a_reason() {
    for path in rust_files() {
        let lines = read(&path).lines().count();
        let name = show(&path);
        if name.contains("/tests/") || name.ends_with("/tests.rs") {
            continue;
        }
        let reason = LONG_FILES.iter().find(|(file, _)| *file == name);
        assert!(
            lines <= LONG || reason.is_some(),
            "{name} has {lines} lines, over {LONG}"
        );
    }
    for (file, reason) in LONG_FILES {
        assert!(!reason.is_empty(), "{file} has no reason");
        assert!(
            read(&workspace::path(file)).lines().count() > LONG,
            "{file} is short again"
        );
    }
}

#[test]
fn no_module_is_named_for_nothing() {
    let nothing = [
        "utils", "util", "common", "helpers", "helper", "types", "misc", "shared",
    ];
    for path in rust_files() {
        let name = |path: &Path| {
            path.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
        };
        let own = name(&path).unwrap_or_default();
        let folder = path.parent().and_then(name).unwrap_or_default();
        let told = !nothing.contains(&own.as_str()) && !nothing.contains(&folder.as_str());
        assert!(told, "{} is named for nothing", show(&path));
    }
}

#[test]
fn every_crate_has_a_readme_and_a_row_in_the_architecture() {
    let architecture = read(&workspace::path("docs/architecture.md"));
    for folder in crates() {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(
            folder.join("README.md").is_file(),
            "{} has no README.md",
            show(&folder)
        );
        let row = format!("| `{name}` |");
        assert!(
            architecture.contains(&row),
            "docs/architecture.md has no row of `{name}`"
        );
    }
}

#[test]
fn every_error_code_has_its_heading() {
    let headings = headings(&read(&workspace::path("docs/errors.md")));
    let codes = wf_service::Code::ALL.map(wf_service::Code::as_str);
    for code in codes
        .into_iter()
        .chain(fault_codes().iter().map(String::as_str))
    {
        let heading = code.to_lowercase();
        assert!(
            headings.contains(&heading),
            "docs/errors.md has no heading of `{code}`"
        );
    }
}

#[test]
fn the_fault_codes_of_the_documents_are_those_of_the_model() {
    let told: BTreeSet<String> = read(&workspace::path("docs/errors.md"))
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .map(|heading| heading.trim_matches('`').to_owned())
        .collect();
    let known = fault_codes().into_iter().collect();
    assert_eq!(
        told, known,
        "headings of docs/errors.md, codes of the model"
    );
}

#[test]
fn every_link_of_a_document_leads_somewhere() {
    for document in files(&workspace::root(), "md") {
        let text = read(&document);
        for link in links(&text) {
            check_link(&document, &text, &link);
        }
    }
}

#[test]
fn nothing_betrays_a_machine() {
    let kinds = [
        "rs", "md", "toml", "yaml", "json", "ts", "js", "mjs", "sh", "html", "graphql",
    ];
    for path in kinds
        .iter()
        .flat_map(|kind| files(&workspace::root(), kind))
    {
        let text = read(&path);
        for word in MACHINE {
            let found = text.lines().position(|line| names_a_path(line, word));
            assert!(
                found.is_none(),
                "{}:{} has {word}",
                show(&path),
                found.unwrap() + 1
            );
        }
    }
}

#[test]
fn the_lock_files_of_npm_name_no_registry() {
    for path in files(&workspace::root(), "json") {
        if path
            .file_name()
            .is_some_and(|name| name == "package-lock.json")
        {
            assert!(
                !read(&path).contains("\"resolved\""),
                "{} names a registry",
                show(&path)
            );
        }
    }
}

/// Whether a path below that folder stands there by itself, not as the end of a longer one.
fn names_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + folder.len()..].chars().next();
        let is_name = |char: char| char.is_alphanumeric() || matches!(char, '}' | '.' | '_' | '-');
        !before.is_some_and(is_name) && after.is_some_and(is_name)
    })
}

fn check_link(document: &Path, text: &str, link: &str) {
    if link.contains("://") || link.starts_with("mailto:") {
        return;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = document.parent().unwrap().join(file);
    let name = show(document);
    assert!(
        file.is_empty() || target.exists(),
        "{name} links to {link}, which is not there"
    );
    if !anchor.is_empty() {
        let own = file.is_empty();
        let headings = headings(&if own { text.to_owned() } else { read(&target) });
        assert!(
            headings.contains(anchor),
            "{name} links to {link}, which has no such heading"
        );
    }
}

/// The targets of `[…](…)`, outside of code.
fn links(text: &str) -> Vec<String> {
    prose(text)
        .flat_map(|line| {
            line.split("](")
                .skip(1)
                .filter_map(|rest| rest.split_once(')'))
                .map(|(link, _)| link.to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The anchors of a document's headings, as GitHub makes them.
fn headings(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| anchor(line.trim_start_matches('#').trim()))
        .collect()
}

fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|char| match char {
            ' ' => Some('-'),
            '-' | '_' => Some(char),
            char if char.is_alphanumeric() => Some(char.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

/// The lines that are not in a block of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// The words of `FaultCode`, read from its source, which is where a new one is added.
fn fault_codes() -> Vec<String> {
    let source = read(&workspace::path("crates/wf-model/src/fault.rs"));
    let (_, rest) = source.split_once("pub enum FaultCode {").unwrap();
    let (variants, _) = rest.split_once("\n}").unwrap();
    variants
        .lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .filter(|line| line.starts_with(char::is_uppercase))
        .map(screaming)
        .collect()
}

/// `MalformedJson` as `MALFORMED_JSON`.
fn screaming(variant: &str) -> String {
    let mut word = String::new();
    for (position, char) in variant.char_indices() {
        if position > 0 && char.is_uppercase() {
            word.push('_');
        }
        word.push(char.to_ascii_uppercase());
    }
    word
}

fn crates() -> Vec<PathBuf> {
    ["crates", "bins"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(workspace::path(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .chain([workspace::path("xtask")])
        .collect()
}

fn rust_files() -> Vec<PathBuf> {
    files(&workspace::root(), "rs")
}

/// The files below a folder that are ours and end like this, in order.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !NOT_OURS.contains(&name.as_str()) {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|known| known == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", show(path)))
}

fn show(path: &Path) -> String {
    let relative = path.strip_prefix(workspace::root()).unwrap_or(path);
    relative.to_string_lossy().into_owned()
}
