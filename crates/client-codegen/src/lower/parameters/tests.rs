//! Tests lowering parameters.

use super::*;
use crate::lower::after;

fn run(path: &str, parameters: Value) -> (Result<Value>, Vec<String>) {
    let mut diagnostics = Diagnostics::default();
    let document = json!({
        "paths": {path: {"get": {"parameters": parameters}}},
        "components": {
            "schemas": {"Page": {"type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}, "number": {"type": "integer", "description": "which"}}}},
            "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
    });
    let lowered = after(lower, document, &mut diagnostics);
    (
        lowered,
        diagnostics
            .warnings()
            .iter()
            .map(ToString::to_string)
            .collect(),
    )
}

fn plain(parameters: Value) -> Vec<(String, String, Value)> {
    let lowered = run("/a", parameters).0.unwrap();
    let list = lowered["paths"]["/a"]["get"]["parameters"]
        .as_array()
        .unwrap()
        .clone();
    list.into_iter()
        .map(|one| {
            (
                one["name"].as_str().unwrap().to_owned(),
                one[WIRE_NAME].as_str().unwrap().to_owned(),
                one["schema"].clone(),
            )
        })
        .collect()
}

#[test]
fn a_deep_object_is_spelled_out() {
    let found = plain(
        json!([{"name": "page", "in": "query", "style": "deepObject", "explode": true,
        "schema": {"$ref": "#/components/schemas/Page"}}]),
    );
    let names: Vec<_> = found
        .iter()
        .map(|(name, wire, _)| (name.as_str(), wire.as_str()))
        .collect();
    assert_eq!(
        names,
        [("page_number", "page[number]"), ("page_size", "page[size]")]
    );
}

#[test]
fn lists_are_repeated_or_joined() {
    let list = json!({"type": "array", "items": {"type": "integer"}});
    let found = plain(json!([
        {"name": "a", "in": "query", "schema": list},
        {"name": "b", "in": "query", "explode": false, "schema": list},
        {"name": "c", "in": "header", "schema": list}]));
    let array = |one: &(String, String, Value)| {
        one.2 == json!({"type": "array", "items": {"type": "integer"}})
    };
    assert!(found.iter().all(array), "{found:?}");
}

#[test]
fn a_choice_of_object_and_number_is_both() {
    let found = plain(
        json!([{"name": "created", "in": "query", "style": "deepObject", "explode": true, "schema": {"oneOf": [
        {"type": "object", "properties": {"gt": {"type": "integer"}}}, {"type": "integer"}]}}]),
    );
    let wires: Vec<_> = found.iter().map(|(_, wire, _)| wire.as_str()).collect();
    assert_eq!(wires, ["created[gt]", "created"]);
}

#[test]
fn names_clash_with_nothing() {
    let text = json!({"type": "string"});
    let lowered = run("/a/{id}", json!([
        {"name": "id", "in": "query", "schema": text}, {"name": "id", "in": "path", "schema": text},
        {"name": "body", "in": "query", "schema": text}, {"name": "type", "in": "query", "schema": text},
        {"name": "x-id", "in": "header", "schema": text}, {"name": "X_ID", "in": "query", "schema": text}]))
    .0
    .unwrap();
    let names: Vec<_> = lowered["paths"]["/a/{id}"]["get"]["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "id",
            "id_query",
            "body_param",
            "type_",
            "x_id",
            "x_id_query"
        ]
    );
}

#[test]
fn only_what_the_operations_own_credentials_set_is_no_argument() {
    let document = |security: Value| {
        let header =
            |name: &str| json!({"name": name, "in": "header", "required": true, "schema": {}});
        json!({
            "paths": {"/a": {"get": {"security": security, "parameters": [header("X-App"), header("Authorization"), header("Accept")]}}},
            "components": {"securitySchemes": {
                "App": {"type": "apiKey", "in": "header", "name": "x-app"}, "Key": {"type": "http", "scheme": "bearer"}}}
        })
    };
    for (security, arguments) in [
        (json!([{"App": [], "Key": []}]), vec![]),
        (json!([{"Key": []}]), vec!["x_app"]),
        (
            json!([{"Key": []}, {"Key": [], "App": []}, {}]),
            vec!["x_app"],
        ),
        (json!([]), vec!["x_app", "authorization"]),
    ] {
        let lowered = after(
            lower,
            document(security.clone()),
            &mut Diagnostics::default(),
        )
        .unwrap();
        let parameters = list(&lowered["paths"]["/a"]["get"], "parameters");
        let names: Vec<_> = parameters
            .iter()
            .filter_map(|one| text_of(one, "name"))
            .collect();
        assert_eq!(names, arguments, "{security}");
    }
}

#[test]
fn a_cookie_is_left_out_or_refused() {
    let cookie = |required| json!([{"name": "s", "in": "cookie", "required": required, "schema": {}, ORIGIN: "/x/0"}]);
    let (lowered, warnings) = run("/a", cookie(false));
    assert!(lowered.is_ok());
    assert_eq!(
        warnings,
        ["#/x/0: the optional parameter `s` is a cookie, which cannot be sent: it is left out"]
    );
    let error = run("/a", cookie(true)).0.unwrap_err();
    assert_eq!(
        error.to_string(),
        "#/x/0: the required parameter `s` is a cookie, which cannot be sent"
    );
}

#[test]
fn the_query_in_a_path_is_sent() {
    let text = json!({"type": "string"});
    for (path, sent, names) in [
        ("/a?action=list&key={KEY}#x", "/a?action=list", vec!["key"]),
        ("/a{?KEY,b}", "/a", vec![]),
    ] {
        let mut declared = vec![json!({"name": "KEY", "in": "path", "schema": text})];
        declared.retain(|_| !names.is_empty());
        let (lowered, warnings) = run(path, json!(declared));
        let lowered = lowered.unwrap();
        let parameters = list(&lowered["paths"][sent]["get"], "parameters");
        let found: Vec<_> = parameters
            .iter()
            .map(|one| (&one[WIRE_NAME], &one["in"]))
            .collect();
        let query = json!("query");
        let names: Vec<Value> = names.into_iter().map(|name| json!(name)).collect();
        assert_eq!(
            found,
            names.iter().map(|name| (name, &query)).collect::<Vec<_>>(),
            "{path}"
        );
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}

#[test]
fn a_placeholder_that_nobody_describes_is_a_text() {
    let (lowered, warnings) = run("/a/{accountId}", json!([]));
    assert_eq!(warnings.len(), 1);
    assert_eq!(
        lowered.unwrap()["paths"]["/a/{account_id}"]["get"]["parameters"][0]["name"],
        "account_id"
    );
}
