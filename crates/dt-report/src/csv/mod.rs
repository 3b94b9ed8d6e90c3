//! CSV (RFC 4180), for spreadsheets.
//!
//! A cell that is not known is empty; why, a row or a column about the parts says. Times are RFC 3339 UTC. Text from the network is made
//! harmless twice: for a spreadsheet, which would run a cell that begins like a formula, and for the
//! terminal it may be printed on, as CSV has no escapes. Numbers are the project's own and stay
//! numbers, negative ones too.

mod cells;
mod measures;

use crate::contract::Document;
use crate::view::{
    Table, configuration, devices, diff, doctor, evidence, exclusions, finding_rows, fleet,
    snapshot, summary, sweep, timeline, watch,
};
pub use cells::text_cell;
use cells::{cells, keys, written};

/// Renders the names of the columns that a document's table has.
#[must_use]
pub fn header(document: &Document) -> String {
    written([keys(&table(document).columns)])
}

/// Renders a document's table without its header, so that several documents can be one table, and a
/// long list can be printed page by page.
#[must_use]
pub fn rows(document: &Document) -> String {
    written(cells(&table(document)))
}

fn table(document: &Document) -> Table {
    match document {
        Document::Connections(answer) => measures::of_connections(answer),
        Document::Transfers(answer) => measures::of_transfers(answer),
        Document::Compare(answer) => measures::of_compare(answer),
        Document::External(answer) => measures::of_external(answer),
        Document::Timeline(answer) => timeline::table(answer),
        Document::Report(answer) => finding_rows::table(answer),
        Document::ReportSummary(answer) => summary::table(answer),
        Document::Watch(answer) => watch::table(answer),
        Document::Diff(answer) => diff::table(answer),
        Document::Snapshot(answer) => snapshot::table(answer),
        Document::Devices(found) => devices::table(found),
        Document::Fleet(found) => fleet::table(found),
        Document::Sweep(run) => sweep::table(run),
        Document::Evidence(evidence) => evidence::all(evidence),
        Document::Doctor(found) => doctor::table(found),
        Document::Configuration(found) => configuration::table(found),
        Document::Exclusions(found) => exclusions::table(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    use crate::contract::{DeviceView, Devices, KnownDevice};

    fn list(devices: Vec<KnownDevice>) -> Document {
        Document::Devices(Devices { schema: "dt.devices/1", total: devices.len(), devices })
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
        let document = list(names.iter().map(|name| called(name)).collect());
        let text = header(&document) + &rows(&document);
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
            rows(&list(vec![known])),
            "7,\"ws, 7\",,,,,,Finance; =Sales,,-9,1970-01-01T00:00:00Z,\r\n"
        );
        assert_eq!(
            header(&list(Vec::new())),
            "did,hostname,ip,mac,type,os,label,tags,vendor,subnet,first_seen,last_seen\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        let formulas =
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=HYPERLINK(\"x\")"];
        let hidden = [" =1", "\u{a0}+1", "  @SUM(A1)", "\"=1+1\"", "\u{3000}-1"];
        let formulas = [formulas.as_slice(), &hidden].concat();
        for cell in hostnames(&formulas) {
            assert!(cell.starts_with('\''), "{cell:?}");
        }
        let names = ["ws-01", "a=b", "größe", "'", "a\"b"];
        assert_eq!(hostnames(&names), names);
    }

    #[test]
    fn no_cell_acts_on_a_terminal_or_breaks_its_line() {
        let cells = hostnames(&["a\u{1b}[2Jb", "a\r\nb", "a\u{202e}b"]);
        assert_eq!(cells, ["a�[2Jb", "a��b", r"a\u{202e}b"]);
    }
}
