//! From the words of a `when` to its tree.
//!
//! ```text
//! any        = all  { "||" all }
//! all        = unary { "&&" unary }
//! unary      = "!" negated | "(" any ")" | comparison
//! negated    = "!" negated | "(" any ")" | operand
//! comparison = operand [ ("==" | "!=" | "<" | "<=" | ">" | ">=") operand ]
//! operand    = text in quotes | number | true | false | {{reference}}
//! ```

use crate::expression::{DEEPEST, SyntaxError};

use super::lexer::{Lexer, Token, Word};
use super::{Comparison, Condition, Operand, number};

impl Condition {
    /// Reads a `when`.
    ///
    /// The tree depends on the text alone: references stay references, whatever they stand for.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut lexer = Lexer::new(text);
        let token = lexer.next()?;
        let mut parser = Parser {
            lexer,
            token,
            depth: 0,
        };
        let condition = parser.any()?;
        match parser.token.word {
            Word::End => Ok(condition),
            Word::Close => Err(parser.error("`)` closes nothing")),
            _ => Err(parser.error("here has to be `&&`, `||` or the end")),
        }
    }
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    token: Token,
    depth: usize,
}

impl Parser<'_> {
    fn error(&self, message: impl Into<String>) -> SyntaxError {
        self.lexer.error(self.token.start, message)
    }

    /// Takes the present word and moves on to the next.
    fn advance(&mut self) -> Result<Token, SyntaxError> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    fn any(&mut self) -> Result<Condition, SyntaxError> {
        let mut parts = vec![self.all()?];
        while self.token.word == Word::Or {
            self.advance()?;
            parts.push(self.all()?);
        }
        Ok(single_or(parts, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, SyntaxError> {
        let mut parts = vec![self.unary()?];
        while self.token.word == Word::And {
            self.advance()?;
            parts.push(self.unary()?);
        }
        Ok(single_or(parts, Condition::All))
    }

    fn unary(&mut self) -> Result<Condition, SyntaxError> {
        let condition = match self.token.word {
            Word::Not => {
                self.enter()?;
                Condition::Not(Box::new(self.negated()?))
            }
            Word::Open => {
                self.enter()?;
                let inner = self.any()?;
                if self.token.word != Word::Close {
                    return Err(self.error("here has to be `)`, `&&` or `||`"));
                }
                self.advance()?;
                inner
            }
            _ => return self.comparison(),
        };
        self.depth -= 1;
        if matches!(self.token.word, Word::Comparison(_)) {
            return Err(self.error(
                "only texts, numbers, booleans and references can be compared; \
                 `!` binds tighter than a comparison, so write `!(a == b)`",
            ));
        }
        Ok(condition)
    }

    /// What stands behind a `!`: no comparison, unless in parentheses.
    fn negated(&mut self) -> Result<Condition, SyntaxError> {
        if matches!(self.token.word, Word::Not | Word::Open) {
            return self.unary();
        }
        let start = self.token.start;
        let operand = self.operand()?;
        self.truth(operand, start)
    }

    fn enter(&mut self) -> Result<(), SyntaxError> {
        if self.depth == DEEPEST {
            return Err(self.error(format!("is nested more than {DEEPEST} deep")));
        }
        self.depth += 1;
        self.advance().map(|_| ())
    }

    fn comparison(&mut self) -> Result<Condition, SyntaxError> {
        let start = self.token.start;
        let left = self.operand()?;
        let Word::Comparison(comparison) = self.token.word else {
            return self.truth(left, start);
        };
        self.advance()?;
        let right_start = self.token.start;
        let right = self.operand()?;
        if comparison.is_order() {
            self.check_number(&left, start, comparison)?;
            self.check_number(&right, right_start, comparison)?;
        }
        Ok(Condition::Compare {
            left,
            comparison,
            right,
        })
    }

    fn operand(&mut self) -> Result<Operand, SyntaxError> {
        if !matches!(self.token.word, Word::Operand(_)) {
            return Err(self.error("here has to be a text in quotes, a number, or a reference"));
        }
        match self.advance()?.word {
            Word::Operand(operand) => Ok(operand),
            _ => Err(self.error("here has to be a value")),
        }
    }

    /// What stands by itself has to be able to be `true` or `false`.
    fn truth(&self, operand: Operand, start: usize) -> Result<Condition, SyntaxError> {
        let can_be = match &operand {
            Operand::Number(_) => false,
            Operand::Boolean(_) => true,
            Operand::Text(template) => template
                .literal()
                .is_none_or(|text| matches!(text, "true" | "false")),
        };
        if can_be {
            Ok(Condition::Truth(operand))
        } else {
            Err(self.lexer.error(
                start,
                "is neither true nor false; compare it with something",
            ))
        }
    }

    /// What is compared by size has to be able to be a number.
    fn check_number(
        &self,
        operand: &Operand,
        start: usize,
        comparison: Comparison,
    ) -> Result<(), SyntaxError> {
        let can_be = match operand {
            Operand::Number(_) => true,
            Operand::Boolean(_) => false,
            Operand::Text(template) => template.literal().is_none_or(|text| number(text).is_some()),
        };
        if can_be {
            Ok(())
        } else {
            Err(self.lexer.error(
                start,
                format!("`{comparison}` compares numbers, and this is none"),
            ))
        }
    }
}

fn single_or(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}
