//! Newest-first lists whose total is capped or lags behind, over real HTTP.

use serde_json::json;
use tenancy::{Certainty, Query};
use wiremock::ResponseTemplate;

use crate::imaginary::{Offsets, SIZE, body, number, page, read, read_with, thing};
use crate::{THERE, assert_doubted};

#[tokio::test]
async fn a_refusal_beyond_a_capped_total_is_no_end() {
    for status in [400, 422] {
        let (outcome, requests) =
            read::<Offsets>(move |_, request| match number(request, "offset").unwrap() {
                from if from >= 2 * SIZE => ResponseTemplate::new(status),
                from => body(json!({"items": page(THERE, from), "total": 2 * SIZE})),
            })
            .await;
        assert_doubted(&outcome, 2 * SIZE);
        assert!(requests < 30, "{requests}");
    }
}

/// A tenant of the first page is deleted, and the total says so two answers later. Another tenant moves out of reach meanwhile.
#[tokio::test]
async fn a_total_that_falls_late_proves_nothing() {
    for verify in [false, true] {
        let mut query = Query::default();
        query.verify = verify;
        let (outcome, _) = read_with::<Offsets>(query, |count, request| {
            let before = [7, 6, 5, 4, 3, 2, 1];
            let after = [7, 5, 4, 3, 2, 1];
            let list = if count == 0 { &before[..] } else { &after };
            let from = number(request, "offset").unwrap().min(list.len());
            let to = list.len().min(from + number(request, "limit").unwrap());
            let items: Vec<_> = list[from..to].iter().copied().map(thing).collect();
            body(json!({"items": items, "total": if count < 2 { 7 } else { 6 }}))
        })
        .await;
        let source = &outcome.report.sources[0];
        match verify {
            true => assert_eq!(outcome.tenants.len(), THERE, "{source:?}"),
            false => {
                assert_eq!(source.certainty, Certainty::Assumed, "{source:?}");
                assert_eq!(source.because[0].code, "total_fell");
            }
        }
    }
}
