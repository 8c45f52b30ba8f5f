//! The app: the operations, held to their contract, and the page that shows them.

use std::sync::Arc;

use poem::http::{HeaderValue, header};
use poem::web::Redirect;
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response, Route, get};
use wf_service::Service;

use crate::api::{BASE, apis, described};
use crate::contract::Contract;
use crate::docs;
use crate::error::{ApiError, Carried};
use crate::openapi::{document, openapi};

/// The API over that service: everything under `/v1`, its OpenAPI document and the page that shows
/// it.
///
/// It is to be served inside of [`wf_runtime::Http::around`], which says who asks.
pub fn app(service: Service) -> impl Endpoint<Output = Response> + use<> {
    let contract = Arc::new(Contract::declared_by(document()));
    let api = described(apis(service)).around(move |api, request| {
        let contract = Arc::clone(&contract);
        async move {
            contract.check(&request)?;
            api.call(request).await
        }
    });
    let openapi = poem::endpoint::make_sync(|_| {
        Response::builder()
            .content_type("application/json")
            .body(openapi())
    });
    Route::new()
        .nest_no_strip(BASE, api)
        .at("/openapi.json", get(openapi))
        .nest("/docs", docs::route())
        .at(
            "/",
            get(poem::endpoint::make_sync(|_| Redirect::see_other("/docs"))),
        )
        .around(answered)
}

/// The answer, whatever happens, in the shape that clients expect.
async fn answered<E: Endpoint>(
    endpoint: Arc<E>,
    request: Request,
) -> Result<Response, poem::Error> {
    let request_id = wf_runtime::context(&request).request_id;
    let mut response = match endpoint.call(request).await {
        Ok(answer) => answer.into_response(),
        Err(error) if error.is_from_response() => error.into_response(),
        Err(error) => match error.downcast::<Carried>() {
            Ok(Carried(error)) => error.into_answer(&request_id),
            Err(error) => ApiError::foreign(&error).into_answer(&request_id),
        },
    };
    // What a workflow is like changes by itself, and nobody's proxy may tell an old state.
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(no_store);
    Ok(response)
}
