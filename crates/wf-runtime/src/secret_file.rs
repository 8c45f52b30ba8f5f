//! The secret that seals cursors: given by the operator, or kept beside the data.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use anyhow::Context as _;
use wf_service::Secret;

/// More than anybody needs; what is larger is not a secret, but a file given by mistake.
const MOST_BYTES: u64 = 64 << 10;

/// The secret in a file that the operator gave.
pub(crate) fn read(path: &Path) -> anyhow::Result<Secret> {
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read the secret file {}", path.display()))?;
    anyhow::ensure!(
        bytes.len() as u64 <= MOST_BYTES,
        "the secret file {} has more than {MOST_BYTES} bytes; is it the right file?",
        path.display()
    );
    Secret::new(bytes.trim_ascii()).with_context(|| {
        format!(
            "the secret file {} is too short; give at least 16 bytes, as `openssl rand -hex 32` prints",
            path.display()
        )
    })
}

/// The secret that belongs to a data directory; made by whoever comes first, for all that share it.
pub(crate) fn of_directory(directory: &Path) -> anyhow::Result<Secret> {
    let path = directory.join("cursor-secret");
    match fs::exists(&path) {
        Ok(true) => return read(&path),
        Ok(false) => {}
        Err(error) => return Err(error).context("cannot look for the secret of cursors"),
    }
    make(directory, &path)
        .with_context(|| format!("cannot keep the secret of cursors in {}", path.display()))?;
    read(&path)
}

/// Makes the file whole or not at all: a link appears at once, and only if there was none.
fn make(directory: &Path, path: &Path) -> std::io::Result<()> {
    let draft = directory.join(format!("cursor-secret.{}", uuid::Uuid::new_v4()));
    let written = write(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let removed = fs::remove_file(&draft);
    written.and(removed)
}

fn write(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    for byte in Secret::random().expose() {
        write!(file, "{byte:02x}")?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_share_a_directory_have_one_secret() {
        let directory = tempfile::tempdir().unwrap();
        let secrets: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| of_directory(directory.path()).unwrap()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
        let left: Vec<_> = fs::read_dir(directory.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "no drafts are left: {left:?}");
    }

    #[test]
    fn only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        of_directory(directory.path()).unwrap();
        let data = fs::metadata(directory.path().join("cursor-secret")).unwrap();
        assert_eq!(data.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_given_file_is_told_by_name_when_it_is_no_secret() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("given");
        assert!(read(&path).unwrap_err().to_string().contains("given"));
        fs::write(&path, "short\n").unwrap();
        assert!(
            read(&path)
                .unwrap_err()
                .to_string()
                .contains("at least 16 bytes")
        );
        fs::write(&path, "0123456789abcdef\n").unwrap();
        assert_eq!(read(&path).unwrap().expose(), b"0123456789abcdef");
    }
}
