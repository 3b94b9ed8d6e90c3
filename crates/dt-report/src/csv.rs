//! CSV (RFC 4180), for spreadsheets.
//!
//! A cell that is not reported is empty. Times are RFC 3339 UTC. Text from the network is made
//! harmless twice: for a spreadsheet, which would run a cell that begins like a formula, and for the
//! terminal it may be printed on, as CSV has no escapes. Numbers are the project's own and stay
//! numbers, negative ones too.

use std::borrow::Cow;

use ::csv::{Terminator, WriterBuilder};
use jiff::Timestamp;

use crate::clean;
use crate::contract::{Devices, KnownDevice};

/// The columns of a list of devices.
const DEVICES: [&str; 12] = [
    "did",
    "hostname",
    "ip",
    "mac",
    "type",
    "os",
    "label",
    "tags",
    "vendor",
    "subnet",
    "first_seen",
    "last_seen",
];

/// What stands between the tags of a device.
const BETWEEN_TAGS: &str = "; ";

/// Renders the header of a list of devices.
#[must_use]
pub fn devices_header() -> String {
    written([DEVICES.map(Cow::Borrowed)])
}

/// Renders a list of devices without a header, one a line, so that a long list can be printed page
/// by page.
#[must_use]
pub fn devices(devices: &Devices) -> String {
    written(devices.devices.iter().map(device))
}

fn device(known: &KnownDevice) -> [Cow<'_, str>; DEVICES.len()] {
    let KnownDevice { device, vendor, subnet, first_seen, last_seen } = known;
    let tags = device.tags.as_ref().map(|tags| tags.join(BETWEEN_TAGS));
    [
        number(device.did),
        text(device.hostname.as_deref()),
        text(device.ip.as_deref()),
        text(device.mac.as_deref()),
        text(device.kind.as_deref()),
        text(device.os.as_deref()),
        text(device.label.as_deref()),
        text(tags.as_deref()).into_owned().into(),
        text(vendor.as_deref()),
        number(*subnet),
        time(*first_seen),
        time(*last_seen),
    ]
}

fn number(number: Option<i64>) -> Cow<'static, str> {
    number.map_or_else(String::new, |number| number.to_string()).into()
}

fn time(time: Option<Timestamp>) -> Cow<'static, str> {
    time.map_or_else(String::new, |time| time.to_string()).into()
}

/// A text that neither a spreadsheet nor a terminal acts on.
fn text(text: Option<&str>) -> Cow<'_, str> {
    let text = text.unwrap_or_default();
    // What begins so is a formula to some spreadsheet, or hides the beginning of one.
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{}", clean(text)).into()
    } else {
        clean(text)
    }
}

fn written<'a, R: IntoIterator<Item = Cow<'a, str>>>(rows: impl IntoIterator<Item = R>) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        let cells = row.into_iter().map(Cow::into_owned);
        writer
            .write_record(cells)
            .unwrap_or_else(|error| unreachable!("every row has as many cells: {error}"));
    }
    let bytes =
        writer.into_inner().unwrap_or_else(|error| unreachable!("memory takes it all: {error}"));
    String::from_utf8(bytes).unwrap_or_else(|error| unreachable!("text was written: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::DeviceView;

    fn list(devices: Vec<KnownDevice>) -> Devices {
        Devices { schema: "dt.devices/1", total: devices.len(), devices }
    }

    fn called(hostname: &str) -> KnownDevice {
        KnownDevice {
            device: DeviceView { hostname: Some(hostname.to_owned()), ..DeviceView::default() },
            vendor: None,
            subnet: None,
            first_seen: None,
            last_seen: None,
        }
    }

    /// The cells of the host name's column, as a reader of CSV gets them.
    fn hostnames(names: &[&str]) -> Vec<String> {
        let rendered = devices(&list(names.iter().map(|name| called(name)).collect()));
        let text = devices_header() + &rendered;
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap()[1].to_owned()).collect()
    }

    #[test]
    fn a_device_is_a_line() {
        let known = KnownDevice {
            device: DeviceView {
                did: Some(7),
                tags: Some(vec!["Finance".to_owned(), "=Sales".to_owned()]),
                ..called("ws, 7").device
            },
            subnet: Some(-9),
            first_seen: Some(Timestamp::UNIX_EPOCH),
            ..called("")
        };
        assert_eq!(
            devices(&list(vec![known])),
            "7,\"ws, 7\",,,,,,Finance; =Sales,,-9,1970-01-01T00:00:00Z,\r\n"
        );
        assert_eq!(
            devices_header(),
            "did,hostname,ip,mac,type,os,label,tags,vendor,subnet,first_seen,last_seen\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        let formulas =
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=HYPERLINK(\"x\")"];
        for cell in hostnames(&formulas) {
            assert!(cell.starts_with('\''), "{cell:?}");
        }
        let names = ["ws-01", "a=b", "größe", "'", "a\"b"];
        assert_eq!(hostnames(&names), names);
    }

    #[test]
    fn no_cell_acts_on_a_terminal_or_breaks_its_line() {
        let cells = hostnames(&["a\u{1b}[2Jb", "a\r\nb", "a\u{202e}b"]);
        assert_eq!(cells, ["a�[2Jb", "a��b", "a�b"]);
    }
}
