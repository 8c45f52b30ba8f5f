//! Logs on the wire: text, JSON lines or server-sent events, line by line as they come.

use std::io;
use std::time::Duration;

use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt, future};
use poem::http::StatusCode;
use poem::web::sse::{Event, SSE};
use poem::{Body, IntoResponse, Request, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{
    MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry,
};
use poem_openapi::types::{ToJSON, Type};
use wf_service::{Code, Error, LogLine, Result, Service};

use crate::accept;
use crate::contract::joined_accept;
use crate::view::{LogLineView, Problem};

/// How often a silent stream of events shows that it is alive; less than proxies wait for.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogFormat {
    Text,
    JsonLines,
    Events,
}

impl LogFormat {
    const ALL: [Self; 3] = [Self::Text, Self::JsonLines, Self::Events];

    fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::JsonLines => "application/x-ndjson",
            Self::Events => "text/event-stream",
        }
    }

    /// The format that the request likes best.
    pub(super) fn asked_by(request: &Request) -> Self {
        let offered = Self::ALL.map(Self::media_type);
        let accept = joined_accept(request);
        let chosen = accept::choose(accept.as_deref(), &offered);
        let format = Self::ALL
            .into_iter()
            .find(|format| Some(format.media_type()) == chosen);
        format.unwrap_or(Self::Text)
    }
}

/// The lines of a task, on their way to the client.
pub(super) struct Logs {
    pub(super) service: Service,
    pub(super) format: LogFormat,
    pub(super) lines: BoxStream<'static, Result<LogLine>>,
    pub(super) request_id: String,
}

/// What is told of a log, one after the other.
enum Told {
    Line(LogLine),
    /// Nothing comes after it.
    Failure(Error),
    /// All has been told.
    End,
}

impl Logs {
    /// The lines, then what became of the stream. One that the service closes has no end, and one
    /// that fails has nothing behind the failure.
    fn told(self) -> impl Stream<Item = Told> {
        let Self { service, lines, .. } = self;
        stream::unfold(Some(lines), move |lines| {
            let service = service.clone();
            async move {
                let mut lines = lines?;
                match lines.next().await {
                    Some(Ok(line)) => Some((Told::Line(line), Some(lines))),
                    Some(Err(error)) => Some((Told::Failure(error), None)),
                    None if service.closing().is_cancelled() => {
                        let message = "the service is about to go; ask again";
                        Some((Told::Failure(Error::new(Code::Unavailable, message)), None))
                    }
                    None => Some((Told::End, None)),
                }
            }
        })
    }

    /// A text for each line. A failure cuts the body, so that nobody takes it for whole.
    fn written(self, write: fn(LogLine) -> String) -> Response {
        let content_type = match self.format {
            LogFormat::Text => "text/plain; charset=utf-8",
            other => other.media_type(),
        };
        let chunks = self.told().filter_map(move |told| {
            future::ready(match told {
                Told::Line(line) => Some(Ok(write(line))),
                Told::Failure(error) => Some(Err(io::Error::other(error))),
                Told::End => None,
            })
        });
        Response::builder()
            .content_type(content_type)
            .body(Body::from_bytes_stream(chunks))
    }

    fn events(self) -> Response {
        let request_id = self.request_id.clone();
        let events = self.told().map(move |told| match told {
            Told::Line(line) => event("line", LogLineView::from(line).to_json_string()),
            Told::Failure(error) => {
                let status = StatusCode::from_u16(error.code().status()).unwrap_or_default();
                event(
                    "error",
                    Problem::new(&error, status, &request_id).to_json_string(),
                )
            }
            Told::End => event("end", "{}".to_owned()),
        });
        SSE::new(events).keep_alive(KEEP_ALIVE).into_response()
    }
}

fn event(kind: &str, data: String) -> Event {
    Event::message(data).event_type(kind)
}

impl IntoResponse for Logs {
    fn into_response(self) -> Response {
        match self.format {
            LogFormat::Text => self.written(|line| line.text + "\n"),
            LogFormat::JsonLines => {
                self.written(|line| LogLineView::from(line).to_json_string() + "\n")
            }
            LogFormat::Events => self.events(),
        }
    }
}

/// Written by hand: three media types of one answer, two of them streams of a declared type.
impl ApiResponse for Logs {
    fn meta() -> MetaResponses {
        let text = MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")));
        let content = |(format, schema): (LogFormat, MetaSchemaRef)| MetaMediaType {
            content_type: format.media_type(),
            schema,
        };
        let schemas = [
            (LogFormat::Text, text),
            (LogFormat::JsonLines, LogLineView::schema_ref()),
            (LogFormat::Events, LogLineView::schema_ref()),
        ];
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The lines, one after the other as they come.",
                status: Some(200),
                status_range: None,
                content: schemas.into_iter().map(content).collect(),
                headers: Vec::new(),
            }],
        }
    }

    fn register(registry: &mut Registry) {
        LogLineView::register(registry);
    }
}
