//! Who asks: made from a request once, for every use case that it calls.

use std::time::Duration;

use poem::http::{HeaderName, HeaderValue};
use poem::{FromRequest, Request, RequestBody};
use wf_service::{Code, Context, Error, Result, Scope};

/// The longest name of an actor, in characters.
const LONGEST_ACTOR: usize = 256;

/// Who asks, as an argument of a handler.
#[derive(Debug, Clone)]
pub struct Caller(pub Context);

impl<'a> FromRequest<'a> for Caller {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self(context(request)))
    }
}

/// Who asks.
///
/// # Panics
/// When the endpoint is not inside of [`Http::around`](super::Http::around), which no request can
/// bring about.
pub fn context(request: &Request) -> Context {
    request
        .extensions()
        .get::<Context>()
        .expect("every API is served inside of `Http::around`")
        .clone()
}

/// Who asks, by what the process and the request say.
pub(super) fn identify(
    request: &Request,
    scope: &Scope,
    actor_header: Option<&HeaderName>,
    request_id: &str,
    timeout: Duration,
) -> Result<Context> {
    let mut context = Context::new(scope.clone(), request_id);
    context.timeout = Some(timeout);
    if let Some(header) = actor_header {
        context.actor = request
            .headers()
            .get(header)
            .map(|value| actor(header, value))
            .transpose()?;
    }
    Ok(context)
}

/// The proxy says it, so a name that makes no sense is refused, not dropped.
fn actor(header: &HeaderName, value: &HeaderValue) -> Result<String> {
    let text = std::str::from_utf8(value.as_bytes()).ok();
    let is_name = |text: &&str| {
        (1..=LONGEST_ACTOR).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    };
    text.filter(is_name).map(str::to_owned).ok_or_else(|| {
        let message = format!(
            "the header `{header}` has to name who asks, in 1 to {LONGEST_ACTOR} characters"
        );
        Error::new(Code::Unauthenticated, message)
    })
}
