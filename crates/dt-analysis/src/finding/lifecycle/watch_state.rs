//! What a watcher remembers from one run to the next.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::FindingTracker;
use super::format_1::Format1;

/// What a watcher of one appliance's devices remembers from one run to the next.
///
/// Its serialized form is the state's format [`FORMAT`](Self::FORMAT).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchState {
    /// Ids of devices are those of one appliance.
    pub appliance: String,
    /// The options that decide what is found; `None` in what an older version stored.
    #[serde(default)]
    pub options: Option<FindingOptions>,
    /// What was reported.
    pub tracker: FindingTracker,
}

/// The options that decide what is found, by their names: with others, what is found differs though
/// nothing happened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingOptions(BTreeMap<String, String>);

/// An option that was another one when the state was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionDifference {
    /// The option's name.
    pub name: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub now: String,
}

impl WatchState {
    /// The format's number. It grows whenever a program that knows the former one would misunderstand
    /// it, such as when a rule, a unit or a technique is added.
    pub const FORMAT: u32 = 5;

    /// Of an appliance of which nothing was reported yet.
    #[must_use]
    pub fn new(appliance: impl Into<String>, options: FindingOptions) -> Self {
        let (appliance, tracker) = (appliance.into(), FindingTracker::default());
        Self { appliance, options: Some(options), tracker }
    }

    /// Reads a state of an older format.
    ///
    /// # Errors
    ///
    /// If it does not have that format.
    pub fn from_format<'de, D: Deserializer<'de>>(format: u32, older: D) -> Result<Self, D::Error> {
        match format {
            1 => {
                let (appliance, tracker) = Format1::deserialize(older)?.into_parts();
                Ok(Self { appliance, options: None, tracker })
            }
            // Format 2 has fewer fields, each of which may be missing, format 3 fewer rules, format 4 fewer kinds of changes.
            _ => Self::deserialize(older),
        }
    }

    /// Takes the options of a run, unless they differ from those by which something was found. A state of
    /// an older version takes those of its first run, and an option that it does not know its value there.
    ///
    /// # Errors
    ///
    /// Each option that differs.
    pub fn take_options(&mut self, now: FindingOptions) -> Result<(), Vec<OptionDifference>> {
        if self.tracker.is_empty() {
            self.options = Some(now);
            return Ok(());
        }
        let before = self.options.get_or_insert_with(|| now.clone());
        let differences = before.differences(&now);
        if !differences.is_empty() {
            return Err(differences);
        }
        before.0.extend(now.0);
        Ok(())
    }

    /// Whether it is about an appliance. Older versions named only its host where there is a path, too: a
    /// state of theirs takes the whole name, and one in which nothing is yet takes any.
    pub fn take_appliance(&mut self, now: &str) -> bool {
        let host = now.split_once('/').map_or(now, |(host, _)| host);
        let is_older = self.options.is_none() && self.appliance == host;
        if is_older || self.tracker.is_empty() {
            now.clone_into(&mut self.appliance);
        }
        self.appliance == now
    }
}

impl FindingOptions {
    /// Each option that both know, and that differs.
    fn differences(&self, now: &Self) -> Vec<OptionDifference> {
        let difference = |(name, before): (&String, &String)| {
            let now = now.0.get(name).filter(|now| *now != before)?.clone();
            Some(OptionDifference { name: name.clone(), before: before.clone(), now })
        };
        self.0.iter().filter_map(difference).collect()
    }
}

impl<N: Into<String>> FromIterator<(N, String)> for FindingOptions {
    fn from_iter<I: IntoIterator<Item = (N, String)>>(options: I) -> Self {
        Self(options.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

#[cfg(test)]
mod tests {
    use dt_model::DeviceId;

    use super::*;
    use crate::finding::{DeviceHistory, Rule, Technique, Unit};

    /// A state that has something about a device.
    fn state(appliance: &str, options: Option<FindingOptions>) -> WatchState {
        let device = (DeviceId::new(1), DeviceHistory::default());
        WatchState {
            appliance: appliance.to_owned(),
            options,
            tracker: [device].into_iter().collect(),
        }
    }

    fn options(options: &[(&str, &str)]) -> FindingOptions {
        options.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    }

    #[test]
    fn options_that_differ_are_named_and_new_ones_taken() {
        let before = options(&[("zone", "UTC"), ("rules", "all")]);
        let mut state = state("a.example", Some(before));
        let other = options(&[("zone", "Asia/Tokyo"), ("rules", "all")]);
        let difference = OptionDifference {
            name: "zone".to_owned(),
            before: "UTC".to_owned(),
            now: "Asia/Tokyo".to_owned(),
        };
        assert_eq!(state.take_options(other), Err(vec![difference]));
        let more = options(&[("zone", "UTC"), ("rules", "all"), ("port", "443")]);
        assert_eq!(state.take_options(more.clone()), Ok(()));
        assert_eq!(state.options, Some(more.clone()));
        state.options = None;
        assert_eq!(state.take_options(more.clone()), Ok(()));
        assert_eq!(state.options, Some(more));
    }

    /// A run that could not ask anybody decides nothing for the next.
    #[test]
    fn what_holds_nothing_yet_takes_any_options() {
        let mut state = WatchState::new("a.example", options(&[("zone", "UTC")]));
        assert_eq!(state.take_options(options(&[("zone", "Asia/Tokyo")])), Ok(()));
        assert!(state.take_appliance("b.example"));
        let now = WatchState::new("b.example", options(&[("zone", "Asia/Tokyo")]));
        assert_eq!(state, now);
    }

    #[test]
    fn an_appliance_behind_a_path_is_one_of_its_own() {
        let now = || Some(FindingOptions::default());
        assert!(state("a.example", now()).take_appliance("a.example"));
        assert!(!state("a.example", now()).take_appliance("a.example/site"));
        assert!(!state("a.example/other", now()).take_appliance("a.example/site"));
        let mut older = state("a.example", None);
        assert!(older.take_appliance("a.example/site"));
        assert_eq!(older.appliance, "a.example/site");
        assert!(!state("b.example", None).take_appliance("a.example/site"));
    }

    /// What is kept is read by these names. When there are more of them, an older program must be told
    /// by the format that it cannot read it, not that it is damaged.
    #[test]
    fn a_name_that_older_programs_do_not_know_needs_another_format() {
        let names = (Rule::ALL.len(), Unit::ALL.len(), Technique::ALL.len());
        assert_eq!((names, WatchState::FORMAT), ((15, 6, 12), 5));
    }
}
