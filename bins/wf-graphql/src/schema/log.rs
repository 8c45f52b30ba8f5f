//! Logs: the first lines that a task printed.

use async_graphql::{ID, Object, SimpleObject};
use futures_util::StreamExt;
use time::OffsetDateTime;
use wf_model::{FaultCode, Place};
use wf_service::{LogLine as Line, LogQuery};

use super::phase::LogStream;
use crate::caller::Caller;
use crate::error::ApiResult;

/// How many lines one answer tells at most.
const MOST_LINES: usize = 10_000;
/// How much text one answer tells at most.
const MOST_BYTES: usize = 4 << 20;

/// What a task printed, from its beginning.
#[derive(SimpleObject)]
pub(crate) struct Logs {
    /// The lines, in order; of several items, by item.
    lines: Vec<LogLine>,
    /// Whether there are more.
    truncated: bool,
}

/// One line that a task printed.
pub(crate) struct LogLine(Line);

/// One line that a task printed.
#[Object]
impl LogLine {
    /// When it was read.
    async fn at(&self) -> OffsetDateTime {
        self.0.at.to_offset_date_time()
    }

    /// The item that printed it, when the task fans out.
    async fn item(&self) -> Option<u32> {
        self.0.item
    }

    /// The attempt that printed it.
    async fn attempt(&self) -> u32 {
        self.0.attempt
    }

    /// Where it was printed.
    async fn stream(&self) -> LogStream {
        self.0.stream.into()
    }

    /// The line without its end.
    async fn text(&self) -> &str {
        &self.0.text
    }
}

/// Reads the first lines that the query asks for.
pub(crate) async fn read(caller: &Caller, id: &ID, query: LogQuery, first: i32) -> ApiResult<Logs> {
    let most = usize::try_from(first).unwrap_or(0);
    if !(1..=MOST_LINES).contains(&most) {
        let message = format!("has to be 1 to {MOST_LINES}");
        return Err((Place::root().field("first"), FaultCode::OutOfRange, message).into());
    }
    let id = wf_service::workflow_id(id)?;
    let mut printed = caller.service.logs(&caller.context, id, query).await?;
    let mut lines = Vec::new();
    let mut bytes = 0;
    while let Some(line) = printed.next().await.transpose()? {
        bytes += line.text.len();
        if lines.len() == most || bytes > MOST_BYTES {
            return Ok(Logs {
                lines,
                truncated: true,
            });
        }
        lines.push(LogLine(line));
    }
    Ok(Logs {
        lines,
        truncated: false,
    })
}
