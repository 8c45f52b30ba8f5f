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

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_error_finds_its_name_and_nothing_else_does() {
        let names = || ["command", "args", "env"].into_iter();
        assert_eq!(nearest("comand", names()), Some("command"));
        assert_eq!(nearest("arsg", names()), Some("args"));
        assert_eq!(nearest("image", names()), None);
        assert_eq!(nearest("x", names()), None);
    }
}
