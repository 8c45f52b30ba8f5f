//! The handover: workflows that this process accepted, on their way to its executor.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use wf_model::Document;

use super::prepared::Prepared;
use crate::embedded::store::Key;

/// How many bytes of documents are kept; the others are read from the store when they begin.
const MOST: usize = 64 << 20;

/// A workflow that need not be read and checked again, as long as its etag is that one.
#[derive(Debug, Clone)]
pub(crate) struct Handed {
    /// The etag of its document.
    pub(crate) etag: String,
    /// What it comes to here.
    pub(crate) prepared: Prepared,
}

impl Handed {
    /// What need not be read.
    pub(crate) fn known(&self) -> (&str, &Document) {
        (&self.etag, self.prepared.workflow.document())
    }
}

/// Workflows that need not be read and checked again when they begin.
///
/// By key and not by id: an id may be another workflow's after a deletion, a key never is.
///
/// Nothing is kept while another process runs the tasks: nobody here would take it.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    leads: AtomicBool,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    workflows: BTreeMap<Key, (Handed, usize)>,
    bytes: usize,
}

impl Kept {
    fn take(&mut self, key: Key) -> Option<Handed> {
        let (handed, bytes) = self.workflows.remove(&key)?;
        self.bytes -= bytes;
        Some(handed)
    }
}

impl Handover {
    /// Whether this process runs the tasks from now on; else nothing is kept any longer.
    pub(crate) fn lead(&self, leads: bool) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        self.leads.store(leads, Ordering::Relaxed);
        if !leads {
            *kept = Kept::default();
        }
    }

    /// Keeps a workflow; the oldest go when there are too many.
    pub(crate) fn put(&self, key: Key, handed: Handed) {
        if !self.leads.load(Ordering::Relaxed) {
            return;
        }
        let bytes = size(handed.prepared.workflow.document());
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.take(key);
        kept.workflows.insert(key, (handed, bytes));
        kept.bytes += bytes;
        while kept.bytes > MOST
            && let Some((_, (_, bytes))) = kept.workflows.pop_first()
        {
            kept.bytes -= bytes;
        }
    }

    /// The workflow, if it is kept; it is not kept any longer.
    pub(crate) fn take(&self, key: Key) -> Option<Handed> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.take(key)
    }
}

/// How many bytes a document has as JSON.
fn size(document: &Document) -> usize {
    let mut counted = Counted(0);
    match serde_json::to_writer(&mut counted, document) {
        Ok(()) => counted.0,
        // What cannot be told small is not kept.
        Err(_) => usize::MAX / 2,
    }
}

struct Counted(usize);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use wf_argo::{Catalog, Profile};
    use wf_model::{Draft, Limits, Target};

    use super::*;

    const ACTION: &str = "{name: echo, parameters: [{name: t}], \
                          container: {image: none, command: [echo, '{{inputs.parameters.t}}']}}";

    fn handed(text: &str) -> Handed {
        let catalog = Catalog::from_sources([("echo.yaml", ACTION)]).unwrap();
        let limits = Limits::of(Target::Embedded);
        let document = json!({"name": "w", "tasks": [
            {"name": "A", "action": "echo", "parameters": [{"name": "t", "value": text}]}]});
        let workflow = Draft::from_value(document, &limits)
            .validate(catalog.signatures(), &limits)
            .unwrap();
        let rendered = wf_argo::render(&workflow, &catalog, &Profile::plain()).unwrap();
        Handed {
            etag: "etag".to_owned(),
            prepared: Prepared::of(Arc::new(workflow), &rendered).unwrap(),
        }
    }

    #[test]
    fn nothing_is_kept_for_another_process() {
        let handover = Handover::default();
        handover.put(Key(1), handed("small"));
        assert!(handover.take(Key(1)).is_none());
        handover.lead(true);
        handover.put(Key(2), handed("small"));
        handover.put(Key(3), handed("small"));
        assert!(handover.take(Key(2)).is_some());
        handover.lead(false);
        assert!(handover.take(Key(3)).is_none());
    }

    #[test]
    fn what_is_kept_is_bounded_in_bytes() {
        let handover = Handover::default();
        handover.lead(true);
        let large = handed(&"x".repeat(60_000));
        let fit = i64::try_from(MOST / 60_000).unwrap();
        for key in 0..2 * fit {
            handover.put(Key(key), large.clone());
        }
        assert!(handover.kept.lock().unwrap().bytes <= MOST);
        assert!(handover.take(Key(fit - 2)).is_none(), "the oldest are gone");
        assert!(handover.take(Key(2 * fit - 1)).is_some());
        for key in 0..2 * fit {
            handover.take(Key(key));
        }
        assert_eq!(handover.kept.lock().unwrap().bytes, 0);
    }
}
