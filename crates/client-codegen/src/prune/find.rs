//! Finds the operations of a document, and the selected ones among them.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::pointer::{join, layers};
use crate::schema::{map_of, text_of};
use crate::walk::METHODS;

/// An operation: where it stands in the document, its path and method, and the path item around it.
pub(crate) struct Found<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    pub(crate) operation: &'a Value,
    pub(crate) pointer: String,
    pub(crate) item: Rc<Item<'a>>,
}

/// A path item, and the path items that it refers to: keys beside a `$ref` count more.
pub(crate) struct Item<'a>(Vec<(&'a Value, String)>);

impl<'a> Item<'a> {
    /// The value of a key and its pointer.
    pub(crate) fn get(&self, key: &str) -> Option<(&'a Value, String)> {
        self.0
            .iter()
            .find_map(|(layer, at)| Some((layer.get(key)?, join(at, key))))
    }
}

/// The operations of a document, and why others cannot be read.
pub(crate) struct Operations<'a> {
    pub(crate) found: Vec<Found<'a>>,
    pub(crate) lost: Vec<Error>,
}

impl<'a> Operations<'a> {
    /// Lists the operations, with `$ref`s followed.
    pub(crate) fn of(document: &'a Value) -> Self {
        let mut all = Self {
            found: Vec::new(),
            lost: Vec::new(),
        };
        for (path, item) in map_of(document, "paths").into_iter().flatten() {
            if let Err(error) = all.add(document, path, item) {
                all.lost.push(error);
            }
        }
        all
    }

    fn add(&mut self, document: &'a Value, path: &'a str, item: &'a Value) -> Result<()> {
        let item = Rc::new(Item(layers(document, item, join("/paths", path))?));
        for method in METHODS {
            let Some((operation, at)) = item.get(method).filter(|(value, _)| value.is_object())
            else {
                continue;
            };
            match layers(document, operation, at) {
                Ok(mut layers) => {
                    self.found
                        .extend(layers.pop().map(|(operation, pointer)| Found {
                            path,
                            method,
                            operation,
                            pointer,
                            item: Rc::clone(&item),
                        }));
                }
                Err(error) => self.lost.push(error),
            }
        }
        Ok(())
    }

    /// The only operation with this `operationId` or `METHOD /path`.
    pub(crate) fn find(&self, id: &str) -> Result<&Found<'a>> {
        let by_place = id
            .split_once(' ')
            .filter(|(_, path)| path.trim().starts_with('/'));
        let is_wanted = |one: &&Found<'_>| match by_place {
            Some((verb, place)) => {
                verb.eq_ignore_ascii_case(one.method) && place.trim() == one.path
            }
            None => text_of(one.operation, "operationId") == Some(id),
        };
        let wanted: Vec<&Found<'a>> = self.found.iter().filter(is_wanted).collect();
        let reason = match (wanted.as_slice(), self.lost.first()) {
            ([only], _) => return Ok(only),
            // It may be the one that cannot be read.
            ([], Some(lost)) => return Err(lost.clone()),
            ([], None) => format!("is not in the document{}", self.hint(id)),
            (several, _) => {
                let places: Vec<String> = several
                    .iter()
                    .map(|one| format!("`{} {}`", one.method.to_uppercase(), one.path))
                    .collect();
                let places = places.join(" and ");
                format!("occurs at {places}: select it by method and path")
            }
        };
        Err(Error::at("/paths", format!("operation `{id}` {reason}")))
    }

    /// The identifiers that may have been meant.
    fn hint(&self, id: &str) -> String {
        let plain = |text: &str| {
            text.to_lowercase()
                .replace(|letter: char| !letter.is_alphanumeric(), "")
        };
        let ids = self.found.iter();
        let ids: BTreeSet<&str> = ids
            .filter_map(|one| text_of(one.operation, "operationId"))
            .collect();
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
}
