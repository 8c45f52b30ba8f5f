//! Accept: which of the media types on offer a client wants (RFC 9110 §12.5.1).

/// The media type among `offered` that the client likes best; the first, when it is all the same
/// to the client; none, when it wants none of them.
pub(crate) fn choose<'a>(accept: Option<&str>, offered: &[&'a str]) -> Option<&'a str> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return offered.first().copied();
    };
    let ranges: Vec<Range<'_>> = accept.split(',').filter_map(Range::parse).collect();
    let mut best = None;
    for media_type in offered {
        let liking = liking(&ranges, media_type);
        if liking > best.map_or(0, |(liking, _)| liking) {
            best = Some((liking, *media_type));
        }
    }
    best.map(|(_, media_type)| media_type)
}

/// How much the client likes it, in thousandths: by the most specific range that covers it.
fn liking(ranges: &[Range<'_>], media_type: &str) -> u16 {
    ranges
        .iter()
        .filter_map(|range| Some((range.specificity(media_type)?, range.quality)))
        .max()
        .map_or(0, |(_, quality)| quality)
}

/// One part of an `Accept`, as in `text/*;q=0.5`.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    quality: u16,
}

impl<'a> Range<'a> {
    fn parse(part: &'a str) -> Option<Self> {
        let mut pieces = part.split(';').map(str::trim);
        let (kind, subtype) = pieces.next()?.split_once('/')?;
        let quality = pieces
            .find_map(|piece| piece.strip_prefix("q=").or(piece.strip_prefix("Q=")))
            .map_or(Some(1000), thousandths)?;
        Some(Self {
            kind,
            subtype,
            quality,
        })
    }

    /// How exactly it names that type, if it covers it.
    fn specificity(&self, media_type: &str) -> Option<u8> {
        let (kind, subtype) = media_type.split_once('/')?;
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (own, "*") if own.eq_ignore_ascii_case(kind) => Some(1),
            (own, exact)
                if own.eq_ignore_ascii_case(kind) && exact.eq_ignore_ascii_case(subtype) =>
            {
                Some(2)
            }
            _ => None,
        }
    }
}

/// A quality such as `0.25`, in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (whole, format!("{fraction:0<3}").parse().ok()?) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::choose;

    const OFFERED: [&str; 3] = ["text/plain", "application/x-ndjson", "text/event-stream"];

    #[track_caller]
    fn check(accept: &str, expected: Option<&str>) {
        assert_eq!(choose(Some(accept), &OFFERED), expected, "{accept}");
    }

    #[test]
    fn whoever_does_not_mind_gets_the_first() {
        assert_eq!(choose(None, &OFFERED), Some("text/plain"));
        check("", Some("text/plain"));
        check("*/*", Some("text/plain"));
        check("text/*", Some("text/plain"));
    }

    #[test]
    fn the_best_liked_wins_and_the_exact_name_counts_before_the_wildcard() {
        check("text/event-stream", Some("text/event-stream"));
        check(
            "text/plain;q=0.2, application/x-ndjson; q=0.9",
            Some("application/x-ndjson"),
        );
        check("text/*;q=0.5, text/plain;q=0.1", Some("text/event-stream"));
        check("TEXT/Event-Stream", Some("text/event-stream"));
    }

    #[test]
    fn what_is_not_wanted_is_not_given() {
        check("image/png", None);
        check("text/plain;q=0", None);
        check("*/*;q=0", None);
        check("nonsense", None);
        check("text/plain;q=banana", None);
    }
}
