//! Overlay: applies an OpenAPI Overlay 1.0 to a document, and refuses an action that no longer fits it.

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use crate::error::{Diagnostics, Error, Result};
use crate::pointer::{join, segments};
use crate::schema::{list, text_of};

/// Keeps the type that the provider publishes where an action overrules it, so that `openapi.json` shows when it changes.
const PUBLISHED_TYPE: &str = "x-published-type";

/// Applies the actions in their order. `document_name` is the document's file name, which `extends` should name.
///
/// # Errors
/// The overlay is not of version 1, or an action is malformed, matches nothing or changes nothing: the provider's document
/// has changed, and a person must look. The error names the action (`#/actions/3`) and its target; of a target with a union
/// of names, `properties['a','b']`, the name.
pub(crate) fn apply(
    mut document: Value,
    overlay: &Value,
    document_name: &str,
    diagnostics: &mut Diagnostics,
) -> Result<Value> {
    if !text_of(overlay, "overlay").is_some_and(|version| version.starts_with("1.")) {
        let reason = "an overlay begins with `overlay: 1.0.0`";
        return Err(Error::at("/overlay", reason));
    }
    if let Some(extends) = text_of(overlay, "extends")
        && extends.rsplit('/').next() != Some(document_name)
    {
        let reason = format!("the overlay extends `{extends}` and is applied to `{document_name}`");
        diagnostics.warn("/extends", reason);
    }
    let actions = list(overlay, "actions");
    if actions.is_empty() {
        return Err(Error::at("/actions", "an overlay has at least one action"));
    }
    for (index, action) in actions.iter().enumerate() {
        let at = join("/actions", &index.to_string());
        let Some(target) = text_of(action, "target") else {
            return Err(Error::at(at, "overlay action has no target"));
        };
        for target in single_names(target) {
            apply_action(&mut document, action, &target).map_err(|reason| {
                Error::at(&at, format!("overlay action on `{target}` {reason}"))
            })?;
        }
    }
    Ok(document)
}

/// One action on one target; the error is the rest of a sentence.
fn apply_action(document: &mut Value, action: &Value, target: &str) -> Result<(), String> {
    let path = JsonPath::parse(target)
        .map_err(|error| format!("has an invalid JSONPath as its target: {error}"))?;
    let mut pointers: Vec<String> = path
        .query_located(document)
        .locations()
        .map(|location| location.to_json_pointer())
        .collect();
    if pointers.is_empty() {
        return Err("matches nothing".to_owned());
    }
    let before = document.clone();
    if action.get("remove") == Some(&Value::Bool(true)) {
        // From the end, so that the elements of an array keep their places.
        pointers.sort_by_key(|pointer| std::cmp::Reverse(order(pointer)));
        for pointer in pointers {
            remove(document, &pointer)?;
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
    if *document == before {
        return Err("changes nothing".to_owned());
    }
    Ok(())
}

/// The targets that a target with unions of names (`$.a['b','c']`) stands for, each with one name.
fn single_names(target: &str) -> Vec<String> {
    for (open, _) in target.match_indices('[') {
        if let Some((names, rest)) = union(&target[open + 1..])
            && names.len() > 1
        {
            let before = &target[..open];
            let each = names.iter().flat_map(|name| {
                single_names(rest)
                    .into_iter()
                    .map(move |rest| format!("{before}[{name}]{rest}"))
            });
            return each.collect();
        }
    }
    vec![target.to_owned()]
}

/// The quoted names up to the closing bracket, and what follows it; `None` if there is anything else.
fn union(text: &str) -> Option<(Vec<&str>, &str)> {
    let mut names = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let quote = rest
            .chars()
            .next()
            .filter(|letter| "'\"".contains(*letter))?;
        let mut escaped = false;
        let end = rest[1..].find(|letter| {
            let is_end = letter == quote && !escaped;
            escaped = letter == '\\' && !escaped;
            is_end
        })?;
        names.push(&rest[..end + 2]);
        rest = rest[end + 2..].trim_start();
        if let Some(after) = rest.strip_prefix(']') {
            return Some((names, after));
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

/// Sorts array elements by number.
fn order(pointer: &str) -> Vec<(usize, String)> {
    let segments = segments(pointer).into_iter();
    segments
        .map(|segment| (segment.parse().unwrap_or(0), segment))
        .collect()
}

fn remove(document: &mut Value, pointer: &str) -> Result<(), String> {
    let (parent, _) = pointer
        .rsplit_once('/')
        .ok_or("would remove the whole document")?;
    let key = segments(pointer).pop().unwrap_or_default();
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.remove(&key)),
        Some(Value::Array(items)) => {
            if let Some(index) = key.parse().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        // The same action removed its parent.
        _ => {}
    }
    Ok(())
}

fn update_node(node: &mut Value, update: &Value) -> Result<(), &'static str> {
    match (node, update) {
        (Value::Object(map), Value::Object(changes)) => merge(map, changes),
        (Value::Object(_), _) => {
            return Err("has an object as its target, but its `update` is not an object");
        }
        (Value::Array(items), Value::Array(more)) => items.extend(more.iter().cloned()),
        (Value::Array(items), entry) => items.push(entry.clone()),
        _ => {
            return Err(
                "updates a value that is neither an object nor an array; target its parent",
            );
        }
    }
    Ok(())
}

/// Merges objects, appends to arrays, replaces all else.
fn merge(map: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (key, change) in changes {
        match (map.get_mut(key), change) {
            (Some(Value::Object(inner)), Value::Object(more)) => merge(inner, more),
            (Some(Value::Array(items)), Value::Array(more)) => items.extend(more.iter().cloned()),
            (Some(Value::String(published)), Value::String(_))
                if key == "type" && published != change =>
            {
                let published = Value::String(std::mem::take(published));
                map.insert(PUBLISHED_TYPE.to_owned(), published);
                map.insert(key.clone(), change.clone());
            }
            _ => drop(map.insert(key.clone(), change.clone())),
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
            json!({"a": {"type": "integer", "x-published-type": "string", "tags": ["x", "y"], "deep": {"one": 1, "two": 2}}, "list": [1, {"name": "size"}, 7]})
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
        let error = run(json!({"a": {}}), json!([{"target": "$.b", "remove": true}])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "#/actions/0: overlay action on `$.b` matches nothing"
        );
    }

    #[test]
    fn an_action_that_changes_nothing_is_named() {
        let error = run(
            json!({"a": {"b": 1}}),
            json!([{"target": "$.a", "update": {"b": 1}}]),
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "#/actions/0: overlay action on `$.a` changes nothing"
        );
    }

    #[test]
    fn each_name_of_a_union_must_match_and_change() {
        let document = || json!({"p": {"a": {"x": 1}, "b": {}, "it's": {}}});
        let update = |target: &str| json!([{"target": target, "update": {"x": 1}}]);
        for (target, reason) in [
            (
                "$.p['b','gone'].x",
                "overlay action on `$.p['b'].x` matches nothing",
            ),
            (
                "$.p['b', 'gone']",
                "overlay action on `$.p['gone']` matches nothing",
            ),
            (
                "$['p']['b',\"a\"]",
                "overlay action on `$['p'][\"a\"]` changes nothing",
            ),
        ] {
            let error = run(document(), update(target)).unwrap_err();
            assert_eq!(error.to_string(), format!("#/actions/0: {reason}"));
        }
        let result = run(document(), update("$.p['b','it\\'s']")).unwrap();
        assert_eq!(
            result,
            json!({"p": {"a": {"x": 1}, "b": {"x": 1}, "it's": {"x": 1}}})
        );
    }

    #[test]
    fn an_overruled_type_is_kept_beside_the_new_one() {
        let result = run(
            json!({"a": {"type": "array"}}),
            json!([{"target": "$.a", "update": {"type": "string"}}]),
        );
        assert_eq!(
            result.unwrap(),
            json!({"a": {"type": "string", "x-published-type": "array"}})
        );
    }

    #[test]
    fn malformed_actions_are_named() {
        for (action, reason) in [
            (json!({"remove": true}), "has no target"),
            (
                json!({"target": "$.", "remove": true}),
                "has an invalid JSONPath as its target",
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
                "has an object as its target",
            ),
            (
                json!({"target": "$", "remove": true}),
                "would remove the whole document",
            ),
        ] {
            let error = run(json!({"a": {"b": 1}}), json!([action])).unwrap_err();
            assert!(error.reason.contains(reason), "{error}");
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
