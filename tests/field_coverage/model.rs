//! The ledger read backwards: for each field of `Tenant`, the fields of the providers that feed it.

use serde_json::Value;
use tenancy::providers::{Capabilities, Paging, StatedOrder};
use tenancy_tests::spec::{Field, Kind, Spec};

use crate::derive::{Derived, Effects};

/// One field of `Tenant`, and what it means.
struct Row {
    path: String,
    meaning: String,
}

/// The README's table of the providers.
pub(crate) fn providers(ledgers: &[(Spec, Derived)]) -> String {
    let mut table =
        "| `provider` | lists | environment variables | certainty of a long list, at best |\n|---|---|---|---|\n"
            .to_owned();
    for (spec, _) in ledgers {
        let provider = tenancy::providers::find(spec.provider).unwrap();
        let variables = provider.credentials.iter();
        let variables: Vec<String> = variables
            .map(|field| format!("`{}`", field.variable))
            .collect();
        table += &format!(
            "| `{}` | {} of {} | {} | {} |\n",
            provider.name,
            provider.tenants,
            provider.title,
            variables.join(", "),
            at_best(&provider.capabilities)
        );
    }
    table
}

/// The best certainty of a list that is longer than a page, by `docs/certainty.md`, and why.
fn at_best(can: &Capabilities) -> &'static str {
    let is_one_list = can.maybe_left_out.is_empty() && !can.status_from_filter;
    match can.paging {
        _ if can.unlisted().next().is_some() => {
            "`assumed`: tenants of a status may be left out, and no request selects them"
        }
        Paging::OneBody if can.maybe_cut => "`agreed`: one body, which no document calls whole",
        Paging::OneBody => "`proved`: it is one body",
        Paging::Links => "`agreed`: only links connect the pages",
        _ if !is_one_list => "`agreed`: several lists, by status",
        Paging::Ranks { order, .. } => match order {
            StatedOrder::NewestFirst if can.reports_total => "`proved`: newest first, with totals",
            StatedOrder::OldestFirst => "`proved` by two reads: oldest first",
            _ => "`agreed`: the order, or a total, is not stated",
        },
        Paging::Keyset {
            order: StatedOrder::Unstated,
        } => "`agreed`: the order is not stated",
        Paging::Keyset { .. } => "`proved`: each page begins after a record",
        _ => "`assumed`",
    }
}

/// The README's table of the model.
pub(crate) fn fields() -> String {
    let mut table = "| field | meaning |\n|---|---|\n".to_owned();
    for Row { path, meaning } in rows() {
        table += &format!("| `{path}` | {meaning} |\n");
    }
    table
}

/// A page with a section for each provider: the fields of `Tenant`, and the provider's fields that feed them.
pub(crate) fn page(ledgers: &[(Spec, Derived)]) -> String {
    let mut page = INTRODUCTION.to_owned();
    for ledger @ (spec, _) in ledgers {
        let provider = tenancy::providers::find(spec.provider).unwrap();
        page += &format!("\n## {}\n\n| field | from |\n|---|---|\n", provider.title);
        for Row { path, .. } in rows() {
            let from = feeding(&path, ledger);
            if !from.is_empty() {
                page += &format!("| `{path}` | {from} |\n");
            }
        }
    }
    page
}

const INTRODUCTION: &str = "\
# Where each field comes from

Each table shows which of a provider's fields feed the fields of a tenant. A field that is not listed is always absent.
Tests derive this page from the mappings; the README says what each field means.
";

/// The fields of a provider that feed a field of `Tenant`.
fn feeding(path: &str, (spec, derived): &(Spec, Derived)) -> String {
    // Every field of a record moves it.
    if path == "raw" {
        return String::new();
    }
    let of_page = feeding_from(path, &spec.page_fields(), &derived.of_page);
    let of_record = feeding_from(path, &spec.record.fields(), &derived.of_record);
    [of_page, of_record].concat().join(", ")
}

fn feeding_from(path: &str, fields: &[Field], effects: &Effects) -> Vec<String> {
    let feeds = |field: &&Field| {
        let name = field.dotted();
        let labels = effects.alone[&name].iter().chain(&effects.together[&name]);
        labels.into_iter().any(|label| belongs(label, path))
    };
    let feeding: Vec<&Field> = fields.iter().filter(feeds).collect();
    let told = |field: &&&Field| {
        !feeding.iter().any(|other| match &other.shape.kind {
            // An open object stands for its names, and what is in an object for the object.
            Kind::Open(..) => is_below(field, other),
            _ => is_below(other, field) && !matches!(field.shape.kind, Kind::Open(..)),
        })
    };
    feeding
        .iter()
        .filter(told)
        .map(|field| format!("`{}`", field.dotted()))
        .collect()
}

fn is_below(field: &Field, other: &Field) -> bool {
    field.path.len() > other.path.len() && field.path.starts_with(&other.path)
}

/// Whether what moved is this field of `Tenant`: the field, an element of it, or a name in it.
fn belongs(label: &str, path: &str) -> bool {
    label
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest == "[]" || rest.starts_with('.'))
}

/// The fields of `Tenant`, by its JSON Schema: first those that every tenant has; those of an object below it.
fn rows() -> Vec<Row> {
    let schema = schemars::schema_for!(tenancy::Tenant).to_value();
    let mut rows = Vec::new();
    collect(&schema, &schema, "", "", &mut rows);
    let required = schema["required"].as_array().unwrap();
    rows.sort_by_key(|row| {
        let place = required.iter().position(|name| *name == row.path);
        place.unwrap_or(required.len())
    });
    rows
}

fn collect(root: &Value, schema: &Value, prefix: &str, meaning: &str, rows: &mut Vec<Row>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{prefix}{name}");
        let target = resolve(root, property);
        let described = [property, target]
            .into_iter()
            .find_map(|it| it["description"].as_str());
        let described = described.unwrap_or_default().replace(['\n', '|'], " ");
        if target["properties"].is_object() {
            collect(
                root,
                target,
                &format!("{path}."),
                &format!("{described} "),
                rows,
            );
            continue;
        }
        rows.push(Row {
            path: path.clone(),
            meaning: format!("{meaning}{described}"),
        });
        let element = resolve(root, &target["items"]);
        collect(root, element, &format!("{path}[]."), "", rows);
    }
}

/// What a schema refers to, be it that or null.
fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let branches = schema["anyOf"].as_array().into_iter().flatten();
    let referring = branches
        .chain([schema])
        .find_map(|branch| branch["$ref"].as_str());
    let target = referring.and_then(|path| root.pointer(path.trim_start_matches('#')));
    target.unwrap_or(schema)
}
