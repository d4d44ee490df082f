//! Compares two states of a tenant field by field, for the history and for `diff`.

use serde::Serialize;
use serde_json::{Map, Value};

/// A changed field.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FieldChange {
    /// A JSON pointer into the tenant.
    pub path: String,
    /// The old value, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// The new value, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
}

/// Returns the fields that differ, sorted by name.
///
/// Objects are compared member by member. Lists are compared element by element if they contain objects with the same `id`s in the
/// same order; any other difference between lists is one change, because their positions mean nothing.
#[must_use]
pub fn compare(old: &Value, new: &Value) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    walk(old, new, &mut String::new(), &mut changes);
    changes
}

fn walk(old: &Value, new: &Value, path: &mut String, changes: &mut Vec<FieldChange>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => compare_members(old, new, path, changes),
        (Value::Array(old), Value::Array(new)) if same_elements(old, new) => {
            for (position, (old, new)) in old.iter().zip(new).enumerate() {
                below(path, &position.to_string(), |path| {
                    walk(old, new, path, changes)
                });
            }
        }
        _ => changes.push(FieldChange {
            path: path.clone(),
            old: Some(old.clone()),
            new: Some(new.clone()),
        }),
    }
}

fn compare_members(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    path: &mut String,
    changes: &mut Vec<FieldChange>,
) {
    let mut names: Vec<_> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        below(path, name, |path| match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => walk(old, new, path, changes),
            (old, new) => changes.push(FieldChange {
                path: path.clone(),
                old: old.cloned(),
                new: new.cloned(),
            }),
        });
    }
}

/// Runs `work` with the path extended by one step.
fn below(path: &mut String, step: &str, work: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push('/');
    path.push_str(&step.replace('~', "~0").replace('/', "~1"));
    work(path);
    path.truncate(length);
}

fn same_elements(old: &[Value], new: &[Value]) -> bool {
    old.len() == new.len()
        && old
            .iter()
            .zip(new)
            .all(|(old, new)| old.get("id").is_some_and(|id| new.get("id") == Some(id)))
}

/// Reverts a change: restores the old value at the path. Returns false if the path leads nowhere.
pub(crate) fn revert(tenant: &mut Value, path: &str, old: Option<Value>) -> bool {
    let Some((parent, step)) = path.rsplit_once('/') else {
        return false;
    };
    let step = step.replace("~1", "/").replace("~0", "~");
    match (tenant.pointer_mut(parent), old) {
        (Some(Value::Object(members)), Some(old)) => {
            members.insert(step, old);
            true
        }
        (Some(Value::Object(members)), None) => members.remove(&step).is_some(),
        (Some(Value::Array(elements)), Some(old)) => step
            .parse()
            .ok()
            .and_then(|position: usize| elements.get_mut(position))
            .map(|element| *element = old)
            .is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(old: &Value, new: &Value) -> Vec<String> {
        let text = |value: &Option<Value>| {
            value
                .as_ref()
                .map_or_else(|| "-".to_owned(), ToString::to_string)
        };
        compare(old, new)
            .iter()
            .map(|change| {
                format!(
                    "{} {} {}",
                    change.path,
                    text(&change.old),
                    text(&change.new)
                )
            })
            .collect()
    }

    #[test]
    fn fields_are_compared_one_by_one() {
        let old = json!({ "id": "1", "name": "A", "contact": { "email": "a@b", "phone": "1" }, "gone": null, "a/b~c": 1 });
        let new = json!({ "id": "1", "status": "active", "contact": { "email": "c@d", "phone": "1" }, "a/b~c": 2 });
        assert_eq!(
            shown(&old, &new),
            [
                "/a~1b~0c 1 2",
                "/contact/email \"a@b\" \"c@d\"",
                "/gone null -",
                "/name \"A\" -",
                "/status - \"active\"",
            ]
        );
        assert!(shown(&old, &old).is_empty());
    }

    #[test]
    fn a_list_is_compared_by_element_only_if_it_lists_the_same_things() {
        let list = |elements: Value| json!({ "members": elements });
        let old = list(json!([{ "id": 1, "name": "A" }, { "id": 2, "name": "B" }]));
        assert_eq!(
            shown(
                &old,
                &list(json!([{ "id": 1, "name": "A" }, { "id": 2, "name": "C" }]))
            ),
            ["/members/1/name \"B\" \"C\""]
        );
        for other in [
            json!([{ "id": 2, "name": "B" }, { "id": 1, "name": "A" }]),
            json!([{ "id": 1, "name": "A" }]),
            json!([{ "name": "A" }, { "id": 2, "name": "B" }]),
        ] {
            let changes = compare(&old, &list(other));
            assert_eq!(changes.len(), 1);
            assert_eq!(changes[0].path, "/members");
        }
        assert_eq!(
            shown(
                &json!({ "aliases": ["a", "b"] }),
                &json!({ "aliases": ["a", "c"] })
            )
            .len(),
            1
        );
    }

    #[test]
    fn what_was_changed_can_be_taken_back() {
        let old = json!({ "a": 1, "b": { "c": [1, 2], "~/": true }, "l": [{ "id": 1, "x": 1 }], "n": null });
        let new =
            json!({ "b": { "c": [3], "d": {} }, "l": [{ "id": 1, "x": 2 }], "n": 0, "z": "" });
        for (from, to) in [(&old, &new), (&new, &old)] {
            let mut state = to.clone();
            for change in compare(from, to) {
                assert!(
                    revert(&mut state, &change.path, change.old),
                    "{}",
                    change.path
                );
            }
            assert_eq!(&state, from);
        }
        assert!(!revert(&mut json!({}), "/a/b", Some(json!(1))));
        assert!(!revert(&mut json!({ "l": [] }), "/l/0", Some(json!(1))));
        assert!(!revert(&mut json!({}), "", None));
    }
}
