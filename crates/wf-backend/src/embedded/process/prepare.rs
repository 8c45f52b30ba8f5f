//! Preparation: an attempt's directory, what is in it, and the process that begins in it.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use wf_model::{Ended, TaskReason};

use super::artifacts::Copying;
use super::placeholder::Values;
use super::program::{Port, Program, Variable, Work};
use super::{MARKER, attempt::Job, progress, search};

/// The script's file in an attempt's directory.
const SCRIPT: &str = ".script";
/// From how many bytes on Linux gives an argument to no process.
const LONGEST_ARGUMENT: usize = 128 << 10;

/// Makes the directory and starts the process. Blocks; has to run within the runtime.
///
/// # Errors
/// How the attempt ended before it had a process.
pub(super) fn start(job: &Job, copying: Copying) -> Result<tokio::process::Child, Ended> {
    let Work::Process {
        arguments,
        source,
        environment,
    } = &job.program.work
    else {
        return Err(not_started("it has no process".to_owned()));
    };
    let directory = &job.work;
    make_directory(directory)
        .map_err(|error| not_started(format!("its directory cannot be made: {error}")))?;
    let values = values(job);
    place_inputs(job, &values, copying)?;
    make_parents(&job.program, directory)
        .map_err(|error| not_started(format!("its directory cannot be made: {error}")))?;

    let variables = variables(job, environment, &values).map_err(invalid_input)?;
    let filled = arguments.iter().map(|it| it.fill(&values, &variables));
    let mut filled: Vec<OsString> = filled.collect::<Result<_, _>>().map_err(invalid_input)?;
    if let Some(source) = source {
        let script = directory.join(SCRIPT);
        fs::write(&script, source.fill(&values).map_err(invalid_input)?)
            .map_err(|error| not_started(format!("its script cannot be written: {error}")))?;
        filled.push(script.into());
    }
    spawn(job, &filled, &variables)
}

/// The variables with their values; one may name those before it.
fn variables<'a>(
    job: &Job,
    environment: &'a [(String, Variable)],
    values: &Values<'_>,
) -> Result<Vec<(&'a str, OsString)>, String> {
    let mut variables = Vec::with_capacity(environment.len());
    for (name, variable) in environment {
        let value = match variable {
            Variable::Text(text) => Some(text.fill(values, &variables)?),
            Variable::Secret(secret) => secret.read(job.secrets_dir.as_deref())?,
        };
        variables.extend(value.map(|value| (name.as_str(), value)));
    }
    Ok(variables)
}

fn spawn(
    job: &Job,
    arguments: &[OsString],
    environment: &[(&str, OsString)],
) -> Result<tokio::process::Child, Ended> {
    let Some((name, arguments)) = arguments.split_first() else {
        return Err(not_started("it has no program".to_owned()));
    };
    let name = name
        .to_str()
        .ok_or_else(|| invalid_input("the name of its program is no text".to_owned()))?;
    let path = std::env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/bin:/bin"));
    let language = std::env::var_os("LANG").unwrap_or_else(|| OsString::from("C.UTF-8"));
    let program = search::program(name, &job.work, &path).map_err(not_started)?;
    let mut command = std::process::Command::new(program);
    command
        .arg0(name)
        .args(arguments)
        .current_dir(&job.work)
        .env_clear()
        .env("PATH", path)
        .env("LANG", language)
        .env("HOME", &job.work)
        .env("TMPDIR", &job.work)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .env(MARKER, job.uuid.to_string())
        .envs(progress::VARIABLES.map(|name| (name, progress::file(&job.work))))
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    tokio::process::Command::from(command)
        .spawn()
        .map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput => {
                invalid_input("an argument has a NUL character, which no process can take".into())
            }
            io::ErrorKind::ArgumentListTooLong => not_started(too_long(name, arguments)),
            _ => not_started(format!("`{name}` cannot be started: {error}")),
        })
}

/// Why a process cannot be given all that, and what takes more.
fn too_long(name: &str, arguments: &[OsString]) -> String {
    let lengths = arguments.iter().map(|argument| argument.len());
    let longest = lengths.max().unwrap_or_default();
    let what = if longest >= LONGEST_ARGUMENT {
        format!(
            "an argument of `{name}` has {longest} bytes, larger than an argument may be (128 KiB)"
        )
    } else {
        format!("the arguments and variables of `{name}` are larger than a process may be given")
    };
    format!("{what}; use a `script` action or an artifact")
}

fn values(job: &Job) -> Values<'_> {
    let program = &job.program;
    let place = |path: &Path| job.work.join(path);
    Values {
        parameters: program.arguments(&job.arguments),
        input_paths: places(&program.inputs, &job.work),
        parameter_paths: program
            .outputs
            .iter()
            .filter_map(|output| Some((output.name.as_str(), place(output.path.as_ref()?))))
            .collect(),
        artifact_paths: places(&program.artifacts, &job.work),
        facts: &job.facts,
    }
}

fn places<'a>(ports: &'a [Port], work: &Path) -> HashMap<&'a str, PathBuf> {
    ports
        .iter()
        .map(|port| (port.name.as_str(), work.join(&port.path)))
        .collect()
}

fn place_inputs(job: &Job, values: &Values<'_>, mut copying: Copying) -> Result<(), Ended> {
    for port in &job.program.inputs {
        let given = job.artifacts.iter().find(|(name, _)| *name == port.name);
        let Some((name, location)) = given else {
            if port.optional {
                continue;
            }
            return Err(invalid_input(format!(
                "its artifact `{}` is not given",
                port.name
            )));
        };
        let from = job.data_dir.join(&location.location);
        copying
            .copy(&from, &values.input_paths[port.name.as_str()])
            .map_err(|error| {
                invalid_input(format!("its artifact `{name}` cannot be copied: {error}"))
            })?;
    }
    Ok(())
}

fn make_directory(directory: &Path) -> io::Result<()> {
    match fs::create_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(directory),
        other => other,
    }
}

fn make_parents(program: &Program, directory: &Path) -> io::Result<()> {
    let parameters = program
        .outputs
        .iter()
        .filter_map(|output| output.path.as_ref());
    let artifacts = program.artifacts.iter().map(|port| &port.path);
    for path in parameters.chain(artifacts) {
        match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => {
                fs::create_dir_all(directory.join(parent))?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn not_started(message: String) -> Ended {
    Ended::Error {
        reason: TaskReason::NotStarted,
        message,
        exit_code: None,
    }
}

fn invalid_input(message: String) -> Ended {
    Ended::Error {
        reason: TaskReason::InvalidInput,
        message,
        exit_code: None,
    }
}
