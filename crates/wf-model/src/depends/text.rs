//! A `depends` as text that reads back as the same `depends`.

use super::{Depends, Outcome};

impl Depends {
    /// Writes the expression; `name` tells the name of the task of that index.
    pub fn to_text<'n>(&self, name: &impl Fn(usize) -> &'n str) -> String {
        match self {
            Self::Any(parts) => join(parts, " || ", Self::is_any, name),
            Self::All(parts) => join(parts, " && ", Self::is_of_parts, name),
            Self::Not(part) => format!("!{}", part.enclosed(Self::is_of_parts, name)),
            Self::Task { task, outcome } => match outcome.word() {
                Some(word) => format!("{}.{word}", name(*task)),
                None => name(*task).to_owned(),
            },
        }
    }

    /// The expression, in parentheses where it would read back otherwise: no more of them than
    /// whoever wrote it needed, so that what is written is never nested too deeply.
    fn enclosed<'n>(&self, needs: fn(&Self) -> bool, name: &impl Fn(usize) -> &'n str) -> String {
        let text = self.to_text(name);
        if needs(self) {
            format!("({text})")
        } else {
            text
        }
    }

    fn is_any(&self) -> bool {
        matches!(self, Self::Any(_))
    }

    fn is_of_parts(&self) -> bool {
        matches!(self, Self::Any(_) | Self::All(_))
    }
}

fn join<'n>(
    parts: &[Depends],
    between: &str,
    needs: fn(&Depends) -> bool,
    name: &impl Fn(usize) -> &'n str,
) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| part.enclosed(needs, name))
        .collect();
    parts.join(between)
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 9] = [
        Self::Satisfied,
        Self::Succeeded,
        Self::Failed,
        Self::Errored,
        Self::Skipped,
        Self::Omitted,
        Self::Daemoned,
        Self::AnySucceeded,
        Self::AllFailed,
    ];

    /// The word after the task's name; none for [`Outcome::Satisfied`].
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Satisfied => None,
            Self::Succeeded => Some("Succeeded"),
            Self::Failed => Some("Failed"),
            Self::Errored => Some("Errored"),
            Self::Skipped => Some("Skipped"),
            Self::Omitted => Some("Omitted"),
            Self::Daemoned => Some("Daemoned"),
            Self::AnySucceeded => Some("AnySucceeded"),
            Self::AllFailed => Some("AllFailed"),
        }
    }

    /// Whether it asks for the items of a fan-out.
    pub fn is_of_items(self) -> bool {
        matches!(self, Self::AnySucceeded | Self::AllFailed)
    }
}
