//! Selects and sorts the rows of a listing, and writes them: to standard output as they arrive, or to a file.

use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use tenancy::Tenant;
use tokio::time::timeout;

use super::twins::Twins;
use crate::args::SelectionArguments;
use crate::exit::Ending;
use crate::output::Format;
use crate::output::sink::{Destination, Sink};
use crate::select::field::Row;
use crate::select::filter::Verdict;
use crate::select::sort::Rank;

/// How long the reader of the output has, after a signal, to take what was written.
const GRACE: Duration = Duration::from_secs(1);

/// Receives tenants, counts their rows, and writes those that are selected.
pub(super) struct Rows<'a> {
    selection: &'a SelectionArguments,
    format: Box<dyn Format>,
    /// Whether the format writes rows as they arrive.
    streams: bool,
    sink: Sink,
    /// Rows to be sorted.
    kept: Vec<Kept>,
    /// Whether the end of the list has been written.
    ended: bool,
    /// The output, once all that was listed has been written to it.
    pub(super) delivered: Option<Destination>,
    pub(super) twins: Twins,
    tenants: u64,
    rows: u64,
    matched: u64,
    /// How many rows a filter could not judge, by the field they lack.
    not_judged: BTreeMap<&'static str, u64>,
}

/// A row to be sorted.
#[derive(Debug)]
struct Kept {
    rank: Rank,
    tenant: Rc<Tenant>,
    /// The index of the user.
    member: Option<usize>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        selection: &'a SelectionArguments,
        mut format: Box<dyn Format>,
        streams: bool,
        mut sink: Sink,
    ) -> io::Result<Self> {
        format.begin(sink.buffer())?;
        Ok(Self {
            selection,
            format,
            streams,
            sink,
            kept: Vec::new(),
            ended: false,
            delivered: None,
            twins: Twins::default(),
            tenants: 0,
            rows: 0,
            matched: 0,
            not_judged: BTreeMap::new(),
        })
    }

    /// Writes the row, or keeps it to be sorted.
    fn add(&mut self, tenant: &Rc<Tenant>, member: Option<usize>) -> io::Result<()> {
        let row = row(tenant, member);
        if !self.matches(row) {
            return Ok(());
        }
        self.matched += 1;
        if self.selection.sort.is_empty() {
            return self.format.row(row, self.sink.buffer());
        }
        self.kept.push(Kept {
            rank: Rank::of(row, &self.selection.sort),
            tenant: tenant.clone(),
            member,
        });
        Ok(())
    }

    fn matches(&mut self, row: Row<'_>) -> bool {
        self.rows += 1;
        let mut absent = None;
        for filter in &self.selection.filter {
            match filter.judge(row) {
                Verdict::Matches => {}
                Verdict::Differs => return false,
                Verdict::Absent => absent = absent.or(Some(filter.field().name)),
            }
        }
        if let Some(field) = absent {
            *self.not_judged.entry(field).or_default() += 1;
        }
        absent.is_none()
    }

    /// Whether no further row is wanted.
    pub(super) fn is_full(&self) -> bool {
        let limit = self.selection.limit;
        self.selection.sort.is_empty() && limit.is_some_and(|limit| self.matched >= limit)
    }

    /// How many rows are wanted, if only the end of the list tells which: they are the first ones in order.
    pub(super) fn needs_end(&self) -> Option<u64> {
        let is_open = self.matched > 0 && !self.ended && !self.selection.sort.is_empty();
        self.selection.limit.filter(|_| is_open)
    }

    /// Writes the rows that were kept to be sorted.
    fn write_sorted(&mut self) -> io::Result<()> {
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_by(|one, other| one.rank.cmp(&other.rank));
        let limit = self.selection.limit.map(usize::try_from);
        let limit = limit.and_then(Result::ok).unwrap_or(usize::MAX);
        for kept in kept.iter().take(limit) {
            let row = row(&kept.tenant, kept.member);
            self.format.row(row, self.sink.buffer())?;
        }
        Ok(())
    }

    /// Writes the rows that waited for the end of a list that was interrupted.
    fn write_kept(&mut self) -> io::Result<()> {
        self.write_sorted()?;
        match self.streams || self.ended {
            true => Ok(()),
            false => self.format.end(self.sink.buffer()),
        }
    }

    /// Which rows could not be written as the user asked, and why.
    pub(super) fn failure(&self) -> Option<String> {
        self.format.failure()
    }

    /// What to tell the user about the output.
    pub(super) fn note(&self) -> Option<String> {
        self.format.note()
    }

    /// How many rows matched.
    pub(super) fn matched(&self) -> u64 {
        self.matched
    }

    /// How many rows did not match.
    pub(super) fn filtered_out(&self) -> u64 {
        self.rows - self.matched
    }

    /// What the selection left, unless every tenant is a row. `--status` could not judge the tenants `without_status`.
    pub(super) fn summary(&self, without_status: u64) -> Option<String> {
        let (selection, matched) = (self.selection, self.matched);
        let tenants = counted(self.tenants, "tenant");
        let users = counted(self.rows, "user");
        // Without sorting, reading stopped at the limit.
        let limit = selection
            .limit
            .filter(|limit| !selection.sort.is_empty() && *limit < matched);
        let mut line = match (selection.members, selection.filter.is_empty()) {
            (false, true) if selection.status.is_empty() => {
                return Some(format!("the first {} of {tenants}", limit?));
            }
            (false, true) if self.tenants == 1 => "1 tenant matches".to_owned(),
            (false, true) => format!("{tenants} match"),
            (true, true) => format!("{users} of {tenants}"),
            (false, false) => format!("{matched} of {tenants} match"),
            (true, false) => format!("{matched} of {users} of {tenants} match"),
        };
        let mut not_judged = self.not_judged.clone();
        if without_status > 0 {
            *not_judged.entry("status").or_default() += without_status;
        }
        for (field, count) in not_judged {
            line.push_str(&format!("; {count} not judged: they have no `{field}`"));
        }
        if let Some(limit) = limit {
            line.push_str(&format!("; wrote the first {limit}"));
        }
        Some(line)
    }
}

/// A call that a signal cancels loses nothing that was taken.
impl Rows<'_> {
    /// Takes a tenant.
    pub(super) fn take(&mut self, tenant: Box<Tenant>) -> Result<(), Ending> {
        self.tenants += 1;
        self.twins.add(&tenant);
        let tenant: Rc<Tenant> = tenant.into();
        if !self.selection.members {
            return Ok(self.add(&tenant, None)?);
        }
        for member in 0..tenant.members.as_ref().map_or(0, Vec::len) {
            if self.is_full() {
                break;
            }
            self.add(&tenant, Some(member))?;
        }
        Ok(())
    }

    /// Writes what was taken if there is enough of it, or if no further tenant has arrived yet.
    pub(super) async fn flush(&mut self, idle: bool) -> Result<(), Ending> {
        if idle || self.sink.is_full() {
            self.sink.flush().await?;
        }
        Ok(())
    }

    /// Writes the rest of a list that was read to its end.
    pub(super) async fn finish(&mut self) -> Result<(), Ending> {
        self.write_sorted()?;
        self.format.end(self.sink.buffer())?;
        self.ended = true;
        self.delivered = Some(self.sink.finish().await?);
        Ok(())
    }

    /// Writes what can still be written of a list that was not read to its end.
    pub(super) async fn abort(&mut self, ending: &Ending) {
        if matches!(ending, Ending::Interrupted(_))
            && self.needs_end().is_none()
            && self.write_kept().is_ok()
            && let Ok(Ok(destination)) = timeout(GRACE, self.sink.finish()).await
        {
            self.delivered = Some(destination);
        }
    }
}

fn row(tenant: &Tenant, member: Option<usize>) -> Row<'_> {
    Row {
        tenant,
        member: member.and_then(|at| tenant.members.as_ref()?.get(at)),
    }
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
