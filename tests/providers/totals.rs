//! Totals that wobble, or count what was sent so far, of lists that no total can prove: each is complete, and two reads agree.

use serde_json::{Value, json};
use tenancy::Certainty;
use wiremock::Request;

use super::server::{SIZE, judged, query_value, read};

const THERE: usize = 7;

fn number(request: &Request, name: &str) -> usize {
    query_value(request, name).map_or(0, |value| value.parse().unwrap())
}

/// The page of a provider that has the tenants `from..to`, with a total that the function makes of the page's end.
fn page(provider: &str, request: &Request, total: impl Fn(usize) -> usize) -> Value {
    let there = match provider {
        "mailgun" if query_value(request, "enabled").as_deref() == Some("false") => 0,
        "telnyx" => match query_value(request, "filter[status][eq]").as_deref() {
            Some("enabled") | None => THERE,
            _ => 0,
        },
        _ => THERE,
    };
    let limit = match provider {
        "telnyx" => number(request, "page[size]"),
        _ => number(request, "limit"),
    };
    let limit = limit.min(SIZE);
    let from = match provider {
        "mailgun" => number(request, "skip"),
        "plivo" => number(request, "offset"),
        _ => (number(request, "page[number]") - 1) * limit,
    };
    let (from, to) = (from.min(there), there.min(from + limit));
    let total = if there == 0 { 0 } else { total(to) };
    let rows: Vec<_> = (from..to)
        .map(|n| match provider {
            "mailgun" => json!({"id": n.to_string(), "name": "A", "status": "open"}),
            "plivo" => json!({"auth_id": format!("SA{n}")}),
            _ => json!({"id": n.to_string(), "created_at": format!("2026-01-01T00:00:{n:02}Z")}),
        })
        .collect();
    match provider {
        "mailgun" => json!({"subaccounts": rows, "total": total}),
        "plivo" => {
            let next = (to < there).then(|| format!("?limit={limit}&offset={to}"));
            json!({"objects": rows, "meta": {"total_count": total, "next": next, "offset": from}})
        }
        _ => json!({"data": rows, "meta": {"total_results": total}}),
    }
}

#[tokio::test]
async fn totals_that_wobble_or_count_what_was_sent_so_far_cost_no_list() {
    type Total = fn(usize, usize) -> usize;
    let totals: [(&str, Total); 3] = [
        ("wobbles up", |count, _| THERE + count % 2),
        ("wobbles down", |count, _| THERE - count % 2),
        ("so far", |_, to| to),
    ];
    let mut wrong = Vec::new();
    for provider in ["mailgun", "plivo", "telnyx"] {
        for (kind, total) in totals {
            let (outcome, requests) = read(provider, move |count, request| {
                (200, page(provider, request, |to| total(count, to)))
            })
            .await;
            let source = judged(&outcome, THERE);
            let ended = (source.complete, source.certainty, outcome.tenants.len());
            if ended != (true, Certainty::Agreed, THERE) {
                wrong.push(format!("{provider} {kind} {requests}: {source:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
