//! Full reports as pages, of the evidence that a lake keeps.

use std::collections::HashMap;
use std::path::Path;

use dt_analysis::AsOf;
use dt_fleet::rows::DeviceRow;
use dt_lake::{Lake, RunContents, RunId, device_file_name};
use dt_model::DeviceId;
use dt_report::contract::{Answer, Document, Fleet, ReportOptions};
use dt_report::{PageFormat, Provenance};
use dt_store::{SavedSnapshots, files};

use crate::asking::{Session, saved_pages};
use crate::failure::{Failure, Result};
use crate::ui::eprint_line;

/// Makes pages in a directory.
pub(super) struct Reports<'a> {
    pub(super) lake: &'a Lake,
    pub(super) contents: &'a RunContents,
    pub(super) source: &'a str,
    pub(super) session: &'a Session,
}

/// The pages of devices, by appliance and id.
pub(super) type PageNames = HashMap<(String, DeviceId), String>;

impl Reports<'_> {
    /// A page for each device whose evidence is kept, and whether that is all of them: one that cannot be read is told,
    /// and has none.
    pub(super) fn make(&self, to: &Path) -> Result<(PageNames, bool)> {
        files::create_directory(to)?;
        let (mut pages, mut is_whole) = (PageNames::new(), true);
        let Ok(run) = self.contents.manifest.run.parse::<RunId>() else { return Ok((pages, true)) };
        for appliance in &self.contents.manifest.appliances {
            let Some(evidence) = self.lake.evidence(run, &appliance.name) else { continue };
            let saved = SavedSnapshots::in_directories(&[evidence])?;
            for error in saved.unreadable() {
                eprint_line(&Failure::new(error.to_string()).to_string());
                is_whole = false;
            }
            for device in saved.devices() {
                let about = device.about();
                let did = DeviceId::new(about.device.did);
                let stored = match device.read(None) {
                    Ok(stored) => stored,
                    Err(error) => {
                        let failure = Failure::from(error).about(&did.to_string());
                        eprint_line(&failure.to_string());
                        is_whole = false;
                        continue;
                    }
                };
                let linked = saved_pages(device);
                let options = ReportOptions {
                    appliance: Some(&about.appliance),
                    pages: linked.as_ref(),
                    ..self.session.perspective_at(about.taken)
                };
                let Some(answer) = Answer::report_of(&stored.evidence, None, options) else {
                    continue;
                };
                let name = format!("{}.html", device_file_name(&appliance.name, did));
                self.write(&to.join(&name), Document::Report(Box::new(answer)), options.viewpoint)?;
                pages.insert((appliance.name.clone(), did), name);
            }
        }
        Ok((pages, is_whole))
    }

    /// The page that leads to the others.
    pub(super) fn index(&self, to: &Path, fleet: Fleet) -> Result<()> {
        self.write(&to.join("index.html"), Document::Fleet(fleet), self.session.as_of())
    }

    fn write(&self, path: &Path, document: Document, viewpoint: AsOf<'_>) -> Result<()> {
        let policy = Some(&self.session.policy);
        let made = Provenance { viewpoint, source: self.source, policy };
        let page = PageFormat::Html.render(&[document], &made);
        Ok(files::replace(path, page.as_bytes())?)
    }
}

/// The page of a device, for a reader whose address of the directory is this.
pub(super) fn page_of(pages: &PageNames, directory: &str, row: &DeviceRow) -> Option<String> {
    let name = pages.get(&(row.appliance.clone(), row.did))?;
    Some(format!("{directory}{name}"))
}
