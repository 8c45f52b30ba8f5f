//! Comparing what a document shows with what happened.
//!
//! Ids, moments, ports and measured figures stand for any of their kind. In texts a line `…` stands
//! for any lines; in JSON a value `"…"` for any value, a field `"…"` for any further fields, and a
//! last element `"…"` for any further elements.

use std::collections::BTreeMap;

use serde_json::Value;

/// What in a document stands for what in reality: ids, as they were met.
pub(super) type Known = BTreeMap<String, String>;

const ANYTHING: &str = "…";

/// Whether what was printed is what is shown; learns the ids.
pub(super) fn compare(shown: &str, printed: &str, known: &mut Known) -> Result<(), String> {
    if shown.trim_start().starts_with(['{', '[']) {
        let shown: Value = serde_json::from_str(shown).map_err(|error| error.to_string())?;
        let printed: Value =
            serde_json::from_str(printed).map_err(|error| format!("{error} in {printed}"))?;
        return compare_json(&shown, &printed, known, "$");
    }
    let scrubbed = |text: &str| -> Vec<String> { text.trim_end().lines().map(scrub).collect() };
    if !lines_match(&scrubbed(shown), &scrubbed(printed)) {
        return Err(format!("shown:\n{shown}\nprinted:\n{printed}"));
    }
    let ids = |text: &str| {
        words(text)
            .filter(|word| is_id(word))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    known.extend(ids(shown).into_iter().zip(ids(printed)));
    Ok(())
}

fn lines_match(shown: &[String], printed: &[String]) -> bool {
    match shown {
        [] => printed.is_empty(),
        [first, rest @ ..] if first == ANYTHING => {
            (0..=printed.len()).any(|skipped| lines_match(rest, &printed[skipped..]))
        }
        [first, rest @ ..] => {
            printed
                .first()
                .is_some_and(|line| line.trim_end() == first.trim_end())
                && lines_match(rest, &printed[1..])
        }
    }
}

fn compare_json(shown: &Value, real: &Value, known: &mut Known, at: &str) -> Result<(), String> {
    let differ = || Err(format!("{at}: shown {shown}, is {real}"));
    match (shown, real) {
        (Value::String(text), _) if text == ANYTHING => Ok(()),
        (Value::String(text), Value::String(is)) => {
            if is_id(text) && is_id(is) {
                known.insert(text.clone(), is.clone());
            }
            if scrub(text) == scrub(is) {
                Ok(())
            } else {
                differ()
            }
        }
        (Value::Object(fields), Value::Object(is)) => {
            let open = fields.contains_key(ANYTHING);
            if let Some(more) = is.keys().find(|name| !open && !fields.contains_key(*name)) {
                return Err(format!("{at}: `{more}` is not shown"));
            }
            let mut fields = fields.iter().filter(|(name, _)| *name != ANYTHING);
            fields.try_for_each(|(name, shown)| {
                let real = is
                    .get(name)
                    .ok_or_else(|| format!("{at}: there is no `{name}`"))?;
                compare_json(shown, real, known, &format!("{at}.{name}"))
            })
        }
        (Value::Array(items), Value::Array(is)) => {
            let open = items.last().is_some_and(|last| last == ANYTHING);
            let items = if open {
                &items[..items.len() - 1]
            } else {
                &items[..]
            };
            if is.len() < items.len() || (!open && is.len() > items.len()) {
                return differ();
            }
            let mut pairs = items.iter().zip(is).enumerate();
            pairs.try_for_each(|(index, (shown, real))| {
                compare_json(shown, real, known, &format!("{at}[{index}]"))
            })
        }
        _ if shown == real => Ok(()),
        _ => differ(),
    }
}

/// The text with a word for everything that no two runs have in common.
fn scrub(text: &str) -> String {
    let mut scrubbed = String::new();
    let mut rest = text;
    for word in words(text) {
        let at = rest.find(word).unwrap();
        scrubbed.push_str(&rest[..at]);
        scrubbed.push_str(kind(word).unwrap_or(word));
        rest = &rest[at + word.len()..];
    }
    scrubbed + rest
}

fn kind(word: &str) -> Option<&'static str> {
    let is_moment =
        |word: &str| word.len() >= 20 && word.as_bytes()[10] == b'T' && word.ends_with('Z');
    let is_figure = |word: &str| word.contains('.') && word.parse::<f64>().is_ok();
    let is_address = |word: &str| word.starts_with("127.0.0.1:");
    match word {
        word if is_id(word) => Some("<id>"),
        word if is_moment(word) => Some("<moment>"),
        word if is_address(word) => Some("<address>"),
        word if is_figure(word) => Some("<figure>"),
        _ => None,
    }
}

fn is_id(word: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths: Vec<usize> = word
        .split('-')
        .filter(|part| digits(part))
        .map(str::len)
        .collect();
    lengths == [8, 4, 4, 4, 12]
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_ascii_alphanumeric() && !matches!(char, '-' | '.' | ':'))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: &str = "0199aaaa-0000-7000-8000-000000000001";
    const REAL: &str = "0199bbbb-1111-7111-8111-111111111111";

    fn same(shown: &str, printed: &str) -> bool {
        compare(shown, printed, &mut Known::new()).is_ok()
    }

    #[test]
    fn what_differs_from_run_to_run_may_differ() {
        assert!(same(
            "took 0.25 s at 127.0.0.1:80",
            "took 1.5 s at 127.0.0.1:4711"
        ));
        assert!(same(
            "at 2026-01-02T03:04:05Z",
            "at 2027-05-06T07:08:09.123Z"
        ));
        assert!(!same("took 0.25 s", "took a while"));
        assert!(!same("3 tasks", "4 tasks"));
    }

    #[test]
    fn an_ellipsis_stands_for_any_lines() {
        assert!(same("a\n…\nz", "a\nb\nc\nz"));
        assert!(same("a\n…\nz", "a\nz"));
        assert!(!same("a\n…\nz", "a\nb"));
        assert!(!same("a", "a\nb"));
    }

    #[test]
    fn json_is_compared_by_its_values() {
        let real = r#"{"a": 1, "b": ["x", "y"], "c": {"d": null}}"#;
        assert!(same(r#"{"b": ["x", "…"], "…": "…"}"#, real));
        assert!(same(
            r#"{"a": "…", "b": ["x", "y"], "c": {"d": null}}"#,
            real
        ));
        assert!(!same(r#"{"b": ["x", "y"]}"#, real));
        assert!(!same(r#"{"b": ["x"], "…": "…"}"#, real));
        assert!(!same(r#"{"z": 1, "…": "…"}"#, real));
    }

    #[test]
    fn ids_are_learned() {
        let mut known = Known::new();
        compare(
            &format!("made {SHOWN}"),
            &format!("made {REAL}"),
            &mut known,
        )
        .unwrap();
        assert_eq!(known[SHOWN], REAL);
        let (shown, real) = (
            format!("{{\"id\": \"{SHOWN}\"}}"),
            format!("{{\"id\":\"{REAL}\"}}"),
        );
        compare(&shown, &real, &mut known).unwrap();
        assert_eq!(known[SHOWN], REAL);
    }
}
