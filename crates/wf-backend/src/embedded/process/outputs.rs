//! Outputs: what a process left in its directory when it ended.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use wf_model::{Argument, ArtifactLocation, Outputs};

use super::VALUE_BYTES;
use super::artifacts::Copying;
use super::program::Program;

/// Where artifacts are kept, on the disk and in the words of the store.
#[derive(Debug, Clone)]
pub(crate) struct Keep {
    /// The directory.
    pub(crate) directory: PathBuf,
    /// The same, as it is told.
    pub(crate) location: String,
}

/// Collects what a program declares.
///
/// # Errors
/// What should be there and is not, in words.
pub(super) fn collect(
    program: &Program,
    work: &Path,
    keep: &Keep,
    mut copying: Copying,
) -> Result<Outputs, String> {
    let mut outputs = Outputs::default();
    for parameter in &program.outputs {
        let Some(path) = &parameter.path else {
            continue;
        };
        let value = match (read(&work.join(path)), &parameter.default) {
            (Ok(value), _) => value,
            (Err(error), Some(default)) if error.kind() == io::ErrorKind::NotFound => {
                default.clone()
            }
            (Err(error), _) => {
                return Err(format!(
                    "its output `{}` cannot be read from {}: {error}",
                    parameter.name,
                    path.display()
                ));
            }
        };
        outputs
            .parameters
            .push(Argument::new(&parameter.name, value));
    }
    for port in &program.artifacts {
        match copying.keep(
            &work.join(&port.path),
            &keep.directory.join(&port.name),
            work,
        ) {
            Ok(()) => outputs.artifacts.push(ArtifactLocation {
                name: port.name.clone(),
                location: format!("{}/{}", keep.location, port.name),
            }),
            Err(error) if port.optional && error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(format!(
                    "its output artifact `{}` cannot be kept from {}: {error}",
                    port.name,
                    port.path.display()
                ));
            }
        }
    }
    Ok(outputs)
}

/// A file's text without one line end.
fn read(path: &Path) -> io::Result<String> {
    // Not to wait for whoever may write into a pipe that lies there.
    let nonblocking = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(nonblocking)
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    file.take(VALUE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > VALUE_BYTES {
        return Err(io::Error::other("it is larger than 256 KiB"));
    }
    let mut text =
        String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8 text"))?;
    if text.ends_with('\n') {
        text.pop();
    }
    Ok(text)
}
