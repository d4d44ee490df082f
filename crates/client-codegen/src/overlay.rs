//! Overlay: applies an OpenAPI Overlay 1.0 to a document, and refuses an action that no longer fits it.

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use super::error::{Diagnostics, Error, Result};
use super::pointer::{join, segments};
use crate::schema::text_of;

/// Applies the actions in their order. `document_name` is the document's file name, which `extends` should name.
///
/// # Errors
/// The overlay is not of version 1, has an action without a target, with an invalid one, or without an effect; or an action
/// matches nothing or changes nothing: the provider's document has changed, and a person must look. The failure names the
/// action (`#/actions/3`) and its target.
pub fn apply(
    document: Value,
    overlay: &Value,
    document_name: &str,
    diagnostics: &mut Diagnostics,
) -> Result<Value> {
    let version = text_of(overlay, "overlay").unwrap_or_default();
    if !version.starts_with("1.") {
        return Err(Error::at(
            "/overlay",
            "an overlay begins with `overlay: 1.0.0`",
        ));
    }
    if let Some(extends) = text_of(overlay, "extends")
        && extends.rsplit('/').next() != Some(document_name)
    {
        diagnostics.warn(
            "/extends",
            format!("the overlay extends `{extends}` and is applied to `{document_name}`"),
        );
    }
    let actions = overlay.get("actions").and_then(Value::as_array);
    let Some(actions) = actions.filter(|actions| !actions.is_empty()) else {
        return Err(Error::at("/actions", "an overlay has at least one action"));
    };
    let mut document = document;
    for (index, action) in actions.iter().enumerate() {
        document = apply_action(document, action).map_err(|reason| {
            Error::at(
                join("/actions", &index.to_string()),
                in_words(action, &reason),
            )
        })?;
    }
    Ok(document)
}

fn in_words(action: &Value, reason: &str) -> String {
    match text_of(action, "target") {
        Some(target) => format!("overlay action on `{target}` {reason}"),
        None => format!("overlay action {reason}"),
    }
}

/// One action; the error is the rest of a sentence.
fn apply_action(mut document: Value, action: &Value) -> Result<Value, String> {
    let target = text_of(action, "target").ok_or("has no target")?;
    let path = JsonPath::parse(target)
        .map_err(|error| format!("has a target that is no JSONPath: {error}"))?;
    let mut pointers: Vec<String> = path
        .query_located(&document)
        .locations()
        .map(|location| location.to_json_pointer())
        .collect();
    if pointers.is_empty() {
        return Err("matches nothing".to_owned());
    }
    let before = document.clone();
    if action.get("remove") == Some(&Value::Bool(true)) {
        pointers.sort_by_key(|pointer| std::cmp::Reverse(place(pointer)));
        for pointer in pointers {
            remove(&mut document, &pointer)?;
        }
    } else {
        let update = action
            .get("update")
            .ok_or("has neither `update` nor `remove: true`")?;
        for pointer in pointers {
            let node = document.pointer_mut(&pointer).ok_or("lost its target")?;
            update_node(node, update)?;
        }
    }
    if document == before {
        return Err("changes nothing".to_owned());
    }
    Ok(document)
}

/// Sorts array elements by number, so that the last can be removed first.
fn place(pointer: &str) -> Vec<(usize, String)> {
    segments(pointer)
        .into_iter()
        .map(|segment| (segment.parse().unwrap_or(0), segment))
        .collect()
}

fn remove(document: &mut Value, pointer: &str) -> Result<(), String> {
    let (parent, _) = pointer
        .rsplit_once('/')
        .ok_or("would remove the whole document")?;
    let key = segments(pointer).pop().unwrap_or_default();
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.remove(&key);
        }
        Some(Value::Array(items)) => {
            if let Ok(index) = key.parse::<usize>()
                && index < items.len()
            {
                items.remove(index);
            }
        }
        // Its parent was removed by the same action.
        _ => {}
    }
    Ok(())
}

fn update_node(node: &mut Value, update: &Value) -> Result<(), String> {
    match (node, update) {
        (Value::Object(map), Value::Object(changes)) => {
            merge(map, changes);
            Ok(())
        }
        (Value::Object(_), _) => {
            Err("has an object for its target and an `update` that is none".to_owned())
        }
        (Value::Array(items), Value::Array(more)) => {
            items.extend(more.iter().cloned());
            Ok(())
        }
        (Value::Array(items), entry) => {
            items.push(entry.clone());
            Ok(())
        }
        _ => Err(
            "updates a value that is neither an object nor an array; target its parent".to_owned(),
        ),
    }
}

/// Objects are merged, arrays are appended to, all else is replaced.
fn merge(map: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (key, change) in changes {
        match (map.get_mut(key), change) {
            (Some(Value::Object(inner)), Value::Object(more)) => merge(inner, more),
            (Some(Value::Array(items)), Value::Array(more)) => items.extend(more.iter().cloned()),
            _ => {
                map.insert(key.clone(), change.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(document: Value, actions: Value) -> Result<Value> {
        let overlay =
            json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions});
        apply(
            document,
            &overlay,
            "openapi.yaml",
            &mut Diagnostics::default(),
        )
    }

    #[test]
    fn an_object_is_merged_and_an_array_appended_to() {
        let document =
            json!({"a": {"type": "string", "tags": ["x"], "deep": {"one": 1}}, "list": [1]});
        let result = run(
            document,
            json!([
                {"target": "$.a", "update": {"type": "integer", "tags": ["y"], "deep": {"two": 2}}},
                {"target": "$.list", "update": {"name": "size"}},
                {"target": "$.list", "update": 7},
            ]),
        );
        assert_eq!(
            result.unwrap(),
            json!({"a": {"type": "integer", "tags": ["x", "y"], "deep": {"one": 1, "two": 2}}, "list": [1, {"name": "size"}, 7]})
        );
    }

    #[test]
    fn actions_apply_in_order_to_every_match() {
        let document = json!({"p": {"a": {"x": 1}, "b": {"x": 2}}});
        let result = run(
            document,
            json!([
                {"target": "$.p.*", "update": {"y": 0}},
                {"target": "$.p[?@.y == 0].x", "remove": true},
            ]),
        );
        assert_eq!(
            result.unwrap(),
            json!({"p": {"a": {"y": 0}, "b": {"y": 0}}})
        );
    }

    #[test]
    fn elements_are_removed_from_the_end() {
        let document = json!({"list": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]});
        let result = run(
            document,
            json!([{"target": "$.list[1,2,10]", "remove": true}]),
        );
        assert_eq!(result.unwrap(), json!({"list": [0, 3, 4, 5, 6, 7, 8, 9]}));
    }

    #[test]
    fn an_action_that_matches_nothing_is_named() {
        let failure =
            run(json!({"a": {}}), json!([{"target": "$.b", "remove": true}])).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "#/actions/0: overlay action on `$.b` matches nothing"
        );
    }

    #[test]
    fn an_action_that_changes_nothing_is_named() {
        let failure = run(
            json!({"a": {"b": 1}}),
            json!([{"target": "$.a", "update": {"b": 1}}]),
        )
        .unwrap_err();
        assert_eq!(
            failure.to_string(),
            "#/actions/0: overlay action on `$.a` changes nothing"
        );
    }

    #[test]
    fn malformed_actions_are_named() {
        for (action, reason) in [
            (json!({"remove": true}), "has no target"),
            (
                json!({"target": "$.", "remove": true}),
                "has a target that is no JSONPath",
            ),
            (
                json!({"target": "$.a"}),
                "has neither `update` nor `remove: true`",
            ),
            (
                json!({"target": "$.a.b", "update": 2}),
                "updates a value that is neither",
            ),
            (
                json!({"target": "$.a", "update": 2}),
                "has an object for its target",
            ),
            (
                json!({"target": "$", "remove": true}),
                "would remove the whole document",
            ),
        ] {
            let failure = run(json!({"a": {"b": 1}}), json!([action])).unwrap_err();
            assert!(failure.reason.contains(reason), "{failure}");
        }
    }

    #[test]
    fn another_version_and_no_actions_are_refused() {
        let mut diagnostics = Diagnostics::default();
        for overlay in [
            json!({"overlay": "2.0.0", "actions": [{}]}),
            json!({"overlay": "1.0.0"}),
        ] {
            assert!(apply(json!({}), &overlay, "a", &mut diagnostics).is_err());
        }
    }

    #[test]
    fn extends_another_document_is_a_warning() {
        let mut diagnostics = Diagnostics::default();
        let overlay = json!({"overlay": "1.0.0", "extends": "./other.yaml", "actions": [{"target": "$", "update": {"a": 1}}]});
        apply(json!({}), &overlay, "openapi.yaml", &mut diagnostics).unwrap();
        assert_eq!(diagnostics.warnings().len(), 1);
        let overlay = json!({"overlay": "1.0.0", "extends": "https://x.test/openapi.yaml", "actions": [{"target": "$", "update": {"a": 1}}]});
        apply(json!({}), &overlay, "openapi.yaml", &mut diagnostics).unwrap();
        assert_eq!(diagnostics.warnings().len(), 1);
    }
}
