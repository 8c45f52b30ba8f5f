//! Programs: what a template comes to on this machine, found out once for each template.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value};
use wf_argo::{Body, Template};

use super::argument::Argument;
use super::placeholder::{Placeholder, Text};
use super::secret::SecretKey;

/// What a template comes to on this machine.
#[derive(Debug)]
pub(crate) struct Program {
    /// What it does.
    pub(crate) work: Work,
    /// Its input parameters and their defaults.
    pub(crate) parameters: Vec<(String, Option<String>)>,
    /// Its input artifacts.
    pub(crate) inputs: Vec<Port>,
    /// Its output parameters.
    pub(crate) outputs: Vec<OutputParameter>,
    /// Its output artifacts.
    pub(crate) artifacts: Vec<Port>,
}

/// What a program does.
#[derive(Debug)]
pub(crate) enum Work {
    /// Runs a process.
    Process {
        /// The program and its arguments.
        arguments: Vec<Argument>,
        /// The script, whose file becomes the last argument.
        source: Option<Text>,
        /// What is added to its environment.
        environment: Vec<(String, Variable)>,
    },
    /// Waits for an answer, or for a time.
    Suspend {
        /// How long; for ever, when absent.
        duration: Option<Text>,
    },
}

/// The value of a variable.
#[derive(Debug)]
pub(crate) enum Variable {
    /// A text of the action.
    Text(Argument),
    /// A secret, read when the process begins.
    Secret(SecretKey),
}

/// An artifact, and where the process finds or leaves it.
#[derive(Debug)]
pub(crate) struct Port {
    /// Its name.
    pub(crate) name: String,
    /// Where, relative to the attempt's directory.
    pub(crate) path: PathBuf,
    /// Whether it may be absent.
    pub(crate) optional: bool,
}

/// An output parameter.
#[derive(Debug)]
pub(crate) struct OutputParameter {
    /// Its name.
    pub(crate) name: String,
    /// Where the process leaves it, relative to the attempt's directory; nowhere when somebody's
    /// answer supplies it.
    pub(crate) path: Option<PathBuf>,
    /// Its value when nothing was left.
    pub(crate) default: Option<String>,
}

/// What a container asks for that only a cluster has; without it the process would do something
/// else than the action says.
const ONLY_ON_A_CLUSTER: [&str; 3] = ["envFrom", "volumeMounts", "workingDir"];

impl Program {
    /// What a template comes to here.
    ///
    /// # Errors
    /// Why it cannot be run here, and what would be possible.
    pub(crate) fn of(template: &Template) -> Result<Self, String> {
        let work = work(template)?;
        let inputs = template.inputs.as_ref();
        let outputs = template.outputs.as_ref();
        let program = Self {
            parameters: inputs
                .into_iter()
                .flat_map(|inputs| &inputs.parameters)
                .map(|parameter| {
                    let default = parameter.value.clone().or(parameter.default.clone());
                    (parameter.name.clone(), default)
                })
                .collect(),
            inputs: inputs
                .into_iter()
                .flat_map(|inputs| &inputs.artifacts)
                .map(port)
                .collect::<Result<_, _>>()?,
            outputs: outputs
                .into_iter()
                .flat_map(|outputs| &outputs.parameters)
                .map(output_parameter)
                .collect::<Result<_, _>>()?,
            artifacts: outputs
                .into_iter()
                .flat_map(|outputs| &outputs.artifacts)
                .map(port)
                .collect::<Result<_, _>>()?,
            work,
        };
        program.check_absolute_paths(template)?;
        Ok(program)
    }

    /// The value of every input parameter that has one: what is given, else the default.
    pub(crate) fn arguments<'a>(
        &'a self,
        given: &'a [(String, String)],
    ) -> HashMap<&'a str, &'a str> {
        let defaults = self.parameters.iter().filter_map(|(name, default)| {
            let default = default.as_deref()?;
            Some((name.as_str(), default))
        });
        let given = given
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        defaults.chain(given).collect()
    }

    /// An absolute path means the attempt's own directory here, which the program can only know
    /// when the path is put in for it.
    fn check_absolute_paths(&self, template: &Template) -> Result<(), String> {
        let Work::Process {
            arguments,
            source,
            environment,
        } = &self.work
        else {
            return Ok(());
        };
        let texts = || {
            let environment = environment
                .iter()
                .filter_map(|(_, variable)| match variable {
                    Variable::Text(text) => Some(text),
                    Variable::Secret(_) => None,
                });
            let arguments = arguments.iter().chain(environment);
            arguments.flat_map(Argument::texts).chain(source)
        };
        let mentioned = |wanted: &Placeholder| {
            texts().any(|text| text.placeholders().any(|placeholder| placeholder == wanted))
        };
        for (path, placeholder) in absolute_paths(template) {
            if !mentioned(&placeholder) {
                return Err(format!(
                    "the path {path} is fixed, and every attempt has a directory of its own here: \
                     have it put in by a placeholder, or make it relative"
                ));
            }
        }
        Ok(())
    }
}

fn absolute_paths(template: &Template) -> Vec<(&str, Placeholder)> {
    type Make = fn(String) -> Placeholder;
    let inputs = template.inputs.iter().flat_map(|inputs| &inputs.artifacts);
    let inputs = inputs.map(|port| (&port.path, &port.name, Placeholder::InputPath as Make));
    let outputs = template.outputs.iter();
    let artifacts = outputs.clone().flat_map(|outputs| &outputs.artifacts);
    let artifacts =
        artifacts.map(|port| (&port.path, &port.name, Placeholder::ArtifactPath as Make));
    let parameters = outputs.flat_map(|outputs| &outputs.parameters);
    let parameters = parameters.filter_map(|parameter| {
        let from = parameter.value_from.as_ref()?;
        let make = Placeholder::ParameterPath as Make;
        Some((&from.path, &parameter.name, make))
    });
    inputs
        .chain(artifacts)
        .chain(parameters)
        .filter_map(|(path, name, make)| Some((path.as_deref()?, make(name.clone()))))
        .filter(|(path, _)| path.starts_with('/'))
        .collect()
}

fn work(template: &Template) -> Result<Work, String> {
    match template.body() {
        Body::Container(container) => process(container, None),
        Body::Script(script) => {
            let source = text_field(script, "source")?.unwrap_or_default();
            process(script, Some(Text::parse(&source)?))
        }
        Body::Suspend(suspend) => {
            let duration = suspend.get("duration").map(|duration| match duration {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            let duration = duration.as_deref().map(Text::parse).transpose()?;
            Ok(Work::Suspend { duration })
        }
        Body::Other(kind, _) => Err(format!("a `{kind}` needs a cluster")),
        Body::Dag(_) | Body::None => {
            Err("it is neither a container, a script nor a suspension".to_owned())
        }
    }
}

fn process(container: &Map<String, Value>, source: Option<Text>) -> Result<Work, String> {
    if let Some(field) = ONLY_ON_A_CLUSTER
        .iter()
        .find(|field| is_given(container, field))
    {
        return Err(format!("its `{field}` needs a cluster"));
    }
    let mut arguments = texts(container, "command")?;
    if arguments.is_empty() {
        return Err("it has no `command`, and images are not looked into here".to_owned());
    }
    arguments.extend(texts(container, "args")?);
    Ok(Work::Process {
        arguments,
        source,
        environment: environment(container)?,
    })
}

fn is_given(container: &Map<String, Value>, field: &str) -> bool {
    match container.get(field) {
        None | Some(Value::Null) => false,
        Some(Value::Array(list)) => !list.is_empty(),
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    }
}

fn texts(container: &Map<String, Value>, field: &str) -> Result<Vec<Argument>, String> {
    let wrong = || format!("its `{field}` is not a list of texts");
    match container.get(field) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list
            .iter()
            .map(|value| Argument::parse(value.as_str().ok_or_else(wrong)?))
            .collect(),
        Some(_) => Err(wrong()),
    }
}

fn text_field(object: &Map<String, Value>, field: &str) -> Result<Option<String>, String> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("its `{field}` is not a text")),
    }
}

fn environment(container: &Map<String, Value>) -> Result<Vec<(String, Variable)>, String> {
    let wrong = || "its `env` is not a list of names and values".to_owned();
    let list = match container.get("env") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(list) => list.as_array().ok_or_else(wrong)?,
    };
    list.iter()
        .map(|entry| {
            let entry = entry.as_object().ok_or_else(wrong)?;
            let name = text_field(entry, "name")?.ok_or_else(wrong)?;
            if name.is_empty() || name.contains(['=', '\0']) {
                return Err(format!("`{name}` cannot be the name of a variable"));
            }
            let variable = match entry.get("valueFrom") {
                None | Some(Value::Null) => {
                    let value = text_field(entry, "value")?.unwrap_or_default();
                    Variable::Text(Argument::parse(&value)?)
                }
                Some(from) => {
                    let reference = from.get("secretKeyRef").ok_or_else(|| {
                        format!("its variable `{name}` takes its value from a cluster")
                    })?;
                    Variable::Secret(SecretKey::of(reference)?)
                }
            };
            Ok((name, variable))
        })
        .collect()
}

fn port(port: &wf_argo::ArtifactPort) -> Result<Port, String> {
    let path = port.path.as_deref().unwrap_or(&port.name);
    Ok(Port {
        name: port.name.clone(),
        path: inside(path)?,
        optional: port.optional.unwrap_or(false),
    })
}

fn output_parameter(parameter: &wf_argo::OutputParameter) -> Result<OutputParameter, String> {
    let from = parameter.value_from.as_ref();
    let name = &parameter.name;
    let path = from.and_then(|from| from.path.as_deref());
    if path.is_none() && from.is_none_or(|from| from.supplied.is_none()) {
        return Err(format!(
            "its output `{name}` is left in no file, which needs a cluster"
        ));
    }
    Ok(OutputParameter {
        name: name.clone(),
        path: path.map(inside).transpose()?,
        default: from.and_then(|from| from.default.clone()),
    })
}

/// The path inside an attempt's directory: an absolute one as if that were the root.
fn inside(path: &str) -> Result<PathBuf, String> {
    let mut inside = PathBuf::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(name) => inside.push(name),
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir | Component::Prefix(_) => {
                return Err(format!(
                    "the path {path} leads out of the attempt's directory"
                ));
            }
        }
    }
    if inside.as_os_str().is_empty() {
        return Err(format!("the path {path:?} names no file"));
    }
    Ok(inside)
}
