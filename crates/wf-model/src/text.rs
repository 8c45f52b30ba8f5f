//! Texts: what no text of a document may hold.

use crate::fault::FaultCode;
use crate::finding::{At, Findings};
use crate::reference::LARGEST_VALUE;

/// Whether line ends and tabs are welcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// One line: names, labels.
    One,
    /// Text of people and programs: descriptions, values.
    Many,
}

/// The first control character, if there is one that may not stand there.
pub(crate) fn control_character(text: &str, lines: Lines) -> Option<char> {
    // Every control character is below 0x20, is 0x7f, or begins with 0xC2 in UTF-8.
    let suspicious = |byte: u8| byte < 0x20 || byte == 0x7f || byte == 0xC2;
    if !text.bytes().any(suspicious) {
        return None;
    }
    text.chars().find(|&character| {
        character.is_control() && !(lines == Lines::Many && matches!(character, '\n' | '\r' | '\t'))
    })
}

/// Reports control characters; returns whether there are none.
pub(crate) fn check_characters(text: &str, lines: Lines, at: &At, findings: &mut Findings) -> bool {
    let Some(character) = control_character(text, lines) else {
        return true;
    };
    findings.report(at, FaultCode::ControlCharacter, || {
        format!(
            "has the control character U+{:04X}; leave it out",
            u32::from(character)
        )
    });
    false
}

/// Reports what is wrong with a text in which nothing is ever put in: control characters, and
/// braces that Argo would take for a reference. Returns whether there is nothing.
pub(crate) fn check_plain(text: &str, lines: Lines, at: &At, findings: &mut Findings) -> bool {
    if !check_characters(text, lines, at, findings) {
        return false;
    }
    if text.contains("{{") {
        findings.report(at, FaultCode::TemplateInjection, || {
            "has `{{`, and nothing is put in here; references stand in the values of tasks, \
             in `when` and in `outputs`"
                .to_owned()
        });
        return false;
    }
    true
}

/// Like [`check_plain`], for a value that is later put in for a reference: it may not end with
/// `{` either, since what follows it there could begin with another.
pub(crate) fn check_value(text: &str, at: &At, findings: &mut Findings) -> bool {
    if !check_plain(text, Lines::Many, at, findings) || !check_size(text.len(), at, findings) {
        return false;
    }
    if text.ends_with('{') {
        findings.report(at, FaultCode::TemplateInjection, || {
            "ends with `{`, which could open a reference together with what follows it where it \
             is put in"
                .to_owned()
        });
        return false;
    }
    true
}

/// Reports a value that is larger than any may be, whatever is put in.
pub(crate) fn check_size(bytes: usize, at: &At, findings: &mut Findings) -> bool {
    if bytes > LARGEST_VALUE {
        findings.report(at, FaultCode::TooLong, || {
            format!(
                "has {bytes} bytes; a value has at most {LARGEST_VALUE}, and what is longer is given as an artifact"
            )
        });
    }
    bytes <= LARGEST_VALUE
}

/// The beginning of a text, short enough for a message.
pub(crate) fn short(text: &str) -> String {
    const SHOWN: usize = 64;
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// A list of words for a message, each in backticks, cut when it is long.
pub(crate) fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    const SHOWN: usize = 12;
    let words: Vec<&str> = words.into_iter().collect();
    let mut list: Vec<String> = words
        .iter()
        .take(SHOWN)
        .map(|word| format!("`{}`", short(word)))
        .collect();
    if words.len() > SHOWN {
        list.push(format!("and {} more", words.len() - SHOWN));
    }
    if list.is_empty() {
        "none".to_owned()
    } else {
        list.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_and_line_ends_are_not() {
        assert_eq!(control_character("a\nb\tc\r", Lines::Many), None);
        assert_eq!(control_character("a\nb", Lines::One), Some('\n'));
        assert_eq!(control_character("a\0", Lines::Many), Some('\0'));
        assert_eq!(control_character("\u{7f}", Lines::Many), Some('\u{7f}'));
        assert_eq!(control_character("\u{85}", Lines::Many), Some('\u{85}'));
        assert_eq!(control_character("£ ¿ é 漢", Lines::One), None);
    }

    #[test]
    fn messages_stay_short() {
        assert!(short(&"x".repeat(1000)).chars().count() <= 65);
        let names: Vec<String> = (0..100).map(|n| n.to_string()).collect();
        assert!(listed(names.iter().map(String::as_str)).ends_with("`11`, and 88 more"));
    }
}
