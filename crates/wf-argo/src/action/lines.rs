//! Lines: where in a file a path leads.
//!
//! The YAML library tells the line of an error and of nothing else. So whoever wants the line of a
//! path reads the file once more, and makes an error where the path ends.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// How many errors of a file have their lines told; each costs a reading of the file.
const MOST_LOOKUPS: usize = 50;

/// The lines of a file.
pub(super) struct Lines<'t> {
    text: &'t str,
    left: Cell<usize>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            left: Cell::new(MOST_LOOKUPS),
        }
    }

    /// The line of what a path names in one of the file's documents, or of the last part of the
    /// path that is there.
    pub(super) fn of(&self, document: usize, path: &str) -> Option<usize> {
        self.left.set(self.left.get().checked_sub(1)?);
        let mut path = path;
        loop {
            let document = serde_yaml::Deserializer::from_str(self.text).nth(document)?;
            let error = Walk(path).deserialize(document).err()?;
            match path.rfind(['.', '[']) {
                // A field that is missing: the name of what it is missing in is where people look.
                Some(end) if error.to_string().contains(NOT_THERE) => path = &path[..end],
                _ => return error.location().map(|location| location.line()),
            }
        }
    }
}

/// The rest of a path, as in `container.env[0].value`.
#[derive(Clone, Copy)]
struct Walk<'p>(&'p str);

impl Walk<'_> {
    /// The rest behind a field, when the path goes through it.
    fn behind(self, field: &str) -> Option<Self> {
        let rest = self.0.strip_prefix(field)?;
        if rest.is_empty() || rest.starts_with('[') {
            return Some(Self(rest));
        }
        rest.strip_prefix('.').map(Self)
    }

    /// The index with which the path goes on, and the rest behind it.
    fn index(self) -> Option<(usize, Self)> {
        let (index, rest) = self.0.strip_prefix('[')?.split_once(']')?;
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        Some((index.parse().ok()?, Self(rest)))
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

/// The path ends here.
fn here<E: de::Error>() -> E {
    E::custom("here")
}

const NOT_THERE: &str = "it is not there";

/// The path goes on, and nothing does.
fn not_there<E: de::Error>() -> E {
    E::custom(NOT_THERE)
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what the path leads through")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        if self.0.is_empty() {
            return Err(here());
        }
        while let Some(behind) = fields.next_key_seed(Key(self))? {
            match behind {
                Some(rest) => return fields.next_value_seed(rest),
                None => fields.next_value::<IgnoredAny>().map(drop)?,
            }
        }
        Err(not_there())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Some((index, rest)) = self.index() else {
            return Err(here());
        };
        for _ in 0..index {
            if items.next_element::<IgnoredAny>()?.is_none() {
                return Err(not_there());
            }
        }
        items.next_element_seed(rest)?.ok_or_else(not_there)
    }
}

/// A field's name: the rest of the path behind it, when the path goes through it.
struct Key<'p>(Walk<'p>);

impl<'de, 'p> DeserializeSeed<'de> for Key<'p> {
    type Value = Option<Walk<'p>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'p> Visitor<'_> for Key<'p> {
    type Value = Option<Walk<'p>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    /// The path ends at a name, whose line is where people look.
    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        match self.0.behind(name) {
            Some(Walk("")) => Err(here()),
            behind => Ok(behind),
        }
    }
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
        ] {
            assert_eq!(lines.of(0, path), Some(line), "{path}");
        }
        assert_eq!(lines.of(1, "name"), Some(14));
    }

    #[test]
    fn what_is_not_there_leads_to_what_is_around_it() {
        let lines = Lines::new(TEXT);
        assert_eq!(lines.of(0, "parameters[0].type"), Some(4));
        assert_eq!(lines.of(0, "container.args[3]"), Some(8));
        assert_eq!(lines.of(0, "container.command[7]"), Some(9));
        assert_eq!(lines.of(0, "name.first"), Some(2));
        assert_eq!(lines.of(7, "name"), None);
    }

    #[test]
    fn patience_ends() {
        let lines = Lines::new(TEXT);
        assert!((0..50).all(|_| lines.of(0, "name").is_some()));
        assert_eq!(lines.of(0, "name"), None);
    }
}
