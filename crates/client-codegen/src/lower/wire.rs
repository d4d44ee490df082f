//! Wire types: gives times, numbers, secrets and enumerations in answers the types that keep what was sent.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::{Diagnostics, Result};
use crate::extension::{ERRORS, EXACT, OR_FALSE, STATED};
use crate::reach::{closure, referred};
use crate::rust_type::{native, native_type};
use crate::schema::{components, is_true, origin, picked, reference_of, remove, text_of};
use crate::walk;

/// The document whose answers use wire types. What is only sent keeps plain ones.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    let enums: BTreeSet<String> = components
        .iter()
        .filter(|(_, schema)| schema.get("enum").is_some())
        .map(|(name, _)| name.clone())
        .collect();
    let (mut received, mut sent) = (BTreeSet::new(), BTreeSet::new());
    walk::operations(document, &mut |_, _, operation, _| {
        referred(&operation["responses"], &mut received);
        referred(operation.get(ERRORS).unwrap_or(&Value::Null), &mut received);
        referred(
            operation.get("requestBody").unwrap_or(&Value::Null),
            &mut sent,
        );
        Ok(())
    })?;
    let (received, sent) = (closure(&components, received), closure(&components, sent));
    walk::roots(document, &mut |root, at| {
        let way = match at.strip_prefix("/components/schemas/") {
            Some(name) => Way {
                received: received.contains(name),
                sent: sent.contains(name),
            },
            None => Way {
                received: at.contains("/responses/") || at.contains("/x-errors/"),
                sent: at.contains("/requestBody/"),
            },
        };
        let is_bytes = text_of(root, "format") == Some("binary") && at.contains("octet-stream");
        if is_bytes || at.contains("/parameters/") {
            return Ok(());
        }
        walk::walk(root, at, &mut |schema, here| {
            // A body that is an enumeration stays one: nothing stands around it that could be kept.
            if !(here == at && reference_of(schema).is_some()) {
                convert(schema, way, &enums, diagnostics);
            }
            Ok(())
        })
    })
}

#[derive(Clone, Copy)]
struct Way {
    received: bool,
    sent: bool,
}

fn convert(schema: &mut Value, way: Way, enums: &BTreeSet<String>, diagnostics: &mut Diagnostics) {
    if native_type(schema).is_some() {
        return;
    }
    if let Some(name) = reference_of(schema) {
        if way.received && enums.contains(name) {
            let open = format!("::client_runtime::OpenEnum<types::{name}>");
            replace(schema, &open);
        }
        return;
    }
    if schema.get("enum").is_some() {
        return;
    }
    let kind = text_of(schema, "type");
    let is_text = kind == Some("string");
    let plain = match (kind, text_of(schema, "format")) {
        (Some("number"), _) => Some("::client_runtime::RawNumber"),
        (Some("integer"), _) if is_true(schema, EXACT) => Some("::client_runtime::RawNumber"),
        (Some("string"), Some("date-time" | "date")) if way.received => {
            Some("::client_runtime::Timestamp")
        }
        (Some("string"), Some("password")) if way.received && way.sent => {
            let reason =
                "a secret that is sent as well as received is a plain text: it may be printed";
            diagnostics.warn(origin(schema), reason);
            None
        }
        (Some("string"), Some("password")) if way.received => Some("::client_runtime::Secret"),
        _ => None,
    };
    let inner = plain.unwrap_or("::std::string::String");
    if is_true(schema, OR_FALSE) && is_text && way.received {
        replace(schema, &format!("::client_runtime::OrFalse<{inner}>"));
    } else if is_true(schema, STATED) && way.received {
        replace(schema, &format!("::client_runtime::Presence<{inner}>"));
        // The type says it itself.
        remove(schema, "nullable");
    } else if let Some(plain) = plain {
        replace(schema, plain);
    } else if is_text {
        remove(schema, "format");
    }
}

/// Another type in the schema's place, with what is said about it.
fn replace(schema: &mut Value, rust_type: &str) {
    let words = "description nullable deprecated writeOnly readOnly x-origin";
    let kept = picked(schema, words);
    *schema = native(rust_type);
    if let Some(map) = schema.as_object_mut() {
        map.extend(kept);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lower::after;

    fn document() -> Value {
        json!({
            "paths": {"/a": {"post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Out"}}}}}}}},
            "components": {"schemas": {
                "In": {"type": "object", "properties": {"at": {"type": "string", "format": "date"}, "status": {"$ref": "#/components/schemas/Status"},
                    "key": {"type": "string", "format": "password"}, "amount": {"type": "number"}}},
                "Out": {"type": "object", "properties": {
                    "at": {"type": "string", "format": "date-time", "nullable": true}, "status": {"$ref": "#/components/schemas/Status"},
                    "list": {"type": "array", "items": {"$ref": "#/components/schemas/Status"}},
                    "key": {"type": "string", "format": "password"}, "n": {"type": "integer"}, "id": {"type": "integer", "x-exact": true},
                    "phone": {"type": "string", "x-or-false": true},
                    "next": {"type": "string", "x-stated": true, "nullable": true}, "day": {"type": "string", "format": "date", "x-or-false": true}}},
                "Status": {"type": "string", "enum": ["a"]}}}
        })
    }

    #[test]
    fn what_is_received_is_kept_as_sent() {
        let lowered = after(lower, document(), &mut Diagnostics::default()).unwrap();
        let out = &lowered["components"]["schemas"]["Out"]["properties"];
        for (name, rust) in [
            ("at", "::client_runtime::Timestamp"),
            ("status", "::client_runtime::OpenEnum<types::Status>"),
            ("key", "::client_runtime::Secret"),
            ("id", "::client_runtime::RawNumber"),
            ("next", "::client_runtime::Presence<::std::string::String>"),
            ("phone", "::client_runtime::OrFalse<::std::string::String>"),
            (
                "day",
                "::client_runtime::OrFalse<::client_runtime::Timestamp>",
            ),
        ] {
            assert_eq!(native_type(&out[name]), Some(rust), "{name}");
        }
        assert_eq!(out["at"]["nullable"], true);
        assert_eq!(out["next"].get("nullable"), None, "its type has null");
        assert_eq!(
            native_type(&out["list"]["items"]),
            Some("::client_runtime::OpenEnum<types::Status>")
        );
        assert_eq!(out["n"], json!({"type": "integer"}));
    }

    #[test]
    fn what_is_sent_is_plain() {
        let lowered = after(lower, document(), &mut Diagnostics::default()).unwrap();
        let sent = &lowered["components"]["schemas"]["In"]["properties"];
        assert_eq!(sent["at"], json!({"type": "string"}));
        assert_eq!(sent["key"], json!({"type": "string"}));
        assert_eq!(
            sent["status"],
            json!({"$ref": "#/components/schemas/Status"})
        );
        assert_eq!(
            native_type(&sent["amount"]),
            Some("::client_runtime::RawNumber")
        );
    }
}
