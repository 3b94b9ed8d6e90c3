//! What was told, by the ids of the events.

use std::collections::HashMap;

use anyhow::Context;
use serde_json::Value;

/// What an event says of its finding: everything but when and beside what it was told.
const OF_THE_TELLING: [&str; 4] = ["data_until", "device", "priority", "parts"];

#[derive(Default)]
pub(super) struct Events {
    contents: HashMap<String, Vec<String>>,
    told: u64,
}

impl Events {
    /// Takes what a watcher printed. A kill may have cut the last line short, which then comes again.
    pub(super) fn take(&mut self, printed: &str) -> anyhow::Result<()> {
        for line in printed.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let mut event: Value = serde_json::from_str(line).context("a line is no event")?;
            if let Some(fields) = event.as_object_mut() {
                fields.retain(|key, _| !OF_THE_TELLING.contains(&key.as_str()));
            }
            let id = event["event_id"].as_str().context("an event has no id")?.to_owned();
            let contents = self.contents.entry(id).or_default();
            let content = event.to_string();
            if !contents.contains(&content) {
                contents.push(content);
            }
            self.told += 1;
        }
        Ok(())
    }

    /// How many lines there were.
    pub(super) const fn told(&self) -> u64 {
        self.told
    }

    /// How many ids there were.
    pub(super) fn ids(&self) -> usize {
        self.contents.len()
    }

    /// How many ids of others never came.
    pub(super) fn lost(&self, others: &Self) -> usize {
        others.contents.keys().filter(|id| !self.contents.contains_key(*id)).count()
    }

    /// How many ids came with one content and with another.
    pub(super) fn with_two_contents(&self) -> usize {
        self.contents.values().filter(|contents| contents.len() > 1).count()
    }

    /// The contents of one of them.
    pub(super) fn two_contents(&self) -> Option<&[String]> {
        let mut two = self.contents.values().filter(|contents| contents.len() > 1);
        two.next().map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_and_what_differs_is_counted() {
        let (mut quiet, mut disturbed) = (Events::default(), Events::default());
        let line = |id: u32, state: &str, at: u32| {
            format!("{{\"event_id\":\"{id}\",\"state\":\"{state}\",\"data_until\":{at}}}\n")
        };
        quiet.take(&(line(1, "new", 0) + &line(2, "new", 0))).unwrap();
        disturbed.take(&(line(1, "new", 0) + &line(1, "new", 1) + "{\"event_id\":\"2")).unwrap();
        assert_eq!((disturbed.told(), disturbed.ids()), (2, 1));
        assert_eq!((disturbed.lost(&quiet), disturbed.with_two_contents()), (1, 0));
        disturbed.take(&(line(2, "ended", 1) + &line(2, "new", 1))).unwrap();
        assert_eq!((disturbed.lost(&quiet), disturbed.with_two_contents()), (0, 1));
        assert!(disturbed.take("{}\n").is_err());
    }
}
