//! Where the platform's profile comes from.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use wf_argo::{Catalog, Profile};

use crate::catalog::CatalogSource;
use crate::following::{self, FileStamp, blocking, follow};
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
    /// The profile of a file, checked against the actions that it uses itself. Later changes are
    /// seen by [`follow`](Self::follow).
    ///
    /// # Errors
    /// When the file cannot be read, is too large, or is no profile for that use.
    pub fn load(file: &Path, use_of: ProfileUse, catalog: &Catalog) -> Result<Self, ProfileError> {
        // Looked at before it is read, so that what changes meanwhile is seen as a change.
        let stamp = FileStamp::of(file.to_owned());
        let file = file.to_owned();
        let source = Self::from(read(&file, use_of, catalog)?);
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

    /// Reads the file anew whenever it has changed; ends when `closing` is cancelled, and at once
    /// when there is no file.
    ///
    /// A profile that is wrong is told in the log and by [`failure`](Self::failure), and the one
    /// before stays. `told` hears how each taking up went.
    pub async fn follow(
        &self,
        every: Duration,
        closing: &CancellationToken,
        catalog: &CatalogSource,
        told: impl Fn(Result<(), &ProfileError>),
    ) {
        let Some(origin) = &self.origin else {
            return;
        };
        let file = origin.file.clone();
        let look = move || FileStamp::of(file.clone());
        let take_up = || self.take_up(origin, catalog, &told);
        follow(every, closing, (origin.stamp.clone(), look), take_up).await;
    }

    async fn take_up(
        &self,
        origin: &Origin,
        catalog: &CatalogSource,
        told: &impl Fn(Result<(), &ProfileError>),
    ) {
        let (path, use_of, catalog) = (origin.file.clone(), origin.use_of, catalog.current());
        let file = origin.file.display();
        match blocking(move || read(&path, use_of, &catalog)).await {
            Some(Ok(profile)) => {
                self.offer.replace(profile);
                told(Ok(()));
                tracing::info!(%file, "the profile has changed, and is heeded from now on");
            }
            Some(Err(error)) => {
                let error = self.offer.fail(error);
                told(Err(&error));
                tracing::error!(%file, "{error}\nthe profile before stays");
            }
            None => {}
        }
    }
}

/// The profile of the file, with what its operator should know told to the log.
fn read(file: &Path, use_of: ProfileUse, catalog: &Catalog) -> Result<Profile, ProfileError> {
    let failed = |reasons: Vec<String>| ProfileError {
        file: file.to_owned(),
        reasons,
    };
    let text = following::read(file, LONGEST).map_err(|error| failed(vec![error.to_string()]))?;
    let told =
        |errors: Vec<wf_argo::Error>| failed(errors.iter().map(ToString::to_string).collect());
    let profile = Profile::parse(&file.display().to_string(), &text).map_err(told)?;
    profile.check(catalog).map_err(told)?;
    if use_of == ProfileUse::WithoutCluster {
        profile.check_without_cluster().map_err(told)?;
    }
    for warning in profile.warnings() {
        tracing::warn!(file = %file.display(), "the profile: {warning}");
    }
    Ok(profile)
}
