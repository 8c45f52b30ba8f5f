//! Lines: where in a YAML file a path leads.
//!
//! The library that reads the files into our types tells the line of its own errors alone. So
//! whoever finds something wrong later has the file's events read once more, with their places.

use std::cell::OnceCell;
use std::collections::HashMap;

use saphyr_parser::{Event, Parser};

use crate::error::SourcePlace;

/// The lines of a file, read when somebody asks for one.
pub(crate) struct Lines<'t> {
    text: &'t str,
    read: OnceCell<Vec<Places>>,
}

/// The places of one document of a file.
#[derive(Debug, Default)]
struct Places {
    /// By path: the line of a field's name, or of an item.
    lines: HashMap<String, usize>,
    /// The field that stands there for the second time.
    twice: Option<(String, usize)>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            read: OnceCell::new(),
        }
    }

    /// What a path names in one of the file's documents, for an error.
    pub(crate) fn place(
        &self,
        file: &str,
        document: usize,
        path: impl Into<String>,
    ) -> SourcePlace {
        let path = path.into();
        SourcePlace {
            file: file.to_owned(),
            line: Some(self.of(document, &path)),
            path,
        }
    }

    /// The line of what a path names in one of the file's documents, or of the last part of the
    /// path that is there.
    pub(crate) fn of(&self, document: usize, path: &str) -> usize {
        let Some(places) = self.places().get(document) else {
            return self.begin(document);
        };
        let mut path = path;
        loop {
            if let Some(line) = places.lines.get(path) {
                return *line;
            }
            if path.is_empty() {
                return self.begin(document);
            }
            // A field that is missing: the name of what it is missing in is where people look.
            path = path.rfind(['.', '[']).map_or("", |end| &path[..end]);
        }
    }

    /// Where a document begins that this reading did not come to.
    fn begin(&self, document: usize) -> usize {
        let lines = self.text.lines().enumerate();
        let mut marks = lines.filter(|(_, line)| line.starts_with("---"));
        let mark = document
            .checked_sub(1)
            .and_then(|skipped| marks.nth(skipped));
        mark.map_or(1, |(index, _)| index + 1)
    }

    /// The first name that stands twice in an object of the file, with its line.
    pub(crate) fn twice(&self) -> Option<(&str, usize)> {
        let twice = self.places().iter().find_map(|it| it.twice.as_ref());
        twice.map(|(path, line)| (path.as_str(), *line))
    }

    fn places(&self) -> &[Places] {
        self.read.get_or_init(|| read(self.text))
    }
}

/// The longest path whose line is kept: in a hostile file all of them together could have any size.
const LONGEST: usize = 500;

/// Where the reading is: in what, and the path of it while that is not too long.
enum Open {
    /// In an object: with the name that was read last.
    Object(Option<String>, Option<String>),
    /// In a list: with how many items were read.
    List(Option<String>, usize),
}

impl Open {
    /// The path of what is read now; nothing for a name.
    fn next(&mut self, name: Option<&str>, line: usize, places: &mut Places) -> Option<String> {
        match self {
            Self::List(path, count) => {
                let path = format!("{}[{count}]", path.as_deref()?);
                *count += 1;
                places.keep(path, line)
            }
            Self::Object(path, of_name) => {
                if let Some(name) = of_name.take() {
                    return joined(path.as_deref()?, &name);
                }
                let name = name.unwrap_or_default();
                *of_name = Some(name.to_owned());
                let path = joined(path.as_deref()?, name)?;
                if places.lines.contains_key(&path) {
                    places.twice.get_or_insert_with(|| (path.clone(), line));
                }
                places.keep(path, line);
                None
            }
        }
    }
}

impl Places {
    fn keep(&mut self, path: String, line: usize) -> Option<String> {
        if path.len() > LONGEST {
            return None;
        }
        self.lines.entry(path.clone()).or_insert(line);
        Some(path)
    }
}

fn joined(path: &str, name: &str) -> Option<String> {
    if path.len() + name.len() >= LONGEST {
        None
    } else if path.is_empty() {
        Some(name.to_owned())
    } else {
        Some(format!("{path}.{name}"))
    }
}

/// The places of each document, as far as the file can be read.
fn read(text: &str) -> Vec<Places> {
    let mut documents = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        let line = span.start.line();
        if let Event::DocumentStart(_) = event {
            documents.push(Places::default());
            continue;
        }
        let Some(places) = documents.last_mut() else {
            continue;
        };
        let name = match &event {
            Event::Scalar(text, ..) => Some(text.as_ref()),
            _ => None,
        };
        match event {
            Event::SequenceEnd | Event::MappingEnd => {
                open.pop();
                continue;
            }
            Event::Scalar(..)
            | Event::Alias(_)
            | Event::SequenceStart(..)
            | Event::MappingStart(..) => {}
            _ => continue,
        }
        places.lines.entry(String::new()).or_insert(line);
        let path = match open.last_mut() {
            None => Some(String::new()),
            Some(within) => within.next(name, line, places),
        };
        match event {
            Event::MappingStart(..) => open.push(Open::Object(path, None)),
            Event::SequenceStart(..) => open.push(Open::List(path, 0)),
            _ => {}
        }
    }
    documents
}

#[cfg(test)]
mod tests {
    use super::Lines;

    const TEXT: &str = "
name: x
parameters:
- name: a
  default: b
-
  name: c
container:
  command: [a,
    b]
  env:
  - {name: A, value: B}
  labels: {uid: 1}
uid: 0
---
name: y
";

    #[test]
    fn a_path_leads_to_its_line() {
        let lines = Lines::new(TEXT);
        for (path, line) in [
            ("", 2),
            ("name", 2),
            ("parameters", 3),
            ("parameters[0].default", 5),
            ("parameters[1]", 7),
            ("parameters[1].name", 7),
            ("container.command[1]", 10),
            ("container.env[0].value", 12),
            ("container.labels.uid", 13),
            ("uid", 14),
        ] {
            assert_eq!(lines.of(0, path), line, "{path}");
        }
        assert_eq!(lines.of(1, "name"), 16);
    }

    #[test]
    fn what_is_not_there_leads_to_what_is_around_it() {
        let lines = Lines::new(TEXT);
        assert_eq!(lines.of(0, "parameters[0].type"), 4);
        assert_eq!(lines.of(0, "container.args[3]"), 8);
        assert_eq!(lines.of(0, "container.command[7]"), 9);
        assert_eq!(lines.of(0, "name.first"), 2);
        assert_eq!(lines.of(0, "nowhere"), 2);
        assert_eq!(lines.of(7, "name"), 1);
        assert_eq!(Lines::new("a: 1\n---\n]").of(1, "b"), 2);
    }

    #[test]
    fn a_name_that_is_there_twice_is_found() {
        assert_eq!(Lines::new(TEXT).twice(), None);
        let lines = Lines::new("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 2\n");
        assert_eq!(lines.twice(), Some(("b.c", 5)));
    }

    #[test]
    fn a_path_of_any_length_is_followed_as_far_as_it_is_kept() {
        let long = "x".repeat(600);
        let text = format!(
            "a:\n- {}\nb:\n  {long}:\n    c: 1\nd: 2\n",
            "- ".repeat(10_000)
        );
        let lines = Lines::new(&text);
        assert_eq!(lines.of(0, &format!("a{}", "[0]".repeat(9_000))), 2);
        assert_eq!(lines.of(0, &format!("b.{long}.c")), 3);
        assert_eq!(lines.of(0, "d"), 6);
    }

    #[test]
    fn what_cannot_be_read_has_no_lines_behind_it() {
        let lines = Lines::new("a: 1\nb: [\n");
        assert_eq!(lines.of(0, "a"), 1);
        for odd in ["", "\u{feff}", "? [a]\n: b\n", "&a [*a]", "- - - -", "\t"] {
            let _ = Lines::new(odd).of(0, "x");
        }
    }
}
