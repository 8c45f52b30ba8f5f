//! Reading a profile's YAML: every fault with its line, its path and its remedy.

use super::source::ProfileSource;
use crate::error::{Error, SourcePlace};

/// How many unlike letters make a misspelling of a knob.
const NEAR: usize = 4;

/// The profile as it is written.
pub(super) fn source(file: &str, text: &str) -> Result<ProfileSource, Error> {
    let source = serde_yaml::from_str(text).map_err(|error| invalid(file, &error))?;
    // Of a name that is twice in a map, rather than among the fields, the reader takes the last.
    match serde_yaml::from_str::<serde_yaml::Value>(text) {
        Ok(_) => Ok(source),
        Err(error) => Err(invalid(file, &error)),
    }
}

/// A fault found behind the parser: the line is that of the path's fields, as far as they can be
/// seen in the text.
pub(super) fn fault(file: &str, text: &str, path: &str, message: &str) -> Error {
    place(file, line_of(text, path), path, message)
}

fn place(file: &str, line: Option<usize>, path: &str, message: &str) -> Error {
    Error::InvalidProfile {
        place: SourcePlace {
            file: file.to_owned(),
            line,
            path: path.to_owned(),
        },
        message: message.to_owned(),
    }
}

/// The library's error, with its path and its line taken out of its text.
fn invalid(file: &str, error: &serde_yaml::Error) -> Error {
    let text = error.to_string();
    let line = error.location().map(|location| location.line());
    let text = match error.location() {
        Some(at) => text.replace(
            &format!(" at line {} column {}", at.line(), at.column()),
            "",
        ),
        None => text,
    };
    let (path, message) = match text.split_once(": ") {
        Some((path, message)) if is_path(path) => (path, message),
        _ => ("", text.as_str()),
    };
    if path.starts_with("commonSecrets") && !message.starts_with("duplicate") {
        // The library tells what it found.
        return place(file, line, path, "it has to be a text for each name");
    }
    place(file, line, path, &remedied(message))
}

fn is_path(text: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || b".[]_-/".contains(&byte);
    !text.is_empty() && text.bytes().all(part)
}

/// An unknown field is told with the one that was probably meant, rather than with all there are.
fn remedied(message: &str) -> String {
    let unknown = message.strip_prefix("unknown field `");
    let Some((field, known)) = unknown.and_then(|rest| rest.split_once('`')) else {
        return message.to_owned();
    };
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let distance = |known: &&&str| strsim::osa_distance(field, known);
    let nearest = known.iter().min_by_key(distance);
    match nearest.filter(|nearest| distance(nearest) <= NEAR.min(field.len() / 2)) {
        Some(nearest) => format!("unknown field `{field}`; did you mean `{nearest}`?"),
        None if known.len() <= 8 => {
            format!("unknown field `{field}`; there are: {}", known.join(", "))
        }
        None => format!("unknown field `{field}`; docs/profile.md tells all there are"),
    }
}

/// The line of the last field of the path that can be found, each below the one before it.
fn line_of(text: &str, path: &str) -> Option<usize> {
    let fields = path
        .split('.')
        .map(|part| part.split('[').next().unwrap_or(part));
    let mut lines = text.lines().enumerate();
    let mut found = None;
    for field in fields {
        let is_it = |line: &str| {
            let key = line.trim_start_matches([' ', '-', '"', '\'']);
            let rest = key.strip_prefix(field);
            rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'']).starts_with(':'))
        };
        match lines.find(|(_, line)| is_it(line)) {
            Some((index, _)) => found = Some(index + 1),
            None => break,
        }
    }
    found
}
