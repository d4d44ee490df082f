//! Fields that are sent twice, over real HTTP: each occurrence counts.

use serde_json::Value;
use tenancy::Certainty;
use tenancy_tests::Outcome;
use wiremock::ResponseTemplate;

use crate::imaginary::{Addresses, Family, Keysets, Offsets, number, read, thing};
use crate::{THERE, assert_doubted, assert_whole};

/// Lists a server whose first page is this body, with all records, the first three and the others in their places, and whose
/// other pages are empty.
async fn sent<F: Family>(body: &'static str) -> Outcome {
    let all: Vec<Value> = (1..=THERE).rev().map(thing).collect();
    let text = |records: &[Value]| serde_json::to_string(records).unwrap();
    let first = body
        .replace("ALL", &text(&all))
        .replace("FIRST", &text(&all[..3]))
        .replace("OTHERS", &text(&all[3..]));
    let empty = r#"{"items":[],"total":7}"#.to_owned();
    let answer = move |body: &String| {
        ResponseTemplate::new(200).set_body_raw(body.clone().into_bytes(), "application/json")
    };
    let outcome = read::<F>(move |_, request| match number(request, "offset") {
        Some(offset) if offset > 0 => answer(&empty),
        _ => answer(&first),
    });
    outcome.await.0
}

#[tokio::test]
async fn a_field_beside_the_list_counts_as_its_worst_occurrence() {
    for body in [
        r#"{"items":ALL,"total":7,"error":"boom","error":null}"#,
        r#"{"items":ALL,"total":7,"error":null,"error":"boom"}"#,
        r#"{"items":ALL,"total":7,"meta":{"error":"boom","error":null}}"#,
        r#"{"items":ALL,"total":7,"meta":{"error":"boom"},"meta":{}}"#,
        r#"{"items":ALL,"total":7,"total":9}"#,
        r#"{"items":ALL,"total":9,"total":7}"#,
    ] {
        assert_doubted(&sent::<Offsets>(body).await, THERE);
    }
    for body in [
        r#"{"items":ALL,"next":null,"error":"boom","error":null}"#,
        r#"{"items":ALL,"next":"/things?from=3","next":null}"#,
        r#"{"items":ALL,"next":null,"next":"/things?from=3"}"#,
    ] {
        assert_doubted(&sent::<Addresses>(body).await, THERE);
    }
    assert_doubted(
        &sent::<Keysets>(r#"{"items":ALL,"has_more":true,"has_more":false}"#).await,
        THERE,
    );
}

#[tokio::test]
async fn what_is_sent_twice_proves_nothing_and_costs_no_record() {
    for body in [
        r#"{"items":FIRST,"items":OTHERS,"total":7}"#,
        r#"{"items":ALL,"items":null,"total":7}"#,
        r#"{"items":null,"items":ALL,"total":7}"#,
        r#"{"items":ALL,"items":[],"total":7}"#,
        r#"{"items":ALL,"total":7,"request_id":"a","request_id":"b"}"#,
    ] {
        assert_whole(&sent::<Offsets>(body).await, Certainty::Assumed);
    }
    let body = r#"{"items":FIRST,"items":OTHERS,"next":null}"#;
    assert_whole(&sent::<Addresses>(body).await, Certainty::Assumed);
    // The same value twice says the same.
    let body = r#"{"items":ALL,"next":null,"next":null,"error":null,"error":null}"#;
    assert_whole(&sent::<Addresses>(body).await, Certainty::Proved);
}

#[tokio::test]
async fn a_record_with_two_identities_is_quarantined() {
    let body = r#"{"items":[{"id":"1","id":"2"},{"id":"3","id":"3"}],"has_more":false}"#;
    let outcome = sent::<Keysets>(body).await;
    assert_eq!(outcome.ids(), ["3"]);
    let source = &outcome.report.sources[0];
    assert_eq!((source.complete, source.quarantined), (false, 1));
    let error = outcome.errors[0].to_string();
    assert!(
        error.contains("/id: is sent twice, with different values"),
        "{error}"
    );
}
