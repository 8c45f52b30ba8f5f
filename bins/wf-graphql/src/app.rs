//! The app: the API and the page that it can be tried from.

use poem::{Route, get};
use wf_service::Service;

use crate::api::Api;
use crate::endpoint::GraphqlEndpoint;
use crate::page;

/// The API at `/graphql`, and the page at `/`.
pub fn app(service: Service) -> Route {
    Route::new()
        .at("/graphql", GraphqlEndpoint(Api::new(service)))
        .at("/", get(page::index))
        .at("/page.css", get(page::style))
        .at("/page.js", get(page::script))
        .at("/icon.svg", get(page::icon))
        .at("/schema.graphql", get(page::schema))
}
