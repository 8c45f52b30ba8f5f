//! Twice: the fields that stand twice in one object of a body, however deep.
//!
//! Of such a field a parser keeps the last, and tells nobody.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use wf_model::Place;

/// The longest name that is told.
const LONGEST: usize = 64;
/// How many are told.
const MOST: usize = 100;

/// Where in the JSON a field stands for the second time. Nothing of a text that is no JSON.
pub(crate) fn fields_there_twice(json: &[u8]) -> Vec<Place> {
    let mut walk = Walk::default();
    match walk.deserialize(&mut serde_json::Deserializer::from_slice(json)) {
        Ok(()) => walk.found,
        Err(_) => Vec::new(),
    }
}

/// Where it is, and what it found. A place is made of the way only when there is something to tell.
#[derive(Default)]
struct Walk {
    way: Vec<Step>,
    found: Vec<Place>,
}

enum Step {
    Field(String),
    Item(usize),
}

impl Walk {
    fn place(&self) -> Place {
        let steps = self.way.iter();
        steps.fold(Place::root(), |place, step| match step {
            Step::Field(name) => place.field(name.clone()),
            Step::Item(index) => place.index(*index),
        })
    }
}

impl<'de> DeserializeSeed<'de> for &mut Walk {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Walk {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let shown: String = name.chars().take(LONGEST).collect();
            self.way.push(Step::Field(shown));
            if !seen.insert(name) && self.found.len() < MOST {
                let place = self.place();
                self.found.push(place);
            }
            map.next_value_seed(&mut *self)?;
            self.way.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for index in 0.. {
            self.way.push(Step::Item(index));
            let item = list.next_element_seed(&mut *self)?;
            self.way.pop();
            if item.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::fields_there_twice;

    fn told(json: &str) -> Vec<String> {
        let found = fields_there_twice(json.as_bytes());
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_stands_there_twice_is_found_however_deep() {
        assert_eq!(
            told(r#"{"a": 1, "b": [true, null, -1, 1.5, "a"]}"#),
            [""; 0]
        );
        let json = r#"{"a": {"x": 1, "x": {}}, "b": [{}, {"y": 1, "y": 2, "y": 3}], "a": 1}"#;
        assert_eq!(told(json), ["a.x", "b[1].y", "b[1].y", "a"]);
        assert_eq!(told(r#"{"a": 1, "\u0061": 2}"#), ["a"]);
        assert_eq!(told(r#"{"a": 1, "a": 2"#), [""; 0]);
    }
}
