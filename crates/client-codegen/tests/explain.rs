//! What changed documents mean: changes of real documents, each with its severity and its effect.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::fs;
use std::path::Path;

use client_codegen::{
    Accepted, Change, ClientToml, FieldMap, Selection, Severity, explain, markdown,
};
use serde_json::{Value, json};

fn file(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}

/// A provider's corrected document, its operations, and what its fields move.
fn provider(name: &str) -> (Value, Vec<Selection>, FieldMap) {
    let document = file(&format!("crates/clients/{name}/openapi.json"));
    let toml = ClientToml::parse(&file(&format!("specs/{name}/client.toml"))).unwrap();
    let coverage = file(&format!("tests/snapshots/field_coverage__{name}.snap"));
    (
        serde_json::from_str(&document).unwrap(),
        toml.operations,
        FieldMap::parse(&coverage),
    )
}

/// An edit of a document, below a pointer.
enum Edit {
    /// Sets a key, or appends to a list.
    Set(&'static str, &'static str, Value),
    Remove(&'static str, &'static str),
    Rename(&'static str, &'static str, &'static str),
    /// The document gains what the former one lacked: the key is removed from the former.
    Gain(&'static str, &'static str),
}

use Edit::{Gain, Remove, Rename, Set};

fn edited(document: &Value, edit: &Edit) -> Value {
    let mut edited = document.clone();
    let (Set(at, ..) | Remove(at, _) | Rename(at, ..) | Gain(at, _)) = edit;
    let owner = edited.pointer_mut(at).unwrap_or_else(|| panic!("{at}"));
    match (owner, edit) {
        (Value::Array(list), Set(_, _, value)) => list.push(value.clone()),
        (Value::Array(list), Remove(_, index)) => drop(list.remove(index.parse().unwrap())),
        (Value::Object(map), Set(_, key, value)) => {
            map.insert((*key).to_owned(), value.clone());
        }
        (Value::Object(map), Remove(_, key) | Gain(_, key)) => {
            map.remove(*key).unwrap();
        }
        (Value::Object(map), Rename(_, old, new)) => {
            let value = map.remove(*old).unwrap();
            map.insert((*new).to_owned(), value);
        }
        _ => panic!("{at}"),
    }
    assert_ne!(*document, edited);
    edited
}

fn changes(name: &str, edit: &Edit) -> Vec<Change> {
    let (document, operations, map) = provider(name);
    let edited = edited(&document, edit);
    match edit {
        Gain(..) => explain(&edited, &document, &operations, &map),
        _ => explain(&document, &edited, &operations, &map),
    }
}

macro_rules! layers {
    ($rest:literal) => {
        concat!("/paths/~1v1~1organizations/get", $rest)
    };
}

macro_rules! organization {
    ($rest:literal) => {
        concat!("/components/schemas/Organization", $rest)
    };
}

macro_rules! vobiz {
    ($rest:literal) => {
        concat!(
            "/paths/~1api~1v1~1accounts~1{auth_id}~1sub-accounts~1/get",
            $rest
        )
    };
}

const VOBIZ_PAGE: &str = vobiz!("/responses/200/content/application~1json/schema/properties");
const VOBIZ_TOKEN: &str = vobiz!(
    "/responses/200/content/application~1json/schema/properties/sub_accounts/items/properties/auth_token"
);
const OMNIDIM: &str = "/paths/~1reseller~1organizations/get";

#[rustfmt::skip]
#[test]
fn changes_and_what_they_mean() {
    let filter = |name: &str, text: &str, schema: Value| json!({"name": name, "in": "query", "description": text, "schema": schema});
    let plain = || json!({"type": "string"});
    let hiding = || json!({"type": "string", "default": "active"});
    let edits = [
        ("the page size is renamed", "vobiz", Set(vobiz!("/parameters/2"), "name", json!("per_page"))),
        ("the largest page shrinks", "layers", Set(layers!("/parameters/1/schema"), "maximum", json!(100))),
        ("the largest page grows", "layers", Set(layers!("/parameters/1/schema"), "maximum", json!(500))),
        ("the page number is gone", "vobiz", Set(vobiz!("/parameters/1"), "in", json!("header"))),
        ("a status word is new", "layers", Set(organization!("Status/enum"), "", json!("trial"))),
        ("a new filter hides tenants", "layers", Set(layers!("/parameters"), "", filter("include", "Which.", hiding()))),
        ("a new filter hides nothing", "layers", Set(layers!("/parameters"), "", filter("region", "One region.", plain()))),
        ("a new filter's text mentions a default", "layers", Set(layers!("/parameters"), "", filter("scope", "By default, direct children.", plain()))),
        ("a new parameter is required", "layers", Set(layers!("/parameters"), "", json!({"name": "org", "in": "query", "required": true, "schema": plain()}))),
        ("the cursor may be null", "layers", Gain(organization!("List/properties/nextCursor"), "nullable")),
        ("the cursor is renamed", "layers", Rename(organization!("List/properties"), "nextCursor", "next")),
        ("the id is a number", "layers", Set(organization!("/properties/id"), "type", json!("integer"))),
        ("the id may be absent", "layers", Set(organization!(""), "required", json!([]))),
        ("an authentication header is renamed", "vobiz", Set("/components/securitySchemes/AuthToken", "name", json!("X-Api-Token"))),
        ("the default page size changes", "layers", Set(layers!("/parameters/1/schema"), "default", json!(10))),
        ("a status word is gone", "layers", Remove(organization!("Status/enum"), "2")),
        ("a new response may come instead of the list", "layers", Set(layers!("/responses"), "202", json!({"description": "Accepted."}))),
        ("a new error", "layers", Set(layers!("/responses"), "402", json!({"description": "Unpaid."}))),
        ("a mapped field may be null", "layers", Gain(organization!("/properties/name"), "nullable")),
        ("a date has no time any more", "layers", Set(organization!("/properties/createdAt"), "format", json!("date"))),
        ("the operation is deprecated", "layers", Set(layers!(""), "deprecated", json!(true))),
        ("a parameter is deprecated", "layers", Set(layers!("/parameters/2"), "deprecated", json!(true))),
        ("only prose changes", "layers", Set(layers!("/parameters/0"), "description", json!("Filter by state."))),
        ("the records move", "vobiz", Rename(VOBIZ_PAGE, "sub_accounts", "data")),
        ("the total is gone", "vobiz", Remove(VOBIZ_PAGE, "total")),
        ("the page has a new field that may mean more", "vobiz", Set(VOBIZ_PAGE, "has_more", json!({"type": "boolean"}))),
        ("a record has a new field", "layers", Set(organization!("/properties"), "plan", plain())),
        ("a mapped field is gone", "layers", Remove(organization!("/properties"), "billingEmail")),
        ("a mapped field is renamed", "layers", Rename(organization!("/properties"), "billingEmail", "contactEmail")),
        ("a secret is declared no secret", "vobiz", Remove(VOBIZ_TOKEN, "format")),
        ("the list is paged now", "omnidim", Set(OMNIDIM, "parameters", json!([filter("page", "The page.", json!({"type": "integer"}))]))),
        ("the server moves", "vobiz", Set("/servers/0", "url", json!("https://eu.vobiz.ai"))),
        ("the path has another version", "layers", Rename("/paths", "/v1/organizations", "/v2/organizations")),
    ];
    let mut shown = String::new();
    for (title, name, edit) in &edits {
        let changes = changes(name, edit);
        assert!(!changes.is_empty(), "{title}");
        let report = markdown(name, &changes, &Accepted::default());
        shown += &format!("== {title}\n\n{report}\n");
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn an_unchanged_document_has_no_changes() {
    for name in ["layers", "omnidim", "vobiz"] {
        let (document, operations, map) = provider(name);
        assert_eq!(explain(&document, &document, &operations, &map), []);
    }
}

#[test]
fn an_accepted_change_stays_accepted_and_no_other_is() {
    let lower = |maximum: u64| {
        let edit = Set(layers!("/parameters/1/schema"), "maximum", json!(maximum));
        changes("layers", &edit)
    };
    let first = lower(100);
    assert_eq!(first[0].severity, Severity::Breaking);
    let text = format!(
        "[[accepted]]\nfingerprint = '{}'\nreason = 'Pages of 100 are requested anyway.'\n",
        first[0].fingerprint
    );
    let accepted = Accepted::parse(&text).unwrap();
    assert!(accepted.pending(&lower(100)).is_empty());
    assert_eq!(accepted.pending(&lower(50)).len(), 1);
    assert!(markdown("layers", &first, &accepted).contains("Accepted: Pages of 100"));
    assert!(Accepted::parse(&text.replace("Pages of 100 are requested anyway.", " ")).is_err());
}
