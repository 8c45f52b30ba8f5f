//! Suspensions: a task that has no process, but waits for an answer or for a time.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use wf_model::{Argument, Ended, Fault, FaultCode, Faults, Outputs, Place, RunFacts, TaskReason};

use super::VALUE_BYTES;
use super::placeholder::{Text, Values};
use super::program::Program;

/// A task that has no process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suspension {
    /// How long it waits; for ever, when absent.
    pub(crate) duration: Option<Duration>,
}

impl Suspension {
    /// What a program that only waits does with these arguments.
    ///
    /// # Errors
    /// The ending of an attempt whose duration is none.
    pub(crate) fn new(
        program: &Program,
        duration: Option<&Text>,
        arguments: &[(String, String)],
        facts: &RunFacts,
    ) -> Result<Self, Ended> {
        let values = Values {
            parameters: program.arguments(arguments),
            input_paths: HashMap::new(),
            parameter_paths: HashMap::new(),
            artifact_paths: HashMap::new(),
            facts,
        };
        let duration = duration
            .map(|text| {
                let text = text.fill(&values)?;
                parse(&text).ok_or_else(|| {
                    format!("`{text}` is no duration; one is `30`, `30s`, `5m` or `1h30m`")
                })
            })
            .transpose()
            .map_err(|message| Ended::Error {
                reason: TaskReason::InvalidInput,
                message,
                exit_code: None,
            })?;
        Ok(Self { duration })
    }

    /// The outputs of a task that is answered: those that are given with the answer, else the
    /// defaults. One that is rejected needs none.
    ///
    /// # Errors
    /// A fault for each output that is not declared, twice there, too long, missing, or has what
    /// a cluster would take for a reference (`{{`).
    pub(crate) fn answered(
        program: &Program,
        approve: bool,
        given: &[Argument],
    ) -> Result<Outputs, Faults> {
        let place = || Place::root().field("outputs");
        let mut faults = Vec::new();
        let mut seen = HashSet::new();
        for (index, output) in given.iter().enumerate() {
            let is_new = seen.insert(&output.name);
            if let Some((code, message)) = wrong_with(program, is_new, output) {
                faults.push(Fault::new(&place().index(index), code, message));
            }
        }
        let mut outputs = Outputs::default();
        for declared in &program.outputs {
            let name = &declared.name;
            let given = given.iter().find(|given| given.name == *name);
            let value = given
                .map(|given| &given.value)
                .or(declared.default.as_ref());
            if let Some(value) = value {
                outputs.parameters.push(Argument::new(name, value));
            } else if approve {
                let message = format!("output `{name}` is missing; it has no default");
                faults.push(Fault::new(&place(), FaultCode::MissingParameter, message));
            }
        }
        match Faults::from_found(faults) {
            Some(faults) => Err(faults),
            None => Ok(outputs),
        }
    }

    /// How it ends when its time is over and nobody has answered.
    pub(crate) fn elapsed(program: &Program) -> Ended {
        let mut outputs = Outputs::default();
        for output in &program.outputs {
            let Some(value) = &output.default else {
                return Ended::Error {
                    reason: TaskReason::InvalidOutput,
                    message: format!(
                        "nobody supplied its output `{}` in time, and that has no default",
                        output.name
                    ),
                    exit_code: None,
                };
            };
            outputs.parameters.push(Argument::new(&output.name, value));
        }
        Ended::Succeeded {
            outputs,
            exit_code: None,
        }
    }
}

/// What is wrong with an output that somebody supplies.
fn wrong_with(program: &Program, is_new: bool, output: &Argument) -> Option<(FaultCode, String)> {
    let name = &output.name;
    let declared = program
        .outputs
        .iter()
        .any(|declared| declared.name == *name);
    if !declared {
        let names: Vec<_> = program.outputs.iter().map(|output| &*output.name).collect();
        let those = match names.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        let message = format!("the action has no output `{name}`; it has {those}");
        return Some((FaultCode::UndeclaredParameter, message));
    }
    if !is_new {
        let message = format!("output `{name}` is given twice");
        return Some((FaultCode::DuplicateName, message));
    }
    if output.value.contains("{{") {
        let message = format!(
            "output `{name}` has `{{{{`, which a cluster would take for a reference; it is taken \
             as it is, so leave it out"
        );
        return Some((FaultCode::TemplateInjection, message));
    }
    (output.value.len() > VALUE_BYTES).then(|| {
        let message = format!("output `{name}` is longer than {} KiB", VALUE_BYTES >> 10);
        (FaultCode::TooLong, message)
    })
}

/// Reads whole seconds, or Argo's `1h30m5s`.
fn parse(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let units = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let millis: u64 = match &rest[..units] {
            "ms" => 1,
            "s" => 1000,
            "m" => 60 * 1000,
            "h" => 60 * 60 * 1000,
            "d" => 24 * 60 * 60 * 1000,
            _ => return None,
        };
        rest = &rest[units..];
        total = total.checked_add(Duration::from_millis(number.checked_mul(millis)?))?;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_seconds_or_argo_s() {
        for (text, millis) in [
            ("20", Some(20_000)),
            ("0", Some(0)),
            ("5m", Some(300_000)),
            ("1h30m5s", Some(5_405_000)),
            ("250ms", Some(250)),
            ("", None),
            ("m", None),
            ("5", Some(5_000)),
            ("5x", None),
            ("-5s", None),
            ("99999999999999999999s", None),
            ("ä", None),
        ] {
            assert_eq!(parse(text), millis.map(Duration::from_millis), "{text:?}");
        }
    }
}
