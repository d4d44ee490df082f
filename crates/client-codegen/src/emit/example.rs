//! Writes the example that opens a client's documentation, from credentials to typed records.

use syn::Item;

use super::client::Client;
use super::operations::{Body, Kind, Operation, Parameter, Success};
use super::requests::required_type;
use super::syntax::{argument_of, field_of, type_name};
use crate::extension::is_among;
use crate::names::value_name;
use crate::options::Options;

/// The loop over the records of a paged list.
const ITEMS: &str = r#"    let mut items = client.{call}.items();
    while let Some(record) = items.next().await {
        match record?.into_decoded() {
            Ok(found) => println!("{found:?}"),
            Err(reason) => eprintln!("not decoded: {reason}"),
        }
    }
"#;

/// Writes the example, a call of the first operation; `None` if there is none.
pub(super) fn example(
    options: &Options,
    client: &Client,
    types: &[Item],
    operations: &[Operation<'_>],
) -> Option<String> {
    let operation = operations.first()?;
    let secrets: Vec<String> = client
        .credentials
        .of_new()
        .map(|name| format!("\"your {}\"", name.replace('_', " ")))
        .collect();
    let credentials = format!("Credentials::new({})", secrets.join(", "));
    let connect = match client.base_url {
        Some(_) => format!("Client::connect({credentials})?"),
        None => format!(
            "Client::connect_with(\n        \"https://api.example.com\",\n        {credentials},\n        &runtime::Options::default(),\n    )?"
        ),
    };
    let call = call(operation, types);
    let mut used = "Client, Credentials".to_owned();
    for (path, import) in [
        ("requests::", ", requests"),
        ("runtime::", ", runtime"),
        ("types::", ", types"),
    ] {
        if connect.contains(path) || call.contains(path) {
            used.push_str(import);
        }
    }
    let krate = options.package.ident();
    let mut paged = options.operations.iter().filter(|one| one.paging.is_some());
    let body = match operation.records.is_some() && paged.any(|one| one.id == operation.stated_id) {
        true => ITEMS.replace("{call}", &call),
        false => {
            let shown = shown(operation, types);
            format!("    let answer = client.{call}.send().await?;\n{shown}")
        }
    };
    Some(format!(
        r#"use {krate}::{{{used}}};

async fn example() -> Result<(), Box<dyn std::error::Error>> {{
    let client = {connect};
{body}    Ok(())
}}
"#
    ))
}

/// The call with its required arguments, and a page size where there is one.
pub(super) fn call(operation: &Operation<'_>, types: &[Item]) -> String {
    let id = operation.id;
    let required = operation.parameters.iter().filter(|one| one.required);
    let grouped = required_type(operation);
    let mut values: Vec<(&str, String)> = required
        .map(|one| (one.name, value(one, grouped.is_some(), types)))
        .collect();
    match &operation.body {
        Some(Body::Json(_) | Body::Form(..)) if grouped.is_none() => {
            values.push(("body", "&serde_json::from_str(\"{}\")?".to_owned()));
        }
        Some(Body::Json(_) | Body::Form(..)) => {
            values.push(("body", "serde_json::from_str(\"{}\")?".to_owned()));
        }
        Some(Body::Multipart) if grouped.is_none() => {
            values.push(("body", "&runtime::Multipart::new()".to_owned()));
        }
        Some(Body::Multipart) => values.push(("body", "runtime::Multipart::new()".to_owned())),
        Some(Body::Text | Body::Bytes) => values.push(("body", "\"body\".into()".to_owned())),
        None => {}
    }
    let arguments = match grouped {
        Some(name) => {
            let fields = values
                .iter()
                .map(|(name, value)| format!("{name}: {value}"));
            let fields: Vec<String> = fields.collect();
            format!("requests::{name} {{ {} }}", fields.join(", "))
        }
        None => {
            let values = values.into_iter().map(|(_, value)| value);
            values.collect::<Vec<_>>().join(", ")
        }
    };
    let mut sizes = operation.parameters.iter().filter(|one| {
        let is_size = is_among(one.name, "size limit per_page page_size");
        is_size && !one.required && matches!(&one.kind, Kind::Plain(_))
    });
    let size = sizes.next().map(|one| format!(".{}(100)", one.name));
    format!("{id}({arguments}){}", size.unwrap_or_default())
}

/// A value for a required parameter.
fn value(parameter: &Parameter<'_>, owned: bool, types: &[Item]) -> String {
    let kind = match &parameter.kind {
        Kind::Text => {
            let text = format!("\"{}\"", parameter.name.trim_end_matches('_'));
            return if owned {
                format!("{text}.to_owned()")
            } else {
                text
            };
        }
        Kind::Texts => return "vec![\"value\".to_owned()]".to_owned(),
        Kind::List(_) => return "Vec::new()".to_owned(),
        Kind::Object(_) if owned => return "serde_json::from_str(\"{}\")?".to_owned(),
        Kind::Object(_) => return "&serde_json::from_str(\"{}\")?".to_owned(),
        Kind::Plain(kind) => type_name(kind).unwrap_or_default(),
    };
    let variant = types.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == kind => {
            item.variants.first().map(|variant| &variant.ident)
        }
        _ => None,
    });
    match variant {
        Some(variant) => format!("types::{kind}::{variant}"),
        None if kind == "bool" => "true".to_owned(),
        None => "1".to_owned(),
    }
}

/// The code that shows the answer: record by record where it is a list.
fn shown(operation: &Operation<'_>, types: &[Item]) -> String {
    let answer = match &operation.success {
        Success::Json(answer) => answer,
        Success::Bytes => return "    println!(\"{} bytes\", answer.len());\n".to_owned(),
        Success::Nothing => return "    println!(\"{}\", answer.status());\n".to_owned(),
    };
    let records = operation.records.unwrap_or_default();
    let field = value_name(records);
    let iterated = field_of(types, answer, records).and_then(|list| {
        let optional = argument_of(&list.ty, "Option");
        argument_of(optional.unwrap_or(&list.ty), "Vec")
            .filter(|element| argument_of(element, "Record").is_some())?;
        Some(match optional {
            Some(_) => format!("answer.{field}.iter().flatten()"),
            None => format!("&answer.{field}"),
        })
    });
    match iterated {
        Some(iterated) => format!(
            r#"    for record in {iterated} {{
        match record.decoded() {{
            Ok(found) => println!("{{found:?}}"),
            Err(reason) => eprintln!("not decoded: {{reason}}"),
        }}
    }}
"#
        ),
        None => "    println!(\"{answer:?}\");\n".to_owned(),
    }
}
