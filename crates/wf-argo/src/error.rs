//! The errors of this crate: what is wrong with an action, a profile, a rendering, or a manifest.

use std::fmt;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source of an action is not an action.
    #[error("{place}: {message}")]
    InvalidAction {
        /// Where in which file.
        place: SourcePlace,
        /// What is wrong there, and what would be right.
        message: String,
    },
    /// Two sources define one action.
    #[error("{second}: action `{name}` is already defined in {first}; rename one of them")]
    DuplicateAction {
        /// The action.
        name: String,
        /// Where it was defined first.
        first: Box<SourcePlace>,
        /// Where it is defined again.
        second: Box<SourcePlace>,
    },
    /// The source of a profile is not a profile.
    #[error("{place}: {message}")]
    InvalidProfile {
        /// Where in which file.
        place: SourcePlace,
        /// What is wrong there, and what would be right.
        message: String,
    },
    /// The workflow was validated against another catalog than it is rendered with.
    #[error(
        "{path}: the catalog has no action `{action}`; render with the catalog of the validation"
    )]
    UnknownAction {
        /// Where in the document.
        path: String,
        /// The action.
        action: String,
    },
    /// What Argo, or the platform's controller, cannot do.
    #[error("{path}: {message}")]
    Unsupported {
        /// Where in the document, or in the profile.
        path: String,
        /// What cannot be, and what would do.
        message: String,
    },
    /// A manifest that no document could have given.
    #[error("{path}: {message}")]
    Unreadable {
        /// Where in the manifest.
        path: String,
        /// What a document cannot say.
        message: String,
    },
}

impl Error {
    /// A manifest that cannot be read, at that path.
    pub(crate) fn unreadable(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Unreadable {
            path: path.into(),
            message: message.into(),
        }
    }
}

/// A place in a file of actions, or in a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourcePlace {
    /// The file.
    pub file: String,
    /// The line, counted from 1, when it is known.
    pub line: Option<usize>,
    /// The path of the field in there, as in `container.command[1]`; may be empty.
    pub path: String,
}

impl fmt::Display for SourcePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.path.is_empty() {
            write!(f, ": {}", self.path)?;
        }
        Ok(())
    }
}
