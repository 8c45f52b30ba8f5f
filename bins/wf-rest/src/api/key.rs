//! Keys: by which a repeated request is told from a new one.

use poem::Request;
use poem::http::HeaderValue;
use wf_model::{Fault, FaultCode, Place};
use wf_service::Error;

use crate::fields::one;

/// Refuses a key that the framework did not read, being no text, or did not read all of.
pub(super) fn check(request: &Request, read: Option<&str>) -> Result<(), Error> {
    let sent: Vec<&HeaderValue> = request
        .headers()
        .get_all("Idempotency-Key")
        .iter()
        .collect();
    let whole = match (sent.as_slice(), read) {
        ([], None) => true,
        ([sent], Some(read)) => sent.as_bytes() == read.as_bytes(),
        _ => false,
    };
    if whole {
        return Ok(());
    }
    let message = "an `Idempotency-Key` is given once, as 1 to 255 printable ASCII characters";
    let place = Place::root().field("Idempotency-Key");
    Err(one(Fault::new(&place, FaultCode::OutOfRange, message)))
}
