//! Writes the example that opens a client's documentation, from credentials to typed records.

use syn::{FnArg, ImplItem, Item, Pat, ReturnType, Signature, Type};

use super::operations::Operation;
use super::syntax::{argument_of, type_name};
use crate::extension::RECORDS;
use crate::names::value_name;
use crate::schema::text_of;

/// Writes the example, a call of the first operation; `None` if there is none.
pub(super) fn example(
    krate: &str,
    module: &syn::File,
    operations: &[Operation<'_>],
) -> Option<String> {
    let operation = operations.first()?;
    let call = method(module, "Client", operation.id)?;
    let types = module.items.iter().find_map(|item| match item {
        Item::Mod(types) => types.content.as_ref().map(|(_, items)| items.as_slice()),
        _ => None,
    });
    let types = types.unwrap_or_default();
    let secrets = arguments(method(module, "Credentials", "new")?);
    let secrets: Vec<String> = secrets
        .map(|(name, _)| format!("\"your {}\"", name.replace('_', " ")))
        .collect();
    let credentials = format!("Credentials::new({})", secrets.join(", "));
    let connect = match method(module, "Client", "connect") {
        Some(_) => format!("Client::connect({credentials})?"),
        None => format!(
            "Client::connect_with(\n        \"https://api.example.com\",\n        {credentials},\n        &runtime::Options::default(),\n    )?"
        ),
    };
    let arguments: Vec<String> = arguments(call)
        .map(|(name, found)| argument(&name, found, types))
        .collect();
    let arguments = arguments.join(", ");
    let mut used = "Client, Credentials".to_owned();
    for (path, import) in [("runtime::", ", runtime"), ("types::", ", types")] {
        if connect.contains(path) || arguments.contains(path) {
            used.push_str(import);
        }
    }
    let (id, shown) = (operation.id, shown(call, types, operation));
    Some(format!(
        r#"use {krate}::{{{used}}};

async fn example() -> Result<(), Box<dyn std::error::Error>> {{
    let client = {connect};
    let answer = match client.{id}({arguments}).await {{
        Ok(answer) => answer.into_inner(),
        Err(error) => return Err(client.transport().explain("{id}", error).await.into()),
    }};
{shown}    Ok(())
}}
"#
    ))
}

/// A method of a type of the module.
fn method<'a>(module: &'a syn::File, owner: &str, name: &str) -> Option<&'a Signature> {
    for item in &module.items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() || type_name(&block.self_ty).as_deref() != Some(owner) {
            continue;
        }
        for item in &block.items {
            match item {
                ImplItem::Fn(method) if method.sig.ident == name => return Some(&method.sig),
                _ => {}
            }
        }
    }
    None
}

/// The names and types of a method's arguments.
fn arguments(signature: &Signature) -> impl Iterator<Item = (String, &Type)> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pattern) => Some((pattern.ident.to_string(), &*typed.ty)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

/// A value for an argument.
fn argument(name: &str, found: &Type, types: &[Item]) -> String {
    let borrowed = matches!(found, Type::Reference(_));
    let kind = type_name(found).unwrap_or_default();
    let variant = types.iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == kind => {
            item.variants.first().map(|variant| &variant.ident)
        }
        _ => None,
    });
    match (kind.as_str(), variant) {
        ("Option", _) => "None".to_owned(),
        ("str", _) => format!("\"{}\"", name.trim_end_matches('_')),
        ("i64" | "u64", _) => "1".to_owned(),
        ("bool", _) => "true".to_owned(),
        ("String", _) => "String::new()".to_owned(),
        ("Vec", _) => "&Vec::new()".to_owned(),
        (_, Some(variant)) => format!("types::{kind}::{variant}"),
        (_, None) if borrowed => "&serde_json::from_str(\"{}\")?".to_owned(),
        // Raw bytes, of any type that makes a body.
        (_, None) => "Vec::new()".to_owned(),
    }
}

/// The code that shows the answer: record by record where it is a list.
fn shown(call: &Signature, types: &[Item], operation: &Operation<'_>) -> String {
    let answer = match &call.output {
        ReturnType::Type(_, found) => {
            argument_of(found, "Result").and_then(|found| argument_of(found, "ResponseValue"))
        }
        ReturnType::Default => None,
    };
    let answer = answer.and_then(type_name).unwrap_or_default();
    if answer == "ByteStream" {
        return "    drop(answer);\n".to_owned();
    }
    let field = value_name(text_of(operation.value, RECORDS).unwrap_or_default());
    let list = types.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == answer => item
            .fields
            .iter()
            .find(|own| own.ident.as_ref().is_some_and(|own| *own == field)),
        _ => None,
    });
    let iterated = list.and_then(|list| {
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
