//! Selects and sorts the rows to write.

use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use tenancy::Tenant;

use crate::args::SelectionArguments;
use crate::output::Format;
use crate::select::field::Row;
use crate::select::filter::Verdict;
use crate::select::sort::Rank;

/// Passes the selected rows to the format, and counts them.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    selection: &'a SelectionArguments,
    /// Rows to be sorted.
    kept: Vec<Kept>,
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
    pub(super) fn new(selection: &'a SelectionArguments) -> Self {
        Self {
            selection,
            kept: Vec::new(),
            tenants: 0,
            rows: 0,
            matched: 0,
            not_judged: BTreeMap::new(),
        }
    }

    /// Takes a tenant.
    pub(super) fn take(
        &mut self,
        tenant: Box<Tenant>,
        format: &mut dyn Format,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        self.tenants += 1;
        let members: Vec<_> = if self.selection.members {
            let count = tenant.members.as_ref().map_or(0, Vec::len);
            (0..count).map(Some).collect()
        } else {
            vec![None]
        };
        let tenant: Rc<Tenant> = tenant.into();
        for member in members {
            if self.is_full() {
                break;
            }
            let row = row(&tenant, member);
            if !self.matches(row) {
                continue;
            }
            self.matched += 1;
            if self.selection.sort.is_empty() {
                format.row(row, out)?;
            } else {
                self.kept.push(Kept {
                    rank: Rank::of(row, &self.selection.sort),
                    tenant: tenant.clone(),
                    member,
                });
            }
        }
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

    /// Whether rows are kept for sorting.
    pub(super) fn keeps_rows(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Passes the kept rows to the format.
    pub(super) fn end(&mut self, format: &mut dyn Format, out: &mut Vec<u8>) -> io::Result<()> {
        let mut kept = std::mem::take(&mut self.kept);
        kept.sort_by(|one, other| one.rank.cmp(&other.rank));
        let limit = self.selection.limit.map(usize::try_from);
        let limit = limit.and_then(Result::ok).unwrap_or(usize::MAX);
        for kept in kept.iter().take(limit) {
            format.row(row(&kept.tenant, kept.member), out)?;
        }
        Ok(())
    }

    /// How many rows the filters left out.
    pub(super) fn filtered_out(&self) -> u64 {
        self.rows - self.matched
    }

    /// What the selection left, unless every tenant is a row.
    pub(super) fn summary(&self) -> Option<String> {
        let (selection, matched) = (self.selection, self.matched);
        let tenants = counted(self.tenants, "tenant");
        let users = counted(self.rows, "user");
        // Without sorting, reading stopped at the limit.
        let limit = selection
            .limit
            .filter(|limit| !selection.sort.is_empty() && *limit < matched);
        let mut line = match (selection.members, selection.filter.is_empty()) {
            (false, true) => return Some(format!("the first {} of {tenants}", limit?)),
            (true, true) => format!("{users} of {tenants}"),
            (false, false) => format!("{matched} of {tenants} match"),
            (true, false) => format!("{matched} of {users} of {tenants} match"),
        };
        for (field, count) in &self.not_judged {
            line.push_str(&format!("; {count} not judged: they have no `{field}`"));
        }
        if let Some(limit) = limit {
            line.push_str(&format!("; wrote the first {limit}"));
        }
        Some(line)
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
