//! The check of what an action refers to: it is declared, and known where it is asked for.

use serde_json::Value;

use super::body::BodyKind;
use super::check::Check;
use super::composed;
use super::scope::Scope;
use super::site::Site;
use super::source::ActionSource;
use super::view::View;

impl Check<'_> {
    /// What the body and the fields beside it refer to.
    pub(super) fn references(&mut self, kind: BodyKind, body: &Value, source: &ActionSource) {
        let scope = Scope::of_action(kind, source);
        if kind.is_composed() {
            let field = kind.field();
            self.hear(|wrong| composed::check(kind, body, field, (&scope, None), wrong));
            self.left_by_parts(kind, body, source, &scope);
        } else {
            self.refer(body, kind.field(), &scope, Site::Inside);
        }
        for (name, value) in &source.rest {
            let site = match name.as_str() {
                "metrics" => Site::Metrics,
                _ => Site::Inside,
            };
            self.refer(value, name, &scope, site);
        }
        for (index, artifact) in source.artifacts.iter().enumerate() {
            for (name, value) in &artifact.rest {
                self.refer(
                    value,
                    &format!("artifacts[{index}].{name}"),
                    &scope,
                    Site::Inside,
                );
            }
        }
        if !kind.is_composed() {
            for (index, artifact) in source.outputs.artifacts.iter().enumerate() {
                for (name, value) in &artifact.rest {
                    let path = format!("outputs.artifacts[{index}].{name}");
                    self.refer(value, &path, &scope, Site::Inside);
                }
            }
        }
    }

    fn refer(&mut self, value: &Value, path: &str, scope: &Scope<'_>, site: Site<'_>) {
        let view = View {
            scope,
            site,
            around: None,
        };
        self.hear(|wrong| view.check(value, path, wrong));
    }

    /// What `steps` and `dag` leave is what one of them has left.
    fn left_by_parts(
        &mut self,
        kind: BodyKind,
        body: &Value,
        source: &ActionSource,
        scope: &Scope<'_>,
    ) {
        let parts = composed::surroundings(kind, body);
        let view = View {
            scope,
            site: Site::Part(&parts),
            around: None,
        };
        for (index, output) in source.outputs.parameters.iter().enumerate() {
            let path = format!("outputs.parameters[{index}]");
            if let Some(reference) = &output.parameter {
                self.reference(reference, &format!("{path}.parameter"), &view);
            }
            if let Some(expression) = &output.expression {
                self.expression(expression, &format!("{path}.expression"), &view);
            }
        }
        for (index, output) in source.outputs.artifacts.iter().enumerate() {
            let path = format!("outputs.artifacts[{index}]");
            for (name, value) in &output.rest {
                let path = format!("{path}.{name}");
                match (name.as_str(), value.as_str()) {
                    ("from", Some(reference)) => self.reference(reference, &path, &view),
                    ("fromExpression", Some(text)) => self.expression(text, &path, &view),
                    _ => self.hear(|wrong| view.check(value, &path, wrong)),
                }
            }
        }
    }

    /// One placeholder, and nothing around it.
    fn reference(&mut self, text: &str, path: &str, view: &View<'_>) {
        let inner = text.strip_prefix("{{").and_then(|it| it.strip_suffix("}}"));
        if inner.is_none_or(|it| it.contains("{{") || it.contains("}}")) {
            let rule =
                "it has to be one placeholder, as in `{{steps.NAME.outputs.parameters.NAME}}`";
            self.error(path, rule);
        }
        for objection in view.objections(text) {
            self.error(path, objection);
        }
    }

    fn expression(&mut self, text: &str, path: &str, view: &View<'_>) {
        for objection in view.objections_to_expression(text) {
            self.error(path, objection);
        }
    }
}
