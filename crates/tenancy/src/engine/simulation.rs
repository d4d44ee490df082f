//! A deterministic simulation: the engine against model servers whose lists change while they are read.
//!
//! A schedule is all that a seed decides: the provider's style, the list, the page size, how many pages are under way at
//! once, when each answer is cut out of the list and when it arrives, what is created, deleted and switched in between,
//! and what goes wrong. There is no socket and no clock: time is tokio's, paused, and moves on when nothing else can.
//!
//! What has to hold for each schedule: no tenant comes twice, none is invented, every page that was served is delivered, and
//! every tenant that was there throughout comes, or the report says neither proved nor agreed. Where the server does not lie, it does
//! not say complete either.
//!
//! `TENANCY_SEED=<n> cargo test -p tenancy simulation` replays one schedule and prints what happened.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use client_runtime::Traffic;
use fastrand::Rng;
use futures::StreamExt;

use super::evidence::{End, Evidence, Order, Total};
use super::ranks::Ranks;
use super::route::{self, Route, WalkMaker};
use super::source::Shared;
use super::state::WalkState;
use super::step::{Flow, Step, Tally};
use super::verdict::{Judge, verdict};
use super::walk::Walk;
use crate::provider::{Arrivals, Fetch, Next, Page, PageRequest, Position};
use crate::records::{Entry, Mapped};
use crate::{
    Account, Capabilities, Certainty, Error, Listing, Moment, PagingStyle, Provider, Query, Raw,
    RecordFault, Report, Status, Tenant,
};

/// How a model server cuts its list into pages.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Model {
    Numbered,
    /// A cursor that names the last record sent.
    KeyCursor,
    /// A cursor that is an offset.
    OffsetCursor,
    OneBody,
}

/// What may go wrong at a model server.
#[derive(Clone, Copy, Debug, Default)]
struct Faults {
    /// In so many of a hundred answers: an error.
    errors: u8,
    /// …: a total that is wrong for once.
    flickers: u8,
    /// …: a record twice in its page.
    doubles: u8,
    /// …: a record that cannot be read.
    unreadable: u8,
    /// …: an empty page with a cursor to what follows.
    empty_pages: u8,
    /// The page size that the server does not go beyond, and whether it says so.
    clamp: Option<(usize, bool)>,
}

/// One schedule.
#[derive(Clone, Debug)]
struct Schedule {
    seed: u64,
    model: Model,
    tenants: usize,
    page_size: u32,
    concurrency: u32,
    filter: Option<Status>,
    /// In so many of a hundred answers the list changes before.
    churn: u8,
    creates: bool,
    deletes: bool,
    faults: Faults,
    /// Whether lists by cursor are verified.
    verify: bool,
    /// How often the listing is interrupted and resumed.
    interruptions: u32,
    /// How often the list may change.
    most_changes: u32,
    lies: Lies,
}

/// How a model server differs from its document.
#[derive(Clone, Copy, Debug, Default)]
struct Lies {
    order: Sorted,
    /// Whether records have no creation time.
    no_keys: bool,
    total: Said,
    /// In so many of a hundred answers: an empty page and a total of 0.
    collapses: u8,
    /// …: fewer records than there are, beside an error.
    partial: u8,
    /// …: no cursor, and another field that leads on.
    renamed: u8,
    /// …: no cursor, and nothing else.
    cut_off: u8,
}

/// The order of a model server's list.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Sorted {
    #[default]
    NewestFirst,
    OldestFirst,
    Arbitrary,
}

/// The total that a model server states.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Said {
    #[default]
    Honest,
    OfPage,
    Capped,
    Unreadable,
    Absent,
    Wobbling,
}

struct Server {
    schedule: Schedule,
    state: Mutex<State>,
}

struct State {
    rng: Rng,
    /// Newest first.
    list: Vec<(u64, Status)>,
    next_id: u64,
    /// Every tenant that there ever was.
    ever: BTreeSet<u64>,
    /// The tenants that were there throughout, with a status that did not change.
    steadfast: BTreeMap<u64, Status>,
    /// The tenants on pages that were served.
    served: BTreeSet<u64>,
    requests: u64,
    changes: u32,
    collapses: u32,
    log: Vec<String>,
}

impl Server {
    fn new(schedule: Schedule) -> Self {
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

    fn state(&self) -> MutexGuard<'_, State> {
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
        if matches!(page.next, Next::Cursor(_)) {
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
            Position::Whole => 0,
            Position::Number(number) => (*number as usize - 1) * clamped,
            Position::Cursor(cursor) => self.after(cursor.as_deref(), schedule.model),
        };
        let start = start.min(self.list.len());
        let mut end = (start + clamped).min(self.list.len());
        if schedule.model == Model::OneBody {
            end = self.list.len();
        }
        if matches!(request.position, Position::Cursor(_))
            && self.chance(schedule.faults.empty_pages)
        {
            end = start;
        }
        let mut records: Vec<Entry> = Vec::new();
        for position in start..end {
            let (id, status) = self.list[position].clone();
            if self.chance(schedule.faults.unreadable) {
                self.steadfast.remove(&id);
                records.push(Err(Box::new(unreadable(id))));
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
        if matches!(request.position, Position::Cursor(_)) && end < self.list.len() {
            page.next = Next::Cursor(self.cursor_after(start, end, schedule.model));
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

fn unreadable(id: u64) -> RecordFault {
    let raw = serde_json::value::to_raw_value(&id).unwrap();
    RecordFault::new("", "is a number", &Raw::redacted(&raw, &[]))
}

impl Provider for Arc<Server> {
    fn name(&self) -> &'static str {
        "model"
    }

    fn capabilities(&self) -> &'static Capabilities {
        const fn of(style: PagingStyle) -> Capabilities {
            Capabilities {
                default_page_size: 10,
                reports_status: true,
                ..Capabilities::new(style, "a model")
            }
        }
        const NUMBERED: Capabilities = of(PagingStyle::Numbered);
        const CURSOR: Capabilities = of(PagingStyle::Cursor);
        const ONE_BODY: Capabilities = of(PagingStyle::OneBody);
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

/// Reads a listing, a new one or an earlier one resumed, to its end or until so many tenants and faults have come.
async fn read(
    server: &Arc<Server>,
    schedule: &Schedule,
    earlier: Option<Report>,
    stop_after: usize,
    engine: Engine,
    ids: &mut Vec<u64>,
) -> Report {
    let query = Query {
        page_size: NonZeroU32::new(schedule.page_size),
        concurrency: NonZeroU32::new(schedule.concurrency).unwrap(),
        statuses: schedule.filter.iter().cloned().collect(),
        verify: schedule.verify,
        ..Query::default()
    };
    let accounts = vec![Account::new("model", server.clone()).unwrap()];
    let shared = Shared {
        new_walk: engine.new_walk,
        judge: engine.judge,
        ..Shared::new(query)
    };
    let mut listing = Listing::begin(accounts, &shared, earlier).unwrap();
    for _ in 0..stop_after {
        let Some(item) = listing.next().await else {
            break;
        };
        ids.extend(item.ok().map(|tenant| tenant.id.parse::<u64>().unwrap()));
    }
    listing.stop("interrupted");
    listing.report()
}

/// What a schedule came to: whether the report says complete, or what promise was broken.
fn run(schedule: &Schedule) -> Result<Report, String> {
    run_with(schedule, ENGINE)
}

/// What of the engine a test replaces.
#[derive(Clone, Copy)]
struct Engine {
    new_walk: WalkMaker,
    judge: Judge,
}

const ENGINE: Engine = Engine {
    new_walk: route::begin,
    judge: verdict,
};

/// The same with another engine.
fn run_with(schedule: &Schedule, engine: Engine) -> Result<Report, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let server = Arc::new(Server::new(schedule.clone()));
    let (ids, report) = runtime.block_on(async {
        let mut ids = Vec::new();
        let mut interruptions = Rng::with_seed(schedule.seed ^ 0x5709);
        let mut earlier = None;
        for left in (0..=schedule.interruptions).rev() {
            let stop_after = if left > 0 {
                interruptions.usize(..40)
            } else {
                usize::MAX
            };
            let report = read(
                &server,
                schedule,
                earlier.take(),
                stop_after,
                engine,
                &mut ids,
            )
            .await;
            // What is resumed has been through a file.
            let file = serde_json::to_string(&report).unwrap();
            earlier = Some(serde_json::from_str(&file).unwrap());
        }
        (ids, earlier.unwrap())
    });
    let state = server.state();
    let verdict = judge(&ids, &report, &state, schedule);
    if verdict.is_err() && std::env::var_os("TENANCY_SEED").is_some() {
        eprintln!("{schedule:#?}\n{}\n{report:#?}", state.log.join("\n"));
    }
    verdict.map(|()| report)
}

fn judge(ids: &[u64], report: &Report, state: &State, schedule: &Schedule) -> Result<(), String> {
    let mut listed = BTreeSet::new();
    for id in ids {
        if !listed.insert(*id) {
            return Err(format!("{id} came twice"));
        }
        if !state.ever.contains(id) {
            return Err(format!("{id} was invented"));
        }
    }
    let undisturbed = schedule.interruptions == 0 && schedule.concurrency == 1;
    if undisturbed
        && schedule.filter.is_none()
        && let Some(id) = state.served.difference(&listed).next()
    {
        return Err(format!("{id} was served and not delivered"));
    }
    let certainty = report.sources[0].certainty;
    if schedule.is_lying() && certainty > Certainty::Agreed {
        return Ok(());
    }
    if !report.complete {
        return if report.sources[0].error.is_some() {
            Ok(())
        } else {
            Err("no reason was given".into())
        };
    }
    let asked = |status: &Status| {
        schedule
            .filter
            .as_ref()
            .is_none_or(|filter| filter == status)
    };
    match state
        .steadfast
        .iter()
        .find(|(id, status)| asked(status) && !listed.contains(id))
    {
        Some((id, _)) => Err(format!("{id} was there throughout and did not come")),
        None => Ok(()),
    }
}

impl Schedule {
    fn is_lying(&self) -> bool {
        let Lies {
            order,
            no_keys,
            total,
            collapses,
            partial,
            renamed,
            cut_off,
        } = self.lies;
        let rates = collapses + partial + renamed + cut_off;
        order != Sorted::NewestFirst || no_keys || total != Said::Honest || rates > 0
    }
}

/// A schedule whose list is numbered and honest: what is promised for it is promised without a way out.
fn honest(seed: u64) -> Schedule {
    let mut rng = Rng::with_seed(seed ^ 0x5eed);
    Schedule {
        seed,
        model: Model::Numbered,
        tenants: rng.usize(..80),
        page_size: rng.u32(1..13),
        concurrency: [1, 1, 2, 3, 8][rng.usize(..5)],
        filter: [None, None, Some(Status::Active)][rng.usize(..3)].clone(),
        churn: [0, 5, 20, 60][rng.usize(..4)],
        creates: rng.u8(..4) > 0,
        deletes: rng.u8(..4) > 0,
        faults: Faults::default(),
        verify: rng.bool(),
        interruptions: [0, 0, 1, 3][rng.usize(..4)],
        most_changes: u32::MAX,
        lies: Lies::default(),
    }
}

/// A schedule of any style in which things go wrong.
fn hostile(seed: u64) -> Schedule {
    let mut rng = Rng::with_seed(seed ^ 0xbad);
    let model = [
        Model::Numbered,
        Model::KeyCursor,
        Model::OffsetCursor,
        Model::OneBody,
    ][rng.usize(..4)];
    let mut some = |most: u8| if rng.bool() { rng.u8(..most) } else { 0 };
    let faults = Faults {
        errors: some(4),
        flickers: some(15),
        doubles: some(10),
        unreadable: some(3),
        empty_pages: some(30),
        clamp: None,
    };
    let clamp = rng.bool().then(|| (rng.usize(1..8), rng.bool()));
    // A deletion above an offset leaves no trace: nobody could promise anything.
    // Nor if a total lies in the very answer in which it should have dropped.
    let deletes = model != Model::OffsetCursor && faults.flickers == 0 && rng.bool();
    Schedule {
        model,
        deletes,
        faults: Faults { clamp, ..faults },
        ..honest(seed)
    }
}

/// A schedule of a server that differs from its document, and whose list changes once at most.
fn lying(seed: u64) -> Schedule {
    let mut rng = Rng::with_seed(seed ^ 0x11e5);
    let mut some = |most: u8| if rng.u8(..4) == 0 { rng.u8(..most) } else { 0 };
    let (collapses, partial, renamed, cut_off) = (some(10), some(20), some(20), some(20));
    let orders = [Sorted::NewestFirst, Sorted::OldestFirst, Sorted::Arbitrary];
    let totals = [
        Said::Honest,
        Said::Honest,
        Said::OfPage,
        Said::Capped,
        Said::Unreadable,
        Said::Absent,
        Said::Wobbling,
    ];
    let models = [
        Model::Numbered,
        Model::Numbered,
        Model::Numbered,
        Model::KeyCursor,
        Model::OneBody,
    ];
    let model = models[rng.usize(..models.len())];
    let order = match model {
        // Its cursors name a record by its place in the documented order.
        Model::KeyCursor => Sorted::NewestFirst,
        _ => orders[rng.usize(..3)],
    };
    Schedule {
        model,
        most_changes: rng.u32(..2),
        lies: Lies {
            order,
            no_keys: rng.bool(),
            total: totals[rng.usize(..totals.len())],
            // Two lies at the same place of two reads would agree.
            collapses: match (model, partial) {
                (Model::Numbered, 0) => collapses,
                _ => 0,
            },
            partial,
            renamed,
            cut_off,
        },
        ..honest(seed)
    }
}

/// Runs so many schedules and gives how many of the reports said complete.
fn run_all(first: u64, count: u64, schedule: fn(u64) -> Schedule) -> u64 {
    if let Some(seed) = std::env::var("TENANCY_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
    {
        run(&schedule(seed)).unwrap_or_else(|broken| panic!("seed {seed}: {broken}"));
        return count;
    }
    (first..first + count)
        .map(|seed| {
            let report = run(&schedule(seed)).unwrap_or_else(|broken| {
                panic!("seed {seed}: {broken}; replay with TENANCY_SEED={seed}")
            });
            u64::from(report.complete)
        })
        .sum()
}

/// How many schedules each of the tests below runs.
const SCHEDULES: u64 = 17_000;

#[test]
fn simulation_of_honest_churn_one() {
    let complete = run_all(0, SCHEDULES, honest);
    assert!(
        complete * 100 >= SCHEDULES * 90,
        "only {complete} of {SCHEDULES} were complete"
    );
}

#[test]
fn simulation_of_honest_churn_two() {
    let complete = run_all(SCHEDULES, SCHEDULES, honest);
    assert!(
        complete * 100 >= SCHEDULES * 90,
        "only {complete} of {SCHEDULES} were complete"
    );
}

#[test]
fn simulation_of_hostile_servers_one() {
    run_all(0, SCHEDULES, hostile);
}

#[test]
fn simulation_of_hostile_servers_two() {
    run_all(SCHEDULES, SCHEDULES, hostile);
}

#[test]
fn simulation_of_lying_servers_one() {
    run_all(0, SCHEDULES, lying);
}

#[test]
fn simulation_of_lying_servers_two() {
    run_all(SCHEDULES, SCHEDULES, lying);
}

/// Lists that can be read are complete, whatever their totals say.
#[test]
fn simulation_of_wobbling_totals() {
    for seed in 0..500 {
        let mut schedule = honest(seed);
        schedule.churn = 0;
        schedule.lies.total = Said::Wobbling;
        let report = run(&schedule).unwrap();
        assert!(report.complete, "seed {seed}: {report:?}");
    }
}

/// A walk over ranks with one of its rules broken.
#[derive(Debug)]
struct Wrong {
    walk: Ranks,
    concurrency: u32,
    broken: Broken,
    first_page: Option<(Option<u64>, Tally)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Broken {
    /// It does not go back when the total drops.
    ForgetsDrops,
    /// It takes a parallel epoch for granted: it does not look at page 1 again.
    SkipsSecondLook,
}

fn wrong(route: Route, broken: Broken) -> Box<dyn Walk> {
    Box::new(Wrong {
        concurrency: route.concurrency,
        walk: route::ranks(route),
        broken,
        first_page: None,
    })
}

impl Wrong {
    fn covered(&self) -> u64 {
        match self.walk.state() {
            WalkState::Ranks(state) => state.covered,
            other => panic!("{other:?}"),
        }
    }
}

impl Walk for Wrong {
    fn issue(&mut self) -> Option<Step> {
        let step = self.walk.issue()?;
        match self.first_page {
            Some((_, records))
                if self.broken == Broken::SkipsSecondLook
                    && step.position == Position::Number(1) =>
            {
                let mut page = Page::new(Vec::new());
                page.total = self.walk.total();
                let known = Tally {
                    new_to_walk: 0,
                    new: 0,
                    ..records
                };
                self.walk.accept(&step, &page, known).ok()?;
                self.issue()
            }
            _ => Some(step),
        }
    }

    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        if step.position == Position::Number(1) {
            self.first_page = Some((page.total, records));
        }
        let before = self.covered();
        let flow = self.walk.accept(step, page, records)?;
        if self.broken == Broken::ForgetsDrops && self.covered() < before {
            let WalkState::Ranks(mut state) = self.walk.state() else {
                panic!("{self:?}");
            };
            state.covered = before;
            self.walk = Ranks::resumed(state, step.size, self.concurrency);
            return Ok(Flow::Discard);
        }
        Ok(flow)
    }

    fn total(&self) -> Option<u64> {
        self.walk.total()
    }

    fn evidence(&self) -> Evidence {
        self.walk.evidence()
    }

    fn state(&self) -> WalkState {
        self.walk.state()
    }
}

fn assert_caught(schedules: u64, schedule: fn(u64) -> Schedule, engine: Engine) {
    let caught = (0..schedules).find_map(|seed| run_with(&schedule(seed), engine).err());
    let broken = caught.expect("the wrong engine was not caught");
    assert!(
        broken.ends_with("was there throughout and did not come"),
        "{broken}"
    );
}

fn assert_walk_caught(schedules: u64, new_walk: WalkMaker) {
    assert_caught(schedules, honest, Engine { new_walk, ..ENGINE });
}

/// The simulation can fail: a walk that does not go back when the total drops is caught.
#[test]
fn simulation_catches_a_walk_that_does_not_read_again() {
    assert_walk_caught(2_000, |route| wrong(route, Broken::ForgetsDrops));
}

/// The simulation can fail: a walk that reads pages in parallel without a second look at page 1 is caught.
#[test]
fn simulation_catches_a_walk_that_does_not_look_twice() {
    assert_walk_caught(20_000, |route| wrong(route, Broken::SkipsSecondLook));
}

fn assert_judge_caught(judge: Judge) {
    assert_caught(20_000, lying, Engine { judge, ..ENGINE });
}

/// The simulation can fail: a verdict without one of its rules is caught.
#[test]
fn simulation_catches_a_verdict_that_ignores_what_is_missing() {
    assert_judge_caught(|evidence| {
        let missing = None;
        verdict(&Evidence {
            missing,
            ..evidence.clone()
        })
    });
}

#[test]
fn simulation_catches_a_verdict_that_takes_every_end_for_observed() {
    assert_judge_caught(|evidence| {
        let end = End::Observed;
        verdict(&Evidence {
            end,
            ..evidence.clone()
        })
    });
}

#[test]
fn simulation_catches_a_verdict_that_believes_every_total() {
    assert_judge_caught(|evidence| {
        let total = Total::Agrees;
        verdict(&Evidence {
            total,
            ..evidence.clone()
        })
    });
}

#[test]
fn simulation_catches_a_verdict_that_takes_every_order_for_newest_first() {
    assert_judge_caught(|evidence| {
        let order = Order::NewestFirst;
        verdict(&Evidence {
            order,
            ..evidence.clone()
        })
    });
}

/// A schedule replays exactly: the same seed gives the same report.
#[test]
fn simulation_is_deterministic() {
    for seed in 0..50 {
        assert_eq!(run(&hostile(seed)), run(&hostile(seed)), "seed {seed}");
    }
}
