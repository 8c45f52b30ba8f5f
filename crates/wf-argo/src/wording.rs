//! Wording: what the reader of YAML says, in the words of whoever writes actions and profiles.

use crate::error::SourcePlace;
use crate::lines::Lines;
use crate::suggestion::{nearest, unknown_field};

/// Where in a document of a file an error of the reader is, and what would be right. The reader has
/// path and line in its text.
pub(crate) fn told(
    file: &str,
    (lines, document): (&Lines<'_>, usize),
    error: &serde_yaml::Error,
) -> (SourcePlace, String) {
    let mut text = error.to_string();
    let location = error.location();
    if let Some(at) = &location {
        let place = format!(" at line {} column {}", at.line(), at.column());
        text = text.replace(&place, "");
    }
    let (path, message) = parted(&text);
    let (path, message) = remedied(path, message);
    // When it tells the path, its line is that of what is around.
    let line = match path.as_str() {
        "" => location.map(|it| it.line()),
        path => Some(lines.of(document, path)),
    };
    let file = file.to_owned();
    (SourcePlace { file, line, path }, message)
}

/// The path and what is said of it. Names of a map may have anything in them, so the path goes to
/// where one of the reader's sayings begins.
fn parted(text: &str) -> (&str, &str) {
    const SAYINGS: [&str; 7] = [
        "invalid type: ",
        "invalid value: ",
        "invalid length ",
        "unknown field ",
        "unknown variant ",
        "missing field ",
        "untagged and internally",
    ];
    if SAYINGS.iter().any(|saying| text.starts_with(saying)) {
        return ("", text);
    }
    let ends = SAYINGS
        .iter()
        .filter_map(|saying| text.find(&format!(": {saying}")));
    match ends.min().or_else(|| plain_path(text)) {
        Some(at) => (&text[..at], &text[at + 2..]),
        None => ("", text),
    }
}

/// The end of a path that goes before something else.
fn plain_path(text: &str) -> Option<usize> {
    let (path, _) = text.split_once(": ")?;
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b".[]_-/".contains(&byte);
    (!path.is_empty() && path.bytes().all(is_part)).then_some(path.len())
}

/// What the reader says of what stands at a path: an unknown field has a path of its own.
fn remedied(path: &str, message: &str) -> (String, String) {
    if let Some((field, known)) = between(message, "unknown field `", "`, expected ") {
        let path = match path {
            "" | "." => field.to_owned(),
            path => format!("{path}.{field}"),
        };
        return (path, unknown_field(field, quoted(known)));
    }
    (path.to_owned(), reworded(message))
}

fn reworded(message: &str) -> String {
    if let Some((word, known)) = between(message, "unknown variant `", "`, expected ") {
        return unknown_word(word, known);
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        return format!("{field} is missing");
    }
    if message.starts_with("untagged and internally") || message == "invalid type: enum" {
        return "a tag, as in `!name`, means nothing here; leave it out".to_owned();
    }
    let wrong = between(message, "invalid type: ", ", expected ")
        .or_else(|| between(message, "invalid value: ", ", expected "));
    match wrong {
        Some((found, wanted)) => format!("it has to be {}, not {}", wish(wanted), finding(found)),
        None => message.to_owned(),
    }
}

fn unknown_word(word: &str, known: &str) -> String {
    let near = nearest(word, quoted(known));
    let near = near.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
    let known: Vec<String> = quoted(known).map(|it| format!("`{it}`")).collect();
    format!("it has to be {}, not `{word}`{near}", known.join(" or "))
}

/// What was expected. The reader tells Rust's types, and the names of ours.
fn wish(wanted: &str) -> &str {
    match wanted {
        "a boolean" => "`true` or `false`",
        "a string" | "str" => "a text",
        "a sequence" => "a list",
        "a map" => "a map of names",
        "i32" | "i64" => "a whole number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "f64" | "a JSON number" => "a number",
        _ if wanted.starts_with("a nonzero u") => "a whole number, 1 or more",
        _ if wanted.starts_with("struct ") => "a map of its fields",
        _ => wanted,
    }
}

/// What was found: a kind of thing, maybe with its value.
fn finding(found: &str) -> String {
    let value = ["string ", "integer ", "floating point ", "boolean "];
    let value = value.iter().find_map(|kind| found.strip_prefix(kind));
    match (found, value) {
        ("map", _) => "a map".to_owned(),
        ("sequence", _) => "a list".to_owned(),
        ("unit value", _) => "nothing".to_owned(),
        ("enum", _) => "a tag, as in `!name`".to_owned(),
        (_, Some(value)) => format!("`{}`", value.trim_matches(['"', '`'])),
        (other, None) => other.to_owned(),
    }
}

fn between<'t>(text: &'t str, begin: &str, middle: &str) -> Option<(&'t str, &'t str)> {
    text.strip_prefix(begin)?.split_once(middle)
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::{parted, remedied};

    #[test]
    fn a_path_has_whatever_names_have() {
        for (text, path) in [
            (
                "commonEnv.A B: invalid type: sequence, expected a text",
                "commonEnv.A B",
            ),
            ("a: b: invalid type: map, expected a string", "a: b"),
            (
                "invalid type: string \"x: invalid type: \", expected u32",
                "",
            ),
            ("a.b[0]: duplicate entry", "a.b[0]"),
            ("did not find expected key: at a", ""),
        ] {
            assert_eq!(parted(text).0, path, "{text}");
        }
    }

    #[test]
    fn what_the_reader_says_becomes_a_remedy() {
        for (said, path, told) in [
            (
                "unknown field `defalt`, expected one of `name`, `default`",
                "a.defalt",
                "unknown field `defalt`; did you mean `default`?",
            ),
            (
                "unknown field `q`, expected `b` or `a`",
                "a.q",
                "unknown field `q`; there are `a`, `b`",
            ),
            (
                "unknown variant `OnErrors`, expected `OnError` or `Always`",
                "a",
                "it has to be `OnError` or `Always`, not `OnErrors`; did you mean `OnError`?",
            ),
            ("missing field `name`", "a", "`name` is missing"),
            (
                "invalid type: map, expected a string",
                "a",
                "it has to be a text, not a map",
            ),
            (
                "invalid value: integer `-1`, expected a nonzero u32",
                "a",
                "it has to be a whole number, 1 or more, not `-1`",
            ),
            (
                "invalid type: string \"x\", expected struct OfOurs",
                "a",
                "it has to be a map of its fields, not `x`",
            ),
            (
                "invalid type: sequence, expected a text, a number or a boolean",
                "a",
                "it has to be a text, a number or a boolean, not a list",
            ),
            (
                "did not find expected key",
                "a",
                "did not find expected key",
            ),
        ] {
            assert_eq!(remedied("a", said), (path.to_owned(), told.to_owned()));
        }
        assert_eq!(remedied("", "unknown field `q`, expected `b`").0, "q");
    }
}
