//! Every case, in the order of the table.

use provider_sim::{AccountHandle, Fault, Paging, Provider, Record, When};
use tenancy_tests::filters_by_status;
use tenancy_tests::providers::facts;
use tenancy_tests::spec::{Kind, Spec};

use crate::answers::{answers, has_links, has_total};
use crate::case::{Case, Expect, Setting};
use crate::records::{RECORDS, UNKNOWN_WORD, edited, long_numbers, no_utf8, replace};

/// Whether a fault can be at a provider.
type Where = fn(Provider) -> bool;

/// Every case, in the order of the table.
pub(crate) fn cases(thief: &str) -> Vec<Case> {
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
        for provider in every().filter(|provider| (answer.at)(*provider)) {
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
    for provider in every().filter(|provider| has_total(*provider)) {
        let flicker = |handle: &AccountHandle| {
            let every_other = When::matching(|request| request.account_number % 2 == 1);
            handle.fault(every_other, Fault::total_off_by(-3));
        };
        cases.push(Case {
            arrange: Box::new(flicker),
            ..case(
                "total too low by 3",
                "every other",
                provider,
                Expect::Honest,
            )
        });
    }
    cases.extend(in_mid_list());
    let clamps: [(_, Setting, Where); 2] = [
        (
            "clamped page size",
            |account| account.max_page_size(7),
            |provider| !matches!(provider.paging(), Paging::OneBody),
        ),
        (
            "clamped page size, hidden",
            |account| account.max_page_size(7).hides_clamp(),
            |provider| matches!(provider.paging(), Paging::Numbers { .. }),
        ),
    ];
    for (fault, setting, at) in clamps {
        for provider in every().filter(|provider| at(*provider)) {
            cases.push(Case {
                setting,
                ..case(fault, "setting", provider, Expect::Whole)
            });
        }
    }
    for (fault, expect, edit) in RECORDS {
        let at = |provider: &Provider| *fault != UNKNOWN_WORD || has_words(*provider);
        for provider in every().filter(at) {
            let arrange = move |handle: &AccountHandle| {
                replace(handle, |text| edited(provider, text, *edit));
            };
            cases.push(Case {
                arrange: Box::new(arrange),
                ..case(fault, "1 record", provider, *expect)
            });
        }
    }
    for provider in every() {
        let arrange = move |handle: &AccountHandle| {
            replace(handle, |text| Record::raw(long_numbers(provider, text)));
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
        for provider in every() {
            let arrange = move |handle: &AccountHandle| {
                replace(handle, |_| Record::raw(text).with_id("unreadable"));
            };
            cases.push(Case {
                arrange: Box::new(arrange),
                ..case(fault, "1 record", provider, Expect::OneMissing)
            });
        }
    }
    for provider in every() {
        let arrange = |handle: &AccountHandle| {
            // Neither a second list, of a status, nor a page after the only one.
            let paging = handle.provider().paging();
            let first_page = When::matching(move |request| {
                let is_first = match paging {
                    Paging::Numbers { page, first, .. } => request
                        .query(page)
                        .is_none_or(|page| page == first.to_string()),
                    Paging::Offset { offset, .. } => {
                        request.query(offset).is_none_or(|offset| offset == "0")
                    }
                    _ => true,
                };
                let mut parameters = request.query.iter();
                !parameters.any(|(name, _)| filters_by_status(name)) && is_first
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

/// Faults of the second page, and of the page beyond the last one.
fn in_mid_list() -> Vec<Case> {
    let case = |fault, when, provider, arrange: Box<dyn Fn(&AccountHandle)>| Case {
        fault,
        when,
        provider,
        expect: Expect::Whole,
        timed: false,
        setting: |account| account,
        arrange,
    };
    let mut cases = Vec::new();
    for provider in every() {
        if let (Paging::Numbers { page, first, .. }, Some(total)) =
            (provider.paging(), facts(provider.name()).total)
        {
            let collapse = move |handle: &AccountHandle| {
                let emptied = Fault::page(move |page| {
                    page.records().clear();
                    page.set(&total[1..], 0);
                });
                handle.fault(2, emptied);
            };
            let fault = "emptied list with a total of 0";
            cases.push(case(fault, "second", provider, Box::new(collapse)));
            let beyond = move || When::query(page, (first + 3).to_string());
            let refused = move |handle: &AccountHandle| handle.fault(beyond(), Fault::status(404));
            let fault = "404 beyond the last page";
            cases.push(case(fault, "setting", provider, Box::new(refused)));
        }
        if has_links(provider) {
            for (fault, status) in [
                ("400 for an expired cursor", 400),
                ("404 for an expired cursor", 404),
                ("410 for an expired cursor", 410),
            ] {
                let expired = move |handle: &AccountHandle| handle.fault(2, Fault::status(status));
                cases.push(case(fault, "second", provider, Box::new(expired)));
            }
        }
    }
    cases
}

fn every() -> impl Iterator<Item = Provider> {
    Provider::ALL.iter().copied()
}

/// Whether a record has a field whose words the provider's document lists.
fn has_words(provider: Provider) -> bool {
    let spec = Spec::read(provider.name(), &Spec::document(provider.name()));
    let fields = spec.record.fields();
    fields
        .iter()
        .any(|field| matches!(field.shape.kind, Kind::Word(_)))
}
