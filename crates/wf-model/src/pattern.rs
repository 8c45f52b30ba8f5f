//! Patterns: what the text of a parameter has to match, the same here and in a browser.
//!
//! A pattern is handed on in JSON Schemas, whose regular expressions are ECMAScript's (ECMA-262, with
//! the flag `u`, as JSON Schema 2020-12 §6.4 recommends). So it may use what that language and ours
//! have in common and take for the same, and is put into our words before it is built.

mod translation;

use std::borrow::Cow;
use std::fmt;

use serde::de;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::short;

/// A regular expression that a text has to match somewhere, as in JSON Schema: anchor it with `^`
/// and `$` to mean the whole. There are neither look-around nor back-references, so that every
/// text is matched in linear time, and nothing that a browser would read otherwise: characters,
/// `.`, classes (`[a-z]`, `\d`, `\w`, `\s` and their opposites), groups, `|`, `*`, `+`, `?`,
/// `{n,m}`, `^`, `$` and `\b`.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    built: regex::Regex,
}

/// A text that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no pattern: {reason}", short(.pattern))]
pub struct PatternError {
    pattern: String,
    reason: String,
}

impl Pattern {
    /// How many bytes a compiled pattern may take.
    const MOST_BYTES: usize = 1 << 20;

    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let wrong = |reason: String| PatternError {
            pattern: pattern.to_owned(),
            reason,
        };
        let translated = translation::translate(pattern).map_err(wrong)?;
        let built = regex::RegexBuilder::new(&translated)
            .size_limit(Self::MOST_BYTES)
            .build()
            .map_err(|error| wrong(reason(&error)))?;
        Ok(Self {
            text: pattern.to_owned(),
            built,
        })
    }

    /// Whether a text matches it.
    pub fn matches(&self, text: &str) -> bool {
        self.built.is_match(text)
    }

    /// The pattern as it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The last line says what is wrong; those before it draw where, over several lines.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let line = text.lines().last().unwrap_or_default().trim();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let pattern = Cow::<str>::deserialize(from)?;
        Self::new(&pattern).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(pattern: &str) -> String {
        Pattern::new(pattern).unwrap_err().to_string()
    }

    /// Pattern, texts that match, texts that do not; each is so in a browser, too.
    const ROWS: &[(&str, &[&str], &[&str])] = &[
        ("^v[0-9]+$", &["v1", "v22"], &["1", "v", "v1\n", "xv1"]),
        ("a.c", &["abc", "xaécx"], &["a\nc", "a\u{2028}c", "ac"]),
        (r"^\d+$", &["12"], &["٣", "1a"]),
        (r"^\w+$", &["a_1"], &["é", "a-b"]),
        (r"^\W$", &["é", "-"], &["a", "_"]),
        (r"^[\w.-]+$", &["a.b-c"], &["a b"]),
        (r"^[^\s\d]+$", &["ab"], &["a b", "a1", "a\u{feff}b"]),
        (r"^[\D]$", &["x"], &["1"]),
        (r"\bword\b", &["a word here"], &["swordfish"]),
        (r"^(?:a|b){2,3}$", &["ab", "aba"], &["a", "abab"]),
        (r"^(a+?)b*$", &["aab", "a"], &["b"]),
        (r"^\x41B\u{43}\/\.$", &["ABC/."], &["abc/."]),
        (r"^[[\]&~^-]+$", &["[", "]&&~~--^"], &["a"]),
        ("^é{2}$", &["éé"], &["é"]),
        (r"^\t\n\r\f\v$", &["\t\n\r\u{c}\u{b}"], &["\t"]),
        ("", &["", "x"], &[]),
        ("^$|^x$", &["", "x"], &["y"]),
    ];

    #[test]
    fn what_a_pattern_matches_is_what_a_browser_says() {
        for (pattern, right, wrong) in ROWS {
            let built = Pattern::new(pattern).unwrap();
            assert_eq!(built.as_str(), *pattern);
            for text in *right {
                assert!(built.matches(text), "{pattern} {text:?}");
            }
            for text in *wrong {
                assert!(!built.matches(text), "{pattern} {text:?}");
            }
        }
    }

    #[test]
    fn what_a_browser_reads_otherwise_or_not_at_all_is_refused() {
        for (pattern, reason) in [
            ("(?i)a", "`(?` begins no group but `(?:…)`"),
            ("(?=a)", "`(?` begins no group but `(?:…)`"),
            ("(?<n>a)", "`(?` begins no group but `(?:…)`"),
            (r"\z", r"`\z` is no escape"),
            (r"\A", r"`\A` is no escape"),
            (r"\p{L}", r"`\p` is no escape"),
            (r"\1", r"`\1` is no escape"),
            (r"\-", r"`\-` is no escape"),
            (r"\B", r"`\B` is no escape"),
            ("[[:alpha:]]", "`[:` begins no class"),
            ("a++", "`+` has nothing to repeat"),
            ("*", "`*` has nothing to repeat"),
            ("^*", "`*` has nothing to repeat"),
            (
                "a{,2}",
                "`{` begins no repetition as in `{2}`, `{2,}` or `{2,5}`",
            ),
            ("{2}", "`{` has nothing to repeat"),
            ("a}", r"`}` stands alone; write `\}`"),
            ("a]", r"`]` stands alone; write `\]`"),
            ("[]", "a class is empty"),
            ("[^]", "a class is empty"),
            ("[a", "a class is not closed with `]`"),
            ("[b-a]", "`b-a` goes backwards"),
            (r"[\d-x]", r"`\d` cannot begin a range"),
            ("(a", "a group is not closed with `)`"),
            ("a)", "`)` closes no group"),
            ("\\", "it ends with `\\`"),
            (
                r"\u12",
                r"`\u` needs four hexadecimal digits, or some in braces",
            ),
            (r"\u{d800}", r"`\u` names no character"),
            ("a{3,2}", "`{3,2}` goes backwards"),
        ] {
            let told = refusal(pattern);
            assert!(told.ends_with(&format!(": {reason}")), "{pattern}: {told}");
        }
    }

    #[test]
    fn one_that_would_be_too_large_is_refused() {
        assert!(Pattern::new("(((a{100}){100}){100})").is_err());
        assert!(Pattern::new(&"(".repeat(100_000)).is_err());
        assert!(serde_json::from_str::<Pattern>("\"[\"").is_err());
    }
}
