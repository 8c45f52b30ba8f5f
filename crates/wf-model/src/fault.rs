//! Faults: what is wrong with a document, where, and what would be right.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// Where, as a path for people: `tasks[1].dependsOn[0]`; empty for the whole document.
    pub path: String,
    /// What kind of fault it is, for programs.
    pub code: FaultCode,
    /// Where, as a JSON pointer (RFC 6901): `/tasks/1/dependsOn/0`.
    pub pointer: String,
    /// What is wrong and what would be right, for people.
    pub message: String,
    /// What was probably meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl Fault {
    /// A fault at that place.
    pub fn new(place: &Place, code: FaultCode, message: impl Into<String>) -> Self {
        Self {
            path: place.to_string(),
            code,
            pointer: place.pointer(),
            message: message.into(),
            suggestion: None,
        }
    }

    /// The same fault with what was probably meant.
    #[must_use]
    pub fn suggesting(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "{}", self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

/// The kinds of faults. Codes are never renamed; new ones may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FaultCode {
    /// The body is not JSON.
    MalformedJson,
    /// A field that documents do not have.
    UnknownField,
    /// The same field twice in one object.
    DuplicateField,
    /// A required field is absent, null or empty.
    Missing,
    /// A value of another JSON type than the field's.
    WrongType,
    /// A number outside its range, or a word outside its list.
    OutOfRange,
    /// A text or a list over its limit.
    TooLong,
    /// The whole is over a limit of the target.
    TooLarge,
    /// A text with a control character.
    ControlCharacter,
    /// A name that breaks its rule.
    InvalidName,
    /// A name that means something else.
    ReservedName,
    /// The same name twice.
    DuplicateName,
    /// A label that breaks Kubernetes' rules, or has a prefix that is not the user's.
    InvalidLabel,
    /// No such action in the catalog.
    UnknownAction,
    /// A parameter that the action or the workflow needs is not given.
    MissingParameter,
    /// A parameter that is not declared.
    UndeclaredParameter,
    /// A value that the parameter's `enum` does not have.
    NotInEnum,
    /// A value that the parameter's type, bounds, lengths or pattern exclude.
    InvalidValue,
    /// No such task to depend on.
    UnknownDependency,
    /// A task that depends on itself.
    SelfDependency,
    /// Tasks that wait for each other.
    Cycle,
    /// `depends` and `dependsOn` in one document.
    MixedDependencies,
    /// A `depends` that cannot be read.
    InvalidDepends,
    /// A `when` that cannot be read.
    InvalidWhen,
    /// A reference to something that is not there.
    UnknownReference,
    /// A reference to a task that need not have ended before.
    NotAnAncestor,
    /// Braces that are no reference we can prove.
    TemplateInjection,
    /// An artifact that the action needs is not given, or is not declared.
    InvalidArtifact,
    /// The target cannot do this.
    Unsupported,
}

/// Every fault of a document, in a stable order; never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// The faults in their order (by path, then code), or `None` when there are none.
    ///
    /// The order depends on nothing but the faults: not on the order they were found in.
    pub fn from_found(mut found: Vec<Fault>) -> Option<Self> {
        if found.is_empty() {
            return None;
        }
        found.sort_by(|a, b| {
            natural(&a.pointer)
                .cmp(&natural(&b.pointer))
                .then_with(|| a.cmp(b))
        });
        found.dedup();
        Some(Self(found))
    }

    /// The same faults, and a last one that says that they are not all.
    pub(crate) fn and_more(mut self) -> Self {
        self.0.push(Fault::new(
            &Place::root(),
            FaultCode::TooLarge,
            format!(
                "has more faults than these {}; mend these first",
                self.0.len()
            ),
        ));
        self
    }

    /// One fault.
    pub fn one(fault: Fault) -> Self {
        Self(vec![fault])
    }

    /// The faults, at least one.
    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }

    /// The faults, at least one.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }
}

/// A pointer's segments, with indexes as numbers, so that task 10 comes after task 9.
fn natural(pointer: &str) -> Vec<(usize, &str)> {
    pointer
        .split('/')
        .map(|segment| match segment.parse::<usize>() {
            Ok(index) => (index, ""),
            Err(_) => (usize::MAX, segment),
        })
        .collect()
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [fault] => write!(f, "{fault}"),
            [first, rest @ ..] => write!(f, "{first} (and {} more)", rest.len()),
            [] => Ok(()),
        }
    }
}

impl std::error::Error for Faults {}

/// A place in a document; built only when there is something to say about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place(Vec<Step>);

/// One step down into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(Cow<'static, str>),
    Index(usize),
}

impl Place {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// The field of that name in here.
    #[must_use]
    pub fn field(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Step::Field(name.into()));
        self
    }

    /// The element of that index in here.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// The place as a JSON pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.0 {
            pointer.push('/');
            match step {
                Step::Field(name) => pointer.push_str(&name.replace('~', "~0").replace('/', "~1")),
                Step::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Field(name) if is_plain(name) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(name)?;
                }
                Step::Field(name) => write!(f, "[{}]", Value::from(name.as_ref()))?,
            }
        }
        Ok(())
    }
}

use serde_json::Value;

/// Whether a field's name can stand in a path without quotes.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_path_and_a_pointer() {
        let place = Place::root()
            .field("tasks")
            .index(1)
            .field("dependsOn")
            .index(0);
        assert_eq!(place.to_string(), "tasks[1].dependsOn[0]");
        assert_eq!(place.pointer(), "/tasks/1/dependsOn/0");

        let odd = Place::root().field("labels").field("a/b~c\"");
        assert_eq!(odd.to_string(), r#"labels["a/b~c\""]"#);
        assert_eq!(odd.pointer(), "/labels/a~1b~0c\"");
    }

    #[test]
    fn faults_are_ordered_by_place_with_numbers_as_numbers() {
        let at = |index| {
            Fault::new(
                &Place::root().field("tasks").index(index),
                FaultCode::Cycle,
                "x",
            )
        };
        let faults = Faults::from_found(vec![at(10), at(9), at(9)]).unwrap();
        let paths: Vec<_> = faults.as_slice().iter().map(|fault| &fault.path).collect();
        assert_eq!(paths, ["tasks[9]", "tasks[10]"]);
    }
}
