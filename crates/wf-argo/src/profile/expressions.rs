//! Expressions of Argo that an operator writes: whether they are finished.
//!
//! What they mean only Argo knows. But one with a bracket or a quote left open would end every
//! workflow in an error, so it is told at the start.

/// What is wrong with the expression, if that can be seen.
pub(super) fn objection(expression: &str) -> Option<String> {
    let mut open = Vec::new();
    let mut rest = expression.char_indices();
    while let Some((at, it)) = rest.next() {
        match it {
            '"' | '\'' | '`' if !close_quote(&mut rest, it) => {
                return Some(format!("a `{it}` is not closed"));
            }
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(it) => {
                let before = &expression[..at];
                return Some(format!("a `{it}` is too much, behind `{before}`"));
            }
            _ => {}
        }
    }
    if let Some(missing) = open.pop() {
        return Some(format!("a `{missing}` is missing"));
    }
    ends_open(expression)
}

/// Goes on behind the quote that closes; a backslash takes away what a quote means.
fn close_quote(rest: &mut std::str::CharIndices<'_>, quote: char) -> bool {
    while let Some((_, it)) = rest.next() {
        if it == quote {
            return true;
        }
        if it == '\\' && quote != '`' {
            rest.next();
        }
    }
    false
}

fn ends_open(expression: &str) -> Option<String> {
    const OPERATORS: [&str; 17] = [
        "==", "!=", "<=", ">=", "&&", "||", "??", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":",
    ];
    let end = expression.trim_end();
    let operator = OPERATORS.into_iter().find(|it| end.ends_with(it))?;
    Some(format!(
        "it ends with `{operator}`, behind which something has to stand"
    ))
}

#[cfg(test)]
mod tests {
    use super::objection;

    #[test]
    fn what_is_finished_is_not_objected_to() {
        for right in [
            "workflow.status == \"Running\"",
            "lastRetry.exitCode != '2' && (asInt(lastRetry.duration) < 5)",
            "workflow.labels['a'] ?? 'no)body'",
            r#""a \" b" + `\`"#,
            "filter([1], {# > 0})[0] == 1 ? 'a' : 'b'",
        ] {
            assert_eq!(objection(right), None, "{right}");
        }
    }

    #[test]
    fn what_is_left_open_is_told() {
        for (wrong, told) in [
            ("workflow.parameters.(", "a `)` is missing"),
            ("a[0", "a `]` is missing"),
            ("a == 'b", "a `'` is not closed"),
            ("(a))", "a `)` is too much"),
            ("(a]", "a `]` is too much"),
            ("workflow.status ==", "it ends with `==`"),
            ("a ||  ", "it ends with `||`"),
        ] {
            let found = objection(wrong).unwrap_or_default();
            assert!(found.starts_with(told), "{wrong}: {found}");
        }
    }
}
