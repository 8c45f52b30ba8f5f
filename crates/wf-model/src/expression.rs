//! Expressions: what `when` and `depends` have in common while they are read.

use std::fmt;

use crate::fault::FaultCode;

/// How deep parentheses and negations may be nested; the readers and everyone who walks the
/// trees recurse as deep.
pub(crate) const DEEPEST: usize = 64;

/// Why an expression cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyntaxError {
    /// The code of a fault with this error.
    pub code: FaultCode,
    /// The character at which it was noticed, from 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
    /// The task that nobody knows, for whoever knows the others.
    pub(crate) unknown_task: Option<String>,
}

impl SyntaxError {
    /// An error at that byte of the expression.
    pub(crate) fn at(
        expression: &str,
        byte: usize,
        code: FaultCode,
        message: impl Into<String>,
    ) -> Self {
        let before = expression.get(..byte).unwrap_or(expression);
        Self {
            code,
            column: before.chars().count() + 1,
            message: message.into(),
            suggestion: None,
            unknown_task: None,
        }
    }

    pub(crate) fn suggesting(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for SyntaxError {}
