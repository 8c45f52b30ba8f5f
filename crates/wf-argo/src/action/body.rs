//! The kinds of bodies: Argo's kinds of templates that an action may have.

use serde_json::Value;

/// What an action is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BodyKind {
    /// `container`: a command in an image.
    Container,
    /// `script`: a source text, run by a command in an image.
    Script,
    /// `containerSet`: several containers in one pod.
    ContainerSet,
    /// `suspend`: waits for an answer, or for a time.
    Suspend,
    /// `resource`: makes, changes or awaits an object of the cluster.
    Resource,
    /// `http`: one request, made by Argo's agent.
    Http,
    /// `data`: a list of artifacts, filtered.
    Data,
    /// `plugin`: what a plugin of Argo's executor does.
    Plugin,
    /// `steps`: other templates, one after the other.
    Steps,
    /// `dag`: other templates, each after those that it depends on.
    Dag,
    /// `templateRef`: a template that is already in the cluster.
    TemplateRef,
}

impl BodyKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Container,
        Self::Script,
        Self::ContainerSet,
        Self::Suspend,
        Self::Resource,
        Self::Http,
        Self::Data,
        Self::Plugin,
        Self::Steps,
        Self::Dag,
        Self::TemplateRef,
    ];

    /// The field of the action, which is Argo's too.
    pub fn field(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Script => "script",
            Self::ContainerSet => "containerSet",
            Self::Suspend => "suspend",
            Self::Resource => "resource",
            Self::Http => "http",
            Self::Data => "data",
            Self::Plugin => "plugin",
            Self::Steps => "steps",
            Self::Dag => "dag",
            Self::TemplateRef => "templateRef",
        }
    }

    /// Whether it runs where files are, so that it can take and leave some.
    pub(super) fn has_files(self) -> bool {
        self.has_pod() || self == Self::Plugin
    }

    /// Whether it only says in which order other templates run.
    pub(crate) fn is_composed(self) -> bool {
        matches!(self, Self::Steps | Self::Dag)
    }

    /// Whether Argo makes a pod for it.
    pub(super) fn has_pod(self) -> bool {
        self.has_containers() || matches!(self, Self::Resource | Self::Data)
    }

    /// Whether the action writes the containers of its pod.
    pub(super) fn has_containers(self) -> bool {
        matches!(self, Self::Container | Self::Script | Self::ContainerSet)
    }

    /// Whether Argo keeps what it prints (`Template.HasOutput` in `workflow_types.go`).
    pub(super) fn has_result(self, body: &Value) -> bool {
        match self {
            Self::Container | Self::Script | Self::Http | Self::Data | Self::Plugin => true,
            Self::ContainerSet => {
                let containers = body.get("containers").and_then(Value::as_array);
                let mut containers = containers.into_iter().flatten();
                containers.any(|it| it.get("name").is_some_and(|name| name == "main"))
            }
            Self::Suspend | Self::Resource | Self::Steps | Self::Dag | Self::TemplateRef => false,
        }
    }

    /// The bodies that a template has, as Argo has them.
    pub(super) fn all_in(template: &Value) -> impl Iterator<Item = (Self, &Value)> {
        let kinds = Self::ALL
            .into_iter()
            .filter(|kind| *kind != Self::TemplateRef);
        let bodies = kinds.filter_map(|kind| Some((kind, template.get(kind.field())?)));
        bodies.filter(|(_, body)| !body.is_null())
    }

    /// What its body needs, and what would be right; a body without it could only fail.
    pub(super) fn required(self) -> &'static [(&'static str, Shape)] {
        match self {
            Self::Container | Self::Suspend | Self::Plugin | Self::Steps => &[],
            Self::Script => &[("source", Shape::Text)],
            Self::ContainerSet => &[("containers", Shape::List)],
            Self::Resource => &[("action", Shape::Text)],
            Self::Http => &[("url", Shape::Text)],
            Self::Data => &[("source", Shape::Object), ("transformation", Shape::List)],
            Self::Dag => &[("tasks", Shape::List)],
            Self::TemplateRef => &[("name", Shape::Text), ("template", Shape::Text)],
        }
    }
}

/// What a required field of a body has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A text that is not empty.
    Text,
    /// A list that is not empty.
    List,
    /// An object.
    Object,
}

impl Shape {
    /// What is wrong with a value, if something is.
    pub(super) fn objection(self, value: Option<&Value>) -> Option<&'static str> {
        let (is_right, rule) = match self {
            Self::Text => (
                value
                    .and_then(Value::as_str)
                    .is_some_and(|it| !it.is_empty()),
                "it is required, and a text",
            ),
            Self::List => (
                value
                    .and_then(Value::as_array)
                    .is_some_and(|it| !it.is_empty()),
                "it is required, and a list that is not empty",
            ),
            Self::Object => (
                value.is_some_and(Value::is_object),
                "it is required, and an object",
            ),
        };
        (!is_right).then_some(rule)
    }
}
