//! The other fields of Argo's templates: which an action may have, and where they hold.

use wf_model::Target;

use super::body::BodyKind;
use crate::suggestion::nearest;

/// Where a field of a template holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// In every template.
    Everywhere,
    /// Where something runs: not in `steps`, `dag` and `suspend`.
    OnLeaves,
    /// Where something runs or is waited for: not in `steps` and `dag`.
    NotComposed,
    /// In `steps` and `dag` alone.
    Composed,
    /// Where there is a pod.
    OnPods,
}

/// What the embedded backend makes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Embedded {
    /// It says where and under which name something runs, which changes nothing of what it does.
    Ignored,
    /// Without it something else would be done than the action says.
    Refused,
}

/// A field of Argo's templates besides the body, inputs and outputs
/// (`Template` in `workflow_types.go`).
#[derive(Clone, Copy)]
struct Field {
    name: &'static str,
    holds: Holds,
    embedded: Embedded,
    /// Whether it came with Argo 4.1.
    is_new: bool,
}

const fn field(name: &'static str, holds: Holds, embedded: Embedded) -> Field {
    Field {
        name,
        holds,
        embedded,
        is_new: false,
    }
}

const fn new(field: Field) -> Field {
    Field {
        is_new: true,
        ..field
    }
}

const FIELDS: [Field; 29] = {
    use Embedded::{Ignored, Refused};
    use Holds::{Composed, Everywhere, NotComposed, OnLeaves, OnPods};
    [
        field("activeDeadlineSeconds", NotComposed, Refused),
        field("affinity", Everywhere, Ignored),
        field("annotations", Everywhere, Ignored),
        field("archiveLocation", Everywhere, Ignored),
        field("automountServiceAccountToken", Everywhere, Ignored),
        field("daemon", OnPods, Refused),
        field("executor", Everywhere, Ignored),
        field("failFast", Composed, Refused),
        field("hostAliases", Everywhere, Refused),
        field("initContainers", OnPods, Refused),
        field("memoize", Everywhere, Ignored),
        field("metadata", Everywhere, Ignored),
        field("metrics", Everywhere, Ignored),
        field("nodeSelector", Everywhere, Ignored),
        field("parallelism", Composed, Refused),
        new(field("pendingTimeout", OnLeaves, Ignored)),
        new(field("podResources", OnPods, Ignored)),
        field("podSpecPatch", Everywhere, Refused),
        field("priorityClassName", Everywhere, Ignored),
        new(field("resourceClaims", OnPods, Refused)),
        field("retryStrategy", Everywhere, Refused),
        field("schedulerName", Everywhere, Ignored),
        field("securityContext", Everywhere, Ignored),
        field("serviceAccountName", Everywhere, Ignored),
        field("sidecars", OnPods, Refused),
        field("synchronization", Everywhere, Refused),
        field("timeout", OnLeaves, Refused),
        field("tolerations", Everywhere, Ignored),
        field("volumes", Everywhere, Ignored),
    ]
};

/// What is wrong with a field of any action; `None` for one that some actions have.
pub(super) fn unknown(name: &str) -> Option<String> {
    if name == "inputs" {
        return Some("an action declares its inputs as `parameters` and `artifacts`".to_owned());
    }
    if FIELDS.iter().any(|field| field.name == name) {
        return None;
    }
    let all = FIELDS.iter().map(|field| field.name).chain(OWN);
    let all = all.chain(BodyKind::ALL.map(BodyKind::field));
    Some(match nearest(name, all) {
        Some(near) => format!("unknown field `{name}`; did you mean `{near}`?"),
        None => format!("unknown field `{name}`; {}", known()),
    })
}

/// What is wrong with a field that stands beside that body in a template of a step; `None` for one
/// that holds there, and for what is none of these.
pub(super) fn misplaced(name: &str, kind: BodyKind) -> Option<String> {
    let is_one = FIELDS.iter().any(|field| field.name == name);
    is_one.then(|| objection(name, kind)).flatten()
}

/// What is wrong with a field beside that body; `None` for one that holds there.
pub(super) fn objection(name: &str, kind: BodyKind) -> Option<String> {
    let Some(field) = FIELDS.iter().find(|field| field.name == name) else {
        return unknown(name);
    };
    if kind == BodyKind::TemplateRef {
        return Some("the template that is referred to has its own; leave it out".to_owned());
    }
    let holds = match field.holds {
        Holds::Everywhere => true,
        Holds::OnLeaves => !kind.is_composed() && kind != BodyKind::Suspend,
        Holds::NotComposed => !kind.is_composed(),
        Holds::Composed => kind.is_composed(),
        Holds::OnPods => kind.has_pod(),
    };
    let rule = match field.holds {
        Holds::Everywhere | Holds::OnLeaves => "only what runs by itself has it",
        Holds::NotComposed => "only what is no `steps` and no `dag` has it",
        Holds::Composed => "only `steps` and `dag` have it",
        Holds::OnPods => "only what has a pod of its own has it",
    };
    (!holds).then(|| format!("Argo takes no `{name}` beside `{}`: {rule}", kind.field()))
}

/// Why the embedded backend cannot heed that field, if it matters.
pub(super) fn embedded_refuses(name: &str) -> Option<String> {
    let field = FIELDS.iter().find(|field| field.name == name)?;
    if field.embedded == Embedded::Ignored {
        return None;
    }
    Some(match name {
        "retryStrategy" => "its `retryStrategy` is Argo's; give the task a `retry`".to_owned(),
        "activeDeadlineSeconds" | "timeout" => {
            format!("its `{name}` is Argo's; give the task `timeoutSeconds`")
        }
        _ => format!("its `{name}` needs a cluster"),
    })
}

/// The targets whose Argo does not have that field.
pub(super) fn targets_without(name: &str) -> &'static [Target] {
    let is_new = |field: &&Field| field.name == name && field.is_new;
    if FIELDS.iter().any(|field| is_new(&field)) {
        &[Target::Argo37, Target::Argo40, Target::Argo40Full]
    } else {
        &[]
    }
}

/// The fields that are the action's own, besides its body.
const OWN: [&str; 6] = [
    "name",
    "description",
    "parameters",
    "artifacts",
    "outputs",
    "secrets",
];

fn known() -> String {
    let others = FIELDS.iter().map(|field| format!("`{}`", field.name));
    format!(
        "an action has `name`, `description`, `parameters`, `artifacts`, `outputs`, `secrets`, one body, and of Argo's \
         templates {}",
        others.collect::<Vec<_>>().join(", ")
    )
}
