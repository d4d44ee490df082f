//! Crate files: the manifest, the read-me and the public face around the generated module.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::rework::{Operation, operations};
use super::security::Security;
use crate::extension::{NOT_NULL, RECORDS};
use crate::files::Files;
use crate::options::Package;
use crate::rust_type::{native_type, rust_type};
use crate::schema::{is_true, map_of, reference_of, text_of, wire_names};

pub(crate) fn files(
    package: &Package,
    document: &Value,
    module: &str,
    security: &Security,
    base_url: Option<&str>,
) -> Files {
    let header = package.header();
    let operations = operations(document);
    let example = example(package, document, &operations, security, base_url);
    Files::from([
        (
            "Cargo.toml".to_owned(),
            format!("# {header}\n{}", manifest(package, module)),
        ),
        (
            "README.md".to_owned(),
            format!(
                "<!-- {header} -->\n\n{}",
                readme(package, &operations, &example)
            ),
        ),
        (
            "src/lib.rs".to_owned(),
            format!(
                "// {header}\n{}",
                library(package, &operations, &example, base_url)
            ),
        ),
        (
            "src/generated.rs".to_owned(),
            format!("// {header}\n//! The generated client and its types.\n\n{module}"),
        ),
    ])
}

fn manifest(package: &Package, module: &str) -> String {
    let text = |value: &str| Value::String(value.to_owned()).to_string();
    let raw = if module.contains("RawValue") {
        ", features = [\"raw_value\"]"
    } else {
        ""
    };
    let chrono = if module.contains("::chrono::") {
        "chrono = { version = \"0.4\", default-features = false, features = [\"serde\", \"std\"] }\n"
    } else {
        ""
    };
    let workspace = if package.own_workspace {
        "\n# The crate stands inside another workspace and is none of its members.\n[workspace]\n"
    } else {
        ""
    };
    format!(
        "[package]\nname = {name}\nversion = {version}\ndescription = {description}\nedition = \"2024\"\nrust-version = \"1.90\"\n\
         license = \"MIT OR Apache-2.0\"\nreadme = \"README.md\"\nkeywords = [\"api\", \"client\", \"openapi\"]\n\
         categories = [\"api-bindings\"]\n\n\
         [dependencies]\n{chrono}client-runtime = {{ path = {runtime}, version = \"0.1.0\" }}\nprogenitor-client = \"0.15.1\"\n\
         reqwest = {{ version = \"0.13.4\", default-features = false }}\n\
         serde = {{ version = \"1.0.228\", features = [\"derive\"] }}\nserde_json = {{ version = \"1.0.150\"{raw} }}\n\
         {workspace}",
        name = text(&package.name),
        version = text(&package.version),
        description = text(&package.description),
        runtime = text(&package.runtime),
    )
}

fn readme(package: &Package, operations: &[Operation], example: &str) -> String {
    let list: String = operations
        .iter()
        .map(|operation| format!("- `{}`\n", operation.id))
        .collect();
    format!(
        "# {name}\n\n{description}.\n\nIt is generated with [progenitor] and stands on `client-runtime`: credentials go only to the configured\n\
         origin, a call is repeated where that is safe, and a record that does not decode does not cost the others.\n\n\
         ```rust,no_run\n{example}```\n\nWhat it calls:\n\n{list}\n\
         ## Licence\n\nMIT or Apache-2.0, at your option.\n\n[progenitor]: https://docs.rs/progenitor\n",
        name = package.name,
        description = package.description.trim_end_matches('.'),
    )
}

fn library(
    package: &Package,
    operations: &[Operation],
    example: &str,
    base_url: Option<&str>,
) -> String {
    let title = &package.title;
    let documented = |line: &str| {
        if line.is_empty() {
            "//!\n".to_owned()
        } else {
            format!("//! {line}\n")
        }
    };
    let mut docs = format!("//! {}.\n//!\n", package.description.trim_end_matches('.'));
    docs.push_str("//! ```no_run\n");
    docs.extend(example.lines().map(documented));
    docs.push_str("//! ```\n//!\n");
    docs.push_str(&format!(
        "//! What {title} lists is in [`types`]; errors are explained by [`Client::transport`].\n"
    ));
    if operations
        .iter()
        .any(|operation| operation.stream.is_some())
    {
        docs.push_str(
            "//! The elements of a list are [`runtime::Record`]s: one that does not decode keeps its bytes and the reason, and\n\
             //! the others are unharmed.\n",
        );
    }
    let default = if base_url.is_some() {
        ", DEFAULT_BASE_URL"
    } else {
        ""
    };
    format!(
        "{docs}\n#![warn(missing_docs)]\n\n#[rustfmt::skip]\nmod generated;\n\n\
         pub use client_runtime as runtime;\npub use generated::{{Client, Credentials{default}, types}};\npub use generated::{{NOT_NULL_PROPERTIES, SECRET_PROPERTIES}};\n\
         pub use progenitor_client::{{ByteStream, Error, ResponseValue}};\n",
    )
}

/// The wire names of all properties that are secrets, each once.
pub(super) fn secret_properties(document: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for component in map_of(&document["components"], "schemas")
        .into_iter()
        .flat_map(Map::values)
    {
        let wire = wire_names(component);
        for (name, schema) in map_of(component, "properties").into_iter().flatten() {
            let secret = native_type(schema).is_some_and(|found| found.contains("::Secret"))
                || text_of(schema, "format") == Some("password");
            let name = wire
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or(name)
                .to_owned();
            if secret && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.sort();
    names
}

/// The wire names of all properties that may be absent and that no schema lets be null, each once.
pub(super) fn not_null_properties(document: &Value) -> Vec<String> {
    let mut never = BTreeSet::new();
    let mut sometimes = BTreeSet::new();
    for component in map_of(&document["components"], "schemas")
        .into_iter()
        .flat_map(Map::values)
    {
        let wire = wire_names(component);
        let among = |names: Option<&Value>, name: &str| {
            let names = names.and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|other| other == name))
        };
        for name in map_of(component, "properties")
            .into_iter()
            .flat_map(Map::keys)
        {
            if among(component.get("required"), name) {
                continue;
            }
            let stated = among(component.get(NOT_NULL), name);
            let name = wire.get(name).and_then(Value::as_str).unwrap_or(name);
            let names = if stated { &mut never } else { &mut sometimes };
            names.insert(name.to_owned());
        }
    }
    never.difference(&sometimes).cloned().collect()
}

/// From credentials to typed records, as it compiles.
fn example(
    package: &Package,
    document: &Value,
    operations: &[Operation],
    security: &Security,
    base_url: Option<&str>,
) -> String {
    let Some(operation) = operations.first() else {
        return String::new();
    };
    let krate = package.ident();
    let credentials: Vec<String> = security
        .arguments()
        .iter()
        .map(|name| format!("\"your {}\"", name.replace('_', " ")))
        .collect();
    let connect = match base_url {
        Some(_) => format!(
            "Client::connect(Credentials::new({}))?",
            credentials.join(", ")
        ),
        None => format!(
            "Client::connect_with(\n    \"https://api.example.com\",\n    Credentials::new({}),\n    &runtime::Options::default(),\n)?",
            credentials.join(", ")
        ),
    };
    let mut before = String::new();
    let arguments: Vec<String> = arguments(operation, document, &mut before);
    let call = format!("client.{}({}).await", operation.id, arguments.join(", "));
    let uses_types = if before.contains("types::")
        || arguments
            .iter()
            .any(|argument| argument.contains("types::"))
    {
        ", types"
    } else {
        ""
    };
    let runtime = if base_url.is_none() { ", runtime" } else { "" };
    let show = shown(operation, document);
    let body = format!(
        "let client = {connect};\n{before}\
         let answer = match {call} {{\n    Ok(answer) => answer.into_inner(),\n    \
         Err(error) => return Err(client.transport().explain(\"{id}\", error).await.into()),\n}};\n{show}Ok(())\n",
        id = operation.id,
    );
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "use {krate}::{{Client, Credentials{runtime}{uses_types}}};\n\n\
         async fn example() -> Result<(), Box<dyn std::error::Error>> {{\n{body}}}\n"
    )
}

/// How the example shows what it got.
fn shown(operation: &Operation, document: &Value) -> String {
    let records = text_of(&operation.value, RECORDS).unwrap_or_default();
    let body = map_of(&operation.value, "responses")
        .into_iter()
        .flat_map(Map::values)
        .find_map(|response| {
            response
                .get("content")?
                .get("application/json")?
                .get("schema")
        });
    let Some(body) = body else {
        return "drop(answer);\n".to_owned();
    };
    let component =
        reference_of(body).and_then(|name| map_of(&document["components"], "schemas")?.get(name));
    let list = component.and_then(|component| {
        let list = map_of(component, "properties")?.get(records)?;
        let required = component
            .get("required")
            .and_then(Value::as_array)
            .is_some_and(|all| all.contains(&Value::String(records.to_owned())));
        Some((list, required && !is_true(list, "nullable")))
    });
    let element = "    match record.decoded() {\n        Ok(found) => println!(\"{found:?}\"),\n        Err(reason) => eprintln!(\"not decoded: {reason}\"),\n    }\n";
    match list {
        Some((list, always)) if rust_type(list).contains("Record<") => {
            let field = crate::names::value_name(records);
            let iterated = if always {
                format!("&answer.{field}")
            } else {
                format!("answer.{field}.iter().flatten()")
            };
            format!("for record in {iterated} {{\n{element}}}\n")
        }
        _ => "println!(\"{answer:?}\");\n".to_owned(),
    }
}

/// An argument for each parameter, in the order of progenitor's method: the path's, then the others by name, then the body.
fn arguments(operation: &Operation, document: &Value, before: &mut String) -> Vec<String> {
    let parameters: Vec<Value> = operation
        .value
        .get("parameters")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let path = map_of(document, "paths")
        .into_iter()
        .flatten()
        .find(|(_, item)| {
            item.as_object()
                .is_some_and(|item| item.values().any(|one| *one == operation.value))
        })
        .map(|(path, _)| path.clone())
        .unwrap_or_default();
    let (mut in_path, mut others): (Vec<Value>, Vec<Value>) = parameters
        .into_iter()
        .partition(|one| text_of(one, "in") == Some("path"));
    in_path
        .sort_by_key(|one| path.find(&format!("{{{}}}", text_of(one, "name").unwrap_or_default())));
    others.sort_by_key(|one| text_of(one, "name").unwrap_or_default().to_owned());
    let mut arguments: Vec<String> = in_path
        .iter()
        .chain(&others)
        .map(|one| argument(one, document, before))
        .collect();
    if let Some(content) = operation
        .value
        .get("requestBody")
        .and_then(|body| map_of(body, "content"))
        && let Some((media, entry)) = content.iter().next()
    {
        arguments.push(match media.as_str() {
            "application/octet-stream" => "Vec::new()".to_owned(),
            "text/plain" => "String::new()".to_owned(),
            _ => {
                let rust = rust_type(entry.get("schema").unwrap_or(&Value::Null));
                before.push_str(&format!(
                    "let body: {} = serde_json::from_str(\"{{}}\")?;\n",
                    rust.trim_start_matches("::")
                ));
                "&body".to_owned()
            }
        });
    }
    arguments
}

fn argument(parameter: &Value, document: &Value, before: &mut String) -> String {
    let required = parameter.get("required") == Some(&Value::Bool(true));
    if !required {
        return "None".to_owned();
    }
    let schema = parameter.get("schema").cloned().unwrap_or_default();
    let name = text_of(parameter, "name").unwrap_or_default();
    let enumeration = reference_of(&schema);
    match (enumeration, text_of(&schema, "type")) {
        (Some(kind), _) => {
            let component =
                map_of(&document["components"], "schemas").and_then(|all| all.get(kind));
            let wire = component.map(wire_names).unwrap_or_default();
            let first = component
                .and_then(|component| {
                    component
                        .get("enum")?
                        .as_array()?
                        .first()?
                        .as_str()
                        .map(str::to_owned)
                })
                .map(|value| {
                    text_of(&Value::Object(wire.clone()), &value)
                        .map(str::to_owned)
                        .unwrap_or(value)
                })
                .unwrap_or_default();
            before.push_str(&format!(
                "let {name}: types::{kind} = {first:?}.parse()?;\n"
            ));
            name.to_owned()
        }
        (_, Some("integer")) => "1".to_owned(),
        (_, Some("boolean")) => "true".to_owned(),
        (_, Some("array")) => "&Vec::new()".to_owned(),
        _ => format!("\"{}\"", name.trim_end_matches('_')),
    }
}
