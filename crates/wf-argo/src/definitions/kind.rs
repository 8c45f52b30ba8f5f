//! What may stand in a field, as the table writes it.
//!
//! `[]EnvVar` is a list of the definition `EnvVar`, `{}string` an object of texts, `!` says that the
//! field is required; `in a|b` names the words that it may be, `from` and `to` bound a number, or
//! the length of a text or a list, `like` is a pattern.

use regex::Regex;
use serde_json::Value;

/// A field of a definition.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) kind: Kind,
    pub(super) is_required: bool,
    pub(super) limits: Limits,
}

/// What may stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    /// A text or a whole number.
    IntegerOrText,
    /// As in `50m` or `2Gi`.
    Quantity,
    Anything,
    List(Box<Kind>),
    /// An object with fields of any name.
    Map(Box<Kind>),
    /// An object of that definition.
    Object(String),
}

/// Within which bounds.
#[derive(Debug, Default)]
pub(super) struct Limits {
    words: Vec<String>,
    from: Option<i64>,
    to: Option<i64>,
    like: Option<Regex>,
}

impl Field {
    /// What the table writes.
    pub(super) fn of(text: &str) -> Self {
        let (kind, limits) = text.split_once(' ').unwrap_or((text, ""));
        let required = kind.strip_suffix('!');
        Self {
            kind: Kind::of(required.unwrap_or(kind)),
            is_required: required.is_some(),
            limits: Limits::of(limits),
        }
    }
}

impl Kind {
    fn of(text: &str) -> Self {
        if let Some(inner) = text.strip_prefix("[]") {
            return Self::List(Box::new(Self::of(inner)));
        }
        if let Some(inner) = text.strip_prefix("{}") {
            return Self::Map(Box::new(Self::of(inner)));
        }
        match text {
            "string" => Self::Text,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "intOrString" => Self::IntegerOrText,
            "quantity" => Self::Quantity,
            "any" => Self::Anything,
            definition => Self::Object(definition.to_owned()),
        }
    }

    /// What is wrong with a value of another kind.
    pub(super) fn objection(&self, value: &Value) -> Option<String> {
        let fits = match self {
            Self::Text => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::IntegerOrText => value.is_string() || value.is_i64() || value.is_u64(),
            Self::Quantity => value.is_number() || value.as_str().is_some_and(is_quantity),
            Self::Anything => true,
            Self::List(_) => value.is_array(),
            Self::Map(_) | Self::Object(_) => value.is_object(),
        };
        (!fits).then(|| self.rule(value))
    }

    fn rule(&self, value: &Value) -> String {
        let holds_placeholder = value.as_str().is_some_and(|text| text.contains("{{"));
        match self {
            Self::Text if value.is_number() || value.is_boolean() => {
                format!("it has to be a text; write it in quotes: `\"{value}\"`")
            }
            Self::Integer | Self::Number | Self::Boolean | Self::Quantity if holds_placeholder => {
                format!(
                    "it has to be {}, and cannot be put in for a placeholder",
                    self.name()
                )
            }
            _ => format!("it has to be {}", self.name()),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::IntegerOrText => "a text or a whole number",
            Self::Quantity => "a quantity, as in `100m` or `2Gi`",
            Self::Anything => "anything",
            Self::List(_) => "a list",
            Self::Map(_) | Self::Object(_) => "an object",
        }
    }
}

/// A number with a suffix, as Kubernetes has it (`apimachinery/pkg/api/resource/quantity.go`).
fn is_quantity(text: &str) -> bool {
    let number = text.trim_start_matches(['+', '-']);
    let end = number.find(|it: char| !it.is_ascii_digit() && it != '.');
    let (number, suffix) = number.split_at(end.unwrap_or(number.len()));
    let is_number = number.bytes().any(|it| it.is_ascii_digit())
        && number.bytes().filter(|it| *it == b'.').count() <= 1;
    let exponent = suffix.strip_prefix(['e', 'E']);
    let is_exponent = exponent.is_some_and(|it| !it.is_empty() && it.parse::<i32>().is_ok());
    let suffixes = [
        "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
    ];
    is_number && (is_exponent || suffixes.contains(&suffix))
}

impl Limits {
    fn of(text: &str) -> Self {
        let mut limits = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
            // A pattern may have blanks, so that it stands last.
            if word == "like" {
                limits.like = Regex::new(behind).ok();
                break;
            }
            let (value, behind) = behind.split_once(' ').unwrap_or((behind, ""));
            match word {
                "in" => limits.words = value.split('|').map(str::to_owned).collect(),
                "from" => limits.from = value.parse().ok(),
                "to" => limits.to = value.parse().ok(),
                _ => {}
            }
            rest = behind;
        }
        limits
    }

    /// What is wrong with a value that is out of bounds.
    pub(super) fn objection(&self, value: &Value) -> Option<String> {
        let out = |measure: i64, of: &str| {
            let least = self.from.filter(|least| measure < *least);
            let most = self.to.filter(|most| measure > *most);
            least
                .map(|least| format!("it has to be {least}{of} or more"))
                .or_else(|| most.map(|most| format!("it has to be {most}{of} or less")))
        };
        match value {
            Value::Number(number) => out(number.as_i64()?, ""),
            Value::Array(items) => out(i64::try_from(items.len()).ok()?, " items"),
            Value::String(text) => out(i64::try_from(text.chars().count()).ok()?, " characters")
                .or_else(|| self.word_objection(text)),
            _ => None,
        }
    }

    fn word_objection(&self, text: &str) -> Option<String> {
        let is_word = self.words.is_empty() || self.words.iter().any(|word| word == text);
        if !is_word {
            let words = self.words.iter().filter(|word| !word.is_empty());
            let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
            return Some(format!("`{text}` is not among {}", words.join(", ")));
        }
        let pattern = self.like.as_ref().filter(|like| !like.is_match(text))?;
        Some(format!("`{text}` does not match `{pattern}`"))
    }
}
