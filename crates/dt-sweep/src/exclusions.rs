//! The exclusions of a run: read from files, and of what use they were.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dt_analysis::exclusions::{Exclusion, ExclusionId, ExclusionUsage, ExclusionsAt};
use dt_analysis::finding::FindingId;
use dt_model::Device;
use dt_store::{ExclusionFileError, State, Versioned, read_exclusions};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Which findings are excluded, and what the entries matched.
#[derive(Debug, Default)]
pub struct ExclusionList {
    entries: Vec<Exclusion>,
    /// Where each entry stands.
    places: Vec<String>,
    /// Where it is remembered what they matched.
    usage_at: Option<PathBuf>,
    noted: Mutex<Noted>,
}

/// What came of the entries in this run.
#[derive(Debug, Default)]
struct Noted {
    usage: ExclusionUsage,
    /// What was told, so that it is told once.
    told: BTreeSet<String>,
}

/// What was matched, as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct StoredUsage(ExclusionUsage);

impl Versioned for StoredUsage {
    const FORMAT: u32 = 1;
}

impl ExclusionList {
    /// The entries of files. What they match is remembered in a directory, if there is one.
    ///
    /// # Errors
    ///
    /// If a file is not taken: then none is.
    pub fn read<P: AsRef<Path>>(
        files: impl IntoIterator<Item = P>,
        usage_at: Option<PathBuf>,
    ) -> Result<Self, ExclusionFileError> {
        let mut list = Self { usage_at, ..Self::default() };
        for file in files {
            for listed in read_exclusions(file.as_ref())? {
                list.places.push(format!("{}, line {}", file.as_ref().display(), listed.line));
                list.entries.push(listed.entry);
            }
        }
        Ok(list)
    }

    /// Every entry, in the order of the files.
    #[must_use]
    pub fn entries(&self) -> &[Exclusion] {
        &self.entries
    }

    /// Where an entry stands: a file, and the number of a line.
    #[must_use]
    pub fn place(&self, number: usize) -> String {
        self.places.get(number).cloned().unwrap_or_default()
    }

    /// As they apply at a time.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> ExclusionsAt<'_> {
        ExclusionsAt::new(&self.entries, now)
    }

    /// Which entries have expired, in words: each once.
    #[must_use]
    pub fn expired(&self, now: Timestamp) -> Vec<String> {
        let entries = self.entries.iter().zip(&self.places);
        let expired = entries.filter(|(entry, _)| entry.expires() <= now).map(|(entry, place)| {
            let reason = &entry.terms().reason;
            format!("an exclusion has expired and does not apply: {reason} ({place})")
        });
        self.untold(expired)
    }

    /// Which entries are not those of a device any more, in words: each once.
    #[must_use]
    pub fn parted(&self, device: &Device, now: Timestamp) -> Vec<String> {
        let did = device.did.map_or_else(String::new, |did| format!(" (did {did})"));
        let name = device.hostname.as_deref().unwrap_or("a device");
        self.untold(self.at(now).parted(device).map(|entry| {
            format!(
                "an exclusion does not apply to {name}{did}: name, did and MAC are not those of one \
                 device any more: {entry}"
            )
        }))
    }

    fn untold(&self, texts: impl Iterator<Item = String>) -> Vec<String> {
        let mut noted = self.noted();
        texts.filter(|text| noted.told.insert(text.clone())).collect()
    }

    /// Notes that an entry matched a finding.
    pub fn note(&self, entry: ExclusionId, finding: FindingId, now: Timestamp) {
        self.noted().usage.note(entry, finding, now);
    }

    /// A thread that panicked has noted all that it noted.
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the entries matched in this run and before.
    ///
    /// # Errors
    ///
    /// If what is remembered cannot be read, or is of a newer version: that nothing was matched is not known then.
    pub fn usage(&self) -> Result<ExclusionUsage, dt_store::Error> {
        let place = self.usage_at.as_deref().filter(|place| place.exists());
        let mut usage = match place {
            Some(place) => kept(&State::open(place)?)?,
            None => ExclusionUsage::default(),
        };
        usage.add(&self.noted().usage);
        Ok(usage)
    }

    /// Remembers what was matched. It serves nobody but whoever reviews the entries: nothing fails where it
    /// cannot be remembered, and what cannot be read is left as it is.
    pub fn keep(&self) {
        let noted = std::mem::take(&mut self.noted().usage);
        let Some(place) = self.usage_at.as_deref().filter(|_| !noted.is_empty()) else { return };
        let keep = || -> Option<()> {
            std::fs::create_dir_all(place.parent()?).ok()?;
            let mut state = State::open(place).ok()?;
            let mut usage = kept(&state).ok()?;
            usage.add(&noted);
            state.save(&StoredUsage(usage)).ok()
        };
        if keep().is_none() {
            self.noted().usage.add(&noted);
        }
    }
}

fn kept(state: &State) -> Result<ExclusionUsage, dt_store::Error> {
    let kept = state.load::<StoredUsage>()?;
    Ok(kept.map_or_else(ExclusionUsage::default, |StoredUsage(usage)| usage))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_matched_is_remembered_and_what_expired_is_told_once() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("exclusions.toml");
        let entry = "[[exclusion]]\nrule = \"dt-download\"\nreason = \"x\"\nwho = \"a\"\n";
        std::fs::write(&file, format!("{entry}until = 2027-01-01\n")).unwrap();
        let usage_at = home.path().join("state/exclusions");
        let read = || ExclusionList::read([&file], Some(usage_at.clone())).unwrap();
        let (list, now) = (read(), at("2026-11-24T00:00:00Z"));
        let finding = "2ce2b4a3-f095-5006-803e-365713ae0b02".parse().unwrap();
        list.note(list.entries()[0].id(), finding, now);
        list.note(list.entries()[0].id(), finding, now);
        list.keep();
        let again = read();
        assert_eq!(again.usage().unwrap().of(&again.entries()[0]).unwrap().count(), 1);
        assert!(again.expired(now).is_empty());
        let later = at("2027-01-01T00:00:00Z");
        let told = again.expired(later);
        assert!(told[0].contains("line 1"), "{told:?}");
        assert!(again.expired(later).is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_told_and_not_written_over() {
        let home = tempfile::tempdir().unwrap();
        let usage_at = home.path().join("exclusions");
        let entries = home.path().join("exclusions.toml");
        let entry = "[[exclusion]]\nrule = \"dt-download\"\nreason = \"x\"\nwho = \"a\"\n";
        std::fs::write(&entries, format!("{entry}until = 2027-01-01\n")).unwrap();
        let read = || ExclusionList::read([&entries], Some(usage_at.clone())).unwrap();
        let list = read();
        assert!(list.usage().unwrap().is_empty(), "nothing is there yet");
        std::fs::create_dir(&usage_at).unwrap();
        let file = usage_at.join("state.json");
        let finding = "2ce2b4a3-f095-5006-803e-365713ae0b02".parse().unwrap();
        for text in [r#"{"format": 2, "state": []}"#, "{\"for"] {
            std::fs::write(&file, text).unwrap();
            list.note(list.entries()[0].id(), finding, at("2026-11-24T00:00:00Z"));
            list.keep();
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
            let error = list.usage().unwrap_err();
            assert!(error.is_newer() || error.is_damaged(), "{error}");
        }
        std::fs::remove_file(&file).unwrap();
        list.keep();
        let again = read();
        assert_eq!(again.usage().unwrap().of(&again.entries()[0]).unwrap().count(), 1);
    }
}
