//! Suggestions: the name that was probably meant.

/// How many unlike letters make a misspelling.
const NEAR: usize = 4;

/// The name that was probably meant by one that is none of these.
pub(crate) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let distances = names.map(|other| (strsim::osa_distance(name, other), other));
    let (distance, near) = distances.min()?;
    (distance <= NEAR.min(name.len() / 2)).then_some(near)
}

/// How many fields are named when one is unknown and none is near.
const MOST_NAMED: usize = 40;

/// What is said of a field that is none of these.
pub(crate) fn unknown_field<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    if let Some(near) = nearest(name, known.iter().copied()) {
        return format!("unknown field `{name}`; did you mean `{near}`?");
    }
    let more = known.len().saturating_sub(MOST_NAMED);
    known.truncate(MOST_NAMED);
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    match (known.len(), more) {
        (0, _) => format!("unknown field `{name}`; there are none here"),
        (_, 0) => format!("unknown field `{name}`; there are {}", known.join(", ")),
        _ => format!(
            "unknown field `{name}`; there are {}, and {more} more",
            known.join(", ")
        ),
    }
}

/// What the reader of YAML says of what stands at a path: with the path of an unknown field, and
/// the field that was meant in the place of a long list.
pub(crate) fn remedied(path: &str, message: &str) -> (String, String) {
    let unknown = message
        .strip_prefix("unknown field `")
        .and_then(|rest| rest.split_once("`, expected "));
    let Some((field, known)) = unknown else {
        return (path.to_owned(), message.to_owned());
    };
    let path = match path {
        "" | "." => field.to_owned(),
        path => format!("{path}.{field}"),
    };
    (
        path,
        unknown_field(field, known.split('`').skip(1).step_by(2)),
    )
}

#[cfg(test)]
mod tests {
    use super::{nearest, remedied};

    #[test]
    fn what_the_reader_says_becomes_a_remedy() {
        for (said, path, told) in [
            (
                "unknown field `defalt`, expected one of `name`, `default`",
                "a.defalt",
                "unknown field `defalt`; did you mean `default`?",
            ),
            (
                "unknown field `q`, expected `b` or `a`",
                "a.q",
                "unknown field `q`; there are `a`, `b`",
            ),
            (
                "invalid type: map, expected a string",
                "a",
                "invalid type: map, expected a string",
            ),
        ] {
            assert_eq!(remedied("a", said), (path.to_owned(), told.to_owned()));
        }
        assert_eq!(remedied("", "unknown field `q`, expected `b`").0, "q");
    }

    #[test]
    fn a_typing_error_finds_its_name_and_nothing_else_does() {
        let names = || ["command", "args", "env"].into_iter();
        assert_eq!(nearest("comand", names()), Some("command"));
        assert_eq!(nearest("arsg", names()), Some("args"));
        assert_eq!(nearest("image", names()), None);
        assert_eq!(nearest("x", names()), None);
    }
}
