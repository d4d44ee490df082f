//! progenitor: the lowered document to Rust code; its panics and errors become failures that name a place.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;
use schemars08::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::rust_type::native_type;
use crate::schema::{map_of, origin};
use crate::walk;

/// The client for a lowered document, as progenitor makes it.
///
/// # Errors
/// progenitor or typify cannot take something; the failure names the operation or schema that it stumbles over.
pub(crate) fn generate(document: &Value) -> Result<syn::File> {
    let mut formats = BTreeSet::new();
    let mut walked = document.clone();
    walk::walk_all(&mut walked, &mut |schema, _| {
        formats.extend(native_type(schema).map(str::to_owned));
        Ok(())
    })?;
    attempt(document, &formats).map_err(|reason| {
        let pointer = culprit(document, &formats);
        Error::at(pointer, reason)
    })
}

fn attempt(document: &Value, formats: &BTreeSet<String>) -> Result<syn::File, String> {
    let mut clean = without_extensions(document);
    clean["info"] = document["info"].clone();
    let spec: openapiv3::OpenAPI =
        serde_json::from_value(clean).map_err(|error| format!("cannot be read: {error}"))?;
    let tokens = quietly(|| Generator::new(&settings(formats)).generate_tokens(&spec))?;
    let tokens = tokens.map_err(|error| format!("cannot be generated: {error}"))?;
    syn::parse2(tokens).map_err(|error| format!("gives code that is no Rust: {error}"))
}

fn settings(formats: &BTreeSet<String>) -> GenerationSettings {
    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(::client_runtime::Transport))
        .with_map_type("::client_runtime::Map");
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

/// typify compares schemas whole, so that an extension would hide a conversion.
fn without_extensions(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(key, _)| !key.starts_with("x-"))
                .map(|(key, child)| match (key.as_str(), child) {
                    // Names in here are the document's, which may begin with `x-` too.
                    ("properties" | "schemas", Value::Object(named)) => {
                        let named: Map<String, Value> = named
                            .iter()
                            .map(|(name, child)| (name.clone(), without_extensions(child)))
                            .collect();
                        (key.clone(), Value::Object(named))
                    }
                    _ => (key.clone(), without_extensions(child)),
                })
                .filter(|(key, _)| {
                    !matches!(
                        key.as_str(),
                        "title" | "discriminator" | "security" | "servers" | "securitySchemes"
                    )
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(without_extensions).collect()),
        other => other.clone(),
    }
}

/// What of the document cannot be generated: the first operation, or the first schema, that fails alone.
fn culprit(document: &Value, formats: &BTreeSet<String>) -> String {
    let without_operations = {
        let mut copy = document.clone();
        copy["paths"] = Value::Object(Map::new());
        copy
    };
    if attempt(&without_operations, formats).is_err() {
        return schema_culprit(&without_operations, formats);
    }
    for (path, item) in map_of(document, "paths").into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let mut alone = without_operations.clone();
            alone["paths"][path] = serde_json::json!({ method.as_str(): operation });
            if attempt(&alone, formats).is_err() {
                return origin(operation).to_owned();
            }
        }
    }
    "/paths".to_owned()
}

fn schema_culprit(document: &Value, formats: &BTreeSet<String>) -> String {
    let components = map_of(&document["components"], "schemas")
        .cloned()
        .unwrap_or_default();
    // One schema emptied at a time: the one without which the rest can be generated.
    for (name, schema) in &components {
        let mut copy = document.clone();
        copy["components"]["schemas"][name] = serde_json::json!({});
        if attempt(&copy, formats).is_ok() {
            return match origin(schema) {
                "" => format!("/components/schemas/{name}"),
                stated => stated.to_owned(),
            };
        }
    }
    "/components/schemas".to_owned()
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs what may panic without a word on stderr; a panic's message is the error.
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
        let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
        format!(
            "the generator gave up: {}",
            line.chars().take(300).collect::<String>()
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_generator_panics_at_is_named() {
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": {"operationId": "a", "x-origin": "/paths/~1a/get", "responses": {
                "200": {"description": "", "content": {"application/json": {}}}}}}},
            "components": {"schemas": {}}
        });
        let failure = generate(&document).unwrap_err();
        assert_eq!(failure.pointer, "#/paths/~1a/get");
        assert!(
            failure.reason.starts_with("the generator gave up"),
            "{failure}"
        );
    }

    #[test]
    fn a_schema_that_cannot_be_read_is_named() {
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {},
            "components": {"schemas": {"A": {"type": "string"}, "B": {"type": "frob", "x-origin": "/x/B"}}}
        });
        let failure = generate(&document).unwrap_err();
        assert_eq!(failure.pointer, "#/x/B");
    }
}
