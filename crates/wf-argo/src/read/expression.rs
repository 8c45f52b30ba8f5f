//! Expressions, read back: exactly those that rendering writes, and no other.

use wf_model::{Comparison, Condition, Fact, Operand, Piece, Reference, Template};

use crate::expression;

/// How deep parentheses may stand in each other.
const DEPTH: usize = 200;

/// The condition that was written as this expression.
pub(super) fn condition(text: &str) -> Option<Condition> {
    let mut reader = Reader {
        rest: text,
        depth: 0,
    };
    let condition = reader.any().filter(|_| reader.rest.is_empty())?;
    // What reads alike but was written otherwise is not ours.
    (expression::condition(&condition) == text).then_some(condition)
}

/// The output that was written as this expression.
pub(super) fn output(text: &str) -> Option<Template> {
    let mut reader = Reader {
        rest: text,
        depth: 0,
    };
    let output = reader.text().filter(|_| reader.rest.is_empty())?;
    (expression::output(&output) == text).then_some(output)
}

/// What is left of the expression.
struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, word: &str) -> Option<()> {
        self.take(word).then_some(())
    }

    fn any(&mut self) -> Option<Condition> {
        let first = self.all()?;
        if !self.rest.starts_with(" || ") {
            return Some(first);
        }
        let mut parts = vec![first];
        while self.take(" || ") {
            parts.push(self.all()?);
        }
        Some(Condition::Any(parts))
    }

    fn all(&mut self) -> Option<Condition> {
        let first = self.one()?;
        if !self.rest.starts_with(" && ") {
            return Some(first);
        }
        let mut parts = vec![first];
        while self.take(" && ") {
            parts.push(self.one()?);
        }
        Some(Condition::All(parts))
    }

    fn one(&mut self) -> Option<Condition> {
        if self.take("!(") {
            return self
                .parenthesised()
                .map(|part| Condition::Not(Box::new(part)));
        }
        if self.take("(") {
            return self.parenthesised();
        }
        if self.take("fromJSON(") {
            let operand = self.operand()?;
            self.expect(")")?;
            return Some(Condition::Truth(operand));
        }
        for (word, value) in [("true", true), ("false", false)] {
            if self.take(word) {
                return Some(Condition::Truth(Operand::Boolean(value)));
            }
        }
        self.comparison()
    }

    /// What stands behind an opening parenthesis, and the closing one.
    fn parenthesised(&mut self) -> Option<Condition> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let condition = self.any()?;
        self.expect(")")?;
        self.depth -= 1;
        Some(condition)
    }

    fn comparison(&mut self) -> Option<Condition> {
        const WORDS: [(&str, Comparison); 6] = [
            (" == ", Comparison::Equal),
            (" != ", Comparison::NotEqual),
            (" <= ", Comparison::LessOrEqual),
            (" < ", Comparison::Less),
            (" >= ", Comparison::GreaterOrEqual),
            (" > ", Comparison::Greater),
        ];
        let left = self.side()?;
        let (_, comparison) = WORDS.into_iter().find(|(word, _)| self.take(word))?;
        let right = self.side()?;
        Some(Condition::Compare {
            left,
            comparison,
            right,
        })
    }

    /// A side of a comparison.
    fn side(&mut self) -> Option<Operand> {
        if self.take("asFloat(") {
            let operand = self.operand()?;
            self.expect(")")?;
            return Some(operand);
        }
        self.number().or_else(|| self.operand())
    }

    fn number(&mut self) -> Option<Operand> {
        let begins = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
        self.rest.as_bytes().first().filter(|byte| begins(byte))?;
        let end = self.rest.find([' ', ')']).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number.parse().ok().map(Operand::Number)
    }

    fn operand(&mut self) -> Option<Operand> {
        for (word, value) in [("\"true\"", true), ("\"false\"", false)] {
            if self.take(word) {
                return Some(Operand::Boolean(value));
            }
        }
        self.text().map(Operand::Text)
    }

    /// Texts and variables, added up.
    fn text(&mut self) -> Option<Template> {
        let mut text = String::new();
        loop {
            match self.piece()? {
                Piece::Text(piece) => text.push_str(&piece),
                Piece::Reference(reference) => text.extend(["{{", &reference.to_string(), "}}"]),
            }
            if !self.take(" + ") {
                return Template::parse(&text).ok();
            }
        }
    }

    fn piece(&mut self) -> Option<Piece> {
        if self.rest.starts_with('\'') {
            return self.quoted().map(Piece::Text);
        }
        if self.take("{{=toJson(") {
            let reference = self.variable()?;
            self.expect(")}}")?;
            return Some(Piece::Reference(reference));
        }
        self.variable().map(Piece::Reference)
    }

    fn variable(&mut self) -> Option<Reference> {
        // The longer word first, where one begins with another.
        const FACTS: [(&str, Fact); 5] = [
            ("workflow.namespace", Fact::Namespace),
            ("workflow.name", Fact::Name),
            ("workflow.uid", Fact::Uid),
            (
                "workflow.creationTimestamp.RFC3339",
                Fact::CreationTimestamp,
            ),
            ("workflow.status", Fact::Status),
        ];
        if self.take("tasks") {
            let task = self.subscript()?;
            return self.of_task(task);
        }
        if self.take("workflow.parameters") {
            return self.subscript().map(Reference::Parameter);
        }
        if self.take("item") {
            let has_key = self.rest.starts_with('[');
            return if has_key {
                self.subscript().map(Reference::ItemField)
            } else {
                Some(Reference::Item)
            };
        }
        let (_, fact) = FACTS.into_iter().find(|(word, _)| self.take(word))?;
        Some(Reference::Fact(fact))
    }

    fn of_task(&mut self, task: String) -> Option<Reference> {
        if self.take(".outputs.parameters") {
            let name = self.subscript()?;
            Some(Reference::TaskParameter { task, name })
        } else if self.take(".outputs.result") {
            Some(Reference::TaskResult(task))
        } else if self.take(".exitCode") {
            Some(Reference::TaskExitCode(task))
        } else if self.take(".status") {
            Some(Reference::TaskStatus(task))
        } else {
            None
        }
    }

    fn subscript(&mut self) -> Option<String> {
        self.expect("[")?;
        let name = self.quoted()?;
        self.expect("]")?;
        Some(name)
    }

    /// A text in single quotes.
    fn quoted(&mut self) -> Option<String> {
        self.expect("'")?;
        let mut text = String::new();
        loop {
            let end = self.rest.find(['\'', '\\'])?;
            text.push_str(&self.rest[..end]);
            self.rest = &self.rest[end..];
            if self.take("'") {
                return Some(text);
            }
            self.expect("\\")?;
            text.push(self.escaped()?);
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        let mut rest = self.rest.chars();
        let character = rest.next()?;
        self.rest = rest.as_str();
        match character {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            '\'' | '\\' => Some(character),
            'u' => {
                let (code, rest) = self.rest.split_at_checked(4)?;
                self.rest = rest;
                char::from_u32(u32::from_str_radix(code, 16).ok()?)
            }
            _ => None,
        }
    }
}
