//! The body of a request: read whole, up to a limit, before anybody parses it.

use std::time::Duration;

use poem::error::ReadBodyError;
use poem::http::header;
use poem::{Body, Request};
use wf_service::{Code, Error, Result};

/// Reads the body of the request, and puts it back as bytes.
///
/// What it says of its length is believed when it is too large, and never when it is not: a body
/// in chunks says nothing.
pub(super) async fn receive(request: &mut Request, most: usize, within: Duration) -> Result<()> {
    if told_length(request).is_some_and(|length| length > most as u64) {
        return Err(too_large(most));
    }
    let body = request.take_body();
    if body.is_empty() {
        return Ok(());
    }
    let bytes = tokio::time::timeout(within, body.into_bytes_limit(most))
        .await
        .map_err(|_| too_slow(within))?
        .map_err(|error| unreadable(&error, most))?;
    request.set_body(Body::from_bytes(bytes));
    Ok(())
}

fn told_length(request: &Request) -> Option<u64> {
    request
        .headers()
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn unreadable(error: &ReadBodyError, most: usize) -> Error {
    match error {
        ReadBodyError::PayloadTooLarge => too_large(most),
        _ => Error::new(
            Code::Invalid,
            "the body of the request broke off; send it again, whole",
        ),
    }
}

fn too_large(most: usize) -> Error {
    let message = format!("the body of the request is too large; it may have {most} bytes");
    Error::new(Code::TooLarge, message)
}

fn too_slow(within: Duration) -> Error {
    let message = format!(
        "the body of the request did not arrive within {} seconds",
        within.as_secs()
    );
    Error::new(Code::Timeout, message)
}
