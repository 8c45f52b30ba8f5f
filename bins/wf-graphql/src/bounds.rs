//! Bounds: how large a query may be, decided before anything expensive or recursive is done with it.
//!
//! The parser and some of the checks of async-graphql recurse once per bracket, and expand
//! fragments each time they are spread. A query of a few kilobytes can thereby overflow a stack, or
//! stand for more fields than there are atoms. So the text is scanned first, without recursion, and
//! the parsed document is then measured, each fragment once.

mod measure;
mod scan;

pub(crate) use measure::measure;
pub(crate) use scan::scan;

/// What a query goes beyond, in words for its author.
pub(crate) type Excess = String;

fn excess(what: &str, most: usize, remedy: &str) -> Excess {
    format!("the query has more than {most} {what}; {remedy}")
}
