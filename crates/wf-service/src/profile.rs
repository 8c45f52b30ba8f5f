//! Where the platform's profile comes from.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use wf_argo::{Catalog, Profile};

/// No profile is as long; a longer file is none.
const LONGEST: u64 = 1024 * 1024;

/// Why a file cannot be the profile: every reason, each with its place.
#[derive(Debug, thiserror::Error)]
pub struct ProfileError {
    file: PathBuf,
    reasons: Vec<String>,
}

impl ProfileError {
    /// The reasons, each with its place.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be the profile", self.file.display())?;
        let mut reasons = self.reasons.iter();
        reasons.try_for_each(|reason| write!(f, "\n  {reason}"))
    }
}

/// Reads the profile of a file, and checks it against the actions that it uses itself.
///
/// # Errors
/// When the file cannot be read, is too large, or is no profile.
pub fn load_profile(file: &Path, catalog: &Catalog) -> Result<Profile, ProfileError> {
    let failed = |reasons: Vec<String>| ProfileError {
        file: file.to_owned(),
        reasons,
    };
    let text = read(file).map_err(|error| failed(vec![error.to_string()]))?;
    let told =
        |errors: Vec<wf_argo::Error>| failed(errors.iter().map(ToString::to_string).collect());
    let profile = Profile::parse(&file.display().to_string(), &text).map_err(told)?;
    profile.check(catalog).map_err(told)?;
    Ok(profile)
}

fn read(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(file)?
        .take(LONGEST + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(std::io::Error::other("it is over 1 MiB"));
    }
    Ok(text)
}
