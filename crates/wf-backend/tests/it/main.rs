//! What the backends do, from outside.

// Marked as tests, so that clippy lets their helpers unwrap, too.
#[cfg(test)]
mod embedded;
