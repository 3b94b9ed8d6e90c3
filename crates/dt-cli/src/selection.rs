//! Which devices are meant: by their names, and by what they are.

use std::io;

use dt_model::{DeviceName, DeviceSearchPage, InvalidDeviceName, Selection};
use dt_sweep::{NamedTarget, list_targets};
use dt_transport::{FindError, Target};

use crate::connect::Client;
use crate::failure::{Failure, Result};
use crate::inputs::Notes;
use crate::options::{DeviceOptions, SelectionOptions};
use crate::ui::{Progress, Verbosity, eprint_line};

/// The devices that a command is about.
#[derive(Debug)]
pub(crate) struct TargetDevices {
    /// As they were named.
    pub(crate) names: Vec<DeviceName>,
    /// Whether more are to be read from standard input.
    more: bool,
    /// More of them, by what they are.
    pub(crate) selection: Selection,
}

/// What was typed, and the name that it is; a line of standard input may be none.
pub(crate) type Named = (String, std::result::Result<DeviceName, InvalidDeviceName>);

impl TargetDevices {
    /// Devices, of which there need not be one.
    pub(crate) fn resolve(options: DeviceOptions) -> Result<Self> {
        let (dashes, names): (Vec<_>, Vec<_>) =
            options.devices.into_iter().partition(|name| name == "-");
        if dashes.len() > 1 {
            return Err(Failure::usage("names can be read from standard input only once"));
        }
        let names = names.iter().map(|name| Ok(name.parse()?)).collect::<Result<_>>()?;
        Ok(Self { names, more: !dashes.is_empty(), selection: options.selection.into() })
    }

    /// Refuses to go on if nothing says which device.
    pub(crate) fn demand(&self) -> Result<()> {
        if self.is_everything() {
            return Err(Failure::usage("no device is named").hint(
                "name one by id, host name, IP, MAC or label, or select some; dt devices lists them",
            ));
        }
        Ok(())
    }

    /// Whether nothing says which device.
    pub(crate) fn is_everything(&self) -> bool {
        self.names.is_empty() && self.is_one()
    }

    /// Whether one device was asked for, plainly: the answer is then no list.
    pub(crate) fn is_one(&self) -> bool {
        let is_pattern = self.names.iter().any(DeviceName::is_pattern);
        self.names.len() <= 1 && !is_pattern && !self.more && self.selection.is_empty()
    }

    /// The names that were typed, and those on standard input.
    pub(crate) fn names(&self) -> Result<Vec<Named>> {
        let typed = self.names.iter().map(|name| (name.to_string(), Ok(name.clone())));
        let mut names: Vec<Named> = typed.collect();
        if self.more {
            let text = io::read_to_string(io::stdin()).map_err(|error| {
                Failure::new("failed to read names from standard input").because(&error)
            })?;
            print_rows(&text);
            names.extend(listed(&text).map(|(_, name)| (name.to_owned(), name.parse())));
        }
        Ok(names)
    }

    /// Tells of the other device that the digits may mean which were taken as an id.
    pub(crate) fn print_namesake(&self, client: &Client, verbosity: Verbosity) {
        let [name] = &*self.names else { return };
        let Some(did) = name.did().filter(|_| verbosity > Verbosity::ErrorsOnly) else { return };
        if let Some(other) = client.host_named_like(did).and_then(|host| host.did) {
            eprint_line(&format!(
                "note: {did} is taken as an id; the host of that name is did {other}, or host:{did}"
            ));
        }
    }

    /// What was asked for, as it was typed.
    pub(crate) fn words(&self) -> Vec<String> {
        let Selection { tags, types, subnets } = &self.selection;
        let names = self.names.iter().map(ToString::to_string);
        let tags = tags.iter().map(|tag| format!("--tag {tag}"));
        let types = types.iter().map(|kind| format!("--type {kind}"));
        let subnets = subnets.iter().map(|subnet| format!("--subnet {subnet}"));
        let more = self.more.then(|| "names on standard input".to_owned());
        names.chain(tags).chain(types).chain(subnets).chain(more).collect()
    }

    /// The devices that were named, and then those that are selected.
    pub(crate) fn targets(
        &self,
        client: &Client,
        verbosity: Verbosity,
    ) -> Result<Vec<NamedTarget>> {
        let (mut targets, mut patterns) = (Vec::new(), Vec::new());
        for (typed, name) in self.names()? {
            match name {
                Ok(name) if name.is_pattern() => patterns.push(name),
                name => targets.push(NamedTarget { name: typed, target: name.map(Target::Named) }),
            }
        }
        targets.extend(look_through(verbosity, |page| {
            list_targets(client, &patterns, &self.selection, page)
        })?);
        Ok(targets)
    }
}

impl From<SelectionOptions> for Selection {
    fn from(
        SelectionOptions { tag: tags, kind: types, subnet: subnets }: SelectionOptions,
    ) -> Self {
        Self { tags, types, subnets }
    }
}

/// The names on standard input, and in which line each stands: one a line, which may end with a comment.
fn listed(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
    // A name may have a `#` in it.
    let names = lines.map(|line| line.split(" #").next().unwrap_or(line).trim());
    let numbered = names.enumerate().map(|(place, name)| (place + 1, name));
    numbered.filter(|(_, name)| !name.is_empty() && !name.starts_with('#'))
}

/// Tells which lines look like rows of a table: each is taken as one name all the same, since a label may
/// look so.
fn print_rows(text: &str) {
    let is_row = |name: &str| name.contains([',', ';', '\t', '"']);
    let rows: Vec<(usize, &str)> = listed(text).filter(|(_, name)| is_row(name)).collect();
    let Some((line, name)) = rows.first() else { return };
    let more =
        if rows.len() == 1 { String::new() } else { format!(", as {} more do", rows.len() - 1) };
    eprint_line(&format!(
        "warning: line {line} of standard input, {name:?}, looks like a row of a table{more}; a line is \
         read as one name"
    ));
}

/// Lists devices: shows how far that is, and prints what is odd about the pages that it is shown.
pub(crate) fn look_through<L>(
    verbosity: Verbosity,
    list: impl FnOnce(&mut dyn FnMut(&DeviceSearchPage)) -> std::result::Result<L, FindError>,
) -> Result<L> {
    let progress = Progress::start("devices looked through", verbosity);
    let mut notes = Notes::default();
    let listed = list(&mut |page| {
        progress.page(page);
        notes.warn("/devicesearch", &page.warnings);
    });
    drop(progress);
    notes.print(verbosity);
    Ok(listed?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names_may_have_comments_and_a_byte_order_mark() {
        let text = "\u{feff}ws-01\r\n# servers\n\n  db-02  # the old one\nws#3\n";
        assert_eq!(listed(text).collect::<Vec<_>>(), [(1, "ws-01"), (4, "db-02"), (5, "ws#3")]);
    }
}
