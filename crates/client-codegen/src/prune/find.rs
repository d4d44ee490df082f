//! Finds a selected operation in a document.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::pointer::{follow_reference, join};
use crate::schema::{map_of, text_of};
use crate::walk::METHODS;

/// An operation in the document: its path and method, the path item and the pointer at which that stands.
pub(crate) struct Found {
    pub(crate) path: String,
    pub(crate) method: &'static str,
    pub(crate) item: Value,
    pub(crate) item_pointer: String,
}

/// Finds the only operation with this `operationId` or `METHOD /path`.
pub(crate) fn find(document: &Value, id: &str) -> Result<Found> {
    let by_place = id
        .split_once(' ')
        .filter(|(_, path)| path.trim().starts_with('/'));
    let mut found = Vec::new();
    let mut ids = BTreeSet::new();
    for (path, item) in map_of(document, "paths").into_iter().flatten() {
        let (item, item_pointer) = path_item(document, item, &join("/paths", path))?;
        for method in METHODS {
            let Some(operation) = item.get(method).filter(|operation| operation.is_object()) else {
                continue;
            };
            let own = text_of(operation, "operationId");
            ids.extend(own.map(str::to_owned));
            let wanted = match by_place {
                Some((verb, place)) => verb.eq_ignore_ascii_case(method) && place.trim() == path,
                None => own == Some(id),
            };
            if wanted {
                found.push(Found {
                    path: path.clone(),
                    method,
                    item: item.clone(),
                    item_pointer: item_pointer.clone(),
                });
            }
        }
    }
    let reason = match found.len() {
        1 => return Ok(found.remove(0)),
        0 => format!("is not in the document{}", hint(id, &ids)),
        _ => {
            let places: Vec<String> = found
                .iter()
                .map(|one| format!("`{} {}`", one.method.to_uppercase(), one.path))
                .collect();
            format!(
                "occurs at {}: select it by method and path",
                places.join(" and ")
            )
        }
    };
    Err(Error::at("/paths", format!("operation `{id}` {reason}")))
}

/// The identifiers that may have been meant.
fn hint(id: &str, ids: &BTreeSet<String>) -> String {
    let plain = |text: &str| {
        text.to_lowercase()
            .replace(|letter: char| !letter.is_alphanumeric(), "")
    };
    let wanted = plain(id);
    let near: Vec<_> = ids
        .iter()
        .filter(|other| plain(other).contains(&wanted) || wanted.contains(&plain(other)))
        .take(3)
        .map(|other| format!("`{other}`"))
        .collect();
    if near.is_empty() {
        let count = ids.len();
        format!(" (it has {count} with an `operationId`; select others as `GET /path`)")
    } else {
        format!("; it has {}", near.join(", "))
    }
}

fn path_item(document: &Value, item: &Value, at: &str) -> Result<(Value, String)> {
    let Some(reference) = text_of(item, "$ref") else {
        return Ok((item.clone(), at.to_owned()));
    };
    let (mut target, pointer) = follow_reference(document, reference, at)?;
    // Keys beside the `$ref` are the path's own.
    if let (Some(target), Some(own)) = (target.as_object_mut(), item.as_object()) {
        let own = own.iter().filter(|(key, _)| *key != "$ref");
        target.extend(own.map(|(key, value)| (key.clone(), value.clone())));
    }
    Ok((target, pointer))
}
