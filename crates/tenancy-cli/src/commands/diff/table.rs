//! What differs, as a table: one line a tenant that was created or is gone, and one a field that changed.

use serde_json::Value;
use tenancy_store::{ChangedTenant, Difference, FieldChange};

use crate::output::escape;
use crate::output::{Colour, Grid, Screen};
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

/// The table; nothing if nothing differs.
pub(super) fn text(difference: &Difference, screen: Screen) -> String {
    let mut grid = Grid::new(COLUMNS.to_vec());
    for tenant in &difference.created {
        grid.add(whole("created", Colour::Good, tenant.get()));
    }
    for tenant in &difference.gone {
        grid.add(whole("gone", Colour::Bad, tenant.get()));
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

type Line = [(String, Colour); 8];

fn whole(change: &str, colour: Colour, tenant: &str) -> Line {
    let tenant: Value = serde_json::from_str(tenant).unwrap_or_default();
    let of = |name: &str| shown(tenant.get(name));
    line(
        change,
        colour,
        [of("provider"), of("account"), of("id"), of("name")],
        Default::default(),
    )
}

fn changed(tenant: &ChangedTenant, field: &FieldChange) -> Line {
    let identity = &tenant.identity;
    let of = |text: &str| escape::terminal(text).into_owned();
    line(
        "changed",
        Colour::Doubtful,
        [
            of(&identity.account.provider),
            of(&identity.account.account),
            of(&identity.id),
            of(tenant.name.as_deref().unwrap_or_default()),
        ],
        [
            of(&field.path),
            shown(field.old.as_ref()),
            shown(field.new.as_ref()),
        ],
    )
}

fn line(change: &str, colour: Colour, tenant: [String; 4], field: [String; 3]) -> Line {
    let plain = |text| (text, Colour::Plain);
    let [provider, account, id, name] = tenant.map(plain);
    let [field, old, new] = field.map(plain);
    [
        (change.to_owned(), colour),
        provider,
        account,
        id,
        name,
        field,
        old,
        new,
    ]
}

/// A value on one line: a text as it is, anything else as JSON.
fn shown(value: Option<&Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::String(text)) => escape::terminal(text).into_owned(),
        Some(other) => escape::terminal(&other.to_string()).into_owned(),
    }
}
