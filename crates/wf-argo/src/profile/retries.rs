//! Retries: the `retryStrategy` of templates that have none.

use serde_json::Value;

use super::check::Check;
use super::fields::{fields, filled, object, seconds, text};
use super::source::ProfileSource;

/// The strategy, if the knobs ask for one.
///
/// Numbers that may be texts are texts: Argo's JSON schema knows them only so.
pub(super) fn strategy(check: &mut Check<'_>, source: &ProfileSource) -> Option<Value> {
    let Some(limit) = source.retry_max_attempts else {
        without_limit(check, source);
        return None;
    };
    let backoff = backoff(check, source);
    if let Some(expression) = &source.retry_expression {
        check.expression("retryExpression", expression);
    }
    Some(object([
        ("limit", Some(Value::from(limit.to_string()))),
        (
            "retryPolicy",
            source.retry_policy.map(|it| Value::from(it.as_str())),
        ),
        ("expression", text(source.retry_expression.as_deref())),
        ("backoff", backoff),
    ]))
}

/// Argo would retry for ever, and without any wait.
fn without_limit(check: &mut Check<'_>, source: &ProfileSource) {
    let knobs = [
        ("retryPolicy", source.retry_policy.is_some()),
        ("retryExpression", source.retry_expression.is_some()),
        (
            "retryBackoffInitialDurationSeconds",
            source.retry_backoff_initial_duration_seconds.is_some(),
        ),
        ("retryBackoffFactor", source.retry_backoff_factor.is_some()),
        (
            "retryBackoffMaxDurationSeconds",
            source.retry_backoff_max_duration_seconds.is_some(),
        ),
        (
            "retryBackoffCapSeconds",
            source.retry_backoff_cap_seconds.is_some(),
        ),
    ];
    for (knob, _) in knobs.into_iter().filter(|(_, is_given)| *is_given) {
        check.error(
            knob,
            "it needs `retryMaxAttempts`; without it Argo would retry for ever",
        );
    }
}

fn backoff(check: &mut Check<'_>, source: &ProfileSource) -> Option<Value> {
    let rest = fields([
        (
            "factor",
            source
                .retry_backoff_factor
                .map(|it| Value::from(it.to_string())),
        ),
        (
            "maxDuration",
            source.retry_backoff_max_duration_seconds.map(seconds),
        ),
        ("cap", source.retry_backoff_cap_seconds.map(seconds)),
    ]);
    let duration = source.retry_backoff_initial_duration_seconds.map(seconds);
    if duration.is_none() && !rest.is_empty() {
        let message =
            "a backoff needs its first wait; say `retryBackoffInitialDurationSeconds`, too";
        check.error("retryMaxAttempts", message);
    }
    let mut backoff = fields([("duration", duration)]);
    backoff.extend(rest);
    filled(backoff)
}
