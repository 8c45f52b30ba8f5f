//! Retries: a task's `retry` as Argo's `retryStrategy`.

use serde_json::{Map, Value};
use wf_model::{Retry, RetryPolicy};

use super::object;

/// A retry by which templates can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct RetryKey {
    limit: u32,
    policy: Option<RetryPolicy>,
    backoff_seconds: Option<u64>,
    factor: Option<u32>,
    max_seconds: Option<u64>,
}

impl From<&Retry> for RetryKey {
    fn from(retry: &Retry) -> Self {
        Self {
            limit: retry.limit,
            policy: retry.policy,
            backoff_seconds: retry.backoff_seconds,
            factor: retry.factor,
            max_seconds: retry.max_seconds,
        }
    }
}

impl RetryKey {
    /// Numbers that may be texts are texts: Argo's JSON schema knows them only so.
    pub(super) fn strategy(self) -> Value {
        let mut strategy = Map::new();
        strategy.insert("limit".to_owned(), Value::from(self.limit.to_string()));
        if let Some(policy) = self.policy {
            strategy.insert("retryPolicy".to_owned(), Value::from(policy.as_str()));
        }
        if self.backoff_seconds.is_some() || self.factor.is_some() || self.max_seconds.is_some() {
            strategy.insert("backoff".to_owned(), self.backoff());
        }
        Value::Object(strategy)
    }

    /// Argo wants a duration in every backoff. `0` without a unit is how "none was given" is
    /// written, so that it can be read back; to Argo it is `0s`.
    fn backoff(self) -> Value {
        let seconds = |seconds: u64| Value::from(format!("{seconds}s"));
        let fields = [
            (
                "duration",
                self.backoff_seconds.map(seconds).or(Some(Value::from("0"))),
            ),
            (
                "factor",
                self.factor.map(|factor| Value::from(factor.to_string())),
            ),
            ("maxDuration", self.max_seconds.map(seconds)),
        ];
        object(
            fields
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?))),
        )
    }
}
