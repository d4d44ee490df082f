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

/// One page, on one record, with these fields around it.
async fn around(fields: &Value) -> Outcome {
    let mut body = fields.clone();
    let object = body.as_object_mut().unwrap();
    object.entry("items").or_insert(json!([item("1")]));
    object.entry("nextCursor").or_insert(Value::Null);
    linked(move |_, _| (200, body.clone())).await
}

#[tokio::test]
async fn fields_that_lead_on_are_noticed_under_any_name() {
    for fields in [
        json!({"hasMore": true, "pagination": {"after": "x"}}),
        json!({"next": "/v1/organizations?cursor=x"}),
        json!({"meta": {"next_page_token": "x"}}),
        json!({"response": {"paginationToken": "x"}}),
        json!({"isLast": false}),
        json!({"isLast": "false"}),
        json!({"done": false}),
        json!({"endOfRecords": false}),
        json!({"eof": false}),
        json!({"has_more_pages": true}),
        json!({"moreResultsAvailable": 1}),
        json!({"hasMore": false, "next_cursor": "x"}),
        json!({"metadata": {"continue": "x"}}),
        json!({"links": [{"rel": "self", "href": "/a"}, {"rel": "next", "href": "/b"}]}),
        json!({"_links": {"next": {"href": "/b"}}}),
        json!({"total": 25}),
        json!({"count": 25}),
        json!({"total_pages": 3, "page": 1}),
        json!({"total_pages": i64::MAX}),
        json!({"page": {"totalElements": 25}}),
        json!({"numFound": "25"}),
        json!({"recordsTotal": 25}),
        json!({"hits": {"total": {"value": 25}}}),
    ] {
        let outcome = around(&fields).await;
        let source = &outcome.report.sources[0];
        let found = (source.complete, source.tenants, source.certainty);
        assert_eq!(found, (false, 1, Certainty::Unproved), "{fields}");
    }
}

#[tokio::test]
async fn a_list_beside_trouble_is_not_whole() {
    for fields in [
        json!({"error": {"code": "INTERNAL"}}),
        json!({"errors": ["shard 3 is down"]}),
        json!({"exception": "x"}),
        json!({"warnings": ["shard 3 is down"]}),
        json!({"message": "Request timed out"}),
        json!({"incomplete_results": true}),
        json!({"timed_out": true}),
        json!({"truncated": true}),
        json!({"success": false}),
        json!({"complete": "false"}),
        json!({"status": "partial"}),
        json!({"status": "fail"}),
        json!({"code": 500}),
        json!({"_shards": {"total": 5, "failed": 1}}),
        json!({"meta": {"partial": true}}),
        json!({"items": [], "data": [{"id": "1"}]}),
        json!({"items": [], "error": "Organization not found"}),
        json!({"items": [], "message": "No records returned: rate limit reached"}),
        json!({"truncated": "true"}),
        json!({"items": null, "error": "x"}),
        json!({"items": null, "truncated": true}),
        json!({"items": null, "success": false}),
        json!({"items": null, "total": 25}),
    ] {
        let outcome = around(&fields).await;
        assert!(!outcome.report.complete, "{fields}");
        let sent = fields.get("items").map_or(1, |_| 0);
        assert_eq!(outcome.tenants.len(), sent, "{fields}");
    }
}

#[tokio::test]
async fn fields_that_mean_nothing_for_the_list_cost_nothing() {
    for fields in [
        json!({"message": "OK", "status": "success", "code": 200, "success": true, "error": null}),
        json!({"count": 1, "total": 1, "total_pages": 1, "page": 1, "per_page": 200}),
        json!({"pagination": {"has_more": false, "end_cursor": "x"}, "errors": [], "warnings": []}),
        json!({"links": [{"rel": "self", "href": "/a"}], "first_page": "/a", "isLast": true}),
        json!({"request_id": "x", "took": 25, "apiVersion": "2", "_shards": {"total": 5, "failed": 0}}),
        json!({"rate_limit": {"limit": 120, "remaining": 119}, "organization": {"flavor": 7}}),
        json!({"flavor": "x"}),
    ] {
        let outcome = around(&fields).await;
        let source = &outcome.report.sources[0];
        let found = (source.complete, source.certainty);
        assert_eq!(found, (true, Certainty::Proved), "{fields}: {source:?}");
    }
}

#[tokio::test]
async fn what_may_mean_anything_is_assumed_to_mean_nothing() {
    for fields in [
        json!({"flavor": 7}),
        json!({"items": null}),
        json!({"message": "Welcome"}),
    ] {
        let outcome = around(&fields).await;
        let source = &outcome.report.sources[0];
        let found = (source.complete, source.certainty);
        assert_eq!(found, (true, Certainty::Assumed), "{fields}");
        assert_eq!(source.because[0].code, "ambiguous");
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
async fn a_value_that_is_no_cursor_is_not_followed() {
    for (value, implied) in [
        (json!(false), false),
        (json!([]), false),
        (json!({}), false),
        (json!(0), true),
        (json!(" "), true),
        (json!("None"), true),
        (json!("null"), true),
        (json!("undefined"), true),
        (json!(-1), true),
    ] {
        let sent = value.clone();
        let outcome =
            linked(move |_, _| (200, json!({"items": [item("1")], "nextCursor": sent}))).await;
        let source = &outcome.report.sources[0];
        let expected = match implied {
            true => Certainty::Assumed,
            false => Certainty::Proved,
        };
        assert_eq!(
            (source.complete, source.certainty),
            (true, expected),
            "{value}"
        );
    }
}

#[tokio::test]
async fn a_refused_link_is_not_explained_as_a_wrong_address() {
    for status in [400, 401, 403, 404, 410] {
        let outcome = linked(move |_, cursor| match cursor {
            None => (200, json!({"items": [item("1")], "nextCursor": "b"})),
            Some(_) => (status, json!({"error": "expired"})),
        })
        .await;
        let error = outcome.report.sources[0].error.as_deref().unwrap();
        assert!(error.contains("refuses the link"), "{error}");
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
async fn an_expired_link_that_leads_to_no_list_or_to_the_first_page_begins_the_list_again() {
    for expired in [
        json!({"error": {"code": "CURSOR_EXPIRED"}}),
        json!({"items": [item("1")], "nextCursor": "b"}),
    ] {
        let outcome = linked(move |count, cursor| match (count, cursor) {
            (_, None) => (200, json!({"items": [item("1")], "nextCursor": "b"})),
            (1, _) => (200, expired.clone()),
            (_, Some(_)) => (200, json!({"items": [item("2")], "nextCursor": null})),
        })
        .await;
        assert_eq!(outcome.ids(), ["org_1", "org_2"]);
        assert!(outcome.report.complete, "{:?}", outcome.report);
    }
}

#[tokio::test]
async fn a_header_that_leads_on_is_noticed() {
    for (name, value, is_doubted) in [
        ("link", r#"</v1/organizations?cursor=x>; rel="next""#, true),
        ("link", "</v1/organizations?cursor=x>; rel='next'", true),
        ("x-total-count", "25", true),
        ("x-next-page", "2", true),
        ("content-range", "items 0-0/25", true),
        ("x-pagination", r#"{"totalCount":25,"totalPages":3}"#, true),
        ("x-wp-totalpages", "3", true),
        ("next-cursor", "x", true),
        ("x-truncated", "true", true),
        ("warning", r#"299 - "list is incomplete""#, true),
        ("warning", r#"299 - "Deprecated API""#, false),
        ("nel", r#"{"report_to":"x","success_fraction":0.5}"#, false),
        ("x-total-count", "1", false),
        ("x-next-page", "", false),
        ("x-ratelimit-remaining", "119", false),
    ] {
        let server = MockServer::start().await;
        let page = json!({"items": [item("1")], "nextCursor": null});
        let answer = ResponseTemplate::new(200).set_body_json(page);
        Mock::given(wiremock::matchers::any())
            .respond_with(answer.insert_header(name, value))
            .mount(&server)
            .await;
        let layers = account(&DESCRIPTOR, "a", &server.uri(), "key");
        let mut query = Query::default();
        query.statuses = vec![tenancy::Status::Active];
        let outcome = list(vec![layers], query).await;
        assert_eq!(outcome.report.complete, !is_doubted, "{name}: {value}");
        assert_eq!(outcome.tenants.len(), 1);
    }
}

#[tokio::test]
async fn two_reads_with_the_same_repeats_do_not_agree() {
    let outcome = linked(|_, cursor| match cursor {
        None => (
            200,
            json!({"items": [item("1"), item("2")], "nextCursor": "b"}),
        ),
        Some(_) => (
            200,
            json!({"items": [item("2"), item("4")], "nextCursor": null}),
        ),
    })
    .await;
    let source = &outcome.report.sources[0];
    assert_eq!((source.complete, source.tenants), (false, 3));
}

#[tokio::test]
async fn a_filter_that_is_ignored_finds_no_other_tenants() {
    let (outcome, _) = read("layers", |_, _| {
        (200, json!({"items": [item("1")], "nextCursor": null}))
    })
    .await;
    let source = &outcome.report.sources[0];
    assert!(!source.complete);
    let error = source.error.as_deref().unwrap();
    assert!(error.contains("may ignore the filter"), "{error}");
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

#[tokio::test]
async fn a_probe_judges_its_page_as_a_list_would() {
    for (fields, missing, ambiguous) in [
        (json!({"requestId": "7"}), false, false),
        (json!({"truncated": true}), true, false),
        (json!({"hasMore": true}), true, false),
        (json!({"total": 25}), true, false),
        (json!({"nextCursor": true}), true, false),
        (json!({"nextCursor": "b", "total": 25}), false, false),
        (json!({"items": null}), false, true),
    ] {
        let server = MockServer::start().await;
        let mut page = json!({"items": [item("1")], "nextCursor": null});
        for (name, value) in fields.as_object().unwrap() {
            page[name] = value.clone();
        }
        Mock::given(wiremock::matchers::any())
            .respond_with(ResponseTemplate::new(200).set_body_json(page))
            .mount(&server)
            .await;
        let account = account(&DESCRIPTOR, "a", &server.uri(), "key");
        let probe = account.probe().await.unwrap();
        let found = (probe.missing.is_some(), probe.ambiguous.is_some());
        assert_eq!(found, (missing, ambiguous), "{fields}: {probe:?}");
    }
}
