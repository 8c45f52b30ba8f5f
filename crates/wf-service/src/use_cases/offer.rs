//! What is on offer: the catalog.

use serde_json::Value;
use wf_model::{Signature, document_schema};

use crate::answers::ActionView;
use crate::authorize::{Operation, Resource};
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::service::Service;

impl Service {
    /// The actions on offer, in the order of their names.
    pub async fn actions(&self, context: &Context) -> Result<Vec<ActionView>> {
        let work = async {
            let catalog = self.options().catalog.current();
            Ok(catalog
                .signatures()
                .iter()
                .map(|(name, signature)| view(name, signature))
                .collect())
        };
        self.conduct(context, Operation::ReadCatalog, Resource::Catalog, work)
            .await
    }

    /// The action of that name.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn action(&self, context: &Context, name: &str) -> Result<ActionView> {
        let work = async {
            let catalog = self.options().catalog.current();
            let signature = catalog.signatures().get(name);
            signature
                .map(|signature| view(name, signature))
                .ok_or_else(|| no_action(name))
        };
        self.conduct(context, Operation::ReadCatalog, Resource::Catalog, work)
            .await
    }

    /// The JSON Schema of documents, with the actions on offer in it.
    pub async fn document_schema(&self, context: &Context) -> Result<Value> {
        let catalog = self.options().catalog.current();
        let work = self.at_the_workbench(move || Ok(document_schema(catalog.signatures())));
        self.conduct(context, Operation::ReadCatalog, Resource::Catalog, work)
            .await
    }
}

fn view(name: &str, signature: &Signature) -> ActionView {
    ActionView {
        name: name.to_owned(),
        description: signature.description.clone(),
        signature: signature.clone(),
    }
}

fn no_action(name: &str) -> Error {
    let shown: String = name
        .chars()
        .take(64)
        .filter(|shown| !shown.is_control())
        .collect();
    Error::new(Code::NotFound, format!("there is no action `{shown}`"))
}
