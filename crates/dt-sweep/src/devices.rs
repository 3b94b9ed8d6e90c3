//! Which devices are meant.

use std::ops::ControlFlow;

use dt_model::{Device, DeviceId, DeviceName, DeviceSearchPage, InvalidDeviceName, Selection};
use dt_transport::{Client, FindError, Target, Transport};

/// A device that is meant, and how it is called; or why what was named is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTarget {
    /// How it is called: as it was typed, or by its host name.
    pub name: String,
    /// How it is found.
    pub target: Result<Target, InvalidDeviceName>,
}

impl NamedTarget {
    /// A device as somebody typed it. What cannot be a name is told when its turn comes.
    pub fn typed(text: impl Into<String>) -> Self {
        let name = text.into();
        let target = name.parse().map(Target::Named);
        Self { name, target }
    }

    /// A device by its id.
    pub fn known(name: impl Into<String>, did: DeviceId) -> Self {
        Self { name: name.into(), target: Ok(Target::Known(did)) }
    }

    /// A device that was listed; `None` for one without an id, which cannot be asked about.
    #[must_use]
    pub fn listed(device: Device) -> Option<Self> {
        let did = device.did?;
        Some(Self::known(device.hostname.unwrap_or_else(|| did.to_string()), did))
    }

    /// Its id, if that is known already.
    #[must_use]
    pub fn did(&self) -> Option<DeviceId> {
        match self.target {
            Ok(Target::Known(did)) => Some(did),
            Ok(Target::Named(_)) | Err(_) => None,
        }
    }
}

/// The names in a list, one a line, of which empty ones are left out and comments begin with `#`; and what
/// is to be told if lines look like rows of a table. Each is taken as one name all the same, since a label
/// may look so.
///
/// ```
/// let (names, warning) = dt_sweep::names_in("ws-01\n# servers\ndb-02 # the old one\n\"a\",1");
/// assert_eq!(names, ["ws-01", "db-02", "\"a\",1"]);
/// assert!(warning.is_some_and(|it| it.starts_with("line 4")));
/// ```
#[must_use]
pub fn names_in(text: &str) -> (Vec<&str>, Option<String>) {
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
    // A name may have a `#` in it.
    let names = lines.map(|line| line.split(" #").next().unwrap_or(line).trim());
    let numbered = names.enumerate().map(|(place, name)| (place + 1, name));
    let listed: Vec<(usize, &str)> =
        numbered.filter(|(_, name)| !name.is_empty() && !name.starts_with('#')).collect();
    let mut rows = listed.iter().filter(|(_, name)| name.contains([',', ';', '\t', '"']));
    let warning = rows.next().map(|(line, name)| {
        let more = match rows.count() {
            0 => String::new(),
            more => format!(", as {more} more do"),
        };
        format!(
            "line {line}, {name:?}, looks like a row of a table{more}; a line is read as one name"
        )
    });
    (listed.into_iter().map(|(_, name)| name).collect(), warning)
}

/// The devices that were named, patterns of names replaced by what the appliance lists, and then those of a
/// selection, as [`list_targets`] gives them.
///
/// # Errors
///
/// As of [`list_targets`].
pub fn resolve_targets<T: Transport>(
    client: &Client<T>,
    named: impl IntoIterator<Item = NamedTarget>,
    selection: &Selection,
    page: &mut dyn FnMut(&DeviceSearchPage),
) -> Result<Vec<NamedTarget>, FindError> {
    let (mut targets, mut patterns) = (Vec::new(), Vec::new());
    for named in named {
        match named.target {
            Ok(Target::Named(name)) if name.is_pattern() => patterns.push(name),
            _ => targets.push(named),
        }
    }
    targets.extend(list_targets(client, &patterns, selection, page)?);
    Ok(targets)
}

impl From<DeviceName> for NamedTarget {
    fn from(name: DeviceName) -> Self {
        Self { name: name.to_string(), target: Ok(Target::Named(name)) }
    }
}

/// Lists the devices of each name that is a [pattern](DeviceName::is_pattern), and then those of a
/// selection, if it selects anything. Other names are passed over. `page` sees every page, whose warnings
/// are nowhere else; of the devices nothing more is kept than they are called by: there may be thousands.
///
/// # Errors
///
/// If a pattern or the selection has no device, with what is nearly the same; or if the appliance does not
/// answer.
pub fn list_targets<T: Transport>(
    client: &Client<T>,
    names: &[DeviceName],
    selection: &Selection,
    page: &mut dyn FnMut(&DeviceSearchPage),
) -> Result<Vec<NamedTarget>, FindError> {
    let mut targets = Vec::new();
    let mut list = |name: Option<&DeviceName>, selection: &Selection| {
        client.visit_devices(name, selection, |found| {
            page(&found);
            targets.extend(found.devices.into_iter().filter_map(NamedTarget::listed));
            Ok::<_, FindError>(ControlFlow::Continue(()))
        })
    };
    for pattern in names.iter().filter(|name| name.is_pattern()) {
        list(Some(pattern), &Selection::default())?;
    }
    if !selection.is_empty() {
        list(None, selection)?;
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names_may_have_comments_and_a_byte_order_mark() {
        let text = "\u{feff}ws-01\r\n# servers\n\n  db-02  # the old one\nws#3\n";
        assert_eq!(names_in(text), (vec!["ws-01", "db-02", "ws#3"], None));
        let (_, warning) = names_in("name,ip\nws-01,10.0.0.1\nws-02,10.0.0.2\n");
        let warning = warning.unwrap();
        assert!(
            warning.starts_with("line 1, \"name,ip\"") && warning.contains("2 more"),
            "{warning}"
        );
    }
}
