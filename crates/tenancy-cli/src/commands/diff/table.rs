//! Prints a difference as a table: one line per tenant that was created or is gone, and one per changed field.

use serde_json::Value;
use tenancy_store::{ChangedTenant, Difference, FieldChange};

use crate::output::{Grid, Screen, Tone};
use crate::select::field::Style;

const COLUMNS: [(&str, Style); 8] = [
    ("change", Style::Whole),
    ("provider", Style::Whole),
    ("account", Style::Whole),
    ("id", Style::Whole),
    ("name", Style::Prose),
    ("field", Style::Whole),
    ("old", Style::Prose),
    ("new", Style::Prose),
];

/// The table; empty if the sides are equal.
pub(super) fn text(difference: &Difference, screen: Screen) -> String {
    let mut grid = Grid::new(COLUMNS.to_vec());
    for tenant in &difference.created {
        grid.add(whole("created", Tone::Good, tenant.get()));
    }
    for tenant in &difference.gone {
        grid.add(whole("gone", Tone::Bad, tenant.get()));
    }
    for tenant in &difference.changed {
        for field in &tenant.fields {
            grid.add(changed(tenant, field));
        }
    }
    if grid.is_empty() {
        return String::new();
    }
    format!("{}\n", grid.draw(screen).text)
}

type Line = [(String, Tone); 8];

fn whole(change: &str, tone: Tone, tenant: &str) -> Line {
    let tenant: Value = serde_json::from_str(tenant).unwrap_or_default();
    let of = |name: &str| shown(tenant.get(name));
    line(
        change,
        tone,
        [of("provider"), of("account"), of("id"), of("name")],
        Default::default(),
    )
}

fn changed(tenant: &ChangedTenant, field: &FieldChange) -> Line {
    let identity = &tenant.identity;
    line(
        "changed",
        Tone::Doubtful,
        [
            identity.account.provider.clone(),
            identity.account.account.clone(),
            identity.id.clone(),
            tenant.name.clone().unwrap_or_default(),
        ],
        [
            field.path.clone(),
            shown(field.old.as_ref()),
            shown(field.new.as_ref()),
        ],
    )
}

fn line(change: &str, tone: Tone, tenant: [String; 4], field: [String; 3]) -> Line {
    let plain = |text| (text, Tone::Plain);
    let [provider, account, id, name] = tenant.map(plain);
    let [field, old, new] = field.map(plain);
    [
        (change.to_owned(), tone),
        provider,
        account,
        id,
        name,
        field,
        old,
        new,
    ]
}

/// A string as it is, anything else as JSON.
fn shown(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
