//! `depends`, read, written and met.

use super::*;
use crate::fault::FaultCode;

const NAMES: [&str; 3] = ["A", "b-2", "c"];

fn parse(text: &str) -> Result<Depends, Vec<crate::expression::SyntaxError>> {
    Depends::parse(text, |name| NAMES.iter().position(|known| *known == name))
}

#[test]
fn the_canonical_text_shows_how_it_was_read() {
    for (text, canonical) in [
        ("A", "A"),
        (" A.Failed ", "A.Failed"),
        ("A||b-2.AllFailed&&c", "A || b-2.AllFailed && c"),
        ("(A || b-2) && !c", "(A || b-2) && !c"),
        ("!(A && c)", "!(A && c)"),
        ("!!A", "!!A"),
        ("((A))", "A"),
        ("A && A && A", "A && A && A"),
    ] {
        let depends = parse(text).unwrap();
        let written = depends.to_text(&|index| NAMES[index]);
        assert_eq!(written, canonical, "{text}");
        assert_eq!(parse(canonical).unwrap(), depends, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    use FaultCode::{InvalidDepends, UnknownDependency};
    for (text, expected) in [
        ("", vec![(InvalidDepends, 1, None)]),
        ("A &&", vec![(InvalidDepends, 5, None)]),
        ("A & c", vec![(InvalidDepends, 3, None)]),
        ("A)", vec![(InvalidDepends, 2, None)]),
        ("(A", vec![(InvalidDepends, 3, None)]),
        ("A c", vec![(InvalidDepends, 3, None)]),
        ("{{A}}", vec![(InvalidDepends, 1, None)]),
        ("A.failed", vec![(InvalidDepends, 3, Some("Failed"))]),
        ("A.", vec![(InvalidDepends, 3, None)]),
        (
            "A. Failed",
            vec![(InvalidDepends, 3, None), (InvalidDepends, 4, None)],
        ),
        (
            "D || E",
            vec![(UnknownDependency, 1, None), (UnknownDependency, 6, None)],
        ),
        ("A and c", vec![(InvalidDepends, 3, None)]),
        ("not", vec![(UnknownDependency, 1, Some("!"))]),
    ] {
        let errors = parse(text).unwrap_err();
        let found: Vec<_> = errors
            .iter()
            .map(|error| (error.code, error.column, error.suggestion.as_deref()))
            .collect();
        assert_eq!(found, expected, "{text}: {errors:?}");
    }
}

#[test]
fn depth_is_bounded_and_length_is_not() {
    for (open, close) in [("(", ")"), ("!", "")] {
        let nested = |depth| format!("{}A{}", open.repeat(depth), close.repeat(depth));
        assert!(parse(&nested(64)).is_ok());
        assert!(
            parse(&nested(100_000)).unwrap_err()[0]
                .message
                .contains("64 deep")
        );
    }
    assert!(parse(&vec!["A"; 100_000].join("||")).is_ok());
    // What is written may not be nested deeper than what was read.
    let deepest = format!("A || A && {}A", "!".repeat(64));
    let written = parse(&deepest).unwrap().to_text(&|index| NAMES[index]);
    assert!(parse(&written).is_ok());
}

#[test]
fn outcomes_are_met_as_argo_meets_them() {
    let ending = |phase| Ending {
        phase,
        any_succeeded: false,
        all_failed: false,
    };
    let endings = [
        ending(TaskPhase::Succeeded),
        ending(TaskPhase::Failed),
        ending(TaskPhase::Omitted),
    ];
    for (text, expected) in [
        ("A", true),
        ("b-2", false),
        ("c", false),
        ("c.Omitted", true),
        ("b-2.Failed && A.Succeeded", true),
        ("b-2.Errored || !A", false),
        ("!(b-2 || c)", true),
    ] {
        let depends = parse(text).unwrap();
        assert_eq!(
            depends.is_met(&|task: usize| endings[task]),
            expected,
            "{text}"
        );
    }
}
