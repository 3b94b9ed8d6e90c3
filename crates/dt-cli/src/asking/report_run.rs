//! Asking an appliance about devices, for reports about them.

use super::{Connection, Gathering, QueryOptions, Session, TargetDevices, ask};
use crate::commands::Context;
use crate::failure::Result;
use crate::options::ReportRunOptions;

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
            ask_all(&Gathering::of_reports(&self.session, &self.query, client, interrupt))
        })
    }
}
