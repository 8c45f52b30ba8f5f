//! The catalog: all actions that the operator offers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use wf_model::Signatures;

use crate::action::Action;
use crate::error::{Error, SourcePlace};

const ECHO: &str = include_str!("catalog/echo.yaml");

/// All actions that the operator offers, by their names.
///
/// `echo` is built in. An operator's action of that name takes its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    actions: BTreeMap<String, Action>,
    signatures: Signatures,
}

impl Catalog {
    /// The actions that are built in: `echo`.
    #[expect(clippy::missing_panics_doc, reason = "it cannot")]
    pub fn builtin() -> Self {
        let actions = Action::parse("echo.yaml", ECHO)
            .expect("the built-in action is right, as a test shows");
        Self::of(
            actions
                .into_iter()
                .map(|action| (action.name().to_owned(), action))
                .collect(),
        )
    }

    /// The actions of these files, given as their names and texts, and those that are built in.
    ///
    /// A file may hold several actions, a YAML document each. The order of the files changes
    /// nothing but the order of the errors.
    ///
    /// # Errors
    /// Everything that is wrong with any of them, not only the first.
    pub fn from_sources<F: AsRef<str>, T: AsRef<str>>(
        sources: impl IntoIterator<Item = (F, T)>,
    ) -> Result<Self, Vec<Error>> {
        let sources: Vec<_> = sources.into_iter().collect();
        let mut found = BTreeMap::<String, (Origin<'_>, Action)>::new();
        let mut errors = Vec::new();
        for (file, text) in &sources {
            let (file, text) = (file.as_ref(), text.as_ref());
            let actions = match Action::numbered(file, text) {
                Ok(actions) => actions,
                Err(wrong) => {
                    errors.extend(wrong);
                    continue;
                }
            };
            for (document, action) in actions {
                let origin = Origin {
                    file,
                    text,
                    document,
                };
                errors.extend(add(&mut found, origin, action));
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let Self { mut actions, .. } = Self::builtin();
        actions.extend(found.into_iter().map(|(name, (_, action))| (name, action)));
        Ok(Self::of(actions))
    }

    fn of(actions: BTreeMap<String, Action>) -> Self {
        let signatures = actions
            .iter()
            .map(|(name, action)| (name.clone(), action.signature().clone()))
            .collect();
        Self {
            actions,
            signatures,
        }
    }

    /// The action of that name.
    pub fn get(&self, name: &str) -> Option<&Action> {
        self.actions.get(name)
    }

    /// The actions in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Action> {
        self.actions.values()
    }

    /// What validation needs to know of the actions.
    pub fn signatures(&self) -> &Signatures {
        &self.signatures
    }
}

impl Default for Catalog {
    fn default() -> Self {
        Self::builtin()
    }
}

/// Where an action was read. Its line is looked for when somebody has to be told.
struct Origin<'a> {
    file: &'a str,
    text: &'a str,
    document: usize,
}

impl Origin<'_> {
    fn place(&self) -> SourcePlace {
        Action::place_of_name(self.file, self.text, self.document)
    }
}

/// Adds an action, unless there is one of that name.
fn add<'a>(
    found: &mut BTreeMap<String, (Origin<'a>, Action)>,
    origin: Origin<'a>,
    action: Action,
) -> Option<Error> {
    match found.entry(action.name().to_owned()) {
        Entry::Vacant(free) => {
            free.insert((origin, action));
            None
        }
        Entry::Occupied(taken) => Some(Error::DuplicateAction {
            name: taken.key().clone(),
            first: Box::new(SourcePlace {
                path: String::new(),
                ..taken.get().0.place()
            }),
            second: Box::new(origin.place()),
        }),
    }
}
