//! From the text of a `depends` to its tree.
//!
//! ```text
//! any   = all  { "||" all }
//! all   = unary { "&&" unary }
//! unary = "!" unary | "(" any ")" | task [ "." outcome ]
//! ```
//!
//! Argo takes every bare word for the name of a task, `and` and `or` included, and finds out about
//! the rest when the workflow runs; here nothing is left to find out.

use crate::expression::{DEEPEST, SyntaxError};
use crate::fault::FaultCode;
use crate::suggestion::Suggester;
use crate::text::short;

use super::{Depends, Outcome};

impl Depends {
    /// Reads a `depends`; `task` tells the index of the task of that name.
    ///
    /// # Errors
    /// Every task and outcome that is unknown, or the first place that cannot be read.
    pub fn parse(
        text: &str,
        mut task: impl FnMut(&str) -> Option<usize>,
    ) -> Result<Self, Vec<SyntaxError>> {
        let mut parser = Parser {
            text,
            position: 0,
            depth: 0,
            unknown: Vec::new(),
            task: &mut task,
        };
        match parser.whole() {
            Ok(depends) if parser.unknown.is_empty() => Ok(depends),
            Ok(_) => Err(parser.unknown),
            Err(error) => {
                parser.unknown.push(error);
                Err(parser.unknown)
            }
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    position: usize,
    depth: usize,
    /// Names that can be read but are not known: reading goes on, so that all are told.
    unknown: Vec<SyntaxError>,
    task: &'t mut dyn FnMut(&str) -> Option<usize>,
}

impl<'t> Parser<'t> {
    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::at(self.text, self.position, FaultCode::InvalidDepends, message)
    }

    fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    fn skip_space(&mut self) {
        self.position = self.text.len() - self.rest().trim_start().len();
    }

    fn take(&mut self, symbol: &str) -> bool {
        self.skip_space();
        let is_there = self.rest().starts_with(symbol);
        if is_there {
            self.position += symbol.len();
        }
        is_there
    }

    fn whole(&mut self) -> Result<Depends, SyntaxError> {
        let depends = self.any()?;
        self.skip_space();
        match self.rest().chars().next() {
            None => Ok(depends),
            Some(')') => Err(self.error("`)` closes nothing")),
            Some('&') => Err(self.error("and is `&&`")),
            Some('|') => Err(self.error("or is `||`")),
            Some(_) => Err(self.error("here has to be `&&`, `||` or the end")),
        }
    }

    fn any(&mut self) -> Result<Depends, SyntaxError> {
        let mut parts = vec![self.all()?];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Ok(single_or(parts, Depends::Any))
    }

    fn all(&mut self) -> Result<Depends, SyntaxError> {
        let mut parts = vec![self.unary()?];
        while self.take("&&") {
            parts.push(self.unary()?);
        }
        Ok(single_or(parts, Depends::All))
    }

    fn unary(&mut self) -> Result<Depends, SyntaxError> {
        let depends = if self.take("!") {
            self.enter()?;
            Depends::Not(Box::new(self.unary()?))
        } else if self.take("(") {
            self.enter()?;
            let inner = self.any()?;
            if !self.take(")") {
                return Err(self.error("here has to be `)`, `&&` or `||`"));
            }
            inner
        } else {
            return self.outcome_of_task();
        };
        self.depth -= 1;
        Ok(depends)
    }

    fn enter(&mut self) -> Result<(), SyntaxError> {
        if self.depth == DEEPEST {
            return Err(self.error(format!("is nested more than {DEEPEST} deep")));
        }
        self.depth += 1;
        Ok(())
    }

    fn outcome_of_task(&mut self) -> Result<Depends, SyntaxError> {
        self.skip_space();
        let start = self.position;
        let name = self.take_word();
        if name.is_empty() {
            return Err(self.error(
                "here has to be the name of a task, as in `A`, `A.Failed` or `(A || B) && !C`",
            ));
        }
        let index = (self.task)(name);
        if index.is_none() && self.unknown.len() < MOST_UNKNOWN {
            let message = format!("there is no task `{}`", short(name));
            let mut error =
                SyntaxError::at(self.text, start, FaultCode::UnknownDependency, message);
            error.suggestion = word_for_symbol(name).map(ToOwned::to_owned);
            error.unknown_task = Some(name.to_owned());
            self.unknown.push(error);
        }
        let outcome = self.take_outcome();
        Ok(Depends::Task {
            task: index.unwrap_or(usize::MAX),
            outcome,
        })
    }

    fn take_outcome(&mut self) -> Outcome {
        if !self.rest().starts_with('.') {
            return Outcome::Satisfied;
        }
        self.position += 1;
        let start = self.position;
        let word = self.take_word();
        let named = |outcome: &Outcome| outcome.word() == Some(word);
        if let Some(outcome) = Outcome::ALL.into_iter().find(named) {
            return outcome;
        }
        if self.unknown.len() >= MOST_UNKNOWN {
            return Outcome::Satisfied;
        }
        let words = Outcome::ALL.into_iter().filter_map(Outcome::word);
        let near = Suggester::default().nearest(word, words.clone());
        let list: Vec<String> = words.map(|word| format!("`{word}`")).collect();
        let message = format!(
            "`{}` is no outcome; there are {}",
            short(word),
            list.join(", ")
        );
        let error = SyntaxError::at(self.text, start, FaultCode::InvalidDepends, message);
        self.unknown.push(error.suggesting(near));
        Outcome::Satisfied
    }

    fn take_word(&mut self) -> &'t str {
        let rest = self.rest();
        let belongs =
            |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
        let end = rest
            .find(|character| !belongs(character))
            .unwrap_or(rest.len());
        self.position += end;
        &rest[..end]
    }
}

/// How many unknown names of one expression are told.
const MOST_UNKNOWN: usize = 16;

/// Words that other languages have for the symbols of this one.
fn word_for_symbol(word: &str) -> Option<&'static str> {
    match word {
        "and" | "AND" => Some("&&"),
        "or" | "OR" => Some("||"),
        "not" | "NOT" => Some("!"),
        _ => None,
    }
}

fn single_or(mut parts: Vec<Depends>, many: fn(Vec<Depends>) -> Depends) -> Depends {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        many(parts)
    }
}
