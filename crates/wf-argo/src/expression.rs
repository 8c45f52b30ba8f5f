//! Expressions: how a `when` or an output is said to Argo.
//!
//! Argo evaluates them with expr-lang over variables, and puts no value into their text. So a
//! value can neither end a string of the expression nor add to it. For that, texts are quoted so
//! that no brace is left in them: Argo looks for `}}` before it looks at quotes.

use std::fmt::Write as _;

use wf_model::{Comparison, Condition, Fact, Operand, Piece, Reference, Template};

/// The condition as one expression, which is true or false.
pub(crate) fn condition(condition: &Condition) -> String {
    let mut out = String::new();
    print(&mut out, condition);
    out
}

/// The value as one expression, a text.
///
/// It stands outside of `{{=…}}`, where only tasks are variables. What the workflow knows is put
/// in before, as a quoted text that Argo's own JSON writer made.
pub(crate) fn output(value: &Template) -> String {
    let mut out = String::new();
    concatenate(&mut out, value, &|out, reference| {
        if reference.task().is_some() {
            variable(out, reference);
        } else {
            out.push_str("{{=toJson(");
            variable(out, reference);
            out.push_str(")}}");
        }
    });
    out
}

fn print(out: &mut String, condition: &Condition) {
    match condition {
        Condition::All(parts) => {
            let is_weaker =
                |part: &Condition| matches!(part, Condition::All(_) | Condition::Any(_));
            join(out, parts, " && ", is_weaker);
        }
        Condition::Any(parts) => join(out, parts, " || ", |part| matches!(part, Condition::Any(_))),
        Condition::Not(part) => {
            out.push('!');
            parenthesised(out, part);
        }
        Condition::Compare {
            left,
            comparison,
            right,
        } => compare(out, left, *comparison, right),
        Condition::Truth(Operand::Boolean(value)) => {
            out.push_str(if *value { "true" } else { "false" });
        }
        // Refuses all but `true` and `false`, as `when` does.
        Condition::Truth(operand) => {
            out.push_str("fromJSON(");
            text(out, operand);
            out.push(')');
        }
    }
}

fn join(
    out: &mut String,
    parts: &[Condition],
    word: &str,
    needs_parentheses: impl Fn(&Condition) -> bool,
) {
    for (position, part) in parts.iter().enumerate() {
        if position > 0 {
            out.push_str(word);
        }
        if needs_parentheses(part) {
            parenthesised(out, part);
        } else {
            print(out, part);
        }
    }
}

fn parenthesised(out: &mut String, condition: &Condition) {
    out.push('(');
    print(out, condition);
    out.push(')');
}

/// Numbers are compared as numbers; two texts are compared as texts, if only for equality.
fn compare(out: &mut String, left: &Operand, comparison: Comparison, right: &Operand) {
    let is_number = |operand: &Operand| matches!(operand, Operand::Number(_));
    let only_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    let side = if only_equality && !is_number(left) && !is_number(right) {
        text
    } else {
        number
    };
    side(out, left);
    out.push_str(match comparison {
        Comparison::Equal => " == ",
        Comparison::NotEqual => " != ",
        Comparison::Less => " < ",
        Comparison::LessOrEqual => " <= ",
        Comparison::Greater => " > ",
        Comparison::GreaterOrEqual => " >= ",
    });
    side(out, right);
}

fn number(out: &mut String, operand: &Operand) {
    if let Operand::Number(value) = operand {
        // `{:?}` always has a point or an exponent, so that it is never too long for an integer.
        write!(out, "{value:?}").expect("writing to a String cannot fail");
    } else {
        out.push_str("asFloat(");
        text(out, operand);
        out.push(')');
    }
}

fn text(out: &mut String, operand: &Operand) {
    match operand {
        Operand::Text(template) => concatenate(out, template, &variable),
        // In double quotes, so that it can be told from the text 'true' when it is read back.
        Operand::Boolean(value) => {
            write!(out, "\"{value}\"").expect("writing to a String cannot fail");
        }
        Operand::Number(value) => quote(out, &value.to_string()),
    }
}

/// The pieces, added up.
fn concatenate(out: &mut String, template: &Template, refer: &impl Fn(&mut String, &Reference)) {
    if template.pieces().is_empty() {
        quote(out, "");
    }
    for (position, piece) in template.pieces().iter().enumerate() {
        if position > 0 {
            out.push_str(" + ");
        }
        match piece {
            Piece::Text(text) => quote(out, text),
            Piece::Reference(reference) => refer(out, reference),
        }
    }
}

/// A text in single quotes without a brace in it.
fn quote(out: &mut String, text: &str) {
    out.push('\'');
    for character in text.chars() {
        match character {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '{' | '}' | '\0'..='\x1f' | '\x7f' => {
                write!(out, "\\u{:04x}", u32::from(character))
                    .expect("writing to a String cannot fail");
            }
            _ => out.push(character),
        }
    }
    out.push('\'');
}

/// What a reference is called in an expression.
///
/// Names are subscripts: `tasks.a-b` would be a subtraction.
fn variable(out: &mut String, reference: &Reference) {
    match reference {
        Reference::Parameter(name) => subscript(out, "workflow.parameters", name),
        Reference::Fact(fact) => out.push_str(fact_variable(*fact)),
        Reference::TaskParameter { task, name } => {
            subscript(out, "tasks", task);
            subscript(out, ".outputs.parameters", name);
        }
        Reference::TaskArtifact { task, name } => {
            subscript(out, "tasks", task);
            subscript(out, ".outputs.artifacts", name);
        }
        Reference::TaskResult(task) => {
            subscript(out, "tasks", task);
            out.push_str(".outputs.result");
        }
        Reference::TaskExitCode(task) => {
            subscript(out, "tasks", task);
            out.push_str(".exitCode");
        }
        Reference::TaskStatus(task) => {
            subscript(out, "tasks", task);
            out.push_str(".status");
        }
        Reference::Item => out.push_str("item"),
        Reference::ItemField(key) => subscript(out, "item", key),
    }
}

fn subscript(out: &mut String, of: &str, name: &str) {
    out.push_str(of);
    out.push('[');
    quote(out, name);
    out.push(']');
}

/// Argo has `workflow.creationTimestamp.RFC3339` beside `workflow.creationTimestamp`, and in an
/// expression the longer name hides the shorter one (`util/expand`).
fn fact_variable(fact: Fact) -> &'static str {
    match fact {
        Fact::Name => "workflow.name",
        Fact::Namespace => "workflow.namespace",
        Fact::Uid => "workflow.uid",
        Fact::CreationTimestamp => "workflow.creationTimestamp.RFC3339",
        Fact::Status => "workflow.status",
    }
}
