//! The law of the reader, for the property tests and the fuzzer alike.

use wf_argo::{Catalog, Manifest, Profile, read_document, render};
use wf_model::{Document, Limits, validate};

/// Whatever bytes are a manifest: it is read or refused, and what is read of it and is valid comes
/// to rest: rendered and read again, it stays what it is.
pub(crate) fn reading_comes_to_rest(bytes: &[u8], catalog: &Catalog) {
    let Ok(manifest) = serde_json::from_slice::<Manifest>(bytes) else {
        return;
    };
    let Ok(document) = read_document(&manifest, catalog) else {
        return;
    };
    if let Some(canonical) = again(document, catalog) {
        let resting = again(canonical.clone(), catalog);
        assert_eq!(resting, Some(canonical));
    }
}

/// The document rendered and read again, if it is one.
fn again(document: Document, catalog: &Catalog) -> Option<Document> {
    let workflow = validate(document, catalog.signatures(), &Limits::default()).ok()?;
    let rendered = render(&workflow, catalog, &Profile::plain()).ok()?;
    let read = read_document(rendered.workflow(), catalog);
    Some(read.expect("what was rendered can be read"))
}
