//! Where the platform's profile comes from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wf_argo::{Catalog, Profile};

use crate::following::{self, FileStamp, blocking};
use crate::offer::Offer;

/// No profile is as long; a longer file is none.
const LONGEST: u64 = 1024 * 1024;

/// The platform's profile, which may be exchanged while it is used.
///
/// Cheap to clone; all clones see an exchange.
#[derive(Debug, Clone)]
pub struct ProfileSource {
    offer: Offer<Profile, ProfileError>,
    origin: Option<Arc<Origin>>,
}

/// The file that was loaded, as it was before.
#[derive(Debug)]
struct Origin {
    file: PathBuf,
    stamp: FileStamp,
    use_of: ProfileUse,
}

/// For what a profile is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileUse {
    /// For workflows that run on a cluster.
    OnCluster,
    /// For workflows that run without one, and are rendered as they would be for one.
    WithoutCluster,
}

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

impl From<Profile> for ProfileSource {
    fn from(profile: Profile) -> Self {
        Self {
            offer: Offer::new(profile),
            origin: None,
        }
    }
}

impl ProfileSource {
    /// The profile of a file, checked against the actions that it uses itself. A service sees later
    /// changes.
    ///
    /// # Errors
    /// When the file cannot be read, is too large, or is no profile for that use.
    pub fn load(file: &Path, use_of: ProfileUse, catalog: &Catalog) -> Result<Self, ProfileError> {
        // Looked at before it is read, so that what changes meanwhile is seen as a change.
        let stamp = FileStamp::of(file.to_owned());
        let file = file.to_owned();
        let profile = read(&file, use_of)?;
        profile.check(catalog).map_err(|errors| ProfileError {
            file: file.clone(),
            reasons: reasons(&errors),
        })?;
        let source = Self::from(profile);
        let origin = Origin {
            file,
            stamp,
            use_of,
        };
        Ok(Self {
            origin: Some(Arc::new(origin)),
            ..source
        })
    }

    /// The profile now.
    pub fn current(&self) -> Arc<Profile> {
        self.offer.current()
    }

    /// Why the last change of the file is not heeded, if it is not.
    pub fn failure(&self) -> Option<Arc<ProfileError>> {
        self.offer.failure()
    }

    /// How the file was when it was loaded, and how to look at it.
    pub(crate) fn looking(
        &self,
    ) -> Option<(FileStamp, impl Fn() -> FileStamp + Clone + Send + 'static)> {
        let origin = self.origin.as_ref()?;
        let file = origin.file.clone();
        Some((origin.stamp.clone(), move || FileStamp::of(file.clone())))
    }

    /// What the file says now, or why that cannot be the profile; nothing without a file, and when
    /// the process ends. Whether the catalog has the actions that it uses is another question.
    pub(crate) async fn read_anew(&self) -> Option<Result<Profile, ProfileError>> {
        let origin = self.origin.as_ref()?;
        let (path, use_of) = (origin.file.clone(), origin.use_of);
        blocking(move || read(&path, use_of)).await
    }

    /// Why the file cannot be the profile, when it is right by itself.
    pub(crate) fn objection(&self, reasons: Vec<String>) -> ProfileError {
        let file = self.origin.as_ref().map(|origin| origin.file.clone());
        ProfileError {
            file: file.unwrap_or_default(),
            reasons,
        }
    }

    /// Whether it is not so already.
    pub(crate) fn is_news(&self, read: &Result<Profile, ProfileError>) -> bool {
        self.offer.is_news(read, PartialEq::eq)
    }

    /// Heeds what was read, or keeps the profile that was; tells the log which.
    pub(crate) fn settle(
        &self,
        read: Result<Profile, ProfileError>,
    ) -> Result<(), Arc<ProfileError>> {
        match read {
            Ok(profile) => {
                self.offer.replace(profile);
                tracing::info!("the profile has changed, and is heeded from now on");
                Ok(())
            }
            Err(error) => {
                let error = self.offer.fail(error);
                tracing::error!("{error}\nthe profile before stays");
                Err(error)
            }
        }
    }
}

/// The profile of the file, with what its operator should know told to the log.
fn read(file: &Path, use_of: ProfileUse) -> Result<Profile, ProfileError> {
    let failed = |reasons: Vec<String>| ProfileError {
        file: file.to_owned(),
        reasons,
    };
    let unreadable = |error| failed(vec![format!("{}: {error}", file.display())]);
    let text = following::read(file, LONGEST).map_err(unreadable)?;
    let told = |errors: Vec<wf_argo::Error>| failed(reasons(&errors));
    let profile = Profile::parse(&file.display().to_string(), &text).map_err(told)?;
    if use_of == ProfileUse::WithoutCluster {
        profile.check_without_cluster().map_err(told)?;
    }
    for warning in profile.warnings() {
        tracing::warn!(file = %file.display(), "the profile: {warning}");
    }
    Ok(profile)
}

fn reasons(errors: &[wf_argo::Error]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}
