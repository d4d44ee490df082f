//! Writes the module `mock`: a server for tests that answers with the documentation's examples.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use syn::Item;

use super::client::Client;
use super::example::call;
use super::operations::{Operation, Success};
use super::package::fill;
use crate::error::{Error, Result};
use crate::files::Files;
use crate::options::{Options, Paging, Selection};

const MODULE: &str = include_str!("templates/mock.rs.txt");

/// An example's parameters, as the runtime compares them, and its number among the texts.
type Body = (String, usize);

/// Writes the module; nothing if no operation has examples.
///
/// # Errors
/// An operation's examples are not consecutive pages of its list.
pub(super) fn files(
    client: &Client,
    types: &[Item],
    operations: &[Operation<'_>],
    options: &Options,
) -> Result<Files> {
    let mut texts = Vec::new();
    let (mut entries, mut tests) = (String::new(), String::new());
    let mut shown = None;
    for operation in operations {
        let mut selections = options.operations.iter();
        let Some(selection) = selections.find(|one| one.id == operation.stated_id) else {
            continue;
        };
        if selection.examples.is_empty() || !matches!(operation.success, Success::Json(_)) {
            continue;
        }
        let (bodies, count) = bodies(selection, options, &mut texts)?;
        let (method, path) = (operation.method.to_uppercase(), operation.path);
        entries += &format!(
            "    Examples {{\n        method: \"{method}\",\n        path: {path:?},\n        bodies: &[\n"
        );
        for (parameters, number) in &bodies {
            entries += &format!("            ({parameters:?}, BODY_{number}),\n");
        }
        entries += "        ],\n    },\n";
        let call = call(operation, types);
        tests += &match selection.paging {
            Some(_) if operation.records.is_some() => format!(
                "        let mut items = client.{call}.items();\n        for _ in 0..{count} {{\n            \
                 items.next().await.ok_or(\"too few\")??.into_decoded()?;\n        }}\n        \
                 assert!(items.next().await.is_none());\n"
            ),
            _ => format!("        client.{call}.send().await?;\n"),
        };
        shown.get_or_insert(call);
    }
    let Some(shown) = shown else {
        return Ok(Files::new());
    };
    let mut bodies = String::new();
    for (number, text) in texts.iter().enumerate() {
        bodies += &format!(
            "const BODY_{number}: &str = r###\"{}\"###;\n",
            text.trim_end()
        );
    }
    let secrets = client.credentials.of_new().map(|_| "\"mock\"");
    let values = [
        ("header", &*options.package.header()),
        ("crate", &options.package.ident()),
        ("title", &options.package.title),
        ("call", &shown),
        ("secrets", &secrets.collect::<Vec<_>>().join(", ")),
        ("examples", &entries),
        ("bodies", &bodies),
        ("tests", &tests),
    ];
    Ok([("src/mock.rs".to_owned(), fill(MODULE, &values))].into())
}

/// The examples of an operation in the order in which the runtime tries them, and the number of their records. Adds their texts.
fn bodies(
    selection: &Selection,
    options: &Options,
    texts: &mut Vec<String>,
) -> Result<(Vec<Body>, usize)> {
    let refused = |name: &str, reason: &str| {
        Error::in_file("client.toml", format!("the example `{name}` {reason}"))
    };
    let records = selection.records.as_deref().unwrap_or_default();
    let (mut bodies, mut count) = (Vec::new(), 0);
    let mut parameters = Some(match &selection.paging {
        Some(Paging::Number { page, first }) => pair(page, &first.unwrap_or(1).to_string()),
        Some(Paging::Offset { offset }) => pair(offset, "0"),
        _ => String::new(),
    });
    let mut last = Value::Null;
    for (number, name) in selection.examples.iter().enumerate() {
        let text = options
            .examples
            .get(name)
            .ok_or_else(|| refused(name, "does not exist"))?;
        let body: Value = serde_json::from_str(text).map_err(|_| refused(name, "is not JSON"))?;
        let position = parameters.ok_or_else(|| refused(name, "follows the last page"))?;
        let page = body.pointer(&pointer(records)).and_then(Value::as_array);
        count += page.map_or(0, Vec::len);
        parameters = match &selection.paging {
            Some(Paging::Number { page, first }) => {
                let next = first.unwrap_or(1) + number as u64 + 1;
                Some(pair(page, &next.to_string()))
            }
            Some(Paging::Offset { offset }) => Some(pair(offset, &count.to_string())),
            Some(Paging::Cursor { cursor, next }) => {
                text_at(&body, next).map(|next| pair(cursor, &next))
            }
            Some(Paging::Key { after, id, more }) => {
                let goes_on = more
                    .as_ref()
                    .is_none_or(|more| body.pointer(&pointer(more)) != Some(&json!(false)));
                let id = page.and_then(|page| text_at(page.last()?, id));
                id.filter(|_| goes_on).map(|id| pair(after, &id))
            }
            Some(Paging::Address { address }) => {
                text_at(&body, address).and_then(|next| Some(next.split_once('?')?.1.to_owned()))
            }
            Some(Paging::Link { .. }) | None => None,
        };
        bodies.push((position, texts.len()));
        texts.push(text.clone());
        last = body;
    }
    let name = &selection.examples[selection.examples.len() - 1];
    match &selection.paging {
        Some(
            Paging::Number {
                page: parameter, ..
            }
            | Paging::Offset { offset: parameter },
        ) => {
            // Beyond the last page, and without a position.
            if let Some(list) = last.pointer_mut(&pointer(records)) {
                *list = json!([]);
            }
            bodies.push((encoded(parameter), texts.len()));
            texts.push(format!("{last:#}"));
            bodies.push((String::new(), bodies[0].1));
        }
        _ if parameters.is_some() => {
            return Err(refused(name, "is the last one and names a next page"));
        }
        // The first page fits any request.
        _ => bodies.rotate_left(1),
    }
    Ok((bodies, count))
}

fn pointer(path: &str) -> String {
    match path {
        "" => String::new(),
        path => format!("/{}", path.replace('.', "/")),
    }
}

fn text_at(body: &Value, path: &str) -> Option<String> {
    match body.pointer(&pointer(path))? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn pair(name: &str, value: &str) -> String {
    format!("{}={}", encoded(name), encoded(value))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
