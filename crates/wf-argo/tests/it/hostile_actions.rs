//! Files of actions that nobody wrote on purpose, or somebody to hurt.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use wf_argo::{Action, Error};

use crate::fixtures::{read, workspace};

/// A file that has something of everything.
fn whole() -> String {
    read(&workspace().join("docs/actions.md"))
        .split("```yaml\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .collect::<Vec<_>>()
        .join("---\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_file_is_read_or_told_with_a_line(
        damages in prop::collection::vec((any::<Index>(), select(vec!["", "\t", "- ", ": ", "{{", "}}", "[", "'", "&a ", "*a", "é", "\u{0}", "---\n", "null", "1e999"])), 1..4),
    ) {
        let mut text = whole();
        for (place, damage) in damages {
            let mut at = place.index(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let end = (at + 3..text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
            text.replace_range(at..end, damage);
        }
        for error in Action::parse("x.yaml", &text).err().into_iter().flatten() {
            let Error::InvalidAction { place, .. } = &error else {
                panic!("{error}")
            };
            prop_assert!(place.line.is_some_and(|line| line >= 1 && line <= text.lines().count() + 1), "{error}");
        }
    }
}

#[test]
fn a_file_that_would_grow_without_bound_is_refused_in_time() {
    let doubled = (1..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        let below = level - 1;
        format!("{text}a{level}: &a{level} [*a{below}, *a{below}]\n")
    });
    let deep = format!("name: x\nsuspend: {}\n", "[".repeat(100_000));
    let broken = "name: x\nparameters: [{name: a, default: '{{b}}'}]\n---\n".repeat(10_000);
    let lists = format!("name: x\nsuspend:\n{}\n", "- ".repeat(100_000));
    for text in [doubled, deep, lists, broken] {
        let began = Instant::now();
        assert!(Action::parse("x.yaml", &text).is_err());
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "{:?}: {}",
            began.elapsed(),
            &text[..30]
        );
    }
}
