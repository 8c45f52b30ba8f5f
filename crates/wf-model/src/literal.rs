//! Literals: what the text of a parameter's value has to spell.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::signature::ParameterSignature;
use crate::text::{listed, short};

/// What the text of a parameter spells.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// Anything.
    #[default]
    String,
    /// A whole number, as in `-42`.
    Integer,
    /// A number as JSON writes it, as in `1.5e3`.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A JSON text.
    Json,
}

impl ParameterType {
    /// Every type.
    pub const ALL: [Self; 5] = [
        Self::String,
        Self::Integer,
        Self::Number,
        Self::Boolean,
        Self::Json,
    ];

    /// The word of an action's file, as in `integer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Json => "json",
        }
    }

    /// Whether its values have an order, so that they can have bounds.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What a text would have to be, unless it is.
    fn objection(self, text: &str) -> Option<Cow<'static, str>> {
        let expected: &'static str = match self {
            Self::String => return None,
            Self::Integer if is_integer(text) => return None,
            Self::Integer => "is no whole number, as in `42`",
            Self::Number if number(text).is_some() => return None,
            Self::Number => "is no number, as in `42` or `1.5`",
            Self::Boolean if matches!(text, "true" | "false") => return None,
            Self::Boolean => "is neither `true` nor `false`",
            Self::Json => {
                let error = serde_json::from_str::<IgnoredAny>(text).err()?;
                return Some(format!("is no JSON: {error}").into());
            }
        };
        Some(expected.into())
    }
}

/// A whole number as JSON writes it: a leading zero would make `010` mean eight to some programs
/// and ten to others.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
}

fn number(text: &str) -> Option<f64> {
    // The parser of JSON takes blanks around a value, which no program has to.
    let is_bare = !text.contains(|character: char| character.is_ascii_whitespace());
    let number = is_bare.then(|| serde_json::from_str::<Number>(text).ok())??;
    number.as_f64()
}

/// Says that a value is none of those of an `enum`.
pub(crate) fn not_allowed(value: &str, allowed: &[String]) -> String {
    let allowed = listed(allowed.iter().map(String::as_str));
    format!(
        "`{}` is none of the allowed values: {allowed}",
        short(value)
    )
}

impl ParameterSignature {
    /// Whether anything is said of its value that a text could break.
    pub fn has_rules(&self) -> bool {
        self.allowed.is_some()
            || !self.kind.is_default()
            || self.pattern.is_some()
            || self.min_length.is_some()
            || self.max_length.is_some()
    }

    /// Why a value cannot be given; `None` for one that can.
    pub fn refusal(&self, value: &str) -> Option<String> {
        match &self.allowed {
            Some(allowed) if !allowed.iter().any(|it| it == value) => {
                Some(not_allowed(value, allowed))
            }
            _ => self.objection(value),
        }
    }

    /// What is wrong with a value, its `enum` aside; `None` for a value that can be given.
    pub fn objection(&self, value: &str) -> Option<String> {
        if let Some(objection) = self.kind.objection(value) {
            return Some(format!("`{}` {objection}", short(value)));
        }
        self.length_objection(value)
            .or_else(|| self.bounds_objection(value))
            .or_else(|| {
                let pattern = self.pattern.as_ref()?;
                (!pattern.matches(value))
                    .then(|| format!("`{}` does not match the pattern `{pattern}`", short(value)))
            })
    }

    fn length_objection(&self, value: &str) -> Option<String> {
        if self.min_length.is_none() && self.max_length.is_none() {
            return None;
        }
        let length = value.chars().count() as u64;
        if let Some(least) = self.min_length.filter(|&least| length < least) {
            return Some(format!(
                "has {length} characters; at least {least} are needed"
            ));
        }
        let most = self.max_length.filter(|&most| length > most)?;
        Some(format!(
            "has {length} characters; at most {most} are allowed"
        ))
    }

    fn bounds_objection(&self, value: &str) -> Option<String> {
        if self.minimum.is_none() && self.maximum.is_none() {
            return None;
        }
        let value = number(value)?;
        let exceeded = |bound: &Option<Number>, exceeds: fn(f64, f64) -> bool| {
            let bound = bound.clone()?;
            exceeds(value, bound.as_f64()?).then_some(bound)
        };
        if let Some(minimum) = exceeded(&self.minimum, |value, bound| value < bound) {
            return Some(format!("{value} is less than the minimum, {minimum}"));
        }
        let maximum = exceeded(&self.maximum, |value, bound| value > bound)?;
        Some(format!("{value} is more than the maximum, {maximum}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Pattern;

    fn parameter(kind: ParameterType) -> ParameterSignature {
        ParameterSignature {
            kind,
            ..ParameterSignature::required("x")
        }
    }

    #[test]
    fn each_type_takes_the_texts_that_spell_it() {
        use ParameterType::{Boolean, Integer, Json, Number, String};
        for (kind, right, wrong) in [
            (String, vec!["", "a", "1"], vec![]),
            (
                Integer,
                vec!["0", "-1", "42", "123456789012345678901234567890"],
                vec!["", "-", "+1", "01", "1.0", "1e3", " 1", "x", "٣"],
            ),
            (
                Number,
                vec!["0", "-1.5", "1e3"],
                vec!["", "1.", ".5", "NaN", "inf", " 1", "0x10"],
            ),
            (Boolean, vec!["true", "false"], vec!["", "True", "1", "yes"]),
            (
                Json,
                vec!["{}", "[1, \"a\"]", "null", "\"a\""],
                vec!["", "a", "{", "{} {}", "[1,]"],
            ),
        ] {
            for text in right {
                assert_eq!(parameter(kind).objection(text), None, "{kind:?} {text:?}");
            }
            for text in wrong {
                assert!(
                    parameter(kind).objection(text).is_some(),
                    "{kind:?} {text:?}"
                );
            }
        }
    }

    #[test]
    fn a_deeply_nested_json_is_refused_without_recursion() {
        let deep = "[".repeat(1_000_000);
        assert!(parameter(ParameterType::Json).objection(&deep).is_some());
    }

    #[test]
    fn bounds_lengths_and_patterns_hold() {
        let bounded = ParameterSignature {
            minimum: Some(1.into()),
            maximum: Some(10.into()),
            ..parameter(ParameterType::Integer)
        };
        assert_eq!(bounded.objection("1"), None);
        assert_eq!(bounded.objection("10"), None);
        assert_eq!(
            bounded.objection("0").as_deref(),
            Some("0 is less than the minimum, 1")
        );
        assert_eq!(
            bounded.objection("11").as_deref(),
            Some("11 is more than the maximum, 10")
        );

        let long = ParameterSignature {
            min_length: Some(2),
            max_length: Some(3),
            ..parameter(ParameterType::String)
        };
        assert_eq!(long.objection("éé"), None);
        assert!(long.objection("é").is_some() && long.objection("éééé").is_some());

        let matching = ParameterSignature {
            pattern: Some(Pattern::new("^v[0-9]+$").unwrap()),
            ..parameter(ParameterType::String)
        };
        assert_eq!(matching.objection("v1"), None);
        assert_eq!(
            matching.objection("1").as_deref(),
            Some("`1` does not match the pattern `^v[0-9]+$`")
        );
    }
}
