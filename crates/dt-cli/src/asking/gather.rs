//! What is asked about devices, and what came of it.

use std::ops::ControlFlow;

use dt_sweep::{DeviceAnswer, DeviceError, NamedTarget, Sweep};
use dt_transport::{Clock, Recording, SystemClock};

use super::{Client, Connection, QueryOptions, Session, TargetDevices, TimeRange, ask};
use crate::commands::Context;
use crate::documents::HandOn;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::options::ReportRunOptions;
use crate::ui::{SweepProgress, Verbosity, eprint_line};

/// How devices are asked about.
pub(crate) struct Gathering<'a> {
    pub(crate) session: &'a Session,
    pub(crate) query: &'a QueryOptions,
    /// What is left of the answers.
    pub(crate) range: TimeRange,
    pub(crate) client: &'a Client,
    pub(crate) recording: Recording,
    pub(crate) interrupt: &'a Interrupt,
}

impl<'a> Gathering<'a> {
    /// All of what is asked, which is kept as it was exchanged.
    pub(crate) fn new(
        session: &'a Session,
        query: &'a QueryOptions,
        client: &'a Client,
        interrupt: &'a Interrupt,
    ) -> Self {
        let (range, recording) = (TimeRange::default(), Recording::Exchanges);
        Self { session, query, range, client, recording, interrupt }
    }

    /// Asks about the devices that are meant, and hands on every answer. Nothing is asked after that.
    pub(crate) fn all(
        &self,
        devices: &TargetDevices,
        hand_on: HandOn<'_, DeviceAnswer>,
    ) -> Result<()> {
        let targets = devices.targets(self.client, self.session.output.verbosity)?;
        self.each(targets, |outcome| hand_on(outcome.map_err(Failure::of_device)))?;
        self.interrupt.close();
        Ok(())
    }

    /// Asks about devices, several at once, and hands on what came of each in their order, until that
    /// breaks or the run is interrupted. A failing device does not stop the run.
    pub(crate) fn each(
        &self,
        targets: Vec<NamedTarget>,
        mut hand_on: impl FnMut(
            std::result::Result<DeviceAnswer, DeviceError>,
        ) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let Self { session, query, client, range, .. } = self;
        let progress = SweepProgress::new(session.output.verbosity);
        let show = |step| progress.at(step);
        let inquiry = query.inquiry(&session.policy);
        let sweep = Sweep::new(client, inquiry, session.perspective().viewpoint)
            .recording(self.recording)
            .between(range.since, range.until)
            .cancel(self.interrupt.cancel().clone())
            .progress(&show);
        let began = SystemClock.monotonic();
        let summary = sweep.try_each(targets, |outcome| progress.aside(|| hand_on(outcome)))?;
        if session.output.verbosity == Verbosity::Everything && summary.rounds > 0 {
            let took = SystemClock.monotonic().saturating_sub(began).as_secs_f64();
            let (traffic, rounds) = (client.traffic(), summary.rounds);
            eprint_line(&format!(
                "asked: {} requests in {rounds} rounds and {took:.1} s, at most {} at once (bound {})",
                traffic.requests, traffic.most_in_flight, traffic.bound
            ));
        }
        Ok(())
    }
}

/// Which devices are asked about, what, and whom.
pub(crate) struct ReportRun {
    pub(crate) targets: TargetDevices,
    pub(crate) query: QueryOptions,
    pub(crate) connection: Connection,
    pub(crate) session: Session,
}

impl ReportRun {
    pub(crate) fn resolve(
        options: ReportRunOptions,
        session: Session,
        context: &Context<'_>,
    ) -> Result<Self> {
        let ReportRunOptions { devices, report, appliance } = options;
        let query = QueryOptions::of_report(&report);
        let targets = TargetDevices::resolve(devices)?;
        targets.demand()?;
        let connection = Connection::resolve(appliance, context.environment)?;
        Ok(Self { targets, query, session: session.with(&connection), connection })
    }

    /// Connects, and asks; every answer is kept as it was exchanged.
    pub(crate) fn ask(&self, ask_all: impl FnOnce(&Gathering<'_>) -> Result<u8>) -> Result<u8> {
        let verbosity = self.session.output.verbosity;
        ask(&self.connection, verbosity, |client, interrupt| {
            ask_all(&Gathering::new(&self.session, &self.query, client, interrupt))
        })
    }
}
