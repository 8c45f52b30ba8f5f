//! The operations, a file for each kind of thing.

mod answers;
mod bulk;
mod catalog;
mod documents;
mod etag;
mod graph;
mod history;
mod key;
mod logs;
mod service;
mod steering;
mod task_steering;
mod tasks;
mod workflows;

use poem_openapi::{OpenApiService, Tags};
use wf_service::Service;

use self::bulk::BulkApi;
use self::catalog::CatalogApi;
use self::documents::DocumentsApi;
use self::graph::GraphApi;
use self::history::HistoryApi;
use self::service::ServiceApi;
use self::steering::SteeringApi;
use self::task_steering::TaskSteeringApi;
use self::tasks::TasksApi;
use self::workflows::WorkflowsApi;

/// What stands before every path.
pub(crate) const BASE: &str = "/v1";

/// What the operations are about.
#[derive(Tags)]
pub(crate) enum Tag {
    /// What users create: find, start, stop, restart and delete it.
    Workflows,
    /// The nodes of a workflow's DAG, and what they print.
    Tasks,
    /// The runs of a workflow, and who did what to it.
    History,
    /// Documents that are stored nowhere: check, render, simulate.
    Documents,
    /// The actions that tasks use.
    Catalog,
    /// The service itself.
    Service,
}

/// All operations.
pub(crate) type Apis = (
    WorkflowsApi,
    SteeringApi,
    BulkApi,
    TasksApi,
    TaskSteeringApi,
    HistoryApi,
    DocumentsApi,
    GraphApi,
    CatalogApi,
    ServiceApi,
);

/// All operations over that service.
pub(crate) fn apis(service: Service) -> Apis {
    (
        WorkflowsApi(service.clone()),
        SteeringApi(service.clone()),
        BulkApi(service.clone()),
        TasksApi(service.clone()),
        TaskSteeringApi(service.clone()),
        HistoryApi(service.clone()),
        DocumentsApi(service.clone()),
        GraphApi(service.clone()),
        CatalogApi(service.clone()),
        ServiceApi(service),
    )
}

/// The operations with what the OpenAPI document says of them all.
pub(crate) fn described<T>(apis: T) -> OpenApiService<T, ()> {
    OpenApiService::new(apis, "Medulla Workflow Service", env!("CARGO_PKG_VERSION"))
        .description(include_str!("description.md"))
        .license(poem_openapi::LicenseObject::new("Apache-2.0"))
        .server(poem_openapi::ServerObject::new("/"))
}
