//! Parameters: named values.

use async_graphql::Object;
use wf_model::{Argument, Outputs};

/// A named value.
pub(crate) struct Parameters<'a> {
    name: &'a str,
    value: &'a str,
}

/// A named value.
#[Object]
impl Parameters<'_> {
    /// The parameter's name.
    async fn name(&self) -> &str {
        self.name
    }

    /// Its value.
    async fn value(&self) -> &str {
        self.value
    }
}

/// The arguments as they stand.
pub(crate) fn arguments(arguments: &[Argument]) -> Vec<Parameters<'_>> {
    arguments
        .iter()
        .map(|Argument { name, value }| Parameters { name, value })
        .collect()
}

/// The output parameters, and what was printed under the name by which references find it.
pub(crate) fn outputs(outputs: &Outputs) -> Vec<Parameters<'_>> {
    let result = outputs.result.iter().map(|value| Parameters {
        name: "result",
        value,
    });
    arguments(&outputs.parameters)
        .into_iter()
        .chain(result)
        .collect()
}
