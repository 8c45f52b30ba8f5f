//! The API without its transport: one operation in, one answer out.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Request, Response, ServerError, Value};
use wf_service::{Code, Context, Error, Service};

use crate::bounds;
use crate::caller::Caller;
use crate::error::{self, ApiError};
use crate::schema::{self, MOST_COMPLEXITY, MOST_DEPTH, Schema};

/// What a use case is given beyond its own time limit before the whole answer is given up, so that
/// the use case can say which call was slow.
const PATIENCE: Duration = Duration::from_millis(500);

/// Executes operations of GraphQL. Cheap to clone.
///
/// Every transport goes through here, so that none can forget the bounds and the codes.
#[derive(Clone)]
pub struct Api {
    schema: Schema,
    service: Service,
}

impl Api {
    /// The API of that service.
    pub fn new(service: Service) -> Self {
        Self {
            schema: schema::build(),
            service,
        }
    }

    /// Executes one operation for that caller. Every error of the answer has a code.
    pub async fn execute(&self, context: Context, mut request: Request) -> Response {
        let request_id = context.request_id.clone();
        let mut response = match prepare(&mut request) {
            Ok(()) => self.execute_in_time(context, request).await,
            Err(error) => Response::from_errors(vec![error]),
        };
        for error in &mut response.errors {
            name_the_limit(error);
        }
        error::complete(&mut response, &request_id);
        response
    }

    async fn execute_in_time(&self, context: Context, request: Request) -> Response {
        let timeout = context.timeout;
        let caller = Arc::new(Caller::new(self.service.clone(), context));
        let execution = self.schema.execute(request.data(Arc::clone(&caller)));
        let mut response = match timeout {
            None => execution.await,
            Some(timeout) => match tokio::time::timeout(timeout + PATIENCE, execution).await {
                Ok(response) => response,
                Err(_) => return Response::from_errors(vec![too_slow(timeout)]),
            },
        };
        let truncated = caller.truncated();
        if !truncated.is_empty() {
            response
                .extensions
                .insert("truncated".to_owned(), Value::List(truncated));
        }
        response
    }
}

/// Parses the query, within bounds.
fn prepare(request: &mut Request) -> Result<(), ServerError> {
    bounds::scan(&request.query, &request.variables).map_err(beyond)?;
    let document = request.parsed_query()?;
    bounds::measure(document).map_err(beyond)
}

fn beyond(excess: bounds::Excess) -> ServerError {
    ServerError::new(excess, None)
}

fn too_slow(timeout: Duration) -> ServerError {
    let message = format!(
        "the answer took longer than {} s; ask for less",
        timeout.as_secs()
    );
    let error: async_graphql::Error = ApiError::from(Error::new(Code::Timeout, message)).into();
    ServerError {
        extensions: error.extensions,
        ..ServerError::new(error.message, None)
    }
}

/// The library tells that a limit was passed, and not which.
fn name_the_limit(error: &mut ServerError) {
    if error.message == "Query is too complex." {
        error.message = format!(
            "the query is too complex: its cost is over {MOST_COMPLEXITY}, where a field costs 1, \
             a list its length times its fields, and a check of a document 2000; ask for a smaller \
             page or split the request"
        );
    } else if error.message == "Query is nested too deep." {
        error.message = format!("the query is nested deeper than {MOST_DEPTH} fields");
    }
}
