//! Reading: from bytes to a document, with every fault of its shape at once.

mod fields;
mod raw;
mod shape;

use std::cell::Cell;

use serde::de::DeserializeSeed;
use serde_json::Value;

use crate::document::Document;
use crate::fault::{FaultCode, Faults};
use crate::finding::{At, Findings};
use crate::signature::Signatures;
use crate::target::Limits;
use crate::valid::ValidWorkflow;
use crate::validation;

use raw::{Raw, RawSeed};

/// A document as far as it could be read, and the faults of its shape.
///
/// [`Draft::validate`] tells these together with all others, so that nobody mends a document in
/// two rounds.
#[derive(Debug)]
pub struct Draft {
    document: Document,
    findings: Findings,
    readable: Readable,
}

/// Whether there is a document at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readable {
    /// The bytes were an object, and their size is known to be within the limit.
    Yes,
    /// So was the value, but it never had a size.
    YesOfUnknownSize,
    /// There is nothing to look into further.
    No,
}

impl Draft {
    /// Reads a document from JSON.
    ///
    /// Never fails: what is wrong is told by [`validate`](Self::validate) and
    /// [`document`](Self::document). More than `limits.bytes` is not looked into.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Self {
        if bytes.len() > limits.bytes {
            return Self::unreadable(
                FaultCode::TooLarge,
                format!(
                    "has {} bytes; at most {} are allowed for {}",
                    bytes.len(),
                    limits.bytes,
                    limits.target
                ),
            );
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("is not UTF-8 at byte {}", error.valid_up_to());
                return Self::unreadable(FaultCode::MalformedJson, message);
            }
        };
        if text.starts_with('\u{feff}') {
            let message = "begins with a byte order mark; send UTF-8 without one".to_owned();
            return Self::unreadable(FaultCode::MalformedJson, message);
        }
        let left = Cell::new(most_values(limits));
        let mut json = serde_json::Deserializer::from_str(text);
        let read = RawSeed::new(&left)
            .deserialize(&mut json)
            .and_then(|raw| json.end().map(|()| raw));
        Self::read(read, &left, Readable::Yes)
    }

    /// Reads a document from JSON that somebody else has parsed already.
    pub fn from_value(value: Value, limits: &Limits) -> Self {
        let left = Cell::new(most_values(limits));
        let read = RawSeed::new(&left).deserialize(value);
        Self::read(read, &left, Readable::YesOfUnknownSize)
    }

    fn read(
        read: Result<Raw<'_>, serde_json::Error>,
        left: &Cell<usize>,
        readable: Readable,
    ) -> Self {
        let raw = match read {
            Ok(raw) => raw,
            Err(error) if left.get() == 0 => {
                return Self::unreadable(FaultCode::TooLarge, error.to_string());
            }
            Err(error) => {
                let message = format!("cannot be read as JSON: {error}");
                return Self::unreadable(FaultCode::MalformedJson, message);
            }
        };
        let mut findings = Findings::default();
        let is_object = matches!(raw, Raw::Object(_));
        let document = shape::document(raw, &mut findings);
        Self {
            document,
            findings,
            readable: if is_object { readable } else { Readable::No },
        }
    }

    fn unreadable(code: FaultCode, message: String) -> Self {
        let mut findings = Findings::default();
        findings.report(&At::Root, code, || message);
        Self {
            document: Document::default(),
            findings,
            readable: Readable::No,
        }
    }

    /// The document, if its shape is right; nothing else is checked.
    ///
    /// # Errors
    /// The faults of its shape.
    pub fn document(mut self) -> Result<Document, Faults> {
        match self.findings.take_faults() {
            Some(faults) => Err(faults),
            None => Ok(self.document),
        }
    }

    /// Checks the document against the actions of a catalog and the limits of a target.
    ///
    /// # Errors
    /// Every fault, those of the shape included, in a stable order.
    pub fn validate(
        self,
        signatures: &Signatures,
        limits: &Limits,
    ) -> Result<ValidWorkflow, Faults> {
        let mut findings = self.findings;
        if self.readable == Readable::YesOfUnknownSize {
            validation::check_size(&self.document, limits, &mut findings);
        }
        // What could not be read, or has too many faults already, need not be looked into.
        let is_hopeless = self.readable == Readable::No || findings.is_full();
        if is_hopeless && let Some(faults) = findings.take_faults() {
            return Err(faults);
        }
        validation::run(self.document, signatures, limits, findings)
    }
}

/// Checks a document against the actions of a catalog and the limits of a target.
///
/// # Errors
/// Every fault, in a stable order.
pub fn validate(
    document: Document,
    signatures: &Signatures,
    limits: &Limits,
) -> Result<ValidWorkflow, Faults> {
    Draft {
        document,
        findings: Findings::default(),
        readable: Readable::YesOfUnknownSize,
    }
    .validate(signatures, limits)
}

/// How many values a document may have: enough for any that is not made to hurt, whose memory is
/// a multiple of its bytes.
fn most_values(limits: &Limits) -> usize {
    (limits.bytes / 4).max(1024)
}
