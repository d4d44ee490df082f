//! Runs progenitor on the components of a lowered document, and locates its errors and panics in the document.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use progenitor::{GenerationSettings, Generator};
use quote::ToTokens;
use schemars08::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value, json};
use syn::Item;

use crate::error::{Error, Result, one_line};
use crate::rust_type::native_type;
use crate::schema::{components, map_of, origin_or};
use crate::walk;

/// The items of the module `types`, for the components of a lowered document.
///
/// # Errors
/// progenitor or typify refuses something; the error names the schema.
pub(super) fn types(document: &Value) -> Result<Vec<Item>> {
    let mut components = components(document);
    let mut formats = BTreeSet::new();
    for schema in components.values_mut() {
        walk::walk(schema, "", &mut |schema, _| {
            formats.extend(native_type(schema).map(str::to_owned));
            Ok(())
        })?;
    }
    let file = attempt(&components, &formats)
        .map_err(|reason| Error::at(culprit(&components, &formats), reason))?;
    let mut types = Vec::new();
    for item in file.items {
        if let Item::Mod(module) = item
            && module.ident == "types"
        {
            types.extend(module.content.into_iter().flat_map(|(_, items)| items));
        }
    }
    let uses_error = |item: &Item| {
        !matches!(item, Item::Mod(_))
            && item
                .to_token_stream()
                .to_string()
                .contains("ConversionError")
    };
    if !types.iter().any(uses_error) {
        types.retain(|item| !matches!(item, Item::Mod(_)));
    }
    Ok(types)
}

fn attempt(
    components: &Map<String, Value>,
    formats: &BTreeSet<String>,
) -> Result<syn::File, String> {
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "API", "version": "1"},
        "paths": {},
        "components": without_extensions(&json!({ "schemas": components })),
    });
    let spec: openapiv3::OpenAPI =
        serde_json::from_value(document).map_err(|error| format!("cannot be read: {error}"))?;
    let tokens = quietly(|| Generator::new(&settings(formats)).generate_tokens(&spec))?;
    let tokens = tokens.map_err(|error| format!("cannot be generated: {error}"))?;
    syn::parse2(tokens).map_err(|error| format!("generates code that is not valid Rust: {error}"))
}

fn settings(formats: &BTreeSet<String>) -> GenerationSettings {
    let mut settings = GenerationSettings::default();
    settings.with_map_type("::client_runtime::Map");
    for rust_type in formats {
        let schema = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format!("rust {rust_type}")),
            ..SchemaObject::default()
        };
        settings.with_conversion(schema, rust_type, std::iter::empty());
    }
    settings
}

/// Drops what progenitor does not read, and extensions: a schema that has one matches no conversion.
fn without_extensions(value: &Value) -> Value {
    let kept = |map: &Map<String, Value>, keep: &dyn Fn(&str) -> bool| -> Map<String, Value> {
        let kept = map.iter().filter(|(key, _)| keep(key));
        kept.map(|(key, child)| (key.clone(), without_extensions(child)))
            .collect()
    };
    match value {
        Value::Object(map) => {
            let mut out = kept(map, &|key| !key.starts_with("x-") && key != "title");
            // The keys in here are names of the document's, which may begin with `x-` too.
            for key in ["properties", "schemas"] {
                if let Some(named) = map_of(value, key) {
                    out.insert(key.to_owned(), Value::Object(kept(named, &|_| true)));
                }
            }
            Value::Object(out)
        }
        Value::Array(items) => Value::Array(items.iter().map(without_extensions).collect()),
        other => other.clone(),
    }
}

/// The place of the schema without which the others can be generated.
fn culprit(components: &Map<String, Value>, formats: &BTreeSet<String>) -> String {
    for (name, schema) in components {
        let mut copy = components.clone();
        copy.insert(name.clone(), json!({}));
        if attempt(&copy, formats).is_ok() {
            let at = format!("/components/schemas/{name}");
            return origin_or(schema, &at).to_owned();
        }
    }
    "/components/schemas".to_owned()
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` and turns a panic into an error without printing it.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.with(Cell::get) {
                usual(info);
            }
        }));
    });
    QUIET.with(|quiet| quiet.set(true));
    let result = catch_unwind(AssertUnwindSafe(work));
    QUIET.with(|quiet| quiet.set(false));
    result.map_err(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        let message: String = one_line(message).chars().take(300).collect();
        format!("the generator panicked: {message}")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_that_cannot_be_read_is_named() {
        let document = json!({
            "components": {"schemas": {"A": {"type": "string"}, "B": {"type": "frob", "x-origin": "/x/B"}}}
        });
        let failure = types(&document).unwrap_err();
        assert_eq!(failure.pointer, "#/x/B");
    }
}
