//! The documents: what they show is what happens.

mod block;
mod compare;
mod flags;
mod recipe;
mod session;

use std::fs;

use session::{Curl, Session};
use xtask::workspace;

/// The documents with examples, each of which is followed from its beginning on servers of its own.
const DOCUMENTS: [&str; 3] = ["README.md", "docs/api.md", "docs/migrating.md"];

#[test]
fn the_examples_of_the_documents_happen_as_shown() {
    follow_all(Curl::StandIn);
}

/// The stand-in is ours; what people have is the real one, where there is one.
#[test]
fn the_examples_happen_with_the_curl_of_this_machine() {
    follow_all(Curl::OfMachine);
}

fn follow_all(curl: Curl) {
    for document in DOCUMENTS {
        let text = fs::read_to_string(workspace::path(document)).unwrap();
        let blocks = block::blocks(&text);
        let mut session = Session::start(curl);
        let followed = session.follow(document, &blocks);
        assert!(
            followed > 0,
            "{document} shows nothing that can be followed"
        );
        session.stop();
    }
}
