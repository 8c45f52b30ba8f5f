//! Reading: the document that a manifest was rendered from.

mod duration;
mod expression;
mod outputs;
mod spec;
mod tasks;
mod uses;

use wf_model::Document;

use self::uses::Uses;
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::manifest::Manifest;

/// Reads the document back from which a manifest was rendered, under the plain profile.
///
/// `read_document(render(w)) == w` for every field, but for what Argo has no place for:
///
/// - a `when` comes back in its canonical spelling ([`wf_model::Condition`]'s own), and so does an
///   output of the workflow that is more than one task's output;
/// - of a `templateRef`, the defaults of its action come back as given parameters.
///
/// Of a manifest that somebody else wrote it reads what a document can say. What belongs to the
/// platform (volumes, service accounts, the bodies of templates …) is left out; what would make the
/// tasks run otherwise than the document says is an error. The document is not validated.
///
/// # Errors
/// The first thing that a document cannot say, with its path in the manifest.
pub fn read_document(manifest: &Manifest, catalog: &Catalog) -> Result<Document> {
    let spec = &manifest.spec;
    let entrypoint = spec.template(&spec.entrypoint);
    let template = entrypoint
        .ok_or_else(|| Error::unreadable("spec.entrypoint", "there is no template of that name"))?;
    let Some(dag) = &template.dag else {
        return Err(Error::unreadable(
            "spec.entrypoint",
            "the template is no `dag`, so there are no tasks to read",
        ));
    };
    let uses = Uses::new(spec, catalog);
    let mut document = Document::default();
    document.name = spec::name(&manifest.metadata)?;
    document.description = spec::description(&manifest.metadata);
    document.labels = spec::labels(&manifest.metadata)?;
    document.parameters = spec::parameters(spec.arguments.as_ref());
    spec::run(&mut document, &spec.rest)?;
    document.on_exit = tasks::exit_handler(spec, &uses)?;
    document.outputs = outputs::outputs(template.outputs.as_ref())?;
    document.tasks = tasks::tasks(dag, &uses)?;
    Ok(document)
}
