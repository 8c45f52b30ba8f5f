//! The measure: how much a parsed query stands for, with every fragment where it is spread.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::{Excess, excess};

/// Selection sets and fragments in one another; the library's own limit, told before it recurses.
const MOST_NESTED: usize = 32;
/// Fields, with every fragment where it is spread.
const MOST_FIELDS: usize = 5_000;
/// Aliases, likewise.
const MOST_ALIASES: usize = 500;
/// Directives, likewise.
const MOST_DIRECTIVES: usize = 500;

/// Measures a parsed query with every fragment where it is spread.
pub(crate) fn measure(document: &ExecutableDocument) -> Result<(), Excess> {
    let mut measure = Measure {
        document,
        fragments: HashMap::new(),
    };
    // Those that nothing spreads are checked by the library as well, so they are walked as well.
    for name in document.fragments.keys() {
        measure.fragment(name, 1)?;
    }
    let mut total = Size::default();
    for (_, operation) in document.operations.iter() {
        let size = measure.selections(&operation.node.selection_set.node, 0)?;
        total = total.plus(size).plus(Size {
            directives: operation.node.directives.len(),
            ..Size::default()
        });
    }
    total.check()
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    /// The sizes of the fragments that are known; none while one is being walked.
    fragments: HashMap<&'a str, Option<Size>>,
}

#[derive(Clone, Copy, Default)]
struct Size {
    fields: usize,
    aliases: usize,
    directives: usize,
}

impl Size {
    fn plus(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
        }
    }

    fn check(self) -> Result<(), Excess> {
        if self.fields > MOST_FIELDS {
            return Err(excess(
                "fields",
                MOST_FIELDS,
                "split it into several requests",
            ));
        }
        if self.aliases > MOST_ALIASES {
            return Err(excess(
                "aliases",
                MOST_ALIASES,
                "split it into several requests",
            ));
        }
        if self.directives > MOST_DIRECTIVES {
            return Err(excess("directives", MOST_DIRECTIVES, "use fewer of them"));
        }
        Ok(())
    }
}

impl<'a> Measure<'a> {
    fn fragment(&mut self, name: &'a str, nested: usize) -> Result<Size, Excess> {
        match self.fragments.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(format!("the fragment `{name}` contains itself")),
            None => {}
        }
        // An unknown fragment is told by validation, with its place.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Size::default());
        };
        self.fragments.insert(name, None);
        let size = self.selections(&fragment.node.selection_set.node, nested)?;
        self.fragments.insert(name, Some(size));
        Ok(size)
    }

    fn selections(&mut self, set: &'a SelectionSet, nested: usize) -> Result<Size, Excess> {
        if nested > MOST_NESTED {
            return Err(excess(
                "selections in one another",
                MOST_NESTED,
                "ask for less depth",
            ));
        }
        let mut total = Size::default();
        for selection in &set.items {
            let directives = selection.node.directives().len();
            let own = Size {
                directives,
                ..Size::default()
            };
            let size = match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let own = Size {
                        fields: 1,
                        aliases: usize::from(field.alias.is_some()),
                        ..own
                    };
                    self.selections(&field.selection_set.node, nested + 1)?
                        .plus(own)
                }
                Selection::FragmentSpread(spread) => self
                    .fragment(&spread.node.fragment_name.node, nested + 1)?
                    .plus(own),
                Selection::InlineFragment(inline) => self
                    .selections(&inline.node.selection_set.node, nested + 1)?
                    .plus(own),
            };
            total = total.plus(size);
        }
        // Checked on the way up, so that a size never grows far beyond its bound.
        total.check()?;
        Ok(total)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn measured(query: &str) -> Result<(), Excess> {
        measure(&parse_query(query).unwrap())
    }

    /// A query that spreads the first of so many fragments, each made by its number.
    fn chain(length: usize, body: impl Fn(usize) -> String) -> String {
        let fragments = (0..length).map(|n| format!("fragment F{n} on Q {{ {} }}", body(n + 1)));
        let last = format!("fragment F{length} on Q {{ a }}");
        fragments
            .chain(["{ ...F0 }".to_owned(), last])
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn fragments_count_where_they_are_spread() {
        // Doubling thirty times, and nested beyond the limit: either way it is told at once.
        let deep = chain(30, |next| format!("x {{ ...F{next} }} y {{ ...F{next} }}"));
        measured(&deep).unwrap_err();
        let wide = chain(14, |next| format!("...F{next} ...F{next}"));
        assert!(measured(&wide).unwrap_err().contains("fields"));
        assert_eq!(
            measured(&chain(6, |next| format!("...F{next} ...F{next}"))),
            Ok(())
        );
    }

    #[test]
    fn a_fragment_that_contains_itself_is_named() {
        let query = "{ a } fragment F on Q { b { ...G } } fragment G on Q { ...F ...F }";
        assert!(measured(query).unwrap_err().contains("contains itself"));
    }

    #[test]
    fn aliases_and_directives_are_bounded() {
        let aliases = "a: b ".repeat(MOST_ALIASES + 1);
        assert!(
            measured(&format!("{{ {aliases} }}"))
                .unwrap_err()
                .contains("aliases")
        );
        let directives = "@x ".repeat(MOST_DIRECTIVES + 1);
        assert!(
            measured(&format!("{{ a {directives} }}"))
                .unwrap_err()
                .contains("directives")
        );
        assert_eq!(measured("{ a: b @x c { d } }"), Ok(()));
    }
}
