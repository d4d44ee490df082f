//! Documents made from what is declared: one with every field, and one with those only that have to be there.

use serde_json::{Map, Value, json};
use tenancy_tests::spec::{Kind, Shape, Step};

/// The name that stands for every one that an open object does not declare.
const UNDECLARED: &str = "an_undeclared_name";

/// A document with every declared field. Values are those of the provider's own examples where these have any.
pub(crate) fn full(shape: &Shape, examples: &[&Value], name: &str) -> Value {
    let of_member = |name: &str, shape: &Shape| {
        let members: Vec<_> = examples
            .iter()
            .filter_map(|example| example.get(name))
            .collect();
        (name.to_owned(), full(shape, &members, name))
    };
    match &shape.kind {
        Kind::List(element) => {
            let elements: Vec<_> = examples
                .iter()
                .filter_map(|example| example.as_array())
                .flatten()
                .collect();
            json!([full(element, &elements, name)])
        }
        Kind::Object(members) => members
            .iter()
            .map(|(name, shape)| of_member(name, shape))
            .collect(),
        Kind::Open(members, rest) => members
            .iter()
            .map(|(name, shape)| of_member(name, shape))
            .chain([of_member(UNDECLARED, rest)])
            .collect(),
        kind => examples
            .iter()
            .find(|example| fits(kind, example))
            .map_or_else(|| typical(kind, name), |example| (*example).clone()),
    }
}

/// A document with nothing in it but what has to be there, and the objects and lists that hold the rest.
pub(crate) fn bare(shape: &Shape, full: &Value) -> Value {
    match (&shape.kind, full) {
        (Kind::Object(members), Value::Object(values)) => members
            .iter()
            .filter(|(_, shape)| shape.required || !is_leaf(&shape.kind))
            .filter_map(|(name, shape)| Some((name.clone(), bare(shape, values.get(name)?))))
            .collect(),
        (Kind::List(element), Value::Array(values)) => {
            values.iter().map(|value| bare(element, value)).collect()
        }
        (Kind::Open(..), _) => json!({}),
        _ => full.clone(),
    }
}

fn is_leaf(kind: &Kind) -> bool {
    !matches!(kind, Kind::List(_) | Kind::Object(_) | Kind::Open(..))
}

/// A value of this type.
fn typical(kind: &Kind, name: &str) -> Value {
    match kind {
        Kind::Text(_) => json!(format!("{name} as text")),
        Kind::Time(format) if format == "date" => json!("2026-02-03"),
        Kind::Time(_) => json!("2026-02-03T04:05:06Z"),
        Kind::Secret => json!("a secret"),
        Kind::Word(words) => json!(words[0]),
        Kind::Whole => json!(3),
        Kind::Identity => json!(4),
        Kind::Number => json!(1.25),
        Kind::Switch => json!(true),
        Kind::Any => json!("anything"),
        Kind::List(_) => json!([]),
        Kind::Object(_) | Kind::Open(..) => json!({}),
    }
}

/// Values of this type other than the one that is there.
pub(crate) fn others(kind: &Kind) -> Vec<Value> {
    match kind {
        Kind::Text(_) | Kind::Secret | Kind::Any => vec![json!("another")],
        Kind::Time(_) => vec![json!("2027-07-07T07:07:07Z")],
        Kind::Word(words) => words
            .iter()
            .map(|word| json!(word))
            .chain([json!("another")])
            .collect(),
        Kind::Whole | Kind::Identity => vec![json!(7)],
        Kind::Number => vec![json!(7.25)],
        Kind::Switch => vec![json!(true), json!(false)],
        Kind::List(_) => vec![json!([])],
        Kind::Object(_) | Kind::Open(..) => vec![json!({})],
    }
}

fn fits(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Text(_) | Kind::Time(_) | Kind::Secret | Kind::Word(_) => value.is_string(),
        Kind::Whole | Kind::Identity => value.is_i64(),
        Kind::Number => value.is_number(),
        Kind::Switch => value.is_boolean(),
        Kind::Any => !value.is_null(),
        Kind::List(_) | Kind::Object(_) | Kind::Open(..) => false,
    }
}

/// What is at a path, in the first element of every list on the way.
pub(crate) fn at<'a>(document: &'a Value, path: &[Step]) -> Option<&'a Value> {
    path.iter().try_fold(document, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::AnyMember => value.get(UNDECLARED),
        Step::Element => value.get(0),
    })
}

/// Puts a value at a path, and what is missing on the way; or takes away what is there.
pub(crate) fn put(document: &mut Value, path: &[Step], value: Option<Value>) {
    let Some((step, rest)) = path.split_first() else {
        *document = value.unwrap_or_default();
        return;
    };
    let name = match step {
        Step::Element => {
            if document.get(0).is_none() {
                *document = json!([{}]);
            }
            return put(&mut document[0], rest, value);
        }
        Step::Member(name) => name,
        Step::AnyMember => UNDECLARED,
    };
    if !document.is_object() {
        *document = Value::Object(Map::new());
    }
    if let Value::Object(members) = document {
        match value {
            None if rest.is_empty() => drop(members.remove(name)),
            value => put(members.entry(name).or_insert(Value::Null), rest, value),
        }
    }
}
