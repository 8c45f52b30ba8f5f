//! Conditions, read, written and evaluated.

use super::*;
use crate::fault::FaultCode;

fn parse(text: &str) -> Condition {
    Condition::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn error(text: &str) -> (FaultCode, usize, String) {
    let error = Condition::parse(text).unwrap_err();
    (error.code, error.column, error.message)
}

fn evaluate(text: &str) -> Result<bool, ConditionError> {
    parse(text).evaluate(&mut |reference| match reference.to_string().as_str() {
        "workflow.parameters.five" => Ok("5".to_owned()),
        "workflow.parameters.yes" => Ok("true".to_owned()),
        "workflow.parameters.word" => Ok("word".to_owned()),
        "workflow.parameters.evil" => Ok("\" || true || \"".to_owned()),
        _ => Err("nobody knows".to_owned()),
    })
}

#[test]
fn the_canonical_text_shows_how_a_condition_was_read() {
    for (text, canonical) in [
        ("true", "true"),
        ("!true", "!true"),
        ("! ! true", "!!true"),
        ("1==1.50", "1 == 1.5"),
        ("-1e3 < 2", "-1000 < 2"),
        ("'a' == \"b\"", r#""a" == "b""#),
        (r#"'it\'s' != "a\"\\\n""#, r#""it's" != "a\"\\\n""#),
        ("{{ item }}=='x'", r#"{{item}} == "x""#),
        (
            "'{{item}}' == 'x-{{item.a}}'",
            r#"{{item}} == "x-{{item.a}}""#,
        ),
        ("'' == {{item}}", r#""" == {{item}}"#),
        ("true || false && !false", "true || false && !false"),
        ("(true || false) && true", "(true || false) && true"),
        ("true && true && true", "true && true && true"),
        ("(true && true) && true", "(true && true) && true"),
        ("!(1 == 2)", "!(1 == 2)"),
        ("((1 == 2))", "1 == 2"),
        (
            "'a' == 'a' || 1 < 2 && 2 >= 1",
            r#""a" == "a" || 1 < 2 && 2 >= 1"#,
        ),
    ] {
        let condition = parse(text);
        assert_eq!(condition.to_string(), canonical, "{text}");
        assert_eq!(parse(canonical), condition, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    use FaultCode::{InvalidWhen, TemplateInjection};
    for (text, code, column, part) in [
        ("", InvalidWhen, 1, "here has to be a text"),
        ("1 = 1", InvalidWhen, 3, "equality is `==`"),
        ("true & true", InvalidWhen, 6, "and is `&&`"),
        ("true | true", InvalidWhen, 6, "or is `||`"),
        ("abc == 'abc'", InvalidWhen, 1, "put it in quotes"),
        ("'ä' == ö", InvalidWhen, 8, "put it in quotes"),
        ("'abc", InvalidWhen, 1, "no closing '"),
        (r"'a\x'", InvalidWhen, 3, "after `\\`"),
        ("(true", InvalidWhen, 6, "here has to be `)`"),
        ("true)", InvalidWhen, 5, "closes nothing"),
        ("true true", InvalidWhen, 6, "here has to be `&&`"),
        ("true &&", InvalidWhen, 8, "here has to be a text"),
        ("!1 == 2", InvalidWhen, 2, "neither true nor false"),
        ("!{{item}} == 2", InvalidWhen, 11, "write `!(a == b)`"),
        ("(true) == true", InvalidWhen, 8, "can be compared"),
        ("1", InvalidWhen, 1, "neither true nor false"),
        ("'abc'", InvalidWhen, 1, "neither true nor false"),
        ("'abc' < 1", InvalidWhen, 1, "compares numbers"),
        ("1 >= true", InvalidWhen, 6, "compares numbers"),
        ("1x == 1", InvalidWhen, 1, "is no number"),
        ("1e999 == 1", InvalidWhen, 1, "is no number"),
        ("1-1 == 0", InvalidWhen, 1, "is no number"),
        ("{item} == 1", InvalidWhen, 1, "references stand in"),
        ("{{=1}} == 1", TemplateInjection, 1, "expression"),
        ("'a{{x}}' == 1", TemplateInjection, 3, "is no reference"),
        ("'a{{item' == 1", TemplateInjection, 3, "without its"),
    ] {
        let (found_code, found_column, message) = error(text);
        assert_eq!(
            (found_code, found_column),
            (code, column),
            "{text}: {message}"
        );
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn depth_is_bounded_and_length_is_not() {
    for (open, close) in [("(", ")"), ("!", "")] {
        let nested = |depth| format!("{}true{}", open.repeat(depth), close.repeat(depth));
        parse(&nested(64));
        assert!(error(&nested(65)).2.contains("64 deep"));
        assert!(error(&nested(100_000)).2.contains("64 deep"));
    }
    let long = vec!["true"; 100_000].join(" && ");
    assert_eq!(parse(&long).evaluate(&mut |_| Ok(String::new())), Ok(true));
}

#[test]
fn conditions_come_to_true_or_false() {
    for (text, expected) in [
        ("true && !false", true),
        ("{{workflow.parameters.five}} == 5", true),
        ("{{workflow.parameters.five}} == 5.0", true),
        ("{{workflow.parameters.five}} == '5.0'", false),
        ("{{workflow.parameters.five}} != '5.0'", true),
        (
            "{{workflow.parameters.five}} <= 5 && {{workflow.parameters.five}} > 4.5",
            true,
        ),
        ("'{{workflow.parameters.five}}0' >= 50", true),
        ("{{workflow.parameters.word}} == 5", false),
        ("{{workflow.parameters.word}} != 5", true),
        ("{{workflow.parameters.word}} == 'word'", true),
        ("{{workflow.parameters.yes}}", true),
        ("{{workflow.parameters.yes}} == true", true),
        ("!{{workflow.parameters.yes}} || 1 == 2", false),
        ("{{workflow.parameters.evil}} == 'x'", false),
        ("'{{workflow.parameters.evil}}' == 'x'", false),
        ("false && {{workflow.parameters.lost}}", false),
        ("true || {{workflow.parameters.lost}}", true),
    ] {
        assert_eq!(evaluate(text), Ok(expected), "{text}");
    }
}

#[test]
fn what_comes_to_neither_says_why() {
    for (text, expected) in [
        (
            "{{workflow.parameters.word}} < 1",
            "`{{workflow.parameters.word}}` is `word`, which is no number",
        ),
        (
            "1 < {{workflow.parameters.word}}",
            "`{{workflow.parameters.word}}` is `word`, which is no number",
        ),
        (
            "{{workflow.parameters.word}}",
            "`{{workflow.parameters.word}}` is `word`, which is neither true nor false",
        ),
        (
            "{{workflow.parameters.lost}} == 1",
            "`{{workflow.parameters.lost}}` is not known: nobody knows",
        ),
    ] {
        assert_eq!(evaluate(text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn words_that_are_not_finite_are_no_numbers() {
    for text in [
        "inf", "NaN", "infinity", "", "0x10", "1_000", "1 2", "1e999",
    ] {
        assert_eq!(number(text), None, "{text}");
    }
    assert_eq!(number(" -1.5e2\n"), Some(-150.0));
}
