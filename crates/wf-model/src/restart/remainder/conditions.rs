//! Conditions of a remainder: what is left of a `when` when some values are known.

use super::Reducing;
use crate::condition::{Condition, Operand};
use crate::fault::Place;

/// What is known of a `when` before anything runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum KnownCondition {
    /// It is true, or it is false.
    Decided(bool),
    /// What is left of it.
    Left(Condition),
}

impl Reducing<'_> {
    /// What is known of a `when` before anything runs. What a part that is known already decides
    /// is not looked at, as when it is evaluated.
    pub(super) fn known_condition(
        &mut self,
        condition: &Condition,
        place: &impl Fn() -> Place,
    ) -> KnownCondition {
        match condition {
            Condition::All(parts) => self.joined_conditions(parts, false, place),
            Condition::Any(parts) => self.joined_conditions(parts, true, place),
            Condition::Not(part) => match self.known_condition(part, place) {
                KnownCondition::Decided(is) => KnownCondition::Decided(!is),
                KnownCondition::Left(left) => KnownCondition::Left(Condition::Not(Box::new(left))),
            },
            Condition::Compare { .. } | Condition::Truth(_) => {
                let known = condition.map_texts(&mut |template| self.put_in(template, place));
                let is_open = !known.references().is_empty();
                // One that is an error stays, and is one when its task begins.
                let decided = (!is_open).then(|| known.evaluate(&mut |_| Err(String::new())).ok());
                match decided.flatten() {
                    Some(is) => KnownCondition::Decided(is),
                    None => KnownCondition::Left(known),
                }
            }
        }
    }

    fn joined_conditions(
        &mut self,
        parts: &[Condition],
        decides: bool,
        place: &impl Fn() -> Place,
    ) -> KnownCondition {
        let mut left = Vec::with_capacity(parts.len());
        for part in parts {
            match self.known_condition(part, place) {
                KnownCondition::Decided(is) if is == decides && left.is_empty() => {
                    return KnownCondition::Decided(decides);
                }
                KnownCondition::Decided(is) if is == decides => {
                    left.push(Condition::Truth(Operand::Boolean(is)));
                    break;
                }
                KnownCondition::Decided(_) => {}
                KnownCondition::Left(part) => left.push(part),
            }
        }
        match left.len() {
            0 => KnownCondition::Decided(!decides),
            1 => KnownCondition::Left(left.remove(0)),
            _ if decides => KnownCondition::Left(Condition::Any(left)),
            _ => KnownCondition::Left(Condition::All(left)),
        }
    }
}
