//! The scan: a look at the text of a query without recursion, before it is parsed.

use std::collections::HashMap;

use async_graphql::{Name, Value, Variables};

use super::{Excess, excess};

/// Bytes of a query; a document that is larger belongs into a variable.
const MOST_BYTES: usize = 1 << 20;
/// Names, numbers, strings and punctuation marks.
const MOST_TOKENS: usize = 20_000;
/// Brackets that are open at one place. The parser recurses once for each.
const MOST_BRACKETS: usize = 64;
/// Bytes of a name: the nearest known name is looked for at a cost that grows with it.
const MOST_NAME_BYTES: usize = 256;
/// Bytes of the variables, each as often as it is used: each use is a copy.
const MOST_VARIABLE_BYTES: usize = 128 << 20;
/// Looks at the text of a query, before it is parsed.
pub(crate) fn scan(query: &str, variables: &Variables) -> Result<(), Excess> {
    if query.len() > MOST_BYTES {
        return Err(excess(
            "bytes",
            MOST_BYTES,
            "send the document as a variable",
        ));
    }
    let mut open = 0_usize;
    let mut tokens = 0_usize;
    let mut uses: HashMap<&str, usize> = HashMap::new();
    let mut rest = query;
    while let Some((token, after)) = next_token(rest) {
        rest = after;
        tokens += 1;
        match token {
            Token::Open => open += 1,
            Token::Close => open = open.saturating_sub(1),
            Token::Name(name) if name.len() > MOST_NAME_BYTES => {
                return Err(excess(
                    "bytes in one name",
                    MOST_NAME_BYTES,
                    "no name is that long",
                ));
            }
            Token::Variable(name) => *uses.entry(name).or_default() += 1,
            Token::Name(_) | Token::Other => {}
        }
        if open > MOST_BRACKETS {
            return Err(excess(
                "brackets in one another",
                MOST_BRACKETS,
                "ask for less depth",
            ));
        }
        if tokens > MOST_TOKENS {
            return Err(excess(
                "tokens",
                MOST_TOKENS,
                "send what is large as a variable",
            ));
        }
    }
    check_variables(&uses, variables)
}

fn check_variables(uses: &HashMap<&str, usize>, variables: &Variables) -> Result<(), Excess> {
    let weight = |(name, value): (&Name, &Value)| {
        let uses = uses.get(name.as_str()).copied().unwrap_or(0);
        bytes_of(value).saturating_mul(uses)
    };
    let total = variables.iter().map(weight).fold(0, usize::saturating_add);
    if total > MOST_VARIABLE_BYTES {
        let remedy = "use a large variable fewer times in one request";
        return Err(excess(
            "bytes in variables, as often as they are used",
            MOST_VARIABLE_BYTES,
            remedy,
        ));
    }
    Ok(())
}

/// About how many bytes a copy of the value takes. Its depth is bounded by the parser of JSON.
fn bytes_of(value: &Value) -> usize {
    const NODE: usize = 32;
    NODE + match value {
        Value::String(text) => text.len(),
        Value::List(items) => items.iter().map(bytes_of).sum(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| NODE + name.len() + bytes_of(value))
            .sum(),
        _ => 0,
    }
}

/// What of a query's text matters here.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    Name(&'a str),
    Variable(&'a str),
    Other,
}

/// The first token of the text and what follows it. Text that is no GraphQL still ends: every
/// token takes at least one byte.
fn next_token(text: &str) -> Option<(Token<'_>, &str)> {
    let text = skip_ignored(text);
    let first = text.chars().next()?;
    let after = &text[first.len_utf8()..];
    Some(match first {
        '{' | '[' | '(' => (Token::Open, after),
        '}' | ']' | ')' => (Token::Close, after),
        '"' => (Token::Other, after_string(text)),
        '$' => {
            let (name, after) = split_word(skip_ignored(after));
            (Token::Variable(name), after)
        }
        _ if is_word(first) => {
            let (name, after) = split_word(text);
            (Token::Name(name), after)
        }
        _ => (Token::Other, after),
    })
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn split_word(text: &str) -> (&str, &str) {
    let end = text
        .find(|character| !is_word(character))
        .unwrap_or(text.len());
    text.split_at(end)
}

/// The text without the white space and the comments at its beginning.
fn skip_ignored(mut text: &str) -> &str {
    loop {
        text = text.trim_start_matches([' ', ',', '\t', '\r', '\n', '\u{feff}']);
        match text.strip_prefix('#') {
            Some(comment) => text = &comment[comment.find(['\r', '\n']).unwrap_or(comment.len())..],
            None => return text,
        }
    }
}

/// What follows the string that the text begins with; nothing, when the string has no end.
fn after_string(text: &str) -> &str {
    let (mut rest, end, escape) = match text.strip_prefix("\"\"\"") {
        Some(block) => (block, "\"\"\"", "\\\"\"\""),
        None => (&text[1..], "\"", "\\"),
    };
    loop {
        let Some(at) = rest.find(['"', '\\', '\r', '\n']) else {
            return "";
        };
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix(end) {
            return after;
        }
        // A line ends a plain string; what follows is no string, and the parser will say so.
        let is_line_end = rest.starts_with(['\r', '\n']);
        if is_line_end && end.len() == 1 {
            return rest;
        }
        rest = match rest.strip_prefix(escape) {
            // In a plain string, the escape takes the next character with it.
            Some(after) if escape.len() == 1 => {
                &after[after.chars().next().map_or(0, char::len_utf8)..]
            }
            Some(after) => after,
            None => &rest[1..],
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tokens(text: &str) -> Vec<Token<'_>> {
        let mut rest = text;
        let mut found = Vec::new();
        while let Some((token, after)) = next_token(rest) {
            found.push(token);
            rest = after;
        }
        found
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        use Token::{Close, Name, Open, Other};
        let text = "{ # {{{ \n a(b: \"{\\\"[\", c: \"\"\"{ \\\"\"\" [\"\"\") }";
        let expected = [
            Open,
            Name("a"),
            Open,
            Name("b"),
            Other,
            Other,
            Name("c"),
            Other,
            Other,
            Close,
            Close,
        ];
        assert_eq!(tokens(text), expected);
    }

    #[test]
    fn a_string_without_an_end_ends_with_its_line() {
        assert_eq!(tokens("\"abc\n{"), [Token::Other, Token::Open]);
        assert_eq!(tokens("\"abc\\"), [Token::Other]);
        assert_eq!(tokens("\"\"\"abc\n{"), [Token::Other]);
    }

    #[test]
    fn what_would_overflow_the_parser_is_told_before_it() {
        let none = Variables::default();
        for bracket in ["{a", "[", "(a:["] {
            let text = bracket.repeat(100);
            let excess = scan(&text, &none).unwrap_err();
            assert!(excess.contains("brackets in one another"), "{excess}");
        }
        assert!(
            scan(&"a ".repeat(20_001), &none)
                .unwrap_err()
                .contains("tokens")
        );
        assert!(
            scan(&"a".repeat(257), &none)
                .unwrap_err()
                .contains("one name")
        );
        assert!(
            scan(&" ".repeat(MOST_BYTES + 1), &none)
                .unwrap_err()
                .contains("bytes")
        );
    }

    #[test]
    fn a_large_variable_is_bounded_by_its_uses() {
        let variables: Variables =
            serde_json::from_value(serde_json::json!({"d": "x".repeat(1 << 20)})).unwrap();
        assert_eq!(scan(&"$d ".repeat(100), &variables), Ok(()));
        assert!(
            scan(&"$d ".repeat(130), &variables)
                .unwrap_err()
                .contains("variables")
        );
        assert_eq!(scan(&"$other ".repeat(130), &variables), Ok(()));
    }

    /// How many brackets are open at the end of the text.
    fn left_open(text: &str) -> isize {
        let weigh = |token: &Token<'_>| match token {
            Token::Open => 1,
            Token::Close => -1,
            _ => 0,
        };
        tokens(text).iter().map(weigh).sum()
    }

    proptest! {
        #[test]
        fn any_text_comes_to_an_end(text in "[{}()\\[\\]\"\\\\#a$:\n\r ,é]{0,200}") {
            let _ = scan(&text, &Variables::default());
        }

        /// Where the parser sees a string or a comment, so does the scan: else a bracket in one
        /// would be counted, or one outside of it would not.
        #[test]
        fn what_the_parser_accepts_is_balanced(
            string in "[{}()\"\\\\#an\n ]{0,12}",
            comment in "[{}()\"\\\\#a]{0,12}",
            quote in "\"|\"\"\"",
        ) {
            let text = format!("{{ a(b: {quote}{string}{quote}) #{comment}\n c }}");
            if async_graphql::parser::parse_query(&text).is_ok() {
                prop_assert_eq!(left_open(&text), 0, "{}", text);
            }
        }
    }
}
