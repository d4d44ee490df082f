//! The operations of a lowered document.

use crate::extension::{ACCEPT, RECORDS};
use crate::schema::{map_of, origin, text_of};
use crate::walk::METHODS;
use serde_json::{Map, Value};

/// One operation of the lowered document.
pub(super) struct Operation<'a> {
    /// The method's name.
    pub(super) id: &'a str,
    /// The operation itself.
    pub(super) value: &'a Value,
}

impl<'a> Operation<'a> {
    /// The name of the method that streams the body, if the operation lists records.
    pub(super) fn stream(&self) -> Option<String> {
        self.value.get(RECORDS).map(|_| stream_name(self.id))
    }

    /// The media type that the document declares instead of `application/json`.
    pub(super) fn accept(&self) -> Option<&'a str> {
        text_of(self.value, ACCEPT)
    }

    /// Its place in the provider's document.
    pub(super) fn origin(&self) -> &'a str {
        origin(self.value)
    }
}

/// The name of the method that streams the body of another.
pub(super) fn stream_name(id: &str) -> String {
    format!("{id}_stream")
}

/// The operations by path and method, in the order in which the generator writes them.
pub(super) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let items = map_of(document, "paths").into_iter().flat_map(Map::values);
    let values = items.flat_map(|item| METHODS.iter().filter_map(|method| item.get(*method)));
    values
        .map(|value| Operation {
            id: text_of(value, "operationId").unwrap_or_default(),
            value,
        })
        .collect()
}
