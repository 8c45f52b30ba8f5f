//! A condition as text that reads back as the same condition.

use std::fmt::{self, Write};

use crate::reference::{Piece, Template};

use super::{Comparison, Condition, Operand};

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any(parts) => write_parts(f, parts, " || ", |part| matches!(part, Self::Any(_))),
            Self::All(parts) => {
                let needs = |part: &Self| matches!(part, Self::Any(_) | Self::All(_));
                write_parts(f, parts, " && ", needs)
            }
            Self::Not(part) => {
                f.write_char('!')?;
                write_part(f, part, !matches!(**part, Self::Not(_) | Self::Truth(_)))
            }
            Self::Compare {
                left,
                comparison,
                right,
            } => write!(f, "{left} {comparison} {right}"),
            Self::Truth(operand) => write!(f, "{operand}"),
        }
    }
}

/// Writes the parts, those in parentheses that would read back otherwise: no more of them than
/// whoever wrote it needed, so that what is written is never nested too deeply.
fn write_parts(
    f: &mut fmt::Formatter<'_>,
    parts: &[Condition],
    between: &str,
    needs: fn(&Condition) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        write_part(f, part, needs(part))?;
    }
    Ok(())
}

fn write_part(f: &mut fmt::Formatter<'_>, part: &Condition, enclosed: bool) -> fmt::Result {
    if enclosed {
        write!(f, "({part})")
    } else {
        write!(f, "{part}")
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Text(template) => write_text(f, template),
        }
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, template: &Template) -> fmt::Result {
    if let [Piece::Reference(reference)] = template.pieces() {
        return write!(f, "{{{{{reference}}}}}");
    }
    f.write_char('"')?;
    for piece in template.pieces() {
        match piece {
            Piece::Reference(reference) => write!(f, "{{{{{reference}}}}}")?,
            Piece::Text(text) => text.chars().try_for_each(|character| match character {
                '"' => f.write_str("\\\""),
                '\\' => f.write_str("\\\\"),
                '\n' => f.write_str("\\n"),
                '\r' => f.write_str("\\r"),
                '\t' => f.write_str("\\t"),
                _ => f.write_char(character),
            })?,
        }
    }
    f.write_char('"')
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}
