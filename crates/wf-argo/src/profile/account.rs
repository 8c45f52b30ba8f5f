//! The service account: what is wrong with what is said about it.

use serde_json::{Map, Value};

use super::check::Check;
use super::source::ServiceAccountSource;
use crate::suggestion::unknown_field;

/// What a rule of a role has to have.
const NEEDED: [&str; 3] = ["apiGroups", "resources", "verbs"];
/// What it may have besides; addresses are nothing that belongs to a namespace.
const POSSIBLE: [&str; 4] = ["apiGroups", "resources", "verbs", "resourceNames"];

/// Everything that the cluster would refuse, or that would come to nothing.
pub(super) fn check(check: &mut Check<'_>, account: &ServiceAccountSource) {
    if let Some(name) = &account.name {
        check.object_name("serviceAccount.name", name);
    }
    check.annotations("serviceAccount.annotations", &account.annotations);
    cluster_roles(check, &account.cluster_roles);
    for (index, given) in account.rules.iter().enumerate() {
        rule(check, &format!("serviceAccount.rules[{index}]"), given);
    }
    if account.create == Some(false) {
        needs_to_be_made(check, account);
    }
}

/// Their names may have what those of most objects may not
/// (`apimachinery/pkg/api/validation/path`).
fn cluster_roles(check: &mut Check<'_>, roles: &[String]) {
    for (index, role) in roles.iter().enumerate() {
        let path = format!("serviceAccount.clusterRoles[{index}]");
        let is_name = !matches!(&**role, "" | "." | "..") && !role.contains(['/', '%']);
        if !is_name {
            check.error(&path, format!("`{role}` is no name of a cluster role"));
        } else if roles[..index].contains(role) {
            check.error(&path, format!("`{role}` is there twice"));
        }
    }
}

fn rule(check: &mut Check<'_>, path: &str, given: &Map<String, Value>) {
    for field in NEEDED {
        if !given.contains_key(field) {
            check.error(path, format!("a rule has `apiGroups`, `resources` and `verbs`, a list each; `{field}` is missing"));
        }
    }
    for (field, value) in given {
        let path = format!("{path}.{field}");
        if !POSSIBLE.contains(&&**field) {
            check.error(path, unknown_field(field, POSSIBLE.into_iter()));
        } else if !is_list_of_texts(value) {
            check.error(
                path,
                "it has to be a list of one text or more, as in `[get, list]`",
            );
        }
    }
}

fn is_list_of_texts(value: &Value) -> bool {
    let list = value.as_array();
    list.is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string))
}

fn needs_to_be_made(check: &mut Check<'_>, account: &ServiceAccountSource) {
    let extras = [
        ("annotations", account.annotations.is_empty()),
        ("rules", account.rules.is_empty()),
        ("clusterRoles", account.cluster_roles.is_empty()),
    ];
    for (field, _) in extras.into_iter().filter(|(_, is_empty)| !is_empty) {
        let message =
            "it belongs to a service account that is made; leave it out, or `create: false`";
        check.error(format!("serviceAccount.{field}"), message);
    }
}
