//! Places: what Argo asks of where an artifact is (`validateArtifactLocation` and
//! `hdfs.ValidateArtifact` of its validation).

use serde_json::{Map, Value};

use crate::definitions::Wrong;

/// Tells what is wrong with the places that an artifact, or the archive of a template, names.
pub(super) fn check(holder: &Map<String, Value>, path: &str, wrong: &mut Wrong<'_>) {
    let object = |name: &str| holder.get(name).and_then(Value::as_object);
    if let Some(git) = object("git")
        && is_empty(git.get("repo"))
    {
        wrong(format!("{path}.git.repo"), "it is required".to_owned());
    }
    if let Some(hdfs) = object("hdfs") {
        check_hdfs(hdfs, &format!("{path}.hdfs"), wrong);
    }
}

fn check_hdfs(hdfs: &Map<String, Value>, path: &str, wrong: &mut Wrong<'_>) {
    let lacks = |field: &str| is_empty(hdfs.get(field));
    if lacks("addresses") {
        wrong(
            format!("{path}.addresses"),
            "it is required, a list of `host:port`".to_owned(),
        );
    }
    let file = hdfs.get("path").and_then(Value::as_str).unwrap_or_default();
    if !file.starts_with('/') {
        let message = "it is required, an absolute path";
        wrong(format!("{path}.path"), message.to_owned());
    }
    let logins = ["hdfsUser", "krbCCacheSecret", "krbKeytabSecret"];
    if logins.iter().all(|field| lacks(field)) {
        let message = "it needs `hdfsUser`, `krbCCacheSecret` or `krbKeytabSecret`";
        wrong(path.to_owned(), message.to_owned());
    }
    for (login, needed) in [
        ("krbKeytabSecret", "krbUsername"),
        ("krbKeytabSecret", "krbRealm"),
        ("krbKeytabSecret", "krbServicePrincipalName"),
        ("krbKeytabSecret", "krbConfigConfigMap"),
        ("krbCCacheSecret", "krbServicePrincipalName"),
        ("krbCCacheSecret", "krbConfigConfigMap"),
    ] {
        if !lacks(login) && lacks(needed) {
            let message = format!("`{login}` needs it");
            wrong(format!("{path}.{needed}"), message);
        }
    }
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(_) => false,
    }
}
