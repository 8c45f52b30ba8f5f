//! Keys: by which a repeated request is told from a new one.

use poem::Request;
use poem::http::HeaderValue;
use poem_openapi::param::Header;
use wf_model::{Fault, FaultCode, Place};
use wf_service::{Context, Error};

use crate::fields::one;

/// The caller of a request, with the key that it has.
pub(super) fn context(request: &Request, key: Header<Option<String>>) -> Result<Context, Error> {
    check(request, key.0.as_deref())?;
    Ok(wf_runtime::context(request).with_key(key.0))
}

/// Refuses a key that the framework did not read, being no text, or did not read all of.
fn check(request: &Request, read: Option<&str>) -> Result<(), Error> {
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
