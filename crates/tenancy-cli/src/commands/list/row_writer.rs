//! Writes the rows of a listing: to standard output as they arrive, or to a file.

use std::time::Duration;

use tenancy::Tenant;
use tokio::time::timeout;

use super::rows::Rows;
use crate::commands::list_run::{ListRun, Receiver};
use crate::exit::Ending;
use crate::output::Format;
use crate::output::sink::{Destination, Sink};

/// How long the reader of the output has, after a signal, to take what was written.
const GRACE: Duration = Duration::from_secs(1);

/// Receives tenants and writes those that are wanted.
pub(super) struct RowWriter<'a> {
    pub(super) rows: Rows<'a>,
    pub(super) format: Box<dyn Format>,
    /// The output, once all that was listed has been written to it.
    pub(super) delivered: Option<Destination>,
    sink: Sink,
    streams: bool,
    /// Whether rows are kept for the end, and would be missing if it is not reached.
    keeps_rows: bool,
}

impl<'a> RowWriter<'a> {
    pub(super) fn new(
        rows: Rows<'a>,
        mut format: Box<dyn Format>,
        streams: bool,
        mut sink: Sink,
    ) -> Result<Self, std::io::Error> {
        format.begin(sink.buffer())?;
        Ok(Self {
            rows,
            format,
            delivered: None,
            sink,
            streams,
            keeps_rows: false,
        })
    }
}

impl Receiver for RowWriter<'_> {
    const UNWRITABLE: &'static str = "the output could not be written";

    fn take(&mut self, tenant: Box<Tenant>) -> Result<(), Ending> {
        let Self { rows, format, .. } = self;
        rows.take(tenant, &mut **format, self.sink.buffer())?;
        self.keeps_rows = !self.streams || self.rows.keeps_rows();
        Ok(())
    }

    fn is_satisfied(&self) -> bool {
        self.rows.is_full()
    }

    async fn flush(&mut self, _: &ListRun, idle: bool) -> Result<(), Ending> {
        if idle || self.sink.is_full() {
            self.sink.flush().await?;
        }
        Ok(())
    }

    async fn finish(&mut self, _: &ListRun) -> Result<(), Ending> {
        self.rows.end(&mut *self.format, self.sink.buffer())?;
        self.format.end(self.sink.buffer())?;
        self.keeps_rows = false;
        self.delivered = Some(self.sink.finish().await?);
        Ok(())
    }

    async fn abort(&mut self, _: &ListRun, ending: &Ending) {
        if matches!(ending, Ending::Interrupted(_))
            && !self.keeps_rows
            && let Ok(Ok(destination)) = timeout(GRACE, self.sink.finish()).await
        {
            self.delivered = Some(destination);
        }
    }
}
