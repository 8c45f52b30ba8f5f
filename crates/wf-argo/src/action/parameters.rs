//! The check of an action's parameters, as forms and documents have to heed them.

use serde_json::Number;
use wf_model::{ParameterSignature, ParameterType, Pattern};

use super::check::Check;
use super::source::ParameterSource;

impl Check<'_> {
    /// What the parameters come to, as far as they are right.
    pub(super) fn parameters(&mut self, parameters: &[ParameterSource]) -> Vec<ParameterSignature> {
        self.names(
            "parameters",
            parameters.iter().map(|parameter| &*parameter.name),
        );
        let parameters = parameters.iter().enumerate();
        parameters
            .map(|(index, parameter)| self.parameter(&format!("parameters[{index}]"), parameter))
            .collect()
    }

    fn parameter(&mut self, path: &str, source: &ParameterSource) -> ParameterSignature {
        self.fits_its_type(path, source);
        self.plain(format!("{path}.description"), source.description.as_deref());
        let pattern = source.pattern.as_deref().and_then(|pattern| {
            Pattern::new(pattern)
                .map_err(|error| self.error(format!("{path}.pattern"), error.to_string()))
                .ok()
        });
        let signature = ParameterSignature {
            title: source.title.clone(),
            description: source.description.clone(),
            default: source.default.clone(),
            allowed: source.allowed.clone(),
            kind: source.kind,
            pattern,
            minimum: source.minimum.clone(),
            maximum: source.maximum.clone(),
            min_length: source.min_length,
            max_length: source.max_length,
            examples: source.examples.clone().unwrap_or_default(),
            multiline: source.multiline,
            order: source.order,
            ..ParameterSignature::required(source.name.clone())
        };
        self.allowed(path, &signature);
        self.literals(path, &signature);
        signature
    }

    /// Each rule stands where it can mean something, and leaves something.
    fn fits_its_type(&mut self, path: &str, source: &ParameterSource) {
        let kind = source.kind;
        let is_text = !kind.is_numeric() && kind != ParameterType::Boolean;
        for (rule, is_given, fits, whose) in [
            (
                "minimum",
                source.minimum.is_some(),
                kind.is_numeric(),
                "numbers",
            ),
            (
                "maximum",
                source.maximum.is_some(),
                kind.is_numeric(),
                "numbers",
            ),
            ("minLength", source.min_length.is_some(), is_text, "texts"),
            ("maxLength", source.max_length.is_some(), is_text, "texts"),
            ("pattern", source.pattern.is_some(), is_text, "texts"),
            ("multiline", source.multiline, is_text, "texts"),
        ] {
            if is_given && !fits {
                let message = format!(
                    "`{rule}` is a rule for {whose}, and its type is `{}`",
                    kind.as_str()
                );
                self.error(format!("{path}.{rule}"), message);
            }
        }
        let number = |it: &Option<Number>| it.as_ref().and_then(Number::as_f64);
        let crossed = matches!((number(&source.minimum), number(&source.maximum)), (Some(least), Some(most)) if least > most)
            || matches!((source.min_length, source.max_length), (Some(least), Some(most)) if least > most);
        if crossed {
            self.error(path, "its minimum is above its maximum: nothing fits");
        }
    }

    fn allowed(&mut self, path: &str, parameter: &ParameterSignature) {
        let Some(allowed) = &parameter.allowed else {
            return;
        };
        let path = format!("{path}.enum");
        if allowed.is_empty() {
            self.error(
                path,
                "an empty `enum` allows nothing; leave it out to allow anything",
            );
            return;
        }
        for (index, value) in allowed.iter().enumerate() {
            let path = format!("{path}[{index}]");
            if allowed[..index].contains(value) {
                self.error(path, format!("`{value}` is there twice"));
            } else if let Some(number) = otherwise_written(value, parameter.kind) {
                self.error(
                    path,
                    format!("a document's number reads `{number}`; write that"),
                );
            }
        }
    }

    /// What stands there itself obeys the rules beside it.
    fn literals(&mut self, path: &str, parameter: &ParameterSignature) {
        let default = parameter
            .default
            .iter()
            .map(|value| (format!("{path}.default"), value));
        let listed = |name: &'static str, values: &'_ [String]| {
            let values = values.iter().enumerate();
            values
                .map(|(index, value)| (format!("{path}.{name}[{index}]"), value.clone()))
                .collect::<Vec<_>>()
        };
        let allowed = listed("enum", parameter.allowed.as_deref().unwrap_or_default());
        let examples = listed("examples", &parameter.examples);
        for (path, value) in default
            .map(|(path, value)| (path, value.clone()))
            .chain(examples)
        {
            let allowed = parameter.allowed.as_ref();
            if allowed.is_some_and(|allowed| !allowed.contains(&value)) {
                self.error(path, format!("`{value}` is not in its `enum`"));
            } else {
                self.literal(path, &value, parameter);
            }
        }
        for (path, value) in allowed {
            self.literal(path, &value, parameter);
        }
    }

    fn literal(&mut self, path: String, value: &str, parameter: &ParameterSignature) {
        if value.contains("{{") {
            self.plain(path, Some(value));
        } else if let Some(objection) = parameter.objection(value) {
            self.error(path, objection);
        }
    }

    /// Text that is taken as it is: Argo would put something in for its placeholders.
    pub(super) fn plain(&mut self, path: String, text: Option<&str>) {
        if text.is_some_and(|text| text.contains("{{")) {
            let rule = "it is taken as it is, and Argo would read `{{` as a reference";
            self.error(path, rule);
        }
    }
}

/// The number as a document's value would be written, where an `enum` has it otherwise: values are
/// compared as texts.
fn otherwise_written(value: &str, kind: ParameterType) -> Option<String> {
    let number: Number = serde_json::from_str(value).ok()?;
    Some(number.to_string()).filter(|it| kind.is_numeric() && it != value)
}
