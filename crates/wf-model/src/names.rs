//! Names: what each kind of thing may be called.

use crate::fault::FaultCode;
use crate::finding::{At, Findings};
use crate::status::EXIT_HANDLER;
use crate::text::{self, Lines, short};

/// A kind of thing that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// A workflow: a DNS label short enough for `<name>-<10 characters>-<run>`.
    Workflow,
    /// A task, by Argo's rule and such that Argo's expressions can speak of it.
    Task,
    /// An action: a DNS label, not `wf`.
    Action,
    /// A parameter, or an output parameter.
    Parameter,
    /// An artifact.
    Artifact,
    /// A mutex: a DNS label.
    Mutex,
}

/// Why a text is no name of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// It is empty.
    #[error("is empty; {rule}")]
    Empty {
        /// What the name has to be.
        rule: &'static str,
    },
    /// It is over the limit of its kind.
    #[error("has {length} characters; at most {limit} are allowed")]
    TooLong {
        /// Its characters.
        length: usize,
        /// How many there may be.
        limit: usize,
    },
    /// It breaks the rule of its kind.
    #[error("is not a name; {rule}")]
    Invalid {
        /// What the name has to be.
        rule: &'static str,
    },
    /// It means something else.
    #[error("is reserved: {meaning}")]
    Reserved {
        /// What it means.
        meaning: &'static str,
    },
}

impl NameError {
    /// The code of a fault with this error.
    pub fn code(&self) -> FaultCode {
        match self {
            Self::Empty { .. } => FaultCode::Missing,
            Self::TooLong { .. } => FaultCode::TooLong,
            Self::Invalid { .. } => FaultCode::InvalidName,
            Self::Reserved { .. } => FaultCode::ReservedName,
        }
    }
}

/// Words of the expression language in which Argo evaluates dependencies: a task of that name
/// could not be depended on.
const EXPRESSION_WORDS: [&str; 14] = [
    "and",
    "or",
    "not",
    "in",
    "matches",
    "contains",
    "startsWith",
    "endsWith",
    "let",
    "if",
    "else",
    "true",
    "false",
    "nil",
];

impl NameKind {
    /// What a name of this kind has to be, for people.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Workflow | Self::Action | Self::Mutex => {
                "it has to be lower-case letters, digits and `-`, beginning and ending with a \
                 letter or digit"
            }
            Self::Task => "it has to be letters, digits and `-`, beginning with a letter",
            Self::Parameter => "it has to be letters, digits, `-` and `_`",
            Self::Artifact => "it has to be letters, digits, `-`, `_` and `.`",
        }
    }

    /// How many characters a name of this kind may have.
    pub fn limit(self) -> usize {
        match self {
            Self::Workflow => 48,
            Self::Action | Self::Mutex => 63,
            Self::Task | Self::Parameter | Self::Artifact => 128,
        }
    }

    /// Whether `name` can be the name of such a thing.
    pub fn check(self, name: &str) -> Result<(), NameError> {
        let rule = self.rule();
        if name.is_empty() {
            return Err(NameError::Empty { rule });
        }
        if !self.is_well_formed(name.as_bytes()) {
            return Err(NameError::Invalid { rule });
        }
        if name.len() > self.limit() {
            return Err(NameError::TooLong {
                length: name.len(),
                limit: self.limit(),
            });
        }
        match self.reserved(name) {
            Some(meaning) => Err(NameError::Reserved { meaning }),
            None => Ok(()),
        }
    }

    fn is_well_formed(self, name: &[u8]) -> bool {
        let alphanumeric_or_dash = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        match self {
            Self::Workflow | Self::Action | Self::Mutex => {
                let inner = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
                name.iter().all(inner) && name.first() != Some(&b'-') && name.last() != Some(&b'-')
            }
            Self::Task => {
                name.iter().all(alphanumeric_or_dash)
                    && name.first().is_some_and(u8::is_ascii_alphabetic)
            }
            Self::Parameter => name
                .iter()
                .all(|byte| alphanumeric_or_dash(byte) || *byte == b'_'),
            Self::Artifact => name
                .iter()
                .all(|byte| alphanumeric_or_dash(byte) || matches!(byte, b'_' | b'.')),
        }
    }

    fn reserved(self, name: &str) -> Option<&'static str> {
        match self {
            Self::Action if name == "wf" => Some("it is the name of the DAG itself"),
            Self::Task if name == EXIT_HANDLER => Some("it is the name of the exit handler"),
            Self::Task if EXPRESSION_WORDS.contains(&name) => {
                Some("it is a word of the language in which dependencies are written for Argo")
            }
            _ => None,
        }
    }

    /// Reports what is wrong with a name; returns whether nothing is.
    pub(crate) fn inspect(self, name: &str, at: &At, findings: &mut Findings) -> bool {
        let Err(error) = self.check(name) else {
            return true;
        };
        if matches!(error, NameError::Empty { .. }) {
            if !findings.is_hole(at) {
                findings.report(at, error.code(), || error.to_string());
            }
        } else if text::check_plain(name, Lines::One, at, findings) {
            findings.report(at, error.code(), || format!("`{}` {error}", short(name)));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: NameKind, name: &str) -> Option<FaultCode> {
        kind.check(name).err().map(|error| error.code())
    }

    #[test]
    fn each_kind_of_name_has_its_rule() {
        use FaultCode::{InvalidName, Missing, ReservedName, TooLong};
        let long = "a".repeat(129);
        let cases = [
            (NameKind::Workflow, "my-workflow", None),
            (NameKind::Workflow, "0", None),
            (NameKind::Workflow, "", Some(Missing)),
            (NameKind::Workflow, "My", Some(InvalidName)),
            (NameKind::Workflow, "-a", Some(InvalidName)),
            (NameKind::Workflow, "a-", Some(InvalidName)),
            (NameKind::Workflow, "a_b", Some(InvalidName)),
            (NameKind::Workflow, "é", Some(InvalidName)),
            (NameKind::Workflow, &long[..48], None),
            (NameKind::Workflow, &long[..49], Some(TooLong)),
            (NameKind::Task, "A", None),
            (NameKind::Task, "a-", None),
            (NameKind::Task, "1a", Some(InvalidName)),
            (NameKind::Task, "-a", Some(InvalidName)),
            (NameKind::Task, "a_b", Some(InvalidName)),
            (NameKind::Task, "a.b", Some(InvalidName)),
            (NameKind::Task, "in", Some(ReservedName)),
            (NameKind::Task, "startsWith", Some(ReservedName)),
            (NameKind::Task, "In", None),
            (NameKind::Task, "onExit", Some(ReservedName)),
            (NameKind::Task, &long[..128], None),
            (NameKind::Task, &long, Some(TooLong)),
            (NameKind::Action, "echo", None),
            (NameKind::Action, "wf", Some(ReservedName)),
            (NameKind::Action, "Echo", Some(InvalidName)),
            (NameKind::Action, &long[..64], Some(TooLong)),
            (NameKind::Parameter, "a_B-0", None),
            (NameKind::Parameter, "a.b", Some(InvalidName)),
            (NameKind::Artifact, "a.b", None),
            (NameKind::Artifact, "a b", Some(InvalidName)),
            (NameKind::Mutex, "nightly", None),
            (NameKind::Mutex, "Nightly", Some(InvalidName)),
        ];
        for (kind, name, expected) in cases {
            assert_eq!(code(kind, name), expected, "{kind:?} {name:?}");
        }
    }
}
