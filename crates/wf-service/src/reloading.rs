//! Reloading: actions and profile that change are taken up together, since one needs the other.

use std::time::Duration;

use wf_argo::{Catalog, Profile};

use crate::catalog::CatalogSource;
use crate::following::follow;
use crate::profile::ProfileSource;
use crate::service::{Observer, Service};

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Service {
    /// Takes up changes of the actions' directory and of the profile's file as they come, until
    /// the service closes; ends at once when neither comes from there.
    ///
    /// What is wrong is told in the log and by [`actions_failure`](Self::actions_failure) and
    /// [`profile_failure`](Self::profile_failure), and what was there before stays. Actions without
    /// those that the profile uses itself are wrong, too; when either changes, both are looked at.
    pub async fn follow_files(&self) {
        let options = self.options();
        let (catalog, profile) = (&options.catalog, &options.profile);
        let (actions, file) = (catalog.looking(), profile.looking());
        if actions.is_none() && file.is_none() {
            return;
        }
        let loaded = (
            actions.as_ref().map(|(stamp, _)| stamp.clone()),
            file.as_ref().map(|(stamp, _)| stamp.clone()),
        );
        let (actions, file) = (actions.map(|it| it.1), file.map(|it| it.1));
        let look = move || {
            (
                actions.as_ref().map(|it| it()),
                file.as_ref().map(|it| it()),
            )
        };
        let take_up = || take_up(catalog, profile, &*options.observer);
        follow(LOOK_EVERY, self.closing(), (loaded, look), take_up).await;
    }
}

async fn take_up(catalog: &CatalogSource, profile: &ProfileSource, observer: &dyn Observer) {
    let (mut actions, mut defaults) = (catalog.read_anew().await, profile.read_anew().await);
    let new_catalog = actions.as_ref().and_then(|it| it.as_ref().ok());
    let new_profile = defaults.as_ref().and_then(|it| it.as_ref().ok());
    let (offered, followed) = (catalog.current(), profile.current());
    let goes = |profile: Option<&Profile>, catalog: Option<&Catalog>| {
        let profile = profile.unwrap_or(&followed);
        profile.check(catalog.unwrap_or(&offered))
    };
    if let Err(errors) = goes(new_profile, new_catalog) {
        let reasons = || errors.iter().map(ToString::to_string).collect();
        // One of them without the other may do.
        let is_wrong_catalog = goes(None, new_catalog).is_err();
        let is_wrong_profile = !is_wrong_catalog || goes(new_profile, None).is_err();
        if is_wrong_catalog {
            actions = actions.map(|read| read.and_then(|_| Err(catalog.objection(reasons()))));
        }
        if is_wrong_profile {
            defaults = defaults.map(|read| read.and_then(|_| Err(profile.objection(reasons()))));
        }
    }
    if let Some(read) = actions.filter(|read| catalog.is_news(read)) {
        observer.catalog_reloaded(catalog.settle(read).is_ok());
    }
    if let Some(read) = defaults.filter(|read| profile.is_news(read)) {
        observer.profile_reloaded(profile.settle(read).is_ok());
    }
}
