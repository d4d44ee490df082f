//! A model server: a list that changes while it is read, cut into pages, with the schedule's faults and lies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use client_runtime::Traffic;
use fastrand::Rng;

use super::schedule::{Lies, Model, Said, Schedule, Sorted};
use crate::entry::{Entry, Mapped};
use crate::provider::{Arrivals, Fetch};
use crate::{
    Capabilities, Error, Moment, Next, Page, PageRequest, Paging, Position, Provider,
    QuarantinedRecord, RankBy, Raw, StatedOrder, Status, Tenant,
};

pub(super) struct Server {
    pub(super) schedule: Schedule,
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    pub(super) rng: Rng,
    /// Newest first.
    pub(super) list: Vec<(u64, Status)>,
    pub(super) next_id: u64,
    /// Every tenant that there ever was.
    pub(super) ever: BTreeSet<u64>,
    /// The tenants that were there throughout, with a status that did not change.
    pub(super) steadfast: BTreeMap<u64, Status>,
    /// The tenants on pages that were served.
    pub(super) served: BTreeSet<u64>,
    pub(super) requests: u64,
    pub(super) changes: u32,
    pub(super) collapses: u32,
    pub(super) log: Vec<String>,
}

impl Server {
    pub(super) fn new(schedule: Schedule) -> Self {
        let mut rng = Rng::with_seed(schedule.seed);
        let statuses = [Status::Active, Status::Suspended];
        let mut list: Vec<_> = (0..schedule.tenants as u64)
            .rev()
            .map(|id| (id, statuses[rng.usize(..2)].clone()))
            .collect();
        match schedule.lies.order {
            Sorted::NewestFirst => {}
            Sorted::OldestFirst => list.reverse(),
            Sorted::Arbitrary => rng.shuffle(&mut list),
        }
        let state = State {
            next_id: schedule.tenants as u64,
            ever: list.iter().map(|(id, _)| *id).collect(),
            steadfast: list.iter().cloned().collect(),
            list,
            rng,
            served: BTreeSet::new(),
            requests: 0,
            changes: 0,
            collapses: 0,
            log: Vec::new(),
        };
        Self {
            schedule,
            state: Mutex::new(state),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn answer(&self, request: &PageRequest) -> Result<Page, Error> {
        let mut state = self.state();
        let faults = self.schedule.faults;
        state.requests += 1;
        if state.chance(self.schedule.churn) {
            state.churn(&self.schedule);
        }
        if state.chance(faults.errors) {
            return Err(Error::refused("the server is on fire", None));
        }
        let (mut page, mut ids) = state.cut(request, &self.schedule);
        let lies = self.schedule.lies;
        // That a list is empty from the beginning is nothing to doubt.
        let may_collapse = state.collapses == 0 || lies.total == Said::Honest;
        if state.chance(lies.collapses) && may_collapse && state.requests > 1 {
            state.collapses += 1;
            (page.records, page.total) = (Vec::new(), Some(0));
            ids.clear();
        }
        if state.chance(lies.partial) && page.next == Next::End {
            page.records.truncate(page.records.len() / 2);
            ids.truncate(page.records.len());
            page.total = None;
            page.partial = Some("`errors` is set".to_owned());
        }
        if matches!(page.next, Next::Link(_)) {
            if state.chance(lies.renamed) {
                page.next = Next::End;
                page.more = Some("`nextPage` is set".to_owned());
            } else if state.chance(lies.cut_off) {
                page.next = Next::Unsaid;
            }
        }
        state
            .served
            .extend(ids.iter().map(|id| id.parse::<u64>().unwrap()));
        let line = format!(
            "{:?} by {}: {} of {:?}, then {:?}",
            request.position,
            request.size,
            ids.join(" "),
            page.total,
            page.next
        );
        state.log.push(line);
        Ok(page)
    }
}

impl State {
    fn chance(&mut self, of_hundred: u8) -> bool {
        self.rng.u8(..100) < of_hundred
    }

    fn churn(&mut self, schedule: &Schedule) {
        for _ in 0..self.rng.usize(1..4) {
            if self.changes >= schedule.most_changes {
                return;
            }
            self.changes += 1;
            match self.rng.u8(..3) {
                0 if schedule.creates => {
                    let id = self.next_id;
                    self.next_id += 1;
                    self.ever.insert(id);
                    let at = match schedule.lies.order {
                        Sorted::NewestFirst => 0,
                        Sorted::OldestFirst => self.list.len(),
                        Sorted::Arbitrary => self.rng.usize(..=self.list.len()),
                    };
                    self.list.insert(at, (id, Status::Active));
                    self.log.push(format!("create {id}"));
                }
                1 if schedule.deletes && !self.list.is_empty() => {
                    // Often near the head, where a deletion shifts most.
                    let most = if self.rng.bool() {
                        self.list.len().min(3)
                    } else {
                        self.list.len()
                    };
                    let (id, _) = self.list.remove(self.rng.usize(..most));
                    self.steadfast.remove(&id);
                    self.log.push(format!("delete {id}"));
                }
                2 if !self.list.is_empty() => {
                    let position = self.rng.usize(..self.list.len());
                    let (id, status) = &mut self.list[position];
                    *status = if *status == Status::Active {
                        Status::Suspended
                    } else {
                        Status::Active
                    };
                    self.steadfast.remove(id);
                }
                _ => {}
            }
        }
    }

    /// A page, and the identities on it.
    fn cut(&mut self, request: &PageRequest, schedule: &Schedule) -> (Page, Vec<String>) {
        let size = (request.size as usize).max(1);
        let clamped = schedule
            .faults
            .clamp
            .map_or(size, |(most, _)| size.min(most));
        let start = match &request.position {
            Position::Whole | Position::Offset(_) | Position::After(_) => 0,
            Position::Number(number) => (*number as usize - 1) * clamped,
            Position::Link(cursor) => self.after(cursor.as_deref(), schedule.model),
        };
        let start = start.min(self.list.len());
        let mut end = (start + clamped).min(self.list.len());
        if schedule.model == Model::OneBody {
            end = self.list.len();
        }
        if matches!(request.position, Position::Link(_)) && self.chance(schedule.faults.empty_pages)
        {
            end = start;
        }
        let mut records: Vec<Entry> = Vec::new();
        for position in start..end {
            let (id, status) = self.list[position].clone();
            if self.chance(schedule.faults.unreadable) {
                self.steadfast.remove(&id);
                records.push(Err(unreadable(id).into()));
                continue;
            }
            records.push(Ok(mapped(id, &status, schedule.lies)));
            if self.chance(schedule.faults.doubles) {
                records.push(Ok(mapped(id, &status, schedule.lies)));
            }
        }
        let tenants = records.iter().flatten().map(|mapped| &mapped.tenant);
        let ids = tenants.map(|tenant| tenant.id.clone()).collect();
        let mut page = Page::new(records);
        page.next = Next::End;
        if schedule.model == Model::Numbered {
            let off = if self.chance(schedule.faults.flickers) {
                self.rng.i64(-9..9)
            } else {
                0
            };
            let total = (self.list.len() as u64).saturating_add_signed(off);
            page.total = match schedule.lies.total {
                Said::Honest => Some(total),
                Said::OfPage => Some((end - start) as u64),
                Said::Capped => Some(total.min(10)),
                Said::Absent | Said::Unreadable => None,
                Said::Wobbling => Some(total + self.requests % 2),
            };
            page.unclear = schedule.lies.total == Said::Unreadable;
            let told = schedule.faults.clamp.is_none_or(|(_, told)| told);
            page.size = Some(if told { clamped } else { size } as u32);
        }
        if schedule.model == Model::OneBody {
            page.total = Some(self.list.len() as u64);
        }
        if matches!(request.position, Position::Link(_)) && end < self.list.len() {
            page.next = Next::Link(self.cursor_after(start, end, schedule.model));
        }
        (page, ids)
    }

    /// Where the page begins that a cursor leads to.
    fn after(&self, cursor: Option<&str>, model: Model) -> usize {
        let Some(cursor) = cursor else { return 0 };
        let (number, _) = cursor.split_once('#').unwrap();
        let number: u64 = number.parse().unwrap();
        match model {
            Model::KeyCursor => self
                .list
                .iter()
                .position(|(id, _)| *id < number)
                .unwrap_or(self.list.len()),
            _ => number as usize,
        }
    }

    /// A cursor to what follows a page. It is never the same twice.
    fn cursor_after(&self, start: usize, end: usize, model: Model) -> String {
        let number = match model {
            Model::KeyCursor if end > 0 => self.list[end - 1].0,
            Model::KeyCursor => self.list.first().map_or(0, |(id, _)| id + 1),
            _ => end as u64,
        };
        let _ = start;
        format!("{number}#{}", self.requests)
    }
}

fn mapped(id: u64, status: &Status, lies: Lies) -> Mapped {
    let mut tenant = Tenant::new("model", "model", id.to_string());
    let second = jiff::Timestamp::from_second(1_700_000_000 + id as i64).unwrap();
    tenant.created_at = (!lies.no_keys).then_some(Moment::Instant(second));
    tenant.status = Some(status.clone());
    Mapped::new(tenant, Vec::new())
}

fn unreadable(id: u64) -> QuarantinedRecord {
    let raw = serde_json::value::to_raw_value(&id).unwrap();
    QuarantinedRecord::new("", "is a number", &Raw::redacted(&raw, &[]))
}

impl Provider for Arc<Server> {
    fn name(&self) -> &'static str {
        "model"
    }

    fn capabilities(&self) -> &'static Capabilities {
        const fn of(paging: Paging) -> Capabilities {
            Capabilities {
                default_page_size: 10,
                reports_status: true,
                ..Capabilities::new(paging, "a model")
            }
        }
        const NUMBERED: Capabilities = of(Paging::Ranks {
            by: RankBy::Number { first: 1 },
            order: StatedOrder::NewestFirst,
        });
        const CURSOR: Capabilities = of(Paging::Links);
        const ONE_BODY: Capabilities = of(Paging::OneBody);
        match self.schedule.model {
            Model::Numbered => &NUMBERED,
            Model::KeyCursor | Model::OffsetCursor => &CURSOR,
            Model::OneBody => &ONE_BODY,
        }
    }

    fn fetch<'a>(&'a self, request: &'a PageRequest, _: &'a Arrivals) -> Fetch<'a> {
        let (there, back) = {
            let mut state = self.state();
            (state.rng.u64(..20), state.rng.u64(..20))
        };
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(there)).await;
            let page = self.answer(request);
            tokio::time::sleep(Duration::from_millis(back)).await;
            page
        })
    }

    fn traffic(&self) -> Traffic {
        Traffic::default()
    }
}
