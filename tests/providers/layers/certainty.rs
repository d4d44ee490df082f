//! Lists by cursors whose server departs from its document: none is proved or agreed, or complete, with tenants missing.

use serde_json::{Value, json};
use tenancy::providers::layers::DESCRIPTOR;
use tenancy::{Certainty, Query};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::super::server::{query_value, read};
use crate::{Outcome, account, list};

/// A list by cursors: what each cursor leads to.
async fn linked(
    answer: impl Fn(usize, Option<&str>) -> (u16, Value) + Send + Sync + 'static,
) -> Outcome {
    let answer = move |count: usize, request: &Request| {
        let cursor = query_value(request, "cursor");
        if query_value(request, "status").is_some() {
            return (200, json!({"items": [], "nextCursor": null}));
        }
        answer(count, cursor.as_deref())
    };
    read("layers", answer).await.0
}

fn item(id: &str) -> Value {
    json!({"id": format!("org_{id}"), "status": "active"})
}

#[tokio::test]
async fn a_continuation_under_another_name_is_noticed() {
    for around in [
        json!({"hasMore": true, "pagination": {"after": "x"}}),
        json!({"nextCursor": null, "hasMore": true, "pagination": {"after": "x"}}),
        json!({"nextCursor": null, "next": "/v1/organizations?cursor=x"}),
        json!({"nextCursor": null, "meta": {"next_page_token": "x"}}),
        json!({"nextCursor": null, "response": {"paginationToken": "x"}}),
        json!({"nextCursor": null, "isLast": false}),
        json!({"nextCursor": null, "total": 25}),
    ] {
        let body = around.clone();
        let outcome = linked(move |_, _| {
            let mut body = body.clone();
            body["items"] = json!([item("1")]);
            (200, body)
        })
        .await;
        let source = &outcome.report.sources[0];
        assert!(!source.complete, "{around}");
        assert_eq!(
            (source.tenants, source.certainty),
            (1, Certainty::Unproved),
            "{around}"
        );
    }
    // What says that nothing follows is no doubt.
    let outcome = linked(|_, _| {
        let page = json!({"has_more": false, "end_cursor": "x"});
        (
            200,
            json!({"items": [item("1")], "nextCursor": null, "pagination": page}),
        )
    })
    .await;
    assert!(outcome.report.complete);
}

#[tokio::test]
async fn a_list_beside_an_error_is_not_whole() {
    for around in [
        json!({"error": {"code": "INTERNAL"}}),
        json!({"errors": ["shard 3 is down"]}),
        json!({"incomplete_results": true}),
        json!({"timed_out": true}),
        json!({"truncated": true}),
        json!({"success": false}),
        json!({"status": "partial"}),
        json!({"_shards": {"total": 5, "failed": 1}}),
        json!({"meta": {"partial": true}}),
    ] {
        let body = around.clone();
        let outcome = linked(move |_, _| {
            let mut body = body.clone();
            body["items"] = json!([item("1")]);
            body["nextCursor"] = Value::Null;
            (200, body)
        })
        .await;
        assert!(!outcome.report.complete, "{around}");
        assert_eq!(outcome.tenants.len(), 1, "{around}");
    }
}

#[tokio::test]
async fn lists_that_can_be_read_are_complete() {
    // A cursor that is a number, and one that is empty at the end.
    let outcome = linked(|_, cursor| match cursor {
        None => (200, json!({"items": [item("1")], "nextCursor": 17})),
        Some("17") => (200, json!({"items": [item("2")], "nextCursor": ""})),
        other => panic!("{other:?}"),
    })
    .await;
    assert_eq!(outcome.ids(), ["org_1", "org_2"]);
    assert!(outcome.report.complete);

    // An empty list that is null.
    let outcome = linked(|_, _| (200, json!({"items": null, "nextCursor": null}))).await;
    assert!(outcome.report.complete, "{:?}", outcome.report);

    // A cursor that expires once.
    for status in [400, 404, 410] {
        let outcome = linked(move |count, cursor| match (count, cursor) {
            (1, _) => (
                status,
                json!({"error": {"code": "CURSOR_EXPIRED", "message": "expired"}}),
            ),
            (_, None) => (200, json!({"items": [item("1")], "nextCursor": "b"})),
            (_, Some(_)) => (200, json!({"items": [item("2")], "nextCursor": null})),
        })
        .await;
        assert_eq!(outcome.ids(), ["org_1", "org_2"], "{status}");
        assert!(outcome.report.complete, "{status}: {:?}", outcome.report);
    }
}

#[tokio::test]
async fn a_list_that_collapses_at_a_link_is_followed_once_more() {
    let outcome = linked(|count, cursor| match (count, cursor) {
        (_, None) => (200, json!({"items": [item("1")], "nextCursor": "b"})),
        (1, _) => (200, json!({"items": [], "nextCursor": null})),
        (_, Some(_)) => (200, json!({"items": [item("2")], "nextCursor": null})),
    })
    .await;
    assert_eq!(outcome.ids(), ["org_1", "org_2"]);
    assert!(outcome.report.complete);
}

#[tokio::test]
async fn a_header_that_leads_on_is_noticed() {
    let server = MockServer::start().await;
    let next = r#"</v1/organizations?cursor=x>; rel="next""#;
    let page = json!({"items": [item("1")], "nextCursor": null});
    let answer = ResponseTemplate::new(200).set_body_json(page);
    Mock::given(wiremock::matchers::any())
        .respond_with(answer.insert_header("link", next))
        .mount(&server)
        .await;
    let layers = account(&DESCRIPTOR, "a", &server.uri(), "key");
    let outcome = list(vec![layers], Query::default()).await;
    assert!(!outcome.report.complete);
    assert_eq!(outcome.tenants.len(), 1);
}

#[tokio::test]
async fn records_without_an_identity_are_counted_one_by_one() {
    let outcome = linked(|_, cursor| match cursor {
        None => (
            200,
            json!({"items": [{"name": "x"}, {"name": "x"}], "nextCursor": "b"}),
        ),
        Some(_) => (200, json!({"items": [{"name": "x"}], "nextCursor": null})),
    })
    .await;
    assert_eq!(outcome.report.sources[0].quarantined, 3);
}
