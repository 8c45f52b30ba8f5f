//! A `depends` as text that reads back as the same `depends`.

use super::{Depends, Outcome};

impl Depends {
    /// Writes the expression; `name` tells the name of the task of that index.
    pub fn to_text<'n>(&self, name: &impl Fn(usize) -> &'n str) -> String {
        match self {
            Self::Any(parts) => join(parts, " || ", name),
            Self::All(parts) => join(parts, " && ", name),
            Self::Not(part) => format!("!{}", enclosed(part, name)),
            Self::Task { task, outcome } => match outcome.word() {
                Some(word) => format!("{}.{word}", name(*task)),
                None => name(*task).to_owned(),
            },
        }
    }
}

fn join<'n>(parts: &[Depends], between: &str, name: &impl Fn(usize) -> &'n str) -> String {
    let parts: Vec<String> = parts.iter().map(|part| enclosed(part, name)).collect();
    parts.join(between)
}

fn enclosed<'n>(part: &Depends, name: &impl Fn(usize) -> &'n str) -> String {
    let text = part.to_text(name);
    match part {
        Depends::Any(_) | Depends::All(_) => format!("({text})"),
        Depends::Not(_) | Depends::Task { .. } => text,
    }
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
