//! Logs: what attempts printed, read from their files, and followed while they print.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt};
use tokio_util::sync::CancellationToken;
use wf_model::Unit;

use super::executor::Surroundings;
use super::layout::RunLayout;
use super::process::parse_line;
use super::store::{self, Located, Store, UnitState};
use crate::error::{Error, Result};
use crate::id::{Scope, WorkflowId};
use crate::logs::{LogLine, LogQuery};

/// How often a file that is followed is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// How much is read at once.
const CHUNK: u64 = 64 << 10;

/// The lines that are asked for.
pub(crate) async fn read(
    around: &Surroundings,
    scope: &Scope,
    id: WorkflowId,
    query: LogQuery,
) -> Result<BoxStream<'static, Result<LogLine>>> {
    let scope = scope.clone();
    let (name, run) = (query.task.clone(), query.run);
    let located = around
        .store
        .read("looking for a task's log", move |connection| {
            let located = store::locate(connection, &scope, id, run, &name)?;
            let run = store::printed_in(connection, &located)?;
            Ok(Located { run, ..located })
        })
        .await?;
    let units = units(&located, query.item)?;
    let reading = Reading {
        store: Arc::clone(&around.store),
        stop: around.stop.clone(),
        layout: around.layout.run(located.key, located.run),
        located,
        attempt: query.attempt,
        follow: query.follow,
        units,
        current: None,
        lines: VecDeque::new(),
    };
    reading.check_attempt().await?;
    let lines = stream::unfold(Some(reading), |reading| async move {
        let mut reading = reading?;
        match reading.next().await {
            Ok(line) => line.map(|line| (Ok(line), Some(reading))),
            Err(error) => Some((Err(error), None)),
        }
    });
    Ok(lines.boxed())
}

/// The units whose lines are asked for, in their order.
fn units(located: &Located, item: Option<u32>) -> Result<VecDeque<Unit>> {
    let task = located.task;
    let unit = |item| Unit { task, item };
    match (located.items, item) {
        (None, None) => Ok(VecDeque::from([unit(None)])),
        (Some(count), None) => Ok((0..count).map(|item| unit(Some(item))).collect()),
        (Some(count), Some(item)) if item < count => Ok(VecDeque::from([unit(Some(item))])),
        (_, Some(item)) => Err(Error::NotFound {
            what: "item",
            id: item.to_string(),
        }),
    }
}

/// Somebody who reads logs.
struct Reading {
    store: Arc<Store>,
    stop: CancellationToken,
    layout: RunLayout,
    located: Located,
    attempt: Option<u32>,
    follow: bool,
    units: VecDeque<Unit>,
    current: Option<Tail>,
    lines: VecDeque<LogLine>,
}

impl Reading {
    async fn check_attempt(&self) -> Result<()> {
        let Some(attempt) = self.attempt else {
            return Ok(());
        };
        for &unit in &self.units {
            let state = self.state(unit).await?;
            if state.attempts.iter().any(|other| other.number == attempt) {
                return Ok(());
            }
        }
        Err(Error::NotFound {
            what: "attempt",
            id: attempt.to_string(),
        })
    }

    /// The next line, or nothing when there will be none.
    async fn next(&mut self) -> Result<Option<LogLine>> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return Ok(Some(line));
            }
            let Some(&unit) = self.units.front() else {
                return Ok(None);
            };
            let Some(tail) = self.current.take() else {
                self.begin(unit).await?;
                continue;
            };
            // Asked before the file is read: what an attempt printed is in its file when its end
            // is told.
            let state = if self.follow {
                self.state(unit).await?
            } else {
                UnitState::default()
            };
            let (tail, lines) = tail.read().await?;
            self.lines = lines;
            if !self.lines.is_empty() {
                self.current = Some(tail);
            } else if !self.follow {
                self.units.pop_front();
            } else {
                self.go_on(tail, &state).await;
            }
        }
    }

    /// Finds the attempt of a unit whose lines come next.
    async fn begin(&mut self, unit: Unit) -> Result<()> {
        let state = self.state(unit).await?;
        let latest = state.attempts.last().map(|attempt| attempt.number);
        match self.attempt.or(latest) {
            Some(attempt) => self.current = Some(self.tail(unit, attempt)),
            None if self.follow && !state.ended && !self.stop.is_cancelled() => {
                tokio::time::sleep(LOOK).await;
            }
            None => {
                self.units.pop_front();
            }
        }
        Ok(())
    }

    /// At the end of a file that is followed: waits, or goes to the next attempt or unit.
    async fn go_on(&mut self, tail: Tail, state: &UnitState) {
        let number = tail.attempt;
        let own = state.attempts.iter().find(|other| other.number == number);
        let attempt_ended = own.is_none_or(|attempt| attempt.phase.is_finished());
        let later = state.attempts.iter().find(|other| other.number > number);
        match later {
            Some(later) if attempt_ended && self.attempt.is_none() => {
                self.current = Some(self.tail(tail.unit, later.number));
            }
            _ if state.ended || (attempt_ended && self.attempt.is_some()) => {
                self.units.pop_front();
            }
            _ if self.stop.is_cancelled() => self.units.clear(),
            _ => {
                tokio::time::sleep(LOOK).await;
                self.current = Some(tail);
            }
        }
    }

    fn tail(&self, unit: Unit, attempt: u32) -> Tail {
        Tail {
            path: self.layout.log(unit, attempt),
            unit,
            attempt,
            file: None,
            offset: 0,
            partial: Vec::new(),
        }
    }

    async fn state(&self, unit: Unit) -> Result<UnitState> {
        let Located { key, run, .. } = self.located;
        self.store
            .read("reading a task", move |connection| {
                store::unit_state(connection, key, run, unit)
            })
            .await
    }
}

/// A log file, read from its beginning on.
struct Tail {
    path: PathBuf,
    unit: Unit,
    attempt: u32,
    file: Option<File>,
    offset: u64,
    partial: Vec<u8>,
}

impl Tail {
    /// The lines that were not read yet, as far as one reading takes them.
    async fn read(mut self) -> Result<(Self, VecDeque<LogLine>)> {
        let doing = "reading a log";
        let reading = tokio::task::spawn_blocking(move || {
            let lines = self.read_chunk()?;
            Ok((self, lines))
        });
        let read: io::Result<_> = reading.await.map_err(|source| Error::Internal {
            doing,
            source: Box::new(source),
        })?;
        read.map_err(|source| Error::Unavailable {
            doing,
            source: Box::new(source),
        })
    }

    /// Reads until there is a whole line or the file's end. Blocks.
    fn read_chunk(&mut self) -> io::Result<VecDeque<LogLine>> {
        let mut lines = VecDeque::new();
        while lines.is_empty() {
            let before = self.partial.len();
            let read = self.fill()?;
            if read == 0 {
                break;
            }
            self.offset += read;
            let Some(end) = self.partial[before..]
                .iter()
                .rposition(|&byte| byte == b'\n')
            else {
                continue;
            };
            let rest = self.partial.split_off(before + end + 1);
            let whole = std::mem::replace(&mut self.partial, rest);
            lines.extend(
                whole
                    .split(|&byte| byte == b'\n')
                    .filter_map(|line| parse_line(line, self.unit.item, self.attempt)),
            );
        }
        Ok(lines)
    }

    fn fill(&mut self) -> io::Result<u64> {
        let mut file = match self.file.take() {
            Some(file) => file,
            None => match File::open(&self.path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
                Err(error) => return Err(error),
            },
        };
        file.seek(SeekFrom::Start(self.offset))?;
        let read = file.by_ref().take(CHUNK).read_to_end(&mut self.partial)?;
        self.file = Some(file);
        Ok(read as u64)
    }
}
