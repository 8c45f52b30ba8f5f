//! Reading a profile's YAML: every fault with its line, its path and its remedy.

use super::source::ProfileSource;
use crate::error::{Error, SourcePlace};
use crate::lines::Lines;
use crate::wording::told;

/// The profile as it is written.
pub(super) fn source(file: &str, text: &str) -> Result<ProfileSource, Error> {
    let lines = Lines::new(text);
    if let Some((path, line)) = lines.twice() {
        return Err(place(file, Some(line), path, "it is there twice"));
    }
    serde_yaml::from_str(text).map_err(|error| invalid(file, &lines, &error))
}

/// A fault found behind the parser.
pub(super) fn fault(file: &str, lines: &Lines<'_>, path: &str, message: &str) -> Error {
    place(file, Some(lines.of(0, path)), path, message)
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

/// The library's error, at its place.
fn invalid(file: &str, lines: &Lines<'_>, error: &serde_yaml::Error) -> Error {
    let (place, mut message) = told(file, (lines, 0), error);
    if place.path.starts_with("commonSecrets") {
        // The library tells what it found.
        "it has to be a text for each name".clone_into(&mut message);
    }
    Error::InvalidProfile { place, message }
}
