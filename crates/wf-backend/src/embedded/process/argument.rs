//! Arguments: texts that may name the variables of their process, as Kubernetes puts them in
//! (`third_party/forked/golang/expansion`).

use std::ffi::{OsStr, OsString};

use super::placeholder::{Text, Values};

/// A text of a command, of its arguments or of a variable, taken apart.
///
/// `$(NAME)` stands for a variable of the action, `$$` for a `$`. Only what the action itself says
/// is looked at: a value that is put in neither names a variable nor becomes a part of such a name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Argument(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Text),
    Variable(String),
}

impl Argument {
    /// Takes a text apart.
    ///
    /// # Errors
    /// A placeholder that has no meaning here, in words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            literal.push_str(before);
            let named = after.strip_prefix('(').and_then(|it| it.split_once(')'));
            rest = match (named, after.strip_prefix('$')) {
                // As a name that no variable has, but for what is put in.
                (Some((name, behind)), _) if name.contains("{{") => {
                    literal.push_str("$(");
                    literal.push_str(name);
                    literal.push(')');
                    behind
                }
                (Some((name, behind)), _) => {
                    pieces.push(Piece::Text(Text::parse(&std::mem::take(&mut literal))?));
                    pieces.push(Piece::Variable(name.to_owned()));
                    behind
                }
                (None, Some(behind)) => {
                    literal.push('$');
                    behind
                }
                (None, None) => {
                    literal.push('$');
                    after
                }
            };
        }
        literal.push_str(rest);
        pieces.push(Piece::Text(Text::parse(&literal)?));
        Ok(Self(pieces))
    }

    /// Its parts that are no variables.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Variable(_) => None,
        })
    }

    /// The text with everything put in. Of variables with one name the later counts; one that is
    /// not there stays as it is written.
    ///
    /// # Errors
    /// The placeholder for which there is no value, in words.
    pub(crate) fn fill(
        &self,
        values: &Values<'_>,
        variables: &[(&str, OsString)],
    ) -> Result<OsString, String> {
        let mut filled = OsString::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push(text.fill(values)?),
                Piece::Variable(name) => match value_of(name, variables) {
                    Some(value) => filled.push(value),
                    None => filled.push(format!("$({name})")),
                },
            }
        }
        Ok(filled)
    }
}

fn value_of<'v>(name: &str, variables: &'v [(&str, OsString)]) -> Option<&'v OsStr> {
    let mut latest = variables.iter().rev();
    latest
        .find(|(other, _)| *other == name)
        .map(|(_, value)| &**value)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::ffi::OsString;

    use wf_model::{RunFacts, Timestamp};

    use super::{Argument, Values};

    fn fill(text: &str) -> String {
        let facts = RunFacts {
            name: "w-1".to_owned(),
            namespace: "demo".to_owned(),
            uid: "u".to_owned(),
            created_at: Timestamp::from_millis(0),
            parameters: std::iter::empty().collect(),
        };
        let values = Values {
            parameters: [("x", "$(HOST)$$"), ("name", "HOST")].into(),
            input_paths: HashMap::new(),
            parameter_paths: HashMap::new(),
            artifact_paths: HashMap::new(),
            facts: &facts,
        };
        let variables = [
            ("HOST", OsString::from("before")),
            ("HOST", OsString::from("db")),
            ("URL", OsString::from("$(HOST)")),
        ];
        let argument = Argument::parse(text).unwrap();
        argument
            .fill(&values, &variables)
            .unwrap()
            .into_string()
            .unwrap()
    }

    #[test]
    fn variables_of_the_process_are_put_in_once() {
        for (text, expected) in [
            ("", ""),
            ("--host=$(HOST)!", "--host=db!"),
            ("$(HOST)$(HOST)", "dbdb"),
            ("$(URL)", "$(HOST)"),
            ("$(OTHER)", "$(OTHER)"),
            ("$$(HOST) $$$(HOST) $$$$", "$(HOST) $db $$"),
            ("$HOST $ $(HOST", "$HOST $ $(HOST"),
            ("$()", "$()"),
        ] {
            assert_eq!(fill(text), expected, "{text}");
        }
    }

    #[test]
    fn a_value_that_is_put_in_names_no_variable() {
        for (text, expected) in [
            ("<{{inputs.parameters.x}}>", "<$(HOST)$$>"),
            ("$(HOST){{inputs.parameters.x}}", "db$(HOST)$$"),
            ("${{inputs.parameters.x}}", "$$(HOST)$$"),
            ("$({{inputs.parameters.name}}) $(HOST)", "$(HOST) db"),
            (
                "$(wc {{inputs.parameters.name}} $(HOST)) $(HOST)",
                "$(wc HOST $(HOST)) db",
            ),
        ] {
            assert_eq!(fill(text), expected, "{text}");
        }
    }
}
