//! What a tenant has to be, by a second and naive reading of the record that knows nothing of the mapping's code.

use serde_json::{Map, Value, json};

use crate::clean::Clean;

/// A field of a record, and the field of the tenant that it is.
type Feeds = &'static [(&'static str, &'static str)];

const VOBIZ: Feeds = &[
    ("auth_id", "id"),
    ("parent_auth_id", "parent_id"),
    ("name", "name"),
    ("description", "description"),
    ("enabled", "status_detail.enabled"),
    ("is_active", "status_detail.is_active"),
    ("email", "contact.email"),
    ("phone", "contact.phone"),
    ("created_at", "created_at"),
    ("updated_at", "updated_at"),
    ("last_used", "last_used_at"),
    ("rate_limit", "limits.request_rate"),
    ("permissions", "permissions"),
];

const LAYERS: Feeds = &[
    ("id", "id"),
    ("parentOrganizationId", "parent_id"),
    ("name", "name"),
    ("status", "status"),
    ("status", "status_detail.status"),
    ("billingEmail", "contact.email"),
    ("createdAt", "created_at"),
    ("updatedAt", "updated_at"),
    ("archivedAt", "archived_at"),
    ("metadata", "metadata"),
];

const OMNIDIM: Feeds = &[
    ("id", "id"),
    ("name", "name"),
    ("created_date", "created_at"),
    ("timezone", "timezone"),
    ("org_balance", "balance.amount"),
    ("cost_per_min", "rate_per_minute.amount"),
    ("concurrent_call_limit", "limits.concurrent_calls"),
];

const OMNIDIM_USER: Feeds = &[
    ("id", "id"),
    ("name", "name"),
    ("email", "email"),
    ("phone", "phone"),
    ("is_active", "active"),
    ("login_date", "last_login_at"),
    ("expiry_date", "expires_at"),
    ("dashboard_menu_access", "permissions"),
];

/// The tenant that a record of the provider has to come out as, as JSON; nothing if it has no identity.
pub(crate) fn tenant(provider: &str, parent: Option<&str>, record: &Clean) -> Option<Value> {
    let feeds = match provider {
        "omnidim" => OMNIDIM,
        "layers" => LAYERS,
        _ => VOBIZ,
    };
    let mut tenant = fed(feeds, record);
    tenant
        .get("id")?
        .as_str()
        .filter(|id| !id.trim().is_empty())?;
    tenant.insert("provider".to_owned(), json!(provider));
    tenant.insert("account".to_owned(), json!("replayed"));
    match provider {
        "omnidim" => add_of_omnidim(&mut tenant, parent, record),
        "layers" => add_of_layers(&mut tenant, record),
        _ => add_of_vobiz(&mut tenant, record),
    }
    Some(Value::Object(tenant))
}

fn add_of_omnidim(tenant: &mut Map<String, Value>, parent: Option<&str>, record: &Clean) {
    put(tenant, "parent_id", parent.map(|id| json!(id)));
    let of_balance = record
        .member("reseller_org_balance_currency_symbol")
        .shown();
    let of_users = record.member("org_user_currency_symbol").shown();
    if tenant.contains_key("rate_per_minute") && of_balance == of_users {
        put(tenant, "rate_per_minute.currency", of_balance.clone());
    }
    if tenant.contains_key("balance") {
        put(tenant, "balance.currency", of_balance);
    }
    if let Clean::List(users) = record.member("users") {
        let members = users
            .iter()
            .map(|user| Value::Object(fed(OMNIDIM_USER, user)));
        tenant.insert("members".to_owned(), members.collect());
    }
}

fn add_of_layers(tenant: &mut Map<String, Value>, record: &Clean) {
    let id = record.member("id").shown();
    if let Some(bare) = id
        .as_ref()
        .and_then(Value::as_str)
        .and_then(|id| id.strip_prefix("org_"))
    {
        tenant.insert("aliases".to_owned(), json!([bare]));
    }
}

fn add_of_vobiz(tenant: &mut Map<String, Value>, record: &Clean) {
    let aliases: Vec<_> = ["id", "api_id"]
        .iter()
        .filter_map(|name| record.member(name).shown())
        .collect();
    if !aliases.is_empty() {
        tenant.insert("aliases".to_owned(), json!(aliases));
    }
    let switches = ["enabled", "is_active"].map(|name| record.member(name).shown());
    if switches.contains(&Some(json!(false))) {
        tenant.insert("status".to_owned(), json!("suspended"));
    } else if switches.iter().all(|switch| *switch == Some(json!(true))) {
        tenant.insert("status".to_owned(), json!("active"));
    }
}

fn fed(feeds: Feeds, record: &Clean) -> Map<String, Value> {
    let mut fed = Map::new();
    for (from, to) in feeds {
        put(&mut fed, to, record.member(from).shown());
    }
    fed
}

/// Puts a value, if there is one, where the dotted path says.
fn put(object: &mut Map<String, Value>, path: &str, value: Option<Value>) {
    let Some(value) = value else { return };
    match path.split_once('.') {
        Some((name, rest)) => {
            let inner = object.entry(name).or_insert_with(|| json!({}));
            if let Value::Object(inner) = inner {
                put(inner, rest, Some(value));
            }
        }
        None => {
            object.insert(path.to_owned(), value);
        }
    }
}

/// A field that the report has to name although it is as declared: other fields contradict it.
pub(crate) fn contradicted(provider: &str, record: &Clean) -> Option<&'static str> {
    let listed = match record.member("users") {
        Clean::List(users) => users.len(),
        _ => 0,
    };
    let total = record.member("total_users").shown()?;
    (provider == "omnidim" && total != json!(listed)).then_some("/users")
}

/// Whether a field is a time that no tenant has: whether it can be read is then nobody's loss.
pub(crate) fn is_unread_time(provider: &str, pointer: &str) -> bool {
    provider == "vobiz" && ["/created", "/modified"].contains(&pointer)
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

/// What a page of the provider says beside its records.
pub(crate) fn around(provider: &str, page: &Clean) -> Around {
    let total = match provider {
        "omnidim" => page.member("total_organizations"),
        _ => page.member("total"),
    };
    let parent = page.member("reseller_organization").member("id").shown();
    let told = total.shown();
    let total = told.as_ref().and_then(Value::as_u64);
    Around {
        total,
        total_is_absurd: told.is_some() && total.is_none(),
        parent: parent.and_then(|id| Some(id.as_str()?.to_owned())),
        refused: page.member("success").shown() == Some(json!(false)),
    }
}
