//! The kinds of bodies: Argo's kinds of templates that an action may have.

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
    /// `templateRef`: a template that is already in the cluster.
    TemplateRef,
}

impl BodyKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Container,
        Self::Script,
        Self::ContainerSet,
        Self::Suspend,
        Self::Resource,
        Self::Http,
        Self::Data,
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
            Self::TemplateRef => "templateRef",
        }
    }

    /// Whether it runs where files are, so that it can take and leave some.
    pub(crate) fn has_files(self) -> bool {
        !matches!(self, Self::Suspend | Self::Http)
    }
}
