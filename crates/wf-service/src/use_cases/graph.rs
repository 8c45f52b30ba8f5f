//! The DAG, to look at.

use wf_backend::WorkflowId;
use wf_model::{Picture, Target};

use super::documents::{check, defect};
use crate::authorize::{Operation, Resource};
use crate::context::Context;
use crate::error::Result;
use crate::graph::GraphFormat;
use crate::requests::DocumentInput;
use crate::service::Service;

impl Service {
    /// A workflow's DAG as its latest run stands.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn graph(
        &self,
        context: &Context,
        id: WorkflowId,
        format: GraphFormat,
    ) -> Result<String> {
        let work = async {
            let snapshot = self.backend().get(&context.scope, id).await?;
            self.at_the_workbench(move || {
                write(
                    &Picture::of(&snapshot.document, Some(&snapshot.run)),
                    format,
                )
            })
            .await
        };
        self.conduct(context, Operation::Read, Resource::Workflow(id), work)
            .await
    }

    /// The DAG of a document that is stored nowhere, checked for this service's backend or for a
    /// named target.
    ///
    /// # Errors
    /// `INVALID` with every fault, `TOO_LARGE`.
    pub async fn graph_of(
        &self,
        context: &Context,
        document: DocumentInput,
        (format, target): (GraphFormat, Option<Target>),
    ) -> Result<String> {
        let limits = self.limits(target);
        let catalog = self.options().catalog.current();
        let work = self.at_the_workbench(move || {
            let workflow = check(document, &catalog, &limits)?;
            write(&Picture::of(workflow.document(), None), format)
        });
        self.conduct(context, Operation::Render, Resource::Document, work)
            .await
    }
}

fn write(picture: &Picture, format: GraphFormat) -> Result<String> {
    let written = format.write(picture);
    written.map_err(|error| defect("a layout could not be written", error))
}
