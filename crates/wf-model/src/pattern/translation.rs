//! From ECMAScript's regular expressions to ours, for what both take for the same.

use std::fmt::{self, Write};
use std::iter::Peekable;
use std::str::Chars;

/// What `\s` stands for in ECMAScript, as the inside of a class.
const BLANKS: &str = r"\t\n\x0B\x0C\r\x20\u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";
/// What `\d` and `\w` stand for there, whatever other digits and letters there are.
const DIGITS: &str = "0-9";
const WORDS: &str = "0-9A-Za-z_";
/// How deep groups may be nested.
const DEEPEST: usize = 100;

/// The same pattern in our words.
///
/// # Errors
/// What in it a browser would read otherwise, or not at all.
pub(super) fn translate(pattern: &str) -> Result<String, String> {
    let mut translation = Translation {
        rest: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len() * 2),
        groups: 0,
        repeatable: false,
    };
    while let Some(character) = translation.rest.next() {
        translation.take(character)?;
    }
    if translation.groups > 0 {
        return Err("a group is not closed with `)`".to_owned());
    }
    Ok(translation.out)
}

struct Translation<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
    /// How many groups are open.
    groups: usize,
    /// Whether what was read last can be repeated.
    repeatable: bool,
}

/// One thing that an escape stands for.
enum Escape {
    Character(char),
    /// The inside of a class, and whether it is its opposite that is meant.
    Class(&'static str, bool),
    WordBoundary,
}

impl Translation<'_> {
    fn take(&mut self, character: char) -> Result<(), String> {
        match character {
            '(' => self.open(),
            ')' => self.close(),
            '[' => self.class(),
            '*' | '+' | '?' => {
                self.repeats(character)?;
                self.out.push(character);
                self.lazy();
                Ok(())
            }
            '{' => self.counted(),
            '|' | '^' | '$' => {
                self.out.push(character);
                self.repeatable = false;
                Ok(())
            }
            '.' => {
                self.out.push_str(r"[^\n\r\u{2028}\u{2029}]");
                self.repeatable = true;
                Ok(())
            }
            '}' | ']' => Err(format!("`{character}` stands alone; write `\\{character}`")),
            '\\' => self.escaped(),
            other => {
                self.literal(other);
                self.repeatable = true;
                Ok(())
            }
        }
    }

    fn open(&mut self) -> Result<(), String> {
        self.groups += 1;
        if self.groups > DEEPEST {
            return Err(format!("groups are nested deeper than {DEEPEST}"));
        }
        self.out.push_str("(?:");
        self.repeatable = false;
        if self.rest.next_if_eq(&'?').is_some() && self.rest.next() != Some(':') {
            return Err("`(?` begins no group but `(?:…)`".to_owned());
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let groups = self.groups.checked_sub(1);
        self.groups = groups.ok_or_else(|| "`)` closes no group".to_owned())?;
        self.out.push(')');
        self.repeatable = true;
        Ok(())
    }

    /// What was read last is repeated, once.
    fn repeats(&mut self, sign: char) -> Result<(), String> {
        if !std::mem::replace(&mut self.repeatable, false) {
            return Err(format!("`{sign}` has nothing to repeat"));
        }
        Ok(())
    }

    fn lazy(&mut self) {
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
    }

    fn counted(&mut self) -> Result<(), String> {
        self.repeats('{')?;
        let odd = || "`{` begins no repetition as in `{2}`, `{2,}` or `{2,5}`".to_owned();
        let least = self.number().ok_or_else(odd)?;
        let most = match self.rest.next() {
            Some('}') => Some(least),
            Some(',') => {
                let most = self.number();
                let closes = self.rest.next() == Some('}');
                closes.then_some(()).ok_or_else(odd)?;
                most
            }
            _ => return Err(odd()),
        };
        match most {
            Some(most) if most < least => {
                return Err(format!("`{{{least},{most}}}` goes backwards"));
            }
            Some(most) => self.write(format_args!("{{{least},{most}}}")),
            None => self.write(format_args!("{{{least},}}")),
        }
        self.lazy();
        Ok(())
    }

    fn write(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _ = self.out.write_fmt(text);
    }

    fn number(&mut self) -> Option<u32> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok()
    }

    fn escaped(&mut self) -> Result<(), String> {
        match self.escape(false)? {
            Escape::Character(character) => self.literal(character),
            Escape::Class(inside, false) => self.write(format_args!("[{inside}]")),
            Escape::Class(inside, true) => self.write(format_args!("[^{inside}]")),
            Escape::WordBoundary => {
                self.out.push_str(r"(?-u:\b)");
                self.repeatable = false;
                return Ok(());
            }
        }
        self.repeatable = true;
        Ok(())
    }

    /// What stands behind a backslash.
    fn escape(&mut self, in_class: bool) -> Result<Escape, String> {
        let Some(character) = self.rest.next() else {
            return Err("it ends with `\\`".to_owned());
        };
        Ok(match character {
            'd' => Escape::Class(DIGITS, false),
            'D' => Escape::Class(DIGITS, true),
            'w' => Escape::Class(WORDS, false),
            'W' => Escape::Class(WORDS, true),
            's' => Escape::Class(BLANKS, false),
            'S' => Escape::Class(BLANKS, true),
            'b' if !in_class => Escape::WordBoundary,
            't' => Escape::Character('\t'),
            'n' => Escape::Character('\n'),
            'v' => Escape::Character('\u{b}'),
            'f' => Escape::Character('\u{c}'),
            'r' => Escape::Character('\r'),
            'x' => Escape::Character(self.code(2)?),
            'u' => Escape::Character(self.unicode()?),
            '-' if in_class => Escape::Character('-'),
            '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|'
            | '/' => Escape::Character(character),
            other => return Err(format!("`\\{other}` is no escape")),
        })
    }

    fn unicode(&mut self) -> Result<char, String> {
        if self.rest.next_if_eq(&'{').is_none() {
            return self.code(4);
        }
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_hexdigit) {
            digits.push(digit);
        }
        if self.rest.next() != Some('}') || digits.is_empty() {
            return Err(NO_CODE.to_owned());
        }
        let code = u32::from_str_radix(&digits, 16).ok();
        named(code)
    }

    fn code(&mut self, digits: usize) -> Result<char, String> {
        let mut code = 0;
        for _ in 0..digits {
            let digit = self.rest.next().and_then(|digit| digit.to_digit(16));
            let missing = || match digits {
                2 => "`\\x` needs two hexadecimal digits".to_owned(),
                _ => NO_CODE.to_owned(),
            };
            code = code * 16 + digit.ok_or_else(missing)?;
        }
        named(Some(code))
    }

    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        if self.rest.peek() == Some(&':') {
            return Err("`[:` begins no class".to_owned());
        }
        let mut is_empty = true;
        loop {
            match self.rest.next() {
                None => return Err("a class is not closed with `]`".to_owned()),
                Some(']') if is_empty => return Err("a class is empty".to_owned()),
                Some(']') => break,
                Some('[') if self.rest.peek() == Some(&':') => {
                    return Err("`[:` begins no class".to_owned());
                }
                Some(character) => self.class_part(character)?,
            }
            is_empty = false;
        }
        self.out.push(']');
        self.repeatable = true;
        Ok(())
    }

    /// A character of a class, a range, or a class in it.
    fn class_part(&mut self, first: char) -> Result<(), String> {
        let low = match self.class_character(first)? {
            Escape::Character(character) => character,
            Escape::Class(inside, is_opposite) => {
                let opposite = if is_opposite { "^" } else { "" };
                self.write(format_args!("[{opposite}{inside}]"));
                if self.ends_range() {
                    let class = word(inside, is_opposite);
                    return Err(format!("`\\{class}` cannot begin a range"));
                }
                return Ok(());
            }
            Escape::WordBoundary => return Err("`\\b` is no escape".to_owned()),
        };
        self.literal(low);
        if !self.ends_range() {
            return Ok(());
        }
        self.rest.next();
        let Some(next) = self.rest.next() else {
            return Err("a class is not closed with `]`".to_owned());
        };
        match self.class_character(next)? {
            Escape::Character(high) if high < low => Err(format!("`{low}-{high}` goes backwards")),
            Escape::Character(high) => {
                self.out.push('-');
                self.literal(high);
                Ok(())
            }
            Escape::Class(inside, is_opposite) => Err(format!(
                "`\\{}` cannot end a range",
                word(inside, is_opposite)
            )),
            Escape::WordBoundary => Err("`\\b` is no escape".to_owned()),
        }
    }

    fn class_character(&mut self, character: char) -> Result<Escape, String> {
        match character {
            '\\' => self.escape(true),
            other => Ok(Escape::Character(other)),
        }
    }

    /// Whether a `-` follows that makes a range: one at the end of a class is a character.
    fn ends_range(&mut self) -> bool {
        let mut ahead = self.rest.clone();
        ahead.next() == Some('-') && ahead.next().is_some_and(|next| next != ']')
    }

    /// A character that stands for itself, wherever it stands.
    fn literal(&mut self, character: char) {
        if character.is_ascii_punctuation() && !matches!(character, '<' | '>') {
            self.out.push('\\');
        }
        self.out.push(character);
    }
}

const NO_CODE: &str = "`\\u` needs four hexadecimal digits, or some in braces";

fn named(code: Option<u32>) -> Result<char, String> {
    let character = code.and_then(char::from_u32);
    character.ok_or_else(|| "`\\u` names no character".to_owned())
}

/// The letter of a class.
fn word(inside: &str, is_opposite: bool) -> char {
    let letter = match inside {
        DIGITS => 'd',
        WORDS => 'w',
        _ => 's',
    };
    if is_opposite {
        letter.to_ascii_uppercase()
    } else {
        letter
    }
}
