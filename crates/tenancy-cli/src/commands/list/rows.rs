//! Which rows of a list are written, and in which order.

use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use tenancy::Tenant;

use crate::output::Format;
use crate::select::field::Row;
use crate::select::filter::{Filter, Verdict};
use crate::select::sort::{Place, SortKey};

/// Which rows are wanted.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// All of them have to match.
    pub(crate) filters: Vec<Filter>,
    /// None leave the rows as they come.
    pub(crate) sort: Vec<SortKey>,
    /// How many, once they are filtered and sorted.
    pub(crate) limit: Option<u64>,
    /// Whether rows are users instead of tenants.
    pub(crate) members: bool,
}

/// Passes on to the format what is wanted of a list.
#[derive(Debug)]
pub(crate) struct Rows {
    wanted: Wanted,
    /// What is to be sorted, once all of it is there.
    kept: Vec<Kept>,
    tally: Tally,
}

/// A row that is to be sorted.
#[derive(Debug)]
struct Kept {
    place: Place,
    tenant: Rc<Tenant>,
    /// The position of the user.
    member: Option<usize>,
}

/// What became of the rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    tenants: u64,
    rows: u64,
    matched: u64,
    /// How many rows a filter could not judge, by the field that they do not have.
    absent: BTreeMap<&'static str, u64>,
}

impl Rows {
    pub(crate) fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            kept: Vec::new(),
            tally: Tally::default(),
        }
    }

    /// Takes a tenant that was listed.
    pub(crate) fn take(
        &mut self,
        tenant: Box<Tenant>,
        format: &mut dyn Format,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        self.tally.tenants += 1;
        let members: Vec<_> = if self.wanted.members {
            let count = tenant.members.as_ref().map_or(0, Vec::len);
            (0..count).map(Some).collect()
        } else {
            vec![None]
        };
        let tenant: Rc<Tenant> = tenant.into();
        for member in members {
            let row = row(&tenant, member);
            if self.is_full() {
                break;
            }
            if !self.judge(row) {
                continue;
            }
            self.tally.matched += 1;
            if self.wanted.sort.is_empty() {
                format.row(row, out)?;
            } else {
                self.kept.push(Kept {
                    place: Place::of(row, &self.wanted.sort),
                    tenant: tenant.clone(),
                    member,
                });
            }
        }
        Ok(())
    }

    fn judge(&mut self, row: Row<'_>) -> bool {
        self.tally.rows += 1;
        let mut absent = None;
        for filter in &self.wanted.filters {
            match filter.judge(row) {
                Verdict::Matches => {}
                Verdict::Differs => return false,
                Verdict::Absent => absent = absent.or(Some(filter.field().name())),
            }
        }
        if let Some(field) = absent {
            *self.tally.absent.entry(field).or_default() += 1;
        }
        absent.is_none()
    }

    /// Whether no further row can be wanted. What is to be sorted has to be there first.
    pub(crate) fn is_full(&self) -> bool {
        self.wanted.sort.is_empty()
            && self
                .wanted
                .limit
                .is_some_and(|limit| self.tally.matched >= limit)
    }

    /// Whether rows that were taken have not been passed on yet.
    pub(crate) fn keeps(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Passes on what was kept.
    pub(crate) fn end(&mut self, format: &mut dyn Format, out: &mut Vec<u8>) -> io::Result<()> {
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_by(|one, other| one.place.cmp(&other.place));
        let limit = self.wanted.limit.map_or(usize::MAX, |limit| {
            usize::try_from(limit).unwrap_or(usize::MAX)
        });
        for kept in kept.iter().take(limit) {
            format.row(row(&kept.tenant, kept.member), out)?;
        }
        Ok(())
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What filters, `--members` and the limit came to, in one line; nothing where each tenant is a row.
    pub(crate) fn summary(&self) -> Option<String> {
        let Tally {
            tenants,
            rows,
            matched,
            absent,
        } = &self.tally;
        let tenants = counted(*tenants, "tenant");
        // Without an order, reading ended at the limit.
        let cut = self
            .wanted
            .limit
            .filter(|limit| !self.wanted.sort.is_empty() && limit < matched);
        let mut line = match (self.wanted.members, self.wanted.filters.is_empty()) {
            (false, true) => return Some(format!("the first {} of {tenants}", cut?)),
            (true, true) => format!("{} of {tenants}", counted(*rows, "user")),
            (false, false) => format!("{matched} of {tenants} match"),
            (true, false) => format!("{matched} of {} of {tenants} match", counted(*rows, "user")),
        };
        for (field, count) in absent {
            line.push_str(&format!("; {count} not judged, for want of `{field}`"));
        }
        if let Some(limit) = cut {
            line.push_str(&format!("; the first {limit} are written"));
        }
        Some(line)
    }
}

impl Tally {
    /// How many rows the filters left out.
    pub(crate) fn filtered_out(&self) -> u64 {
        self.rows - self.matched
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
