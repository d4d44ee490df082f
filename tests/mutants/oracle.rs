//! What a tenant has to be, by a second and naive reading of the record that knows nothing of the mapping's code.

use serde_json::{Value, json};
use tenancy_tests::clean::Clean;
use tenancy_tests::providers::{Facts, fed};

use crate::outcome::pattern;

/// The tenant that a record has to become, as JSON; nothing if it has no identity.
pub(crate) fn tenant(facts: &Facts, parent: Option<&str>, record: &Clean) -> Option<Value> {
    let mut tenant = fed(facts.feeds, record);
    let id = tenant.get("id")?.as_str();
    id.filter(|id| !id.trim().is_empty())?;
    tenant.insert("provider".to_owned(), json!(facts.provider.name));
    tenant.insert("account".to_owned(), json!("replayed"));
    if let Some(parent) = parent {
        tenant.insert("parent_id".to_owned(), json!(parent));
    }
    (facts.derive)(&mut tenant, record);
    Some(Value::Object(tenant))
}

/// Whether no tenant has the field or its parent, so that nothing is lost if it cannot be read.
pub(crate) fn is_ignored(facts: &Facts, pointer: &str) -> bool {
    let field = pattern(pointer).replace("/*", "[]").replace('/', ".");
    let is_it = |(ignored, _): &(&str, &str)| {
        let rest = field.trim_start_matches('.').strip_prefix(ignored);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    facts.ignored.iter().any(is_it)
}

/// What the page says beside its records.
pub(crate) struct Around {
    /// How many tenants there are.
    pub(crate) total: Option<u64>,
    /// Whether it says a number of tenants that there cannot be.
    pub(crate) total_is_absurd: bool,
    /// The parent of all of them.
    pub(crate) parent: Option<String>,
    /// Whether the page says itself that it is none.
    pub(crate) refused: bool,
}

/// What a page says beside its records.
pub(crate) fn around(facts: &Facts, page: &Clean) -> Around {
    let at = |path: &str| path.split('/').skip(1).fold(page, Clean::member).shown();
    let sent = facts.total.and_then(at);
    let total = sent.as_ref().and_then(Value::as_u64);
    let parent = facts.parent.and_then(at);
    Around {
        total,
        total_is_absurd: sent.is_some() && total.is_none(),
        parent: parent.and_then(|id| Some(id.as_str()?.to_owned())),
        refused: page.member("success").shown() == Some(json!(false)),
    }
}
