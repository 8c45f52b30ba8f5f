//! References: the few `{{…}}` that a value may hold, each of which we can prove.

mod parsing;

use std::fmt;

pub use parsing::TemplateError;
pub(crate) use parsing::take_reference;

/// How many bytes a value may have with everything put in; as much as Argo keeps of a result.
pub const LARGEST_VALUE: usize = 256 << 10;

/// A value that would be larger than [`LARGEST_VALUE`] with everything put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a value would be larger than {LARGEST_VALUE} bytes; give what is long as an artifact")]
pub struct ValueTooLarge;

impl From<ValueTooLarge> for String {
    fn from(error: ValueTooLarge) -> Self {
        error.to_string()
    }
}

/// A value with the references in it, taken apart.
///
/// Taken apart once, when the document is validated: what is put in for a reference is never
/// scanned again, so that no value can become a reference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template(pub(crate) Vec<Piece>);

/// A part of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text, as it is.
    Text(String),
    /// Something to put in.
    Reference(Reference),
}

/// Something that a value refers to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reference {
    /// `{{workflow.parameters.name}}`
    Parameter(String),
    /// `{{workflow.name}}` and its like.
    Fact(Fact),
    /// `{{tasks.A.outputs.parameters.name}}`
    TaskParameter {
        /// The task.
        task: String,
        /// Its output parameter.
        name: String,
    },
    /// `{{tasks.A.outputs.result}}`: what the task printed; of a fan-out, a JSON list of it.
    TaskResult(String),
    /// `{{tasks.A.exitCode}}`
    TaskExitCode(String),
    /// `{{tasks.A.status}}`: Argo's word for the phase, as in `Succeeded`.
    TaskStatus(String),
    /// `{{tasks.A.outputs.artifacts.name}}`, only where an artifact is asked for.
    TaskArtifact {
        /// The task.
        task: String,
        /// Its output artifact.
        name: String,
    },
    /// `{{item}}`
    Item,
    /// `{{item.key}}`
    ItemField(String),
}

/// What can be told of a run itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fact {
    /// `{{workflow.name}}`: the name of the run's object, on the embedded backend too.
    Name,
    /// `{{workflow.namespace}}`: the scope.
    Namespace,
    /// `{{workflow.uid}}`: unique for each run.
    Uid,
    /// `{{workflow.creationTimestamp}}`: when the run was made, RFC 3339.
    CreationTimestamp,
    /// `{{workflow.status}}`: Argo's word for how the tasks ended; only for the exit handler.
    Status,
}

impl Reference {
    /// The task it refers to, if any.
    pub fn task(&self) -> Option<&str> {
        match self {
            Self::TaskParameter { task, .. } | Self::TaskArtifact { task, .. } => Some(task),
            Self::TaskResult(task) | Self::TaskExitCode(task) | Self::TaskStatus(task) => {
                Some(task)
            }
            Self::Parameter(_) | Self::Fact(_) | Self::Item | Self::ItemField(_) => None,
        }
    }
}

impl Template {
    /// The parts, in order; two texts never stand side by side.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The references in it, in order.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Reference(reference) => Some(reference),
            Piece::Text(_) => None,
        })
    }

    /// How many bytes stand between the references.
    pub(crate) fn literal_bytes(&self) -> usize {
        let bytes = |piece: &Piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Reference(_) => 0,
        };
        self.0.iter().map(bytes).sum()
    }

    /// The value, when there is no reference in it.
    pub fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The value with texts in the place of those references for which there is one.
    pub(crate) fn put_in(&self, mut text: impl FnMut(&Reference) -> Option<String>) -> Self {
        let mut pieces: Vec<Piece> = Vec::with_capacity(self.0.len());
        for piece in &self.0 {
            let known = match piece {
                Piece::Text(text) => Some(text.clone()),
                Piece::Reference(reference) => text(reference),
            };
            match (known, pieces.last_mut()) {
                (None, _) => pieces.push(piece.clone()),
                (Some(known), Some(Piece::Text(before))) => before.push_str(&known),
                (Some(known), _) if known.is_empty() => {}
                (Some(known), _) => pieces.push(Piece::Text(known)),
            }
        }
        Self(pieces)
    }

    /// The value with everything put in, when that is at most [`LARGEST_VALUE`] bytes.
    ///
    /// A short document can name a long value a thousand times, so what is put in is counted.
    ///
    /// # Errors
    /// The first error of `resolve`, or that the value would be larger.
    pub fn resolve<E: From<ValueTooLarge>>(
        &self,
        mut resolve: impl FnMut(&Reference) -> Result<String, E>,
    ) -> Result<String, E> {
        let mut value = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => value.push_str(text),
                Piece::Reference(reference) => value.push_str(&resolve(reference)?),
            }
            if value.len() > LARGEST_VALUE {
                return Err(ValueTooLarge.into());
            }
        }
        Ok(value)
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "workflow.name",
            Self::Namespace => "workflow.namespace",
            Self::Uid => "workflow.uid",
            Self::CreationTimestamp => "workflow.creationTimestamp",
            Self::Status => "workflow.status",
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parameter(name) => write!(f, "workflow.parameters.{name}"),
            Self::Fact(fact) => write!(f, "{fact}"),
            Self::TaskParameter { task, name } => {
                write!(f, "tasks.{task}.outputs.parameters.{name}")
            }
            Self::TaskResult(task) => write!(f, "tasks.{task}.outputs.result"),
            Self::TaskExitCode(task) => write!(f, "tasks.{task}.exitCode"),
            Self::TaskStatus(task) => write!(f, "tasks.{task}.status"),
            Self::TaskArtifact { task, name } => {
                write!(f, "tasks.{task}.outputs.artifacts.{name}")
            }
            Self::Item => f.write_str("item"),
            Self::ItemField(key) => write!(f, "item.{key}"),
        }
    }
}
