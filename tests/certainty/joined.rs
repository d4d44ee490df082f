//! Servers that send a tenant as several adjacent rows, or page 0 as page 1, over real HTTP: each list ends, and nobody is missing
//! without a word.

use serde_json::{Value, json};
use tenancy::Certainty;
use tenancy_tests::Outcome;
use wiremock::{Request, ResponseTemplate};

use crate::imaginary::{
    Addresses, Family, FromZero, Offsets, SIZE, body, number, page, read, thing,
};
use crate::{THERE, assert_doubted};

/// The rows of a page: of the tenants, newest first, each second one has two rows, and the others three.
fn rows(from: usize, size: usize) -> (Vec<Value>, usize) {
    let rows = (1..=THERE).rev();
    let rows: Vec<_> = rows.flat_map(|n| vec![n; 2 + n % 2]).collect();
    let place = |at: usize| at.min(rows.len());
    let page = &rows[place(from)..place(from + size)];
    (page.iter().copied().map(thing).collect(), rows.len())
}

/// Lists a server whose pages begin after so many rows, with a total that the function makes of the number of rows.
async fn joined<F: Family>(
    start: fn(&Request, usize) -> usize,
    total: fn(usize) -> Option<usize>,
) -> (Outcome, usize) {
    let answer = move |_: usize, request: &Request| -> ResponseTemplate {
        let size = number(request, "limit").unwrap();
        let from = start(request, size);
        let (items, there) = rows(from, size);
        let next = (from + size < there).then(|| format!("/things?from={}", from + size));
        let mut around = json!({"items": items, "next": next});
        if let Some(total) = total(there) {
            around["total"] = total.into();
        }
        body(around)
    };
    read::<F>(answer).await
}

#[tokio::test]
async fn a_tenant_in_several_rows_hides_no_other_one() {
    let by_offset = |request: &Request, _| number(request, "offset").unwrap();
    let by_number = |request: &Request, size| number(request, "page").unwrap() * size;
    let by_link = |request: &Request, _| number(request, "from").unwrap_or_default();
    // A total that counts tenants may end the list before its last row, which leaves it incomplete.
    let totals: [fn(usize) -> Option<usize>; 3] = [|_| None, Some, |_| Some(THERE)];
    for (total, sent) in totals.into_iter().zip([THERE, THERE, 3]) {
        for (outcome, requests) in [
            joined::<Offsets>(by_offset, total).await,
            joined::<FromZero>(by_number, total).await,
            joined::<Addresses>(by_link, total).await,
        ] {
            let source = &outcome.report.sources[0];
            assert!(!source.complete, "{source:?}");
            assert!(outcome.tenants.len() >= sent, "{:?}", outcome.ids());
            assert!(requests < 100, "{requests}");
        }
    }
}

#[tokio::test]
async fn a_server_that_numbers_pages_from_1_and_takes_0_for_1_loses_nobody() {
    for there in [SIZE, 2 * SIZE, THERE] {
        for has_total in [false, true] {
            let (outcome, requests) = read::<FromZero>(move |_, request| {
                let before = number(request, "page").unwrap().saturating_sub(1);
                let total = has_total.then_some(there);
                body(json!({"items": page(there, before * SIZE), "total": total}))
            })
            .await;
            assert_doubted(&outcome, there);
            assert_eq!(outcome.report.sources[0].certainty, Certainty::Unproved);
            assert!(requests < 30, "{requests}");
        }
    }
}
