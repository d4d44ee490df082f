//! A model server: answers each request with a page of its list, as the schedule says.

use std::sync::{Mutex, MutexGuard};

use super::lies::lie;
use super::list::{Item, PARENT};
use super::schedule::{Beyond, DeletedKey, Echo, Family, Lists, Said, Schedule, Sorted};
use super::state::{Cut, State};
use crate::entry::{Entry, Mapped, Unlisted};
use crate::{
    Moment, Next, Page, PageRequest, Paging, Position, QuarantinedRecord, RankBy, Raw, Status,
    Tenant,
};

/// A model server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) schedule: Schedule,
    state: Mutex<State>,
}

/// The largest total of a server that caps it.
const MOST_STATED: usize = 10;

/// Why a request has no page.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The server refuses the position.
    Position,
    /// It says that there is no such page.
    NoPage,
    Trouble,
}

impl Server {
    pub(super) fn new(schedule: Schedule) -> Self {
        let state = Mutex::new(State::new(&schedule));
        Self { schedule, state }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// More requests than any walk may need.
    pub(super) fn most_requests(&self, tenants: usize) -> u64 {
        let schedule = &self.schedule;
        let size = (schedule.page_size as usize).saturating_sub(2).max(1);
        let size = schedule
            .faults
            .clamp
            .map_or(size, |(most, _)| size.min(most));
        let pages = tenants.div_ceil(size) as u64;
        let walks = u64::from(schedule.interruptions + 1) * 3 * 4;
        walks * (8 * pages + 250)
    }

    pub(super) fn answer(&self, request: &PageRequest) -> Result<Page, Refusal> {
        let mut state = self.state();
        let state = &mut *state;
        let schedule = &self.schedule;
        state.requests += 1;
        if state.requests > self.most_requests(state.list.ever.len()) {
            return Err(Refusal::Trouble);
        }
        if state.chance(schedule.churn) {
            let changes = state.list.change(schedule, &mut state.rng);
            state.log.extend(changes);
        }
        let page = match state.chance(schedule.faults.errors) {
            true => Err(Refusal::Trouble),
            false => state.page(request, schedule),
        };
        let asked = (&request.position, request.size, &request.status);
        let Ok(mut page) = page else {
            state.log.push(format!("{asked:?}: {page:?}"));
            return page;
        };
        let tenants = page
            .records
            .mapped()
            .iter()
            .flatten()
            .map(|mapped| &mapped.tenant);
        let ids: Vec<_> = tenants.clone().map(|tenant| tenant.id.as_str()).collect();
        state.log.push(format!(
            "{asked:?}: {} of {:?}, then {:?}",
            ids.join(" "),
            page.total,
            page.next
        ));
        let wanted = tenants.filter(|tenant| {
            let filter = schedule.filter.as_ref();
            filter.is_none() || tenant.status.is_none() || tenant.status.as_ref() == filter
        });
        let wanted = wanted.map(|tenant| tenant.id.parse::<u64>().unwrap());
        state.served.extend(wanted);
        Ok(page)
    }
}

impl State {
    fn page(&mut self, request: &PageRequest, schedule: &Schedule) -> Result<Page, Refusal> {
        let (lists, filter) = (schedule.lists, request.status.as_ref());
        let all = self.list.items.iter();
        let mut listed: Vec<Item> = all
            .filter(|item| item.is_listed(lists, filter))
            .cloned()
            .collect();
        if schedule.order == Sorted::Unstable {
            let from = self.rng.usize(..2).min(listed.len());
            let neighbours = listed[from..].chunks_exact_mut(2);
            let swapped = neighbours.filter(|_| self.rng.bool());
            swapped.for_each(<[Item]>::reverse);
        }
        let cut = self.cut(request, schedule, &listed)?;
        let mut page = Page::new(self.records(&listed[cut.start..cut.end], schedule));
        self.describe(&mut page, &cut, request, schedule);
        let active = listed.iter().filter(|item| item.status == Status::Active);
        page.total = match schedule.lies.total {
            _ if !schedule.has_total => None,
            Said::OfActive => Some(active.count() as u64),
            _ => page.total,
        };
        page.next = self.next(&cut, &listed, schedule);
        lie(self, &mut page, &cut, request, schedule);
        Ok(page)
    }

    /// Where the page is cut out of the list.
    fn cut(
        &mut self,
        request: &PageRequest,
        schedule: &Schedule,
        listed: &[Item],
    ) -> Result<Cut, Refusal> {
        let faults = schedule.faults;
        let size = (request.size as usize).max(1);
        let size = faults.clamp.map_or(size, |(most, _)| size.min(most));
        let length = listed.len();
        let is_link = matches!(
            &request.position,
            Position::Link(Some(_)) | Position::After(Some(_))
        );
        if is_link && self.chance(faults.expired) {
            return Err(Refusal::Position);
        }
        let mut start = match &request.position {
            Position::Whole => 0,
            Position::Number(number) => (*number - first_number(schedule)) as usize * size,
            Position::Offset(offset) => {
                let documented = match schedule.paging {
                    Paging::Ranks {
                        by: RankBy::Offset { largest },
                        ..
                    } => largest,
                    _ => None,
                };
                let cap = documented.or(schedule.lies.offset_cap);
                if cap.is_some_and(|cap| *offset > cap) {
                    return Err(Refusal::Position);
                }
                *offset as usize
            }
            Position::Link(link) | Position::After(link) => {
                self.after(link.as_deref(), request, schedule)?
            }
        };
        let stated = match schedule.lies.total {
            Said::Capped => length.min(MOST_STATED),
            _ => length,
        };
        let is_beyond = start > 0 && start >= stated;
        match faults.beyond {
            Beyond::Refusal if is_beyond && !is_link => return Err(Refusal::Position),
            Beyond::NoPage if is_beyond && !is_link => return Err(Refusal::NoPage),
            Beyond::LastPage if is_beyond && !is_link => {
                start = length.saturating_sub(1) / size * size;
            }
            _ => {}
        }
        if start < length && schedule.pages != Family::OneBody {
            start = self.misrouted(start, size, length, schedule);
        }
        let start = start.min(length);
        let is_empty = schedule.paging == Paging::Links && self.chance(faults.empty_pages);
        let end = match schedule.pages {
            Family::OneBody => length,
            _ if is_empty => start,
            _ => (start + size).min(length),
        };
        Ok(Cut { start, end, length })
    }

    /// Another page than the one that was asked for, once.
    fn misrouted(
        &mut self,
        start: usize,
        size: usize,
        length: usize,
        schedule: &Schedule,
    ) -> usize {
        // A page that says nothing of its place, in a list without a true total, leaves no trace.
        let is_counted = schedule.has_total && schedule.lies.total == Said::Honest;
        let shows = schedule.has_place || is_counted;
        if shows && !self.has_lied && self.chance(schedule.lies.misrouted) {
            self.has_lied = true;
            return self.rng.usize(..length.div_ceil(size)) * size;
        }
        start
    }

    /// The place after the record or offset that a link names.
    fn after(
        &mut self,
        link: Option<&str>,
        request: &PageRequest,
        schedule: &Schedule,
    ) -> Result<usize, Refusal> {
        let Some(link) = link.filter(|_| !schedule.lies.is_stuck) else {
            return Ok(0);
        };
        if schedule.lies.is_opaque && !link.starts_with("token=") {
            return Err(Refusal::Position);
        }
        let number = link.rsplit('=').next().unwrap_or_default();
        let number = number.split('#').next().unwrap_or_default();
        if schedule.pages == Family::OffsetCursors {
            return Ok(number.parse().unwrap());
        }
        let id = match number {
            "start" => return Ok(0),
            "parent" => PARENT,
            number => number.parse().unwrap(),
        };
        let items = &self.list.items;
        let at = items.iter().position(|item| item.id == id).unwrap();
        let (lists, filter) = (schedule.lists, request.status.as_ref());
        let listed = |items: &[Item]| {
            let listed = items.iter().filter(|item| item.is_listed(lists, filter));
            listed.count()
        };
        let is_gone = items[at].is_deleted && schedule.pages == Family::Keyset;
        if schedule.faults.is_inclusive && !is_gone {
            return Ok(listed(&items[..at]));
        }
        match schedule.faults.deleted_key {
            DeletedKey::Refusal if is_gone => Err(Refusal::Position),
            // Where an empty page is the only end, this one leaves no trace.
            DeletedKey::Nothing if is_gone && schedule.has_marker => Ok(usize::MAX),
            _ => Ok(listed(&items[..=at])),
        }
    }

    fn records(&mut self, items: &[Item], schedule: &Schedule) -> Vec<Entry> {
        let mut records: Vec<Entry> = Vec::new();
        for item in items {
            if item.id == PARENT {
                records.push(Err(Unlisted::Parent("parent".to_owned())));
                continue;
            }
            if self.chance(schedule.faults.unreadable) {
                self.list.steadfast.remove(&item.id);
                self.list.moved.remove(&item.id);
                records.push(Err(unreadable(item.id).into()));
                continue;
            }
            records.push(Ok(mapped(item, schedule)));
            if self.chance(schedule.faults.doubles) {
                records.push(Ok(mapped(item, schedule)));
            }
        }
        records
    }

    /// What the page says of itself and of the list.
    fn describe(&mut self, page: &mut Page, cut: &Cut, request: &PageRequest, schedule: &Schedule) {
        let off = match self.chance(schedule.faults.flickers) {
            true => self.rng.i64(-9..9),
            false => 0,
        };
        let total = (cut.length as u64).saturating_add_signed(off);
        page.total = match schedule.lies.total {
            Said::Honest | Said::OfActive => Some(total),
            Said::OfPage => Some((cut.end - cut.start) as u64),
            Said::Zero => Some(0),
            Said::Capped => Some(total.min(MOST_STATED as u64)),
            Said::Lagging => Some(self.lagging(total)),
            Said::TooHigh => Some(total + 3),
            Said::Unreadable => None,
            Said::Sometimes => self.rng.bool().then_some(total),
            Said::Wobbling => Some(total + self.requests % 2),
        };
        page.unclear = schedule.has_total && schedule.lies.total == Said::Unreadable;
        let (used, echo) = match schedule.faults.clamp {
            Some((most, echo)) => (request.size.min(most as u32), echo),
            None => (request.size, Echo::Used),
        };
        page.size = match echo {
            Echo::Used => Some(used),
            Echo::Requested => Some(request.size),
            Echo::None => None,
        };
        if schedule.has_place && cut.end > cut.start && schedule.pages != Family::OneBody {
            page.place.start = Some(cut.start as u64);
            page.place.end = Some(cut.end as u64 - 1);
        }
    }

    /// The total of some answers ago.
    fn lagging(&mut self, total: u64) -> u64 {
        self.totals.push_back(total);
        match self.totals.len() > 3 {
            true => self.totals.pop_front().unwrap(),
            false => self.totals[0],
        }
    }

    /// What follows the page.
    fn next(&self, cut: &Cut, listed: &[Item], schedule: &Schedule) -> Next {
        let has_more = cut.end < cut.length;
        match schedule.paging {
            Paging::Keyset { .. } if !schedule.has_marker => Next::Unsaid,
            Paging::Keyset { .. } if has_more && cut.start < cut.length && schedule.has_name => {
                let id = listed[cut.end - 1].id;
                let name = if id == PARENT {
                    "parent".to_owned()
                } else {
                    id.to_string()
                };
                Next::Link(match schedule.lies.is_opaque {
                    true => format!("token={name}"),
                    false => name,
                })
            }
            Paging::Keyset { .. } if has_more && cut.start < cut.length => Next::More,
            Paging::Keyset { .. } => Next::End,
            Paging::Links if has_more => {
                let key = match cut.end.checked_sub(1).map(|last| listed[last].id) {
                    _ if schedule.pages == Family::OffsetCursors => cut.end.to_string(),
                    None => "start".to_owned(),
                    Some(PARENT) => "parent".to_owned(),
                    Some(id) => id.to_string(),
                };
                // No link is there twice.
                let link = format!("{key}#{}", self.requests);
                match schedule.pages {
                    Family::Addresses => Next::Address(format!("/list?after={link}")),
                    _ => Next::Link(link),
                }
            }
            Paging::Links => Next::End,
            _ => Next::Unsaid,
        }
    }
}

fn first_number(schedule: &Schedule) -> u64 {
    match schedule.paging {
        Paging::Ranks {
            by: RankBy::Number { first },
            ..
        } => first,
        _ => 0,
    }
}

fn mapped(item: &Item, schedule: &Schedule) -> Mapped {
    let mut tenant = Tenant::new("model", "model", item.id.to_string());
    let second = jiff::Timestamp::from_second(1_700_000_000 + item.id as i64).unwrap();
    tenant.created_at = (!schedule.lies.no_keys).then_some(Moment::Instant(second));
    tenant.status = (schedule.lists != Lists::Filtered).then(|| item.status.clone());
    Mapped::new(tenant, Vec::new())
}

fn unreadable(id: u64) -> QuarantinedRecord {
    let raw = serde_json::value::to_raw_value(&id).unwrap();
    QuarantinedRecord::new("", "is a number", &Raw::redacted(&raw, &[], &[]))
}
