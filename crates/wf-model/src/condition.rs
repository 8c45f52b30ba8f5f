//! Conditions: what a task's `when` says, as a tree that no value can change.

mod evaluation;
mod lexer;
mod parser;
mod text;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use crate::reference::{Reference, Template};

pub use evaluation::ConditionError;

/// A `when`, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `a && b && …`
    All(Vec<Condition>),
    /// `a || b || …`
    Any(Vec<Condition>),
    /// `!a`
    Not(Box<Condition>),
    /// `a == b` and its like.
    Compare {
        /// What stands left.
        left: Operand,
        /// How they are compared.
        comparison: Comparison,
        /// What stands right.
        right: Operand,
    },
    /// An operand by itself, which has to be `true` or `false`.
    Truth(Operand),
}

/// What is compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A quoted string, or a reference that stands by itself.
    Text(Template),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
}

/// How two operands are compared.
///
/// `==` and `!=` compare as numbers when one side is written as a number, and what is no number is
/// not equal to one; else they compare as text. The others compare numbers, and a side that is
/// none is an error of the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Condition {
    /// Everything that it refers to, in the order in which it is written.
    pub fn references(&self) -> Vec<&Reference> {
        let mut found = Vec::new();
        self.collect_references(&mut found);
        found
    }

    /// What it refers to whatever the rest of it comes to: what is not resolved, when something
    /// before it decides, is left out.
    pub(crate) fn certain_references(&self) -> Vec<&Reference> {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                let first = parts.first().map(Self::certain_references);
                first.unwrap_or_default()
            }
            Self::Not(part) => part.certain_references(),
            Self::Compare { .. } | Self::Truth(_) => self.references(),
        }
    }

    /// The same condition with other texts.
    pub(crate) fn map_texts(&self, change: &mut impl FnMut(&Template) -> Template) -> Self {
        match self {
            Self::All(parts) => Self::All(map_parts(parts, change)),
            Self::Any(parts) => Self::Any(map_parts(parts, change)),
            Self::Not(part) => Self::Not(Box::new(part.map_texts(change))),
            Self::Compare {
                left,
                comparison,
                right,
            } => Self::Compare {
                left: left.map_text(change),
                comparison: *comparison,
                right: right.map_text(change),
            },
            Self::Truth(operand) => Self::Truth(operand.map_text(change)),
        }
    }

    fn collect_references<'c>(&'c self, found: &mut Vec<&'c Reference>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.collect_references(found);
                }
            }
            Self::Not(part) => part.collect_references(found),
            Self::Compare { left, right, .. } => {
                found.extend(left.references().chain(right.references()));
            }
            Self::Truth(operand) => found.extend(operand.references()),
        }
    }
}

fn map_parts(
    parts: &[Condition],
    change: &mut impl FnMut(&Template) -> Template,
) -> Vec<Condition> {
    parts.iter().map(|part| part.map_texts(change)).collect()
}

impl Operand {
    fn map_text(&self, change: &mut impl FnMut(&Template) -> Template) -> Self {
        match self {
            Self::Text(template) => Self::Text(change(template)),
            other => other.clone(),
        }
    }

    fn references(&self) -> impl Iterator<Item = &Reference> {
        let template = match self {
            Self::Text(template) => Some(template),
            Self::Number(_) | Self::Boolean(_) => None,
        };
        template.into_iter().flat_map(Template::references)
    }
}

impl Comparison {
    /// Whether it asks which side is larger.
    fn is_order(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }

    /// Whether it holds for sides that are ordered so.
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// The number that a text is, spaces around it allowed; `inf` and `NaN` are none.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_numeral = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    let number: f64 = text.parse().ok().filter(|_| is_numeral)?;
    number.is_finite().then_some(number)
}
