//! One module a provider: the facts that general tests need, and the tests of what only this provider has.

#[cfg(test)]
mod keyset;
#[cfg(test)]
mod server;
#[cfg(test)]
mod totals;

use serde_json::{Map, Value};
use tenancy::providers::Descriptor;

use crate::clean::Clean;

/// Declares the module of each provider, and lists their facts.
macro_rules! providers {
    ($($module:ident,)*) => {
        $(pub mod $module;)*

        /// The facts of every provider of the registry.
        pub static ALL: &[&Facts] = &[$(&$module::FACTS,)*];
    };
}

#[rustfmt::skip]
providers! {
    omnidim,
    layers,
    vobiz,
    twilio,
    vonage,
    plivo,
    synthflow,
    workos,
    telnyx,
    mailgun,
    sendgrid,
    stripe,
}

/// What general tests must know of a provider, read from its documents and not from its mapping.
pub struct Facts {
    /// The provider.
    pub provider: &'static Descriptor,
    /// Examples in `specs/` that are one page of a longer list.
    pub partial_examples: &'static [&'static str],
    /// The envelope's fields on the only page of a list with so many records.
    pub only_page: fn(usize) -> Value,
    /// The page after the last record of a list with so many records.
    pub after_the_last: fn(usize) -> Value,
    /// The envelope's field with the number of tenants, as a JSON pointer.
    pub total: Option<&'static str>,
    /// The envelope's fields that tenants or completeness depend on, as JSON pointers.
    pub read: &'static [&'static str],
    /// The parent's identity in the envelope, as a JSON pointer.
    pub parent: Option<&'static str>,
    /// A record's fields, and the tenant's field that each becomes.
    pub feeds: &'static [(&'static str, &'static str)],
    /// Adds to a tenant what is not one field of its record.
    pub derive: fn(&mut Map<String, Value>, &Clean),
    /// A field that other fields of a record contradict, as a JSON pointer.
    pub contradicted: fn(&Clean) -> Option<&'static str>,
    /// Fields that no tenant and no list depends on, and why.
    pub ignored: &'static [(&'static str, &'static str)],
    /// Replacements in a record's text that put long numbers where the provider may send them.
    pub long_numbers: &'static [(&'static str, &'static str)],
}

impl Facts {
    /// Makes a page the only one of a list with so many records, as far as it has the fields that say so.
    pub fn settle(&self, page: &mut Value, records: usize) {
        // A list that is the page itself has no fields around it.
        if page.is_object() {
            replace(page, &(self.only_page)(records));
        }
    }

    /// Whether a record is the parent's own, in the list of its children: what feeds the identity feeds the parent's too.
    #[must_use]
    pub fn is_parent(&self, record: &Value) -> bool {
        let fed = |field| {
            let (from, _) = self.feeds.iter().find(|(_, to)| *to == field)?;
            record.get(from).filter(|value| !value.is_null())
        };
        fed("id").is_some_and(|id| fed("parent_id") == Some(id))
    }
}

/// The facts of a provider.
///
/// # Panics
/// There are none.
#[must_use]
pub fn facts(provider: &str) -> &'static Facts {
    let found = ALL.iter().find(|facts| facts.provider.name == provider);
    found.unwrap_or_else(|| panic!("no facts of {provider}: add them to tests/providers/"))
}

/// Replaces the values of a document that another one has too.
fn replace(document: &mut Value, by: &Value) {
    match (document, by) {
        (Value::Object(members), Value::Object(by)) => {
            for (name, value) in by {
                if let Some(member) = members.get_mut(name) {
                    replace(member, value);
                }
            }
        }
        (value, by) => *value = by.clone(),
    }
}

/// Maps fields one to one.
#[must_use]
pub fn fed(feeds: &[(&str, &str)], record: &Clean) -> Map<String, Value> {
    let mut fed = Map::new();
    for (from, to) in feeds {
        put(&mut fed, to, record.member(from).shown());
    }
    fed
}

/// Puts a value, if there is one, at a dotted path.
pub fn put(object: &mut Map<String, Value>, path: &str, value: Option<Value>) {
    let Some(value) = value else { return };
    match path.split_once('.') {
        Some((name, rest)) => {
            let inner = object
                .entry(name)
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                put(inner, rest, Some(value));
            }
        }
        None => {
            object.insert(path.to_owned(), value);
        }
    }
}
