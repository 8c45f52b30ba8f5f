//! Names: what Kubernetes takes for the name of an object, of a label, of an annotation, and for a
//! label's value (`apimachinery/pkg/util/validation`).

/// What Kubernetes allows for a label's value, and for a name without its prefix.
pub(crate) const LONGEST: usize = 63;
/// What it allows for a domain.
pub(crate) const LONGEST_DOMAIN: usize = 253;

/// Whether that is the name of a container, a port or a namespace: at most 63 characters.
pub(crate) fn is_dns_label(name: &str) -> bool {
    name.len() <= LONGEST && is_between(name.as_bytes(), is_lower, |byte| byte == b'-')
}

/// Whether that is a domain, as the names of most objects are. Its parts may be of any length.
pub(crate) fn is_domain(name: &str) -> bool {
    name.len() <= LONGEST_DOMAIN
        && name
            .split('.')
            .all(|part| is_between(part.as_bytes(), is_lower, |byte| byte == b'-'))
}

/// Whether a secret or a config map can have such a key.
pub(crate) fn is_key(key: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_file = key != "." && !key.starts_with("..");
    is_file && (1..=LONGEST_DOMAIN).contains(&key.len()) && key.bytes().all(is_part)
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
    let is_end = |byte: u8| byte.is_ascii_alphanumeric();
    name.len() <= LONGEST && is_between(name.as_bytes(), is_end, |byte| b"-_.".contains(&byte))
}

fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether there is something of these bytes, with none but the first kind at the
/// ends.
fn is_between(name: &[u8], is_end: impl Fn(u8) -> bool, is_middle: impl Fn(u8) -> bool) -> bool {
    let ends = [name.first(), name.last()];
    !name.is_empty()
        && ends.into_iter().flatten().all(|&byte| is_end(byte))
        && name.iter().all(|&byte| is_end(byte) || is_middle(byte))
}
