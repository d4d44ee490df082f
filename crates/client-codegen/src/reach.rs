//! Reach: the components to which a value refers, directly or through others.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::schema::target_of;

/// The names of all components that `value` refers to anywhere inside.
pub(crate) fn referred(value: &Value, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            out.extend(target_of(value).map(str::to_owned));
            map.values().for_each(|child| referred(child, out));
        }
        Value::Array(items) => items.iter().for_each(|child| referred(child, out)),
        _ => {}
    }
}

/// `start` and all that those components reach.
pub(crate) fn closure(
    components: &Map<String, Value>,
    start: BTreeSet<String>,
) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<String> = start.into_iter().collect();
    while let Some(name) = waiting.pop() {
        if let Some(schema) = components.get(&name)
            && reached.insert(name)
        {
            let mut more = BTreeSet::new();
            referred(schema, &mut more);
            waiting.extend(more);
        }
    }
    reached
}
