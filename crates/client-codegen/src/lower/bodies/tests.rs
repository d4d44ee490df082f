//! Tests lowering bodies and responses.

use super::*;
use crate::lower::after;

fn run(method: &str, operation: Value) -> (Result<Value>, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let document = json!({"paths": {"/a": {method: operation}}});
    let lowered = after(lower, document, &mut diagnostics)
        .map(|lowered| lowered["paths"]["/a"][method].clone());
    (
        lowered,
        diagnostics
            .warnings()
            .iter()
            .map(ToString::to_string)
            .collect(),
    )
}

fn answers(responses: Value) -> (Value, Vec<String>) {
    let (operation, warnings) = run("get", json!({ "responses": responses }));
    (operation.unwrap(), warnings)
}

fn body(media: &str, schema: Value) -> Value {
    json!({"description": "d", "content": {media: {"schema": schema}}})
}

#[test]
fn the_error_is_never_the_success() {
    let (operation, warnings) = answers(json!({
        "200": body("application/json", json!({"type": "string"})),
        "default": body("application/json", json!({"type": "object"})),
        "404": {"description": "nothing"}
    }));
    assert_eq!(
        operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["200"]
    );
    assert_eq!(
        operation[ERRORS],
        json!([{"status": "DEFAULT", "schema": {"type": "object"}}])
    );
    assert!(warnings.is_empty());
}

#[test]
fn a_default_alone_is_the_success() {
    let (operation, _) =
        answers(json!({"default": body("application/json", json!({"type": "string"}))}));
    assert!(operation["responses"].get("2XX").is_some());
    assert!(operation.get(ERRORS).is_none());
}

#[test]
fn vendor_json_is_json_and_is_asked_for() {
    let (operation, _) =
        answers(json!({"200": body("application/vnd.x.v1+json", json!({"type": "string"}))}));
    assert!(
        operation["responses"]["200"]["content"]
            .get("application/json")
            .is_some()
    );
    assert_eq!(operation[ACCEPT], "application/vnd.x.v1+json");
}

#[test]
fn two_different_successes_are_alternatives_and_an_empty_one_is_warned_of() {
    let (operation, warnings) = answers(json!({
        "200": body("application/json", json!({"type": "string"})),
        "201": body("application/json", json!({"type": "integer"})),
        "202": body("application/json", json!({"type": "integer", "description": "the same"})),
        "204": {"description": ""}
    }));
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(schema["oneOf"].as_array().unwrap().len(), 2);
    assert!(operation["responses"].get("204").is_none());
    assert_eq!(warnings.len(), 2);
}

#[test]
fn json_without_a_schema_bytes_and_nothing() {
    let (operation, warnings) = answers(json!({"200": {"content": {"application/json": {}}}}));
    assert!(operation["responses"]["200"]["content"]["application/json"]["schema"].is_object());
    assert_eq!(warnings.len(), 1);
    let (operation, _) = answers(json!({"200": body("text/csv", json!({"type": "string"}))}));
    assert!(
        operation["responses"]["200"]["content"]
            .get("application/octet-stream")
            .is_some()
    );
    let (operation, _) = answers(json!({"204": {"description": ""}}));
    assert!(operation["responses"]["204"].get("content").is_none());
    let (_, warnings) = answers(json!({}));
    assert_eq!(
        warnings,
        ["#/paths/~1a/get: no success is declared: the response is bytes"]
    );
}

#[test]
fn one_request_body_is_chosen_and_what_cannot_be_sent_is_refused() {
    let two = json!({"required": true, "content": {"application/xml": {"schema": {}}, "application/json": {"schema": {"type": "string"}}}});
    let (operation, warnings) = run(
        "post",
        json!({"requestBody": two, "responses": {"204": {}}}),
    );
    assert_eq!(
        operation.unwrap()["requestBody"]["content"]
            .as_object()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(warnings.len(), 1);
    let form = |required| json!({"requestBody": {"required": required, "content": {"multipart/mixed": {}}}, "responses": {"204": {}}});
    assert!(
        run("post", form(false))
            .0
            .unwrap()
            .get("requestBody")
            .is_none()
    );
    let error = run("post", form(true)).0.unwrap_err();
    assert_eq!(
        error.to_string(),
        "#/paths/~1a/post/requestBody: a required `multipart/mixed` body cannot be sent"
    );
}
