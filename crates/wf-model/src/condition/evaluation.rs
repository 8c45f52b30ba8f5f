//! What a condition comes to, once its references are known.

use std::borrow::Cow;

use crate::reference::{Reference, ValueTooLarge};
use crate::text::short;

use super::{Comparison, Condition, Operand, number};

/// Why a condition is neither true nor false.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// A side of `<`, `<=`, `>` or `>=` is no number.
    #[error("`{operand}` is `{value}`, which is no number")]
    NotANumber {
        /// The side, as it is written.
        operand: String,
        /// What it came to, cut when it is long.
        value: String,
    },
    /// What stands by itself is neither `true` nor `false`.
    #[error("`{operand}` is `{value}`, which is neither true nor false")]
    NotABoolean {
        /// The operand, as it is written.
        operand: String,
        /// What it came to, cut when it is long.
        value: String,
    },
    /// What a reference stands for is not known.
    #[error("`{{{{{reference}}}}}` is not known: {reason}")]
    Unresolved {
        /// The reference.
        reference: String,
        /// Why it is not known.
        reason: String,
    },
    /// A text is larger than a value may be.
    #[error(transparent)]
    TooLarge(#[from] ValueTooLarge),
}

/// Tells what a reference stands for, or why that is not known.
type Resolve<'r> = dyn FnMut(&Reference) -> Result<String, String> + 'r;

impl Condition {
    /// Whether the condition holds; what the answer does not depend on is not resolved.
    ///
    /// # Errors
    /// Tells which side is no number or no boolean, or which reference could not be resolved.
    pub fn evaluate(&self, resolve: &mut Resolve) -> Result<bool, ConditionError> {
        match self {
            Self::All(parts) => {
                for part in parts {
                    if !part.evaluate(resolve)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Self::Any(parts) => {
                for part in parts {
                    if part.evaluate(resolve)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Not(part) => Ok(!part.evaluate(resolve)?),
            Self::Compare {
                left,
                comparison,
                right,
            } => compare(left, *comparison, right, resolve),
            Self::Truth(operand) => truth(operand, resolve),
        }
    }
}

fn compare(
    left: &Operand,
    comparison: Comparison,
    right: &Operand,
    resolve: &mut Resolve,
) -> Result<bool, ConditionError> {
    let left_text = left.resolve(resolve)?;
    let right_text = right.resolve(resolve)?;
    if comparison.is_order() {
        let order = to_number(left, &left_text)?.partial_cmp(&to_number(right, &right_text)?);
        return Ok(order.is_some_and(|order| comparison.holds(order)));
    }
    let is_numeric = matches!(left, Operand::Number(_)) || matches!(right, Operand::Number(_));
    let is_equal = if is_numeric {
        match (number(&left_text), number(&right_text)) {
            (Some(left), Some(right)) => {
                left.partial_cmp(&right) == Some(std::cmp::Ordering::Equal)
            }
            // What is no number is not equal to one.
            _ => false,
        }
    } else {
        left_text == right_text
    };
    Ok(is_equal == (comparison == Comparison::Equal))
}

fn truth(operand: &Operand, resolve: &mut Resolve) -> Result<bool, ConditionError> {
    match &*operand.resolve(resolve)? {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(ConditionError::NotABoolean {
            operand: operand.to_string(),
            value: short(other),
        }),
    }
}

fn to_number(operand: &Operand, value: &str) -> Result<f64, ConditionError> {
    number(value).ok_or_else(|| ConditionError::NotANumber {
        operand: operand.to_string(),
        value: short(value),
    })
}

impl Operand {
    fn resolve(&self, resolve: &mut Resolve) -> Result<Cow<'static, str>, ConditionError> {
        match self {
            Self::Number(number) => Ok(number.to_string().into()),
            Self::Boolean(true) => Ok("true".into()),
            Self::Boolean(false) => Ok("false".into()),
            Self::Text(template) => {
                let text = template.resolve(|reference| {
                    resolve(reference).map_err(|reason| ConditionError::Unresolved {
                        reference: reference.to_string(),
                        reason,
                    })
                })?;
                Ok(text.into())
            }
        }
    }
}
