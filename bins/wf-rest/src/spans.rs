//! Spans: where the fields of a JSON object stand in its text.

use serde::de::{DeserializeOwned, IgnoredAny};

/// The fields of a JSON object in the order in which they are written, each with the text of its
/// value. None when the text is no JSON object.
///
/// A parsed object has each field once; what was written twice is seen only here.
pub(crate) fn fields(text: &[u8]) -> Option<Vec<(String, &[u8])>> {
    let mut rest = Rest(text);
    let mut fields = Vec::new();
    rest.take(b'{')?;
    if rest.take(b'}').is_some() {
        return Some(fields);
    }
    loop {
        let name = rest.value::<String>()?.0;
        rest.take(b':')?;
        let (_, value) = rest.value::<IgnoredAny>()?;
        fields.push((name, value));
        if rest.take(b',').is_none() {
            rest.take(b'}')?;
            return Some(fields);
        }
    }
}

/// What is left of the text.
struct Rest<'t>(&'t [u8]);

impl<'t> Rest<'t> {
    fn take(&mut self, symbol: u8) -> Option<()> {
        self.0 = self.0.trim_ascii_start().strip_prefix(&[symbol])?;
        Some(())
    }

    /// The next value and its text.
    fn value<T: DeserializeOwned>(&mut self) -> Option<(T, &'t [u8])> {
        let text = self.0.trim_ascii_start();
        let mut values = serde_json::Deserializer::from_slice(text).into_iter::<T>();
        let value = values.next()?.ok()?;
        let (value_text, rest) = text.split_at(values.byte_offset());
        self.0 = rest;
        Some((value, value_text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<Vec<(String, String)>> {
        let fields = fields(text.as_bytes())?.into_iter();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Some(fields.map(|(name, value)| (name, text(value))).collect())
    }

    #[test]
    fn every_field_is_found_with_the_text_of_its_value() {
        let text = r#" { "a" : 1,"b\n":{"x": [1, "}"] , "x": 2}, "a":"é\"," ,"c":-1.5e3} "#;
        let expected = [
            ("a", "1"),
            ("b\n", r#"{"x": [1, "}"] , "x": 2}"#),
            ("a", r#""é\",""#),
            ("c", "-1.5e3"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(told(text).unwrap(), expected);
        assert_eq!(told("{}").unwrap(), []);
    }

    #[test]
    fn what_is_no_object_has_no_fields() {
        for text in [
            "",
            "1",
            "[]",
            "{",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1",
            "{\"a\":1,}",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
