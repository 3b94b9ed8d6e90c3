//! Who is told what a watcher sees.

use std::fmt;
use std::ops::ControlFlow;

use dt_analysis::finding::{FindingUpdate, Untold};
use dt_analysis::watch::ClockNotice;
use dt_analysis::{AsOf, DeviceReport};
use dt_model::{DeviceId, DeviceSearchPage, Evidence};

use super::Round;
use crate::SweepError;

/// Takes what a [`Watcher`](super::Watcher) sees, on the thread that called it.
pub trait Sink {
    /// What ends watching: its own failures, and those of what remembers.
    type Error: From<dt_store::Error>;

    /// Something is odd, and nothing failed.
    fn notice(&mut self, notice: Notice);

    /// A device or a search has no answer, which stops neither this round nor the next. `name` is how a
    /// device is called that was found; what names no device says so in `error`.
    fn failed(&mut self, name: Option<&str>, error: SweepError);

    /// A page of a list of devices came, whose warnings are nowhere else.
    fn page(&mut self, page: &DeviceSearchPage) {
        let _ = page;
    }

    /// A device was answered about, whether or not there is something to tell.
    fn answered(&mut self, device: &AnsweredDevice<'_>) {
        let _ = device;
    }

    /// A device was judged: what is excluded stands in the report, and what else is not told is counted,
    /// where it was found for the first time. Comes before what is told of it.
    fn observed(&mut self, device: &AnsweredDevice<'_>, report: &DeviceReport, left_out: Untold) {
        let _ = (device, report, left_out);
    }

    /// There is something to tell about a device. It counts as told if it was delivered, and is told again
    /// by the next run otherwise.
    ///
    /// # Errors
    ///
    /// Whatever ends watching.
    fn updates(
        &mut self,
        device: &AnsweredDevice<'_>,
        report: &DeviceReport,
        updates: Vec<FindingUpdate>,
    ) -> Result<Delivery, Self::Error>;

    /// A round is over, the first being number 1; watching ends if this breaks.
    fn round_ended(&mut self, number: u32, round: &Round) -> ControlFlow<()> {
        let _ = (number, round);
        ControlFlow::Continue(())
    }
}

/// A device that was answered about.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct AnsweredDevice<'a> {
    /// Its id.
    pub did: DeviceId,
    /// How it is called: as it was typed, or by its host name.
    pub name: &'a str,
    /// Whether no other device is watched.
    pub is_only: bool,
    /// What was answered and what was refused.
    pub evidence: &'a Evidence,
    /// As of when it is judged: the beginning of the round.
    pub as_of: AsOf<'a>,
}

/// What became of something that was to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It was told.
    Delivered,
    /// Nobody takes it any more: watching ends.
    Refused,
}

/// Something odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The clock was set, or is behind the data.
    Clock(ClockNotice),
    /// Devices were asked about in a round, and none was answered.
    NothingAnswered,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock(notice) => notice.fmt(f),
            Self::NothingAnswered => f.write_str(
                "no device was answered in this round; what was reported stays reported",
            ),
        }
    }
}
