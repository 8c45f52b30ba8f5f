//! Durations as Argo writes them: `90`, `90s`, `1m30s`.

/// The whole seconds of a duration; `None` when it is none, or has fractions or too much of it.
pub(super) fn seconds(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let mut total = 0_u64;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        let (unit, after) = rest[digits..].split_at_checked(1)?;
        let unit = match unit {
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn durations_are_read_as_argo_reads_them() {
        for (text, expected) in [
            ("0", Some(0)),
            ("0s", Some(0)),
            ("90", Some(90)),
            ("1h1m1s", Some(3661)),
            ("18446744073709551615s", Some(u64::MAX)),
            ("18446744073709551615h", None),
            ("", None),
            ("s", None),
            ("1", Some(1)),
            ("1.5s", None),
            ("1ms", None),
            ("1é", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
