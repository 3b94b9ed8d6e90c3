//! What a sweep learns, a line a device and stage, until its run is finished.

use std::collections::BTreeMap;
use std::path::PathBuf;

use dt_fleet::rows::{DeviceRow, DomainRow, ErrorRow, FindingRow, PortShare, SeriesRow, Stage};
use dt_model::DeviceId;
use dt_store::{Durability, LineFile, Place};
use serde::{Deserialize, Serialize};

use crate::Error;

/// What one stage says about a device, or why it says nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// A device that was assessed.
    Device(Box<DeviceLine>),
    /// A device that could not be looked at, or an appliance.
    Error(ErrorRow),
}

/// All that is kept of a device that was assessed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceLine {
    /// The device.
    pub device: DeviceRow,
    /// What was found about it.
    pub findings: Vec<FindingRow>,
    /// The domains it uses.
    pub domains: Vec<DomainRow>,
    /// Its series.
    pub series: Option<SeriesRow>,
    /// Its ports.
    pub ports: Vec<PortShare>,
}

/// What became of a device in a run that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    /// It was looked at so far.
    Stage(Stage),
    /// It failed.
    Failed,
}

/// The journal of one appliance, and where the newest line of each device is.
pub(crate) struct Journal {
    lines: LineFile,
    devices: BTreeMap<DeviceId, (Place, Stage)>,
    /// Of devices that have no other line, and of the appliance.
    errors: BTreeMap<Option<i64>, Place>,
}

impl Journal {
    /// Goes on with a journal, or begins one.
    pub(crate) fn open(path: PathBuf) -> Result<Self, Error> {
        let mut lines = LineFile::new(path);
        let (mut devices, mut errors) = (BTreeMap::new(), BTreeMap::new());
        lines.read(|line: Line, place| index(&mut devices, &mut errors, &line, place))?;
        Ok(Self { lines, devices, errors })
    }

    pub(crate) fn append(&mut self, line: &Line) -> Result<(), Error> {
        let offset = self.lines.length();
        self.lines.append(line, Durability::Later)?;
        let place = Place { offset, length: self.lines.length() - offset };
        index(&mut self.devices, &mut self.errors, line, place);
        Ok(())
    }

    pub(crate) fn sync(&mut self) -> Result<(), Error> {
        Ok(self.lines.sync()?)
    }

    /// What became of a device so far.
    pub(crate) fn swept(&self, did: DeviceId) -> Option<Swept> {
        let device = self.devices.get(&did).map(|(_, stage)| Swept::Stage(*stage));
        device.or_else(|| self.errors.contains_key(&Some(did.get())).then_some(Swept::Failed))
    }

    /// The newest line of each device, by id. Each is read when it is wanted.
    pub(crate) fn devices(&self) -> impl Iterator<Item = Result<DeviceLine, Error>> {
        self.devices.keys().filter_map(|did| self.device(*did).transpose())
    }

    /// The newest line of a device.
    pub(crate) fn device(&self, did: DeviceId) -> Result<Option<DeviceLine>, Error> {
        let Some((place, _)) = self.devices.get(&did) else { return Ok(None) };
        match self.lines.line(*place)? {
            Line::Device(line) => Ok(Some(*line)),
            Line::Error(_) => Ok(None),
        }
    }

    /// Whether there is no line in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.devices.is_empty() && self.errors.is_empty()
    }

    /// How many devices have a line.
    pub(crate) fn len(&self) -> usize {
        self.devices.len()
    }

    /// The newest error of each device without another line, and of the appliance.
    pub(crate) fn errors(&self) -> impl Iterator<Item = Result<ErrorRow, Error>> {
        let error = |place: &Place| match self.lines.line(*place)? {
            Line::Error(error) => Ok(Some(error)),
            Line::Device(_) => Ok(None),
        };
        self.errors.values().filter_map(move |place| error(place).transpose())
    }
}

/// Notes a line: of several about a device the later counts, but an error never takes away what is known.
fn index(
    devices: &mut BTreeMap<DeviceId, (Place, Stage)>,
    errors: &mut BTreeMap<Option<i64>, Place>,
    line: &Line,
    place: Place,
) {
    match line {
        Line::Device(line) => {
            devices.insert(line.device.did, (place, line.device.stage));
            errors.remove(&Some(line.device.did.get()));
        }
        Line::Error(error) => {
            let is_known = error.did.is_some_and(|did| devices.contains_key(&DeviceId::new(did)));
            if !is_known {
                errors.insert(error.did, place);
            }
        }
    }
}
