//! The faults of a whole answer, in the order of the table.

use std::time::Duration;

use provider_sim::{Fault, Page, Paging, Place, Provider};
use tenancy_tests::providers::facts;

use crate::case::Expect;

/// How a fault of an answer is expected to end, for the first request and for every request.
pub(crate) struct Answer {
    pub(crate) fault: &'static str,
    pub(crate) first: Expect,
    pub(crate) every: Expect,
    pub(crate) timed: bool,
    /// Whether a provider's list can have it.
    pub(crate) at: fn(Provider) -> bool,
    pub(crate) make: Box<dyn Fn(Provider) -> Fault>,
}

/// The row is named after the code.
pub(crate) const FINAL_CODE: &str = "503 with a final code";
pub(crate) const SLOW: &str = "slow but steady body";

/// Whether each page leads to the next one.
pub(crate) fn has_links(provider: Provider) -> bool {
    tenancy_tests::provider(provider.name()).capabilities.paging
        == tenancy::providers::Paging::Links
}

/// Whether a page says whether others follow.
fn leads_on(provider: Provider) -> bool {
    let paging = tenancy_tests::provider(provider.name()).capabilities.paging;
    !matches!(
        paging,
        tenancy::providers::Paging::OneBody | tenancy::providers::Paging::Ranks { .. }
    )
}

/// Whether there are fields around the list.
fn has_envelope(provider: Provider) -> bool {
    !tenancy_tests::provider(provider.name()).records.is_empty()
}

/// Whether the list has a total.
pub(crate) fn has_total(provider: Provider) -> bool {
    tenancy_tests::provider(provider.name())
        .capabilities
        .reports_total
}

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
        at: |_| true,
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
        let part = match provider.paging() {
            Paging::OneBody => 1000,
            _ => 500,
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

fn final_code_of(provider: Provider) -> Option<&'static str> {
    let provider = tenancy_tests::provider(provider.name());
    provider.final_codes.first().copied()
}

impl Answer {
    /// The first of the provider's codes after which no retry helps.
    fn final_code(self) -> Self {
        let code = |provider| final_code_of(provider).unwrap_or_default();
        Self {
            at: |provider| final_code_of(provider).is_some(),
            make: Box::new(move |provider| Fault::status_with_code(503, code(provider))),
            ..self
        }
    }

    fn timed(self) -> Self {
        Self {
            timed: true,
            ..self
        }
    }

    fn at(self, at: fn(Provider) -> bool) -> Self {
        Self { at, ..self }
    }
}

/// The faults of an answer, in the order of the table.
pub(crate) fn answers(thief: &str) -> Vec<Answer> {
    let as_usual = Fault::as_usual;
    let thief = thief.to_owned();
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
        passing("425", || Fault::status(425)),
        passing("522 of a proxy", || Fault::status(522)),
        passing("403, `Retry-After` in fractions", || {
            Fault::status(403).header("Retry-After", "0.5")
        }),
        refusal(FINAL_CODE, || Fault::status(503)).final_code(),
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
        refusal("403 with a page of a firewall", || {
            Fault::literal(403, "text/html", "<html>Request blocked</html>")
        }),
        refusal("304", || Fault::status(304)),
        passing("brotli that nobody requested", || {
            Fault::literal(200, "application/json", *b"\x0b\x02").header("Content-Encoding", "br")
        }),
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
        // With what leads on, or beside a total that contradicts it. Where there is neither, no tenants are sent so.
        answer(
            "empty page",
            Expect::Whole,
            Expect::Honest,
            Fault::empty_page,
        )
        .at(|provider| leads_on(provider) || has_total(provider)),
        answer(
            "missing `nextCursor`",
            Expect::Whole,
            Expect::Honest,
            Fault::without_next_cursor,
        )
        .at(has_links),
        answer(
            "repeated cursor",
            Expect::Honest,
            Expect::Honest,
            Fault::repeated_cursor,
        )
        .at(has_links),
        answer("cyclic cursors", Expect::Whole, Expect::Honest, || {
            Fault::next_cursor_to(0)
        })
        .at(has_links),
        answer("total too high", Expect::Whole, Expect::Honest, || {
            Fault::total_off_by(3)
        })
        .at(has_total),
        answer("total too low", Expect::Whole, Expect::Honest, || {
            Fault::total_off_by(-3)
        })
        .at(has_total),
        // Where no page states its size, a list that ends with a full page looks like one that collapsed.
        Answer {
            every: Expect::Honest,
            ..total_is("total of the page", |page, _| {
                page.records().len().to_string()
            })
        },
        total_is("total 0", |_, _| "0".to_owned()),
        total_is("total capped at a page", |_, total| {
            let total: Option<u32> = total.and_then(|total| total.parse().ok());
            total.unwrap_or_default().min(10).to_string()
        }),
        total_is("total in quotes", |_, total| {
            format!("{:?}", total.unwrap_or_default())
        }),
        total_is("total null", |_, _| "null".to_owned()),
        renamed_cursor(),
        answer(
            "list beside an error",
            Expect::Honest,
            Expect::Honest,
            || {
                Fault::page(|page| {
                    let half = page.records().len() / 2;
                    page.records().truncate(half);
                    page.append("errors", r#"["a shard is down"]"#);
                })
            },
        )
        .at(has_envelope),
        harmless("duplicated records", Fault::duplicated_records),
        harmless("duplicated keys in records", || {
            Fault::page(|page| page.records().iter_mut().for_each(duplicate_first_key))
        }),
        harmless("`NaN` in records and beside them", || {
            Fault::page(|page| {
                for record in page.records() {
                    record.insert_str(1, r#""share":NaN,"#);
                }
                page.append("share", "-Infinity");
            })
        }),
        duplicated_keys_of_the_page(),
    ]
}

/// A total that is something else than the number of tenants.
fn total_is(fault: &'static str, text: fn(&mut Page, Option<&str>) -> String) -> Answer {
    let make = move |provider: Provider| {
        let total = facts(provider.name()).total;
        let name = total.map_or("", |pointer| &pointer[1..]);
        Fault::page(move |page| {
            let honest = page.get(name).map(str::to_owned);
            let text = text(page, honest.as_deref());
            page.set(name, text);
        })
    };
    Answer {
        make: Box::new(make),
        ..harmless(fault, Fault::as_usual).at(has_total)
    }
}

/// The cursor under another name, beside a null.
fn renamed_cursor() -> Answer {
    let make = |provider: Provider| {
        let list = tenancy_tests::provider(provider.name()).records_pointer();
        let read = facts(provider.name()).read.iter();
        let beside = read.filter(|pointer| !list.starts_with(**pointer));
        let names: Vec<_> = beside.map(|pointer| &pointer[1..]).collect();
        // A name that the provider does not have itself.
        let others = ["next_page_token", "next_cursor"].into_iter();
        let mut others = others.filter(|name| !names.contains(name));
        let renamed = others.next().unwrap_or_default();
        Fault::page(move |page| {
            // Of the fields that are read, only the cursor is a text.
            let cursor = names.iter().find(|name| page.text(name).is_some());
            if let Some(cursor) = cursor {
                let next = page.text(cursor).unwrap_or_default();
                page.append(renamed, format!("{next:?}"));
                page.set(cursor, "null");
            }
        })
    };
    Answer {
        make: Box::new(make),
        ..answer(
            "renamed cursor",
            Expect::Whole,
            Expect::Honest,
            Fault::as_usual,
        )
        .at(has_links)
    }
}

/// Every field that completeness depends on, except the list, twice.
fn duplicated_keys_of_the_page() -> Answer {
    let make = |provider: Provider| {
        let list = tenancy_tests::provider(provider.name()).records_pointer();
        let read = facts(provider.name()).read.iter();
        let beside = read.filter(|pointer| !list.starts_with(**pointer));
        let names = beside.map(|pointer| &pointer[1..]);
        // What is in another field is there twice with it.
        let names: Vec<_> = names.filter(|name| !name.contains('/')).collect();
        Fault::page(move |page| {
            for name in &names {
                if let Some(value) = page.get(name).map(str::to_owned) {
                    page.append(name, value);
                }
            }
        })
    };
    Answer {
        make: Box::new(make),
        ..harmless("duplicated key of the page", Fault::as_usual)
    }
}

fn duplicate_first_key(record: &mut String) {
    let member = record[1..].split(',').next().unwrap().to_owned();
    record.insert_str(1, &format!("{member},"));
}
