//! What an appliance told about hosts outside, for as long as it need not be asked again.

use std::path::PathBuf;

use dt_model::Exchange;
use dt_store::files;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::paths::appliance_directory;
use crate::{Error, Lake};

/// An answer about a host outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookUp {
    /// When it came.
    pub at: Timestamp,
    /// What was asked, and what came.
    pub exchange: Exchange,
}

/// What is known about a host changes slowly.
const LASTS: SignedDuration = SignedDuration::from_hours(24);

impl Lake {
    /// What an appliance told about hosts outside within the day before `now`. What cannot be read is not there: it is
    /// asked again.
    #[must_use]
    pub fn look_ups(&self, appliance: &str, now: Timestamp) -> Vec<LookUp> {
        let text = files::read(&self.look_ups_path(appliance)).unwrap_or_default();
        let mut kept: Vec<LookUp> = serde_json::from_slice(&text).unwrap_or_default();
        kept.retain(|it| (SignedDuration::ZERO..LASTS).contains(&now.duration_since(it.at)));
        kept
    }

    /// Keeps these, and nothing else, as what an appliance told about hosts outside.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn keep_look_ups(&self, appliance: &str, look_ups: &[LookUp]) -> Result<(), Error> {
        let path = self.look_ups_path(appliance);
        files::create_directory(&self.look_up_directory())?;
        Ok(files::replace_json(&path, &look_ups)?)
    }

    /// The files of what appliances told about hosts outside that cannot be read.
    pub(crate) fn broken_look_ups(&self) -> Result<Vec<PathBuf>, Error> {
        let directory = self.look_up_directory();
        let names = files::names(&directory)?.into_iter();
        let paths = names.map(|name| directory.join(name));
        let is_broken = |path: &PathBuf| {
            let is_one = path.extension().is_some_and(|extension| extension == "json");
            let look_ups = files::read(path)
                .ok()
                .and_then(|text| serde_json::from_slice::<Vec<LookUp>>(&text).ok());
            is_one && look_ups.is_none()
        };
        Ok(paths.filter(is_broken).collect())
    }

    fn look_ups_path(&self, appliance: &str) -> PathBuf {
        self.look_up_directory().join(format!("{}.json", appliance_directory(appliance)))
    }
}
