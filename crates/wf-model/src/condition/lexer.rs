//! From the text of a `when` to its words.

use crate::expression::SyntaxError;
use crate::fault::FaultCode;
use crate::reference::{Piece, Template, TemplateError, take_reference};
use crate::text::short;

use super::{Comparison, Operand};

/// A word of a condition, and the byte at which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) start: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    Open,
    Close,
    Not,
    And,
    Or,
    Comparison(Comparison),
    Operand(Operand),
    End,
}

/// Reads one word after the other.
pub(super) struct Lexer<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, position: 0 }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    pub(super) fn error(&self, byte: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError::at(self.text, byte, FaultCode::InvalidWhen, message)
    }

    pub(super) fn next(&mut self) -> Result<Token, SyntaxError> {
        self.position = self.text.len() - self.rest().trim_start().len();
        let start = self.position;
        let word = match self.take_symbol() {
            Some(word) => word,
            None => self.take_operand(start)?,
        };
        Ok(Token { word, start })
    }

    fn take_symbol(&mut self) -> Option<Word> {
        const SYMBOLS: [(&str, Word); 11] = [
            ("==", Word::Comparison(Comparison::Equal)),
            ("!=", Word::Comparison(Comparison::NotEqual)),
            ("<=", Word::Comparison(Comparison::LessOrEqual)),
            (">=", Word::Comparison(Comparison::GreaterOrEqual)),
            ("<", Word::Comparison(Comparison::Less)),
            (">", Word::Comparison(Comparison::Greater)),
            ("&&", Word::And),
            ("||", Word::Or),
            ("!", Word::Not),
            ("(", Word::Open),
            (")", Word::Close),
        ];
        if self.rest().is_empty() {
            return Some(Word::End);
        }
        let rest = self.rest();
        let (symbol, word) = SYMBOLS
            .into_iter()
            .find(|(symbol, _)| rest.starts_with(symbol))?;
        self.position += symbol.len();
        Some(word)
    }

    fn take_operand(&mut self, start: usize) -> Result<Word, SyntaxError> {
        let rest = self.rest();
        let operand = match rest.as_bytes().first() {
            Some(b'{') if rest.starts_with("{{") => {
                let reference = self.take_piece(start)?;
                Operand::Text(Template(vec![reference]))
            }
            Some(&quote @ (b'"' | b'\'')) => self.take_string(start, char::from(quote))?,
            Some(b'-' | b'0'..=b'9') => self.take_number(start)?,
            _ => self.take_bare_word(start)?,
        };
        Ok(Word::Operand(operand))
    }

    fn take_piece(&mut self, start: usize) -> Result<Piece, SyntaxError> {
        let (reference, after) =
            take_reference(self.rest()).map_err(|error| self.template_error(start, &error))?;
        self.position = self.text.len() - after.len();
        Ok(Piece::Reference(reference))
    }

    fn template_error(&self, start: usize, error: &TemplateError) -> SyntaxError {
        SyntaxError::at(self.text, start, error.code(), error.to_string())
            .suggesting(error.suggestion())
    }

    fn take_string(&mut self, start: usize, quote: char) -> Result<Operand, SyntaxError> {
        self.position += quote.len_utf8();
        let mut pieces = Vec::new();
        let mut literal = String::new();
        loop {
            let here = self.position;
            if self.rest().starts_with("{{") {
                if !literal.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut literal)));
                }
                pieces.push(self.take_piece(here)?);
                continue;
            }
            let Some(character) = self.rest().chars().next() else {
                return Err(self.error(start, format!("the text has no closing {quote}")));
            };
            self.position += character.len_utf8();
            match character {
                '\\' => literal.push(self.take_escape(here)?),
                _ if character == quote => break,
                _ => literal.push(character),
            }
        }
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        Ok(Operand::Text(Template(pieces)))
    }

    fn take_escape(&mut self, start: usize) -> Result<char, SyntaxError> {
        let escaped = self.rest().chars().next();
        let meant = match escaped {
            Some(character @ ('\\' | '"' | '\'')) => character,
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            _ => {
                let message = "after `\\` there has to be `\\`, a quote, `n`, `r` or `t`";
                return Err(self.error(start, message));
            }
        };
        self.position += 1;
        Ok(meant)
    }

    fn take_number(&mut self, start: usize) -> Result<Operand, SyntaxError> {
        let written = self.take_while(|character| {
            character.is_alphanumeric() || matches!(character, '.' | '-' | '+' | '_')
        });
        match super::number(written) {
            Some(number) => Ok(Operand::Number(number)),
            None => Err(self.error(
                start,
                format!("`{}` is no number; text stands in quotes", short(written)),
            )),
        }
    }

    fn take_bare_word(&mut self, start: usize) -> Result<Operand, SyntaxError> {
        let word = self.take_while(|character| {
            character.is_alphanumeric() || matches!(character, '.' | '-' | '_')
        });
        match word {
            "true" => Ok(Operand::Boolean(true)),
            "false" => Ok(Operand::Boolean(false)),
            "" => Err(self.unexpected(start)),
            _ => {
                let word = short(word);
                let error = self.error(start, format!("`{word}` is text; put it in quotes"));
                Err(error.suggesting(Some(format!("\"{word}\""))))
            }
        }
    }

    fn unexpected(&self, start: usize) -> SyntaxError {
        let character = self.rest().chars().next().unwrap_or(' ');
        let remedy = match character {
            '=' => "; equality is `==`",
            '&' => "; and is `&&`",
            '|' => "; or is `||`",
            '{' => "; references stand in `{{` and `}}`",
            _ => "",
        };
        let character = character.escape_debug();
        self.error(start, format!("`{character}` means nothing here{remedy}"))
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest
            .find(|character| !belongs(character))
            .unwrap_or(rest.len());
        self.position += end;
        &rest[..end]
    }
}
