//! Writing YAML that every parser reads alike.
//!
//! `kubectl` and Argo read YAML 1.1, where `yes`, `1_000` and `0777` are no texts. The library's
//! writer quotes for YAML 1.2 only, so a parameter `yes` would arrive as a boolean.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The value as a YAML document in block style.
pub(crate) fn write(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(fields) if !fields.is_empty() => object(&mut out, fields, 0),
        Value::Array(items) if !items.is_empty() => array(&mut out, items, 0),
        _ => {
            scalar(&mut out, value, 1);
            out.push('\n');
        }
    }
    out
}

/// The fields, one a line, the first without indentation: it stands where the caller is.
fn object(out: &mut String, fields: &Map<String, Value>, depth: usize) {
    for (position, (name, value)) in fields.iter().enumerate() {
        if position > 0 {
            indent(out, depth);
        }
        text(out, name);
        out.push(':');
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                out.push('\n');
                indent(out, depth + 1);
                object(out, fields, depth + 1);
            }
            // A list stands as deep as its name, as in Kubernetes' own examples.
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                indent(out, depth);
                array(out, items, depth);
            }
            _ => {
                out.push(' ');
                scalar(out, value, depth + 1);
                out.push('\n');
            }
        }
    }
}

fn array(out: &mut String, items: &[Value], depth: usize) {
    for (position, value) in items.iter().enumerate() {
        if position > 0 {
            indent(out, depth);
        }
        out.push_str("- ");
        match value {
            Value::Object(fields) if !fields.is_empty() => object(out, fields, depth + 1),
            Value::Array(items) if !items.is_empty() => array(out, items, depth + 1),
            _ => {
                scalar(out, value, depth + 1);
                out.push('\n');
            }
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A value that fits into a line, or a block of lines.
fn scalar(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => out.push_str(&value.to_string()),
        Value::String(value) if fits_a_block(value) => block(out, value, depth),
        Value::String(value) => text(out, value),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
}

/// A text in a line: plain where no parser can mistake it, else in double quotes.
fn text(out: &mut String, value: &str) {
    if is_plain(value) {
        out.push_str(value);
    } else {
        quoted(out, value);
    }
}

/// Whether every parser takes it for the text that it is.
///
/// Begins with a letter or a slash (so it is no number, no date, no merge key), has only characters without a
/// meaning, and is no word of YAML 1.1 or 1.2.
fn is_plain(value: &str) -> bool {
    const WORDS: [&str; 10] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan",
    ];
    let inner =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'=');
    let mut bytes = value.bytes().peekable();
    if !bytes
        .peek()
        .is_some_and(|first| first.is_ascii_alphabetic() || *first == b'/')
    {
        return false;
    }
    while let Some(byte) = bytes.next() {
        // A blank or a colon between two such characters is harmless: `alpine:3.7`, `a b`.
        let between = matches!(byte, b' ' | b':') && bytes.peek().copied().is_some_and(inner);
        if !inner(byte) && !between {
            return false;
        }
    }
    !WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
}

fn quoted(out: &mut String, value: &str) {
    out.push('"');
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_printable(character) => out.push(character),
            _ => escaped(out, character),
        }
    }
    out.push('"');
}

fn escaped(out: &mut String, character: char) {
    let code = u32::from(character);
    let written = if code <= 0xffff {
        write!(out, "\\u{code:04x}")
    } else {
        write!(out, "\\U{code:08x}")
    };
    written.expect("writing to a String cannot fail");
}

/// Whether the character stands for itself in YAML: no control, no line separator, no mark.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Whether the text reads better as a block of lines, and loses nothing by it.
fn fits_a_block(value: &str) -> bool {
    let ink = |character: char| !character.is_whitespace();
    let body = value.strip_suffix('\n').unwrap_or(value);
    body.contains('\n')
        && body.starts_with(ink)
        && body.ends_with(ink)
        && body.split('\n').flat_map(str::chars).all(is_printable)
}

fn block(out: &mut String, value: &str, depth: usize) {
    let (header, body) = match value.strip_suffix('\n') {
        Some(body) => ("|", body),
        None => ("|-", value),
    };
    out.push_str(header);
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
    }
}
