//! Secrets: values that stand in no document, read when a process begins and kept nowhere.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;

use serde_json::Value;

/// The most bytes that a value may have, as in Kubernetes.
const MOST_BYTES: u64 = 1 << 20;

/// Which value of which secret a variable is to have; never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecretKey {
    name: String,
    key: String,
    /// Whether the variable is left out when there is no such value.
    optional: bool,
}

impl SecretKey {
    /// Reads a `secretKeyRef`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn of(reference: &Value) -> Result<Self, String> {
        let text = |field: &str| {
            let name = reference.get(field).and_then(Value::as_str);
            name.filter(|name| is_file_name(name))
                .map(str::to_owned)
                .ok_or_else(|| {
                    format!("its `secretKeyRef` has no `{field}`, or none that a file can have")
                })
        };
        Ok(Self {
            name: text("name")?,
            key: text("key")?,
            optional: reference.get("optional") == Some(&Value::Bool(true)),
        })
    }

    /// Its value, exactly as it is in the file `<directory>/<name>/<key>`; nothing for one that is
    /// not there and need not be.
    ///
    /// # Errors
    /// Which secret cannot be read and why, in words that never have its value.
    pub(crate) fn read(&self, directory: Option<&Path>) -> Result<Option<OsString>, String> {
        let Self {
            name,
            key,
            optional,
        } = self;
        let Some(directory) = directory else {
            return if *optional {
                Ok(None)
            } else {
                Err(format!(
                    "it needs the key `{key}` of the secret `{name}`, and this server has no secrets (--secrets-dir)"
                ))
            };
        };
        match value(&directory.join(name).join(key)) {
            Ok(value) if value.contains(&0) => Err(format!(
                "the key `{key}` of the secret `{name}` has a NUL byte, which no variable can have"
            )),
            Ok(value) => Ok(Some(OsString::from_vec(value))),
            Err(error) if error.kind() == io::ErrorKind::NotFound && *optional => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(format!(
                "there is no key `{key}` of a secret `{name}` (the file {name}/{key} in --secrets-dir)"
            )),
            Err(error) => Err(format!(
                "the key `{key}` of the secret `{name}` cannot be read: {error}"
            )),
        }
    }
}

fn value(path: &Path) -> io::Result<Vec<u8>> {
    let mut value = Vec::new();
    File::open(path)?
        .take(MOST_BYTES + 1)
        .read_to_end(&mut value)?;
    if value.len() as u64 > MOST_BYTES {
        let message = format!("it has more than {MOST_BYTES} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(value)
}

/// Whether a name leads to a file of the directory and nowhere else.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with("..") && name != "." && !name.contains(['/', '\0'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::SecretKey;

    fn key(optional: bool) -> SecretKey {
        SecretKey::of(&json!({"name": "api", "key": "token", "optional": optional})).unwrap()
    }

    #[test]
    fn a_value_is_taken_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("api")).unwrap();
        std::fs::write(directory.path().join("api/token"), b"a\xff\n").unwrap();
        let value = key(false).read(Some(directory.path())).unwrap().unwrap();
        assert_eq!(value.as_encoded_bytes(), b"a\xff\n");
    }

    #[test]
    fn what_is_missing_is_named_and_what_is_wrong_never_shown() {
        let directory = tempfile::tempdir().unwrap();
        let told = key(false).read(Some(directory.path())).unwrap_err();
        assert!(told.contains("`token`") && told.contains("`api`"), "{told}");
        assert!(key(false).read(None).unwrap_err().contains("--secrets-dir"));
        assert_eq!(key(true).read(Some(directory.path())), Ok(None));
        assert_eq!(key(true).read(None), Ok(None));

        std::fs::create_dir(directory.path().join("api")).unwrap();
        std::fs::write(directory.path().join("api/token"), b"hunter2\0").unwrap();
        let told = key(true).read(Some(directory.path())).unwrap_err();
        assert!(told.contains("NUL") && !told.contains("hunter2"), "{told}");
    }

    #[test]
    fn no_name_leads_out_of_the_directory() {
        for (name, key) in [
            ("..", "a"),
            ("a", "../b"),
            ("a/b", "c"),
            ("a", ""),
            (".", "a"),
        ] {
            assert!(SecretKey::of(&json!({"name": name, "key": key})).is_err());
        }
        assert!(SecretKey::of(&json!({"name": "a"})).is_err());
    }
}
