//! Every fault at every provider, over real HTTP: what a listing comes to. The table of it is `FAULTS.md`.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use client_runtime::Options;
use futures::StreamExt;
use provider_sim::{
    Account as SimAccount, AccountHandle, Fault, Paging, Place, Provider, Record, Simulator, When,
};
use serde_json::{Map, Value, json};
use tenancy::{Query, SourceReport};
use tenancy_tests::{Outcome, connect, hurried, list, root};

/// How many tenants each account has, and how many records are asked for in one page.
const TENANTS: u32 = 30;
const PAGE_SIZE: u32 = 10;
/// The time-out where a fault is about time. Everywhere else it is long, so that a slow machine changes no row.
const SHORT_IDLE: Duration = Duration::from_secs(1);
const MAX_RETRIES: u32 = 2;

/// What FAULTS.md begins with.
const INTRODUCTION: &str = "\
# What a listing comes to when a provider misbehaves

Each row is one fault at an account with 30 tenants at a simulated provider, over real HTTP: pages of 10, at most 2 retries, one request at a time.
Produced by the tests: `FAULTS_UPDATE=1 cargo test -p tenancy-tests --test faults` writes this file, and without the variable the test compares it.
*When* the fault is there: at the `first` request, at `every` one, at every `second` one from the first; in `1 record`; or it is a `setting` of the server.
*Outcome* by the report: `complete`, `incomplete`, or `nothing` (incomplete and without a tenant). *Quarantined* records could not be read; fields were *left out* of tenants; *duplicates* are records that came again; *retries* are among the *requests*.
A fault that a provider's list cannot have has no row; an answer that is final is shown for the first request only, since there is no second.

| Fault | When | Provider | Outcome | Tenants | Quarantined | Left out | Duplicates | Requests | Retries | Error |
|---|---|---|---|---|---|---|---|---|---|---|
";

/// What a fault may do to a list, beyond what holds for every row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// The list is complete and identical to the one without the fault.
    Whole,
    /// One request, and an account that failed.
    Final,
    /// All tenants but the one whose record cannot be read, and the report says so.
    OneMissing,
    /// Nothing beyond what holds for every row.
    Honest,
}

/// An account's settings at the server.
type Setting = fn(SimAccount) -> SimAccount;

/// One row to be.
struct Case {
    fault: &'static str,
    when: &'static str,
    provider: Provider,
    expect: Expect,
    /// Whether the fault is about time: such rows run on their own, with a short time-out.
    timed: bool,
    setting: Setting,
    /// What is done to the account before it is listed.
    arrange: Box<dyn Fn(&AccountHandle)>,
}

/// One row as it came out.
struct Row {
    order: usize,
    text: String,
    broken: Vec<String>,
}

/// How a fault of an answer is expected to end, for the first request and for every request.
struct Answer {
    fault: &'static str,
    first: Expect,
    every: Expect,
    timed: bool,
    /// The providers whose lists can have it.
    at: &'static [&'static str],
    make: Box<dyn Fn(Provider) -> Fault>,
}

const UNKNOWN_WORD: &str = "unknown enum value";
const SLOW: &str = "slow body that goes on";
const ALL: &[&str] = &["omnidim", "layers", "vobiz"];
const LAYERS: &[&str] = &["layers"];
const TOLD_TOTAL: &[&str] = &["omnidim", "vobiz"];

fn answer(
    fault: &'static str,
    first: Expect,
    every: Expect,
    make: impl Fn() -> Fault + 'static,
) -> Answer {
    Answer {
        fault,
        first,
        every,
        timed: false,
        at: ALL,
        make: Box::new(move |_| make()),
    }
}

/// A fault that a retry heals.
fn passing(fault: &'static str, make: impl Fn() -> Fault + 'static) -> Answer {
    answer(fault, Expect::Whole, Expect::Honest, make)
}

/// A peculiarity that costs nothing.
fn harmless(fault: &'static str, make: impl Fn() -> Fault + 'static) -> Answer {
    answer(fault, Expect::Whole, Expect::Whole, make)
}

/// A refusal that no retry would change.
fn refusal(fault: &'static str, make: impl Fn() -> Fault + 'static) -> Answer {
    answer(fault, Expect::Final, Expect::Final, make)
}

/// A body that takes longer than the time-out in all, and never pauses for as long.
fn slow() -> Answer {
    let make = |provider: Provider| {
        let part = match provider.name() {
            "omnidim" => 6000,
            "layers" => 500,
            _ => 1000,
        };
        Fault::as_usual()
            .with_length()
            .slow(part, Duration::from_millis(200))
    };
    Answer {
        make: Box::new(make),
        ..harmless(SLOW, Fault::as_usual).timed()
    }
}

impl Answer {
    fn timed(self) -> Self {
        Self {
            timed: true,
            ..self
        }
    }

    fn at(self, at: &'static [&'static str]) -> Self {
        Self { at, ..self }
    }
}

/// The faults of an answer, in the order of the table.
fn answers(thief: &str) -> Vec<Answer> {
    let as_usual = Fault::as_usual;
    let thief = format!("{thief}/v1/organizations");
    vec![
        passing("429, `Retry-After: 1`", || Fault::rate_limited(1)).timed(),
        passing("429, `Retry-After` as a date", || {
            Fault::rate_limited_until(Duration::from_secs(1))
        })
        .timed(),
        passing("429 without `Retry-After`", || Fault::status(429)),
        refusal("429, `Retry-After` above the ceiling", || {
            Fault::rate_limited(121)
        }),
        passing("500", || Fault::status(500)),
        passing("502", || Fault::status(502)),
        passing("503", || Fault::status(503)),
        passing("504", || Fault::status(504)),
        refusal("503 `KILL_SWITCH`", || {
            Fault::status_with_code(503, "KILL_SWITCH")
        })
        .at(LAYERS),
        refusal("401", || Fault::status(401)),
        refusal("403", || Fault::status(403)),
        refusal("404", || Fault::status(404)),
        refusal("422", || Fault::status(422)),
        refusal("redirect to another host", move || {
            Fault::redirect(302, &thief)
        }),
        passing("closed before the answer", move || {
            as_usual().cut(Place::Start)
        }),
        passing("reset before the answer", move || {
            as_usual().reset(Place::Start)
        }),
        passing("reset in the middle", move || {
            as_usual().reset(Place::Middle)
        }),
        passing("cut short, with `Content-Length`", move || {
            as_usual().with_length().cut(Place::Middle)
        }),
        passing("cut short, chunked", move || {
            as_usual().chunked().cut(Place::Middle)
        }),
        passing("cut short, neither", move || {
            as_usual().until_close().cut(Place::Middle)
        }),
        passing("cut short, gzip", move || {
            as_usual().gzip().until_close().cut(Place::Middle)
        }),
        passing("stalled before the answer", move || {
            as_usual().stall(Place::Start)
        })
        .timed(),
        passing("stalled body", move || as_usual().stall(Place::Middle)).timed(),
        slow(),
        harmless("gzip", move || as_usual().gzip()),
        harmless("chunked", move || as_usual().chunked()),
        harmless("body that ends with the connection", move || {
            as_usual().until_close()
        }),
        passing("HTML with 200", Fault::html),
        passing("empty body", Fault::empty_body),
        answer(
            "`success: false` with 200",
            Expect::Honest,
            Expect::Honest,
            Fault::unsuccessful,
        ),
        // At Layers with a next cursor, elsewhere beside a total that says otherwise.
        answer(
            "empty page",
            Expect::Whole,
            Expect::Honest,
            Fault::empty_page,
        ),
        answer(
            "missing `nextCursor`",
            Expect::Whole,
            Expect::Honest,
            Fault::without_next_cursor,
        )
        .at(LAYERS),
        answer(
            "repeated cursor",
            Expect::Honest,
            Expect::Honest,
            Fault::repeated_cursor,
        )
        .at(LAYERS),
        answer("cyclic cursors", Expect::Whole, Expect::Honest, || {
            Fault::next_cursor_to(0)
        })
        .at(LAYERS),
        answer("total too high", Expect::Whole, Expect::Honest, || {
            Fault::total_off_by(3)
        })
        .at(TOLD_TOTAL),
        answer("total too low", Expect::Whole, Expect::Honest, || {
            Fault::total_off_by(-3)
        })
        .at(TOLD_TOTAL),
        harmless("duplicated records", Fault::duplicated_records),
        harmless("duplicated keys in records", || {
            Fault::page(|page| page.records().iter_mut().for_each(duplicate_first_key))
        }),
        harmless("duplicated key of the page", || {
            Fault::page(|page| {
                for name in ["total_organizations", "nextCursor", "total"] {
                    if let Some(value) = page.get(name).map(str::to_owned) {
                        page.append(name, value);
                    }
                }
            })
        }),
    ]
}

fn duplicate_first_key(record: &mut String) {
    let member = record[1..].split(',').next().unwrap().to_owned();
    record.insert_str(1, &format!("{member},"));
}

/// What is done to one record's members.
type Edit = fn(Provider, &mut Map<String, Value>);

/// What may be wrong with one record's members.
const RECORDS: &[(&str, Expect, Edit)] = &[
    ("null name", Expect::Whole, |_, record| {
        set(record, "name", Value::Null)
    }),
    (
        "wrong type of the name and a time",
        Expect::Whole,
        |provider, record| {
            set(record, "name", json!(["x"]));
            set(record, created(provider), json!({"seconds": 1}));
        },
    ),
    (
        "wrong type of the identity",
        Expect::OneMissing,
        |provider, record| set(record, identity(provider), json!({"id": 1})),
    ),
    ("no identity", Expect::OneMissing, |provider, record| {
        record.remove(identity(provider));
    }),
    ("5 MB record", Expect::Whole, |_, record| {
        set(record, "name", json!("x".repeat(5_000_000)))
    }),
    (UNKNOWN_WORD, Expect::Whole, |_, record| {
        set(record, "status", json!("frozen"))
    }),
    ("extra fields", Expect::Whole, |_, record| {
        set(record, "tier", json!({"name": "gold", "since": [2026]}));
        set(record, "", Value::Null);
    }),
    ("foreign scripts", Expect::Whole, |_, record| {
        set(
            record,
            "name",
            json!("शर्मा एंड संस · 株式会社 · مؤسسة \u{202e} · 👩‍🚀"),
        )
    }),
];

fn set(record: &mut Map<String, Value>, name: &str, value: Value) {
    record.insert(name.to_owned(), value);
}

fn identity(provider: Provider) -> &'static str {
    match provider.name() {
        "vobiz" => "auth_id",
        _ => "id",
    }
}

fn created(provider: Provider) -> &'static str {
    match provider.name() {
        "omnidim" => "created_date",
        "layers" => "createdAt",
        _ => "created_at",
    }
}

/// Where a provider may send a number of any length: an identity, an amount, or a member that the document does not know.
fn long_number(provider: Provider, text: &str) -> String {
    let member = match provider.name() {
        "omnidim" => r#""id":12345678901234567890,"org_balance":12345678901234567890.10,"old_id""#,
        "layers" => r#""seats":12345678901234567890,"id""#,
        _ => r#""rate_limit":12345678901234567890,"rate_limit_before""#,
    };
    let replaced = match provider.name() {
        "vobiz" => r#""rate_limit""#,
        _ => r#""id""#,
    };
    text.replacen(replaced, member, 1).replacen(
        r#","org_balance":"#,
        r#","org_balance_before":"#,
        1,
    )
}

/// Puts another record into the place of the sixteenth tenant's.
fn replace(handle: &AccountHandle, edit: impl FnOnce(&str) -> Record) {
    handle.population(|population| {
        let position = 15;
        let id = population.ids()[position].clone();
        let text = population.records()[position].clone();
        assert!(population.replace(&id, edit(&text)));
    });
}

/// The record, edited. The server takes it for the same tenant, whatever its text says.
fn edited(provider: Provider, text: &str, edit: Edit) -> Record {
    let mut record: Map<String, Value> = serde_json::from_str(text).unwrap();
    let id = record[identity(provider)].clone();
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    edit(provider, &mut record);
    Record::raw(Value::from(record).to_string()).with_id(id)
}

/// One body with every record, in which one record's name has bytes that are no UTF-8.
fn no_utf8(handle: &AccountHandle) -> Fault {
    let records = handle.population(|population| population.records());
    let list = match handle.provider().name() {
        "omnidim" => "organizations",
        "layers" => "items",
        _ => "sub_accounts",
    };
    let body = format!(
        r#"{{"success":true,"{list}":[{}],"total":{TENANTS},"page":1,"size":{TENANTS},"total_organizations":{TENANTS},"nextCursor":null}}"#,
        records.join(",")
    );
    let marker = br#""name":""#;
    let mut body = body.into_bytes();
    let at = (body.len() / 2..body.len())
        .find(|at| body[*at..].starts_with(marker))
        .unwrap();
    let at = at + marker.len();
    body.splice(at..at, *b"\xff\xfe");
    Fault::literal(200, "application/json", body)
}

/// Every case, in the order of the table.
fn cases(thief: &str) -> Vec<Case> {
    let case = |fault, when, provider, expect| Case {
        fault,
        when,
        provider,
        expect,
        timed: false,
        setting: |account| account,
        arrange: Box::new(|_| {}),
    };
    let mut cases = Vec::new();
    for answer in answers(thief) {
        for provider in named(answer.at) {
            // A final answer to the first request shows best that there is no second one.
            let modes = match answer.every {
                Expect::Final => &[("first", Expect::Final)][..],
                every => &[("first", answer.first), ("every", every)][..],
            };
            for &(when, expect) in modes {
                let fault = (answer.make)(provider);
                let arrange = move |handle: &AccountHandle| match when {
                    "first" => handle.fault(1, fault.clone()),
                    _ => handle.fault(.., fault.clone()),
                };
                cases.push(Case {
                    timed: answer.timed,
                    arrange: Box::new(arrange),
                    ..case(answer.fault, when, provider, expect)
                });
            }
        }
    }
    for provider in named(TOLD_TOTAL) {
        let flicker = |handle: &AccountHandle| {
            let odd = When::matching(|request| request.account_number % 2 == 1);
            handle.fault(odd, Fault::total_off_by(-3));
        };
        cases.push(Case {
            arrange: Box::new(flicker),
            ..case("total that flickers", "second", provider, Expect::Honest)
        });
    }
    let clamps: [(_, Setting, &[&str]); 2] = [
        (
            "clamped page size",
            |account| account.max_page_size(7),
            &["layers", "vobiz"],
        ),
        (
            "clamped page size, hidden",
            |account| account.max_page_size(7).hides_clamp(),
            &["vobiz"],
        ),
    ];
    for (fault, setting, at) in clamps {
        for provider in named(at) {
            cases.push(Case {
                setting,
                ..case(fault, "setting", provider, Expect::Whole)
            });
        }
    }
    for (fault, expect, edit) in RECORDS {
        // Only Layers' records have a member whose values are listed.
        let at = if *fault == UNKNOWN_WORD { LAYERS } else { ALL };
        for provider in named(at) {
            let arrange = move |handle: &AccountHandle| {
                replace(handle, |text| edited(provider, text, *edit));
            };
            cases.push(Case {
                arrange: Box::new(arrange),
                ..case(fault, "1 record", provider, *expect)
            });
        }
    }
    for &provider in Provider::ALL {
        let arrange = move |handle: &AccountHandle| {
            replace(handle, |text| Record::raw(long_number(provider, text)));
        };
        cases.push(Case {
            arrange: Box::new(arrange),
            ..case("20-digit numbers", "1 record", provider, Expect::Whole)
        });
    }
    for (fault, text) in [
        ("array in the place of a record", r#"["x", 1]"#),
        ("text in the place of a record", r#""x""#),
    ] {
        for &provider in Provider::ALL {
            let arrange = move |handle: &AccountHandle| {
                replace(handle, |_| Record::raw(text).with_id("unreadable"));
            };
            cases.push(Case {
                arrange: Box::new(arrange),
                ..case(fault, "1 record", provider, Expect::OneMissing)
            });
        }
    }
    for &provider in Provider::ALL {
        let arrange = |handle: &AccountHandle| {
            // Not Layers' second list, of archived organizations, and not what is behind Vobiz' only page.
            let first_page = When::matching(|request| {
                request.query("status").is_none()
                    && request.query("page").is_none_or(|page| page == "1")
            });
            handle.fault(first_page, no_utf8(handle));
        };
        cases.push(Case {
            arrange: Box::new(arrange),
            ..case("invalid UTF-8", "1 record", provider, Expect::Honest)
        });
    }
    cases
}

fn named(names: &'static [&'static str]) -> impl Iterator<Item = Provider> {
    names.iter().map(|name| Provider::named(name))
}

fn options(timed: bool) -> Options {
    let mut options = hurried();
    options.max_retries = MAX_RETRIES;
    if timed {
        options.idle_timeout = SHORT_IDLE;
    }
    options
}

fn query() -> Query {
    let mut query = Query::default();
    query.page_size = NonZeroU32::new(PAGE_SIZE);
    query.concurrency = NonZeroU32::MIN;
    query
}

/// What does not hold of one row that should.
struct Broken<'a> {
    case: &'a Case,
    found: Vec<String>,
}

impl Broken<'_> {
    fn unless(&mut self, holds: bool, what: impl std::fmt::Display) {
        if !holds {
            let Case { fault, when, .. } = self.case;
            let provider = self.case.provider.name();
            self.found
                .push(format!("{fault} / {when} / {provider}: {what}"));
        }
    }
}

/// What holds for every row: nobody twice, nobody invented, and nobody missing without a word.
fn check(broken: &mut Broken<'_>, outcome: &Outcome, expected: &[String], received: u64) {
    let expect = broken.case.expect;
    let source = &outcome.report.sources[0];
    let ids = outcome.ids();
    let different: HashSet<&str> = ids.iter().copied().collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let invented = ids.iter().any(|id| !expected.contains(id));
    broken.unless(different.len() == ids.len(), "a tenant twice");
    broken.unless(!invented, "an invented tenant");
    let counted = source.tenants == ids.len() as u64 && source.requests == received;
    broken.unless(counted, format!("{received} requests, but {source:?}"));
    let told = source.complete == source.error.is_none()
        && source.complete == outcome.report.complete
        && source.complete == outcome.faults.is_empty();
    broken.unless(told, "report and faults differ");
    let silent = source.complete && ids.len() < expected.len();
    broken.unless(!silent, "who is missing without a word");
    match expect {
        Expect::Whole => {
            broken.unless(source.complete, format!("{:?}", source.error));
            broken.unless(ids == expected, "another order");
        }
        Expect::Final => {
            let refused = (source.requests, source.retries) == (1, 0) && !source.complete;
            broken.unless(refused, "not taken as final");
        }
        Expect::OneMissing => {
            let one = source.quarantined == 1 && ids.len() + 1 == expected.len();
            broken.unless(one, "not the one record alone");
        }
        Expect::Honest => {}
    }
}

/// The wait that a provider asks for is kept, by the times at which its server received the requests.
fn check_waits(broken: &mut Broken<'_>, handle: &AccountHandle) {
    let asked = match broken.case.fault {
        "429, `Retry-After: 1`" => Duration::from_secs(1),
        // A date is in whole seconds of the wall clock, which may be set meanwhile; the requests' times are not.
        "429, `Retry-After` as a date" => Duration::from_millis(950),
        _ => return,
    };
    let times: Vec<Duration> = handle.requests().iter().map(|request| request.at).collect();
    let answered_so = if broken.case.when == "first" {
        1
    } else {
        usize::MAX
    };
    let waits: Vec<_> = times
        .windows(2)
        .take(answered_so)
        .map(|pair| pair[1] - pair[0])
        .collect();
    let kept = !waits.is_empty() && waits.iter().all(|wait| *wait >= asked);
    broken.unless(kept, format!("asked for {asked:?}, waited {waits:?}"));
}

async fn run(order: usize, case: &Case, handle: &AccountHandle) -> Row {
    (case.arrange)(handle);
    let expected = handle.ids();
    let account = connect(handle, &options(case.timed));
    let began = Instant::now();
    let outcome = list(vec![account], query()).await;
    let took = began.elapsed();
    let received = handle.requests();
    let mut broken = Broken {
        case,
        found: Vec::new(),
    };
    check(&mut broken, &outcome, &expected, received.len() as u64);
    check_waits(&mut broken, handle);
    if case.fault == SLOW {
        broken.unless(took > SHORT_IDLE, format!("not slow: {took:?}"));
    }
    if case.expect == Expect::Whole {
        handle.clear_faults();
        let account = connect(handle, &options(false));
        let without = list(vec![account], query()).await;
        let same = outcome.tenants == without.tenants;
        broken.unless(same, "other than without the fault");
    }
    let source = &outcome.report.sources[0];
    Row {
        broken: broken.found,
        ..row(order, case, source, expected.len())
    }
}

fn outcome_of(source: &SourceReport) -> &'static str {
    match (source.complete, source.tenants) {
        (true, _) => "complete",
        (false, 0) => "nothing",
        (false, _) => "incomplete",
    }
}

/// Whether the fault breaks off a body whose tenants come out as it arrives. How many do depends on how the system cuts it
/// into pieces.
fn breaks_a_stream(case: &Case) -> bool {
    let breaks = ["cut short", "reset in the middle", "stalled body"];
    case.provider.paging() == Paging::OneBody
        && breaks.iter().any(|fault| case.fault.starts_with(fault))
}

fn row(order: usize, case: &Case, source: &SourceReport, expected: usize) -> Row {
    let left_out: u64 = source.left_out.iter().map(|field| field.records).sum();
    let error = source.error.as_deref().unwrap_or_default();
    let (outcome, tenants) = if breaks_a_stream(case) && !source.complete {
        ("incomplete", "some".to_owned())
    } else {
        (outcome_of(source), source.tenants.to_string())
    };
    let cells = [
        case.fault.to_owned(),
        case.when.to_owned(),
        case.provider.name().to_owned(),
        outcome.to_owned(),
        format!("{tenants} of {expected}"),
        source.quarantined.to_string(),
        left_out.to_string(),
        source.duplicates.to_string(),
        source.requests.to_string(),
        source.retries.to_string(),
        normalised(error),
    ];
    Row {
        order,
        text: format!("| {} |", cells.join(" | ")),
        broken: Vec::new(),
    }
}

/// The text without what differs from run to run and from system to system: ports, numbers of requests, of errors.
fn normalised(error: &str) -> String {
    let error = digits_after(error, "127.0.0.1:", "PORT");
    let error = digits_after(&error, "req_", "N");
    digits_after(&error, " (os error ", "")
        .replace(" (os error )", "")
        .replace('|', "\\|")
}

fn digits_after(text: &str, prefix: &str, instead: &str) -> String {
    let mut parts = text.split(prefix);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(prefix);
        let rest = part.trim_start_matches(|character: char| character.is_ascii_digit());
        if rest.len() < part.len() {
            out.push_str(instead);
        }
        out.push_str(rest);
    }
    out
}

/// A port on which nobody listens. It has no account at a running server, so it is no case like the others.
async fn refused_connections(order: usize) -> Vec<Row> {
    let providers = Provider::ALL.iter();
    let accounts = providers.map(|provider| SimAccount::new(*provider, provider.name()));
    let sim = Simulator::start(accounts).unwrap();
    let connected: Vec<_> = Provider::ALL
        .iter()
        .map(|provider| {
            let handle = sim.account(provider.name());
            connect(&handle, &options(false))
        })
        .collect();
    drop(sim);
    let mut rows = Vec::new();
    for (&provider, account) in Provider::ALL.iter().zip(connected) {
        let outcome = list(vec![account], query()).await;
        let source = &outcome.report.sources[0];
        assert!(!source.complete && source.error.is_some());
        assert_eq!((source.requests, source.retries), (3, 2));
        let case = Case {
            fault: "connection refused",
            when: "every",
            provider,
            expect: Expect::Honest,
            timed: false,
            setting: |account| account,
            arrange: Box::new(|_| {}),
        };
        let expected = TENANTS as usize;
        rows.push(row(order, &case, source, expected));
    }
    rows
}

async fn table() -> Vec<Row> {
    let thief = Simulator::start([SimAccount::new(Provider::ALL[0], "thief")]).unwrap();
    let cases = cases(&format!("http://{}", thief.account("thief").address()));
    let account_name = |order: usize, case: &Case| format!("{}-{order}", case.provider.name());
    let sim = Simulator::start(cases.iter().enumerate().map(|(order, case)| {
        let account = SimAccount::new(case.provider, account_name(order, case));
        (case.setting)(account.population(TENANTS, 7))
    }))
    .unwrap();
    let ready = |timed: bool| {
        let chosen = cases.iter().enumerate();
        let chosen = chosen.filter(move |(_, case)| case.timed == timed);
        let handles: Vec<_> = chosen
            .map(|(order, case)| (order, case, sim.account(&account_name(order, case))))
            .collect();
        let runs = handles
            .into_iter()
            .map(|(order, case, handle)| async move { run(order, case, &handle).await });
        futures::stream::iter(runs)
    };
    // Those that wait, wait together, with nothing beside them that takes the processor from them.
    let mut rows: Vec<Row> = ready(true).buffer_unordered(usize::MAX).collect().await;
    rows.extend(ready(false).buffer_unordered(8).collect::<Vec<_>>().await);
    rows.extend(refused_connections(cases.len()).await);
    assert!(
        thief.requests().is_empty(),
        "a redirect was followed to another host: {:?}",
        thief.requests()
    );
    rows.sort_by_key(|row| row.order);
    rows
}

#[tokio::test]
async fn every_fault_at_every_provider_loses_nobody_without_a_word() {
    let rows = table().await;
    let table = rows
        .iter()
        .fold(String::new(), |table, row| table + &row.text + "\n");
    let document = format!("{INTRODUCTION}{table}");
    let path = root().join("FAULTS.md");
    if std::env::var_os("FAULTS_UPDATE").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let broken: Vec<&String> = rows.iter().flat_map(|row| &row.broken).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    insta::assert_snapshot!("outcomes", table);
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == document,
        "FAULTS.md is not what the tests produce: FAULTS_UPDATE=1 cargo test -p tenancy-tests --test faults"
    );
}
