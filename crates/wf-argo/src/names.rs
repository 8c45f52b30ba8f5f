//! Names: what Kubernetes takes for the name of an object, of a label, of an annotation, and for a
//! label's value (`apimachinery/pkg/util/validation`).

/// What Kubernetes allows for a label's value, for a name without its prefix, and for one part of a
/// domain.
pub(crate) const LONGEST: usize = 63;
/// What it allows for a domain.
pub(crate) const LONGEST_DOMAIN: usize = 253;

/// Whether that is a part of a domain.
pub(crate) fn is_dns_label(name: &str) -> bool {
    let is_end = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    is_between(name.as_bytes(), is_end, |byte| byte == b'-')
}

/// Whether that is a domain, as the names of most objects are.
pub(crate) fn is_domain(name: &str) -> bool {
    name.len() <= LONGEST_DOMAIN && name.split('.').all(is_dns_label)
}

/// Whether that names a label, a taint or an annotation, maybe with a domain before it.
pub(crate) fn is_qualified(name: &str) -> bool {
    match name.split_once('/') {
        Some((domain, own)) => is_domain(domain) && is_own(own),
        None => is_own(name),
    }
}

/// Whether a label or a taint can have that value.
pub(crate) fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_own(value)
}

fn is_own(name: &str) -> bool {
    let is_middle = |byte: u8| b"-_.".contains(&byte);
    is_between(
        name.as_bytes(),
        |byte| byte.is_ascii_alphanumeric(),
        is_middle,
    )
}

/// Whether there is something, not too long, of these bytes, with none but the first kind at the
/// ends.
fn is_between(name: &[u8], is_end: impl Fn(u8) -> bool, is_middle: impl Fn(u8) -> bool) -> bool {
    let ends = [name.first(), name.last()];
    (1..=LONGEST).contains(&name.len())
        && ends.into_iter().flatten().all(|&byte| is_end(byte))
        && name.iter().all(|&byte| is_end(byte) || is_middle(byte))
}
