//! Attempts: one process from its start to how it ended.

use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::process::Child;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use wf_model::{ArtifactLocation, Ended, Outputs, RunFacts, TaskReason};

use super::artifacts::{COPIED_BYTES, Copying};
use super::capture::{Captured, capture};
use super::group::Group;
use super::log_file::LogFile;
use super::marked::{self, Since};
use super::outputs::{self, Keep};
use super::program::Program;
use super::{prepare, removal, strays};
use crate::embedded::store::Spawned;

/// How long the output of an ended process is still read: what left its group may hold it open.
const LINGER: Duration = Duration::from_secs(1);
/// A result to which nothing refers is only told when it is short.
const SHORT_RESULT: usize = 4 << 10;

/// One attempt, with all that it takes to run it.
#[derive(Debug)]
pub(crate) struct Job {
    /// What its process has in its environment.
    pub(crate) uuid: Uuid,
    /// Whether it has to wait for its turn before it begins.
    pub(crate) held: bool,
    /// What to run.
    pub(crate) program: Arc<Program>,
    /// What the task gives.
    pub(crate) arguments: Vec<(String, String)>,
    /// The artifacts that the task gives.
    pub(crate) artifacts: Vec<(String, ArtifactLocation)>,
    /// What is told of the run.
    pub(crate) facts: Arc<RunFacts>,
    /// The directory to which artifacts' locations are relative.
    pub(crate) data_dir: PathBuf,
    /// Where the values of secrets are, if there are any.
    pub(crate) secrets_dir: Option<PathBuf>,
    /// Its own directory.
    pub(crate) work: PathBuf,
    /// Where its output goes.
    pub(crate) log: PathBuf,
    /// How much of its output is kept.
    pub(crate) log_bytes: u64,
    /// Where its artifacts go.
    pub(crate) keep: Keep,
    /// How long it may take.
    pub(crate) timeout: Option<Duration>,
    /// How long it may take to end when it is asked to.
    pub(crate) grace: Duration,
    /// Set when that is over at once.
    pub(crate) hurry: CancellationToken,
    /// Whether something refers to its result.
    pub(crate) result_wanted: bool,
}

/// Why an attempt's process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Itself,
    Asked,
    Timeout,
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What is to be told of it.
    pub(crate) ended: Ended,
    /// Whether it ended because it was asked to, however it then ended.
    pub(crate) was_asked: bool,
}

/// Runs an attempt to its end. `stop` asks for it; `spawned` is told of the process.
///
/// A process that ends well although it was asked to end has succeeded: what it was to do is done.
///
/// When this returns, or is dropped, no process is left of its group.
pub(crate) async fn run(
    job: Arc<Job>,
    stop: CancellationToken,
    spawned: impl FnOnce(Spawned) + Send,
) -> Outcome {
    if stop.is_cancelled() {
        return Outcome::stopped();
    }
    let outcome = run_process(&job, stop, spawned).await;
    blocking(move || removal::remove(&job.work)).await;
    outcome
}

impl Outcome {
    /// It ended because it was asked to, before there was a process, or while it was prepared.
    pub(crate) fn stopped() -> Self {
        Self {
            ended: Ended::Stopped,
            was_asked: true,
        }
    }
}

impl From<Ended> for Outcome {
    fn from(ended: Ended) -> Self {
        Self {
            was_asked: ended == Ended::Stopped,
            ended,
        }
    }
}

async fn run_process(
    job: &Arc<Job>,
    stop: CancellationToken,
    spawned: impl FnOnce(Spawned) + Send,
) -> Outcome {
    let limit = Limit {
        stop: stop.clone(),
        deadline: job
            .timeout
            .and_then(|timeout| Instant::now().checked_add(timeout)),
    };
    let preparing = Arc::clone(job);
    let copying = limit.copying();
    let started = blocking(move || {
        let child = prepare::start(&preparing, copying)?;
        let process = child.id().map(marked::spawned);
        Ok((child, process))
    });
    let (mut child, process) = match started.await {
        Some(Ok(started)) => started,
        Some(Err(ended)) => return limit.reached(job).unwrap_or(ended).into(),
        None => return Outcome::stopped(),
    };
    let since = Since::process(child.id());
    let Some(group) = child.id().and_then(Group::led_by) else {
        return lost_sight().into();
    };
    if let Some(process) = process {
        spawned(process);
    }
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return lost_sight().into();
    };
    let gone = CancellationToken::new();
    let log = LogFile::new(job.log.clone(), job.log_bytes);
    let cut = async {
        gone.cancelled().await;
        tokio::time::sleep(LINGER).await;
    };
    let ending = async {
        let ended = until_end(job, &mut child, &group, &stop).await;
        // What it left behind ends with it: in its group, and then what left that.
        drop(group);
        strays::end(job.uuid, since).await;
        gone.cancel();
        ended
    };
    let (captured, (status, cause)) = tokio::join!(capture(stdout, stderr, log, cut), ending);
    let was_asked = cause == Cause::Asked;
    let limit = if was_asked { Limit::late(job) } else { limit };
    let ended = conclude((job, &limit), captured, status, cause).await;
    Outcome { ended, was_asked }
}

/// Waits until the process has ended; ends it when that is asked for or its time is over.
async fn until_end(
    job: &Job,
    child: &mut Child,
    group: &Group,
    stop: &CancellationToken,
) -> (std::io::Result<ExitStatus>, Cause) {
    let over = async {
        match job.timeout {
            Some(timeout) => tokio::time::sleep(timeout).await,
            None => std::future::pending().await,
        }
    };
    let cause = tokio::select! {
        biased;
        status = child.wait() => return (status, Cause::Itself),
        () = stop.cancelled() => Cause::Asked,
        () = over => Cause::Timeout,
    };
    group.ask_to_end();
    tokio::select! {
        biased;
        status = child.wait() => return (status, cause),
        () = job.hurry.cancelled() => {}
        () = tokio::time::sleep(job.grace) => {}
    }
    group.end();
    (child.wait().await, cause)
}

/// What ends an attempt beside its process.
struct Limit {
    stop: CancellationToken,
    deadline: Option<Instant>,
}

impl Limit {
    /// For what an attempt left that was asked to end: as long as its process had for that.
    fn late(job: &Job) -> Self {
        Self {
            stop: job.hurry.clone(),
            deadline: Instant::now().checked_add(job.grace),
        }
    }

    fn copying(&self) -> Copying {
        Copying::new(self.stop.clone(), self.deadline, COPIED_BYTES)
    }

    /// How the attempt ended while its artifacts were copied, if it was one of these.
    fn reached(&self, job: &Job) -> Option<Ended> {
        if self.stop.is_cancelled() {
            return Some(Ended::Stopped);
        }
        self.deadline.filter(|&end| end <= Instant::now())?;
        Some(Ended::Failed {
            reason: TaskReason::Timeout,
            message: too_long(job),
            exit_code: None,
            outputs: Outputs::default(),
        })
    }
}

fn too_long(job: &Job) -> String {
    let seconds = job.timeout.unwrap_or_default().as_secs();
    format!("it took longer than {seconds} s")
}

async fn conclude(
    (job, limit): (&Arc<Job>, &Limit),
    captured: Captured,
    status: std::io::Result<ExitStatus>,
    cause: Cause,
) -> Ended {
    let Ok(status) = status else {
        return lost_sight();
    };
    let exit_code = exit_code(status);
    let result = Some(captured.into_result())
        .filter(|result| job.result_wanted || result.len() <= SHORT_RESULT);
    let failed = |reason, message| Ended::Failed {
        reason,
        message,
        exit_code,
        outputs: Outputs {
            result: result.clone(),
            ..Outputs::default()
        },
    };
    match cause {
        Cause::Timeout => failed(TaskReason::Timeout, too_long(job)),
        Cause::Itself | Cause::Asked if status.success() => {
            succeeded((job, limit), result, exit_code).await
        }
        Cause::Itself | Cause::Asked => {
            let (reason, message) = describe(status);
            failed(reason, message)
        }
    }
}

async fn succeeded(
    (job, limit): (&Arc<Job>, &Limit),
    result: Option<String>,
    exit_code: Option<i32>,
) -> Ended {
    let collected = if job.program.outputs.is_empty() && job.program.artifacts.is_empty() {
        Ok(Outputs::default())
    } else {
        let (job, copying) = (Arc::clone(job), limit.copying());
        blocking(move || outputs::collect(&job.program, &job.work, &job.keep, copying))
            .await
            .unwrap_or_else(|| Err("they could not be collected".to_owned()))
    };
    match collected {
        Ok(outputs) => Ended::Succeeded {
            outputs: Outputs { result, ..outputs },
            exit_code,
        },
        Err(message) => limit.reached(job).unwrap_or(Ended::Error {
            reason: TaskReason::InvalidOutput,
            message,
            exit_code,
        }),
    }
}

/// The code it ended with; of one that a signal ended, 128 and the signal, as shells and Argo say.
fn exit_code(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
}

fn describe(status: ExitStatus) -> (TaskReason, String) {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => (
            TaskReason::ExitCode,
            format!("its process ended with code {code}"),
        ),
        (None, signal) => (
            TaskReason::Signal,
            format!("its process was ended by signal {}", signal.unwrap_or(0)),
        ),
    }
}

fn lost_sight() -> Ended {
    Ended::Error {
        reason: TaskReason::Lost,
        message: "its process was lost sight of".to_owned(),
        exit_code: None,
    }
}

/// Does something off the asynchronous threads; nothing when the runtime is ending.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
