//! Bodies: one request body, one success body; error bodies apart, so that no success is decoded as an error or the other way.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ACCEPT, ERRORS, ORIGIN};
use crate::schema::{is_true, origin, same, text_of};
use crate::walk;

/// The document whose operations have at most one request body and one success body, each JSON, a form, text or bytes.
pub(crate) fn lower(mut document: Value, diagnostics: &mut Diagnostics) -> Result<Value> {
    walk::operations(&mut document, &mut |_, method, operation, at| {
        request(operation, method, at, diagnostics)?;
        responses(operation, at, diagnostics);
        Ok(())
    })?;
    Ok(document)
}

/// How a media type is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Media {
    Json,
    JsonLike,
    Any,
    Form,
    Text,
    Bytes,
    Multipart,
    Other,
}

fn media_kind(media: &str) -> Media {
    let lower = media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match lower.as_str() {
        "application/json" | "json" => Media::Json,
        "text/json" | "application/x-json" => Media::JsonLike,
        _ if lower.ends_with("+json") => Media::JsonLike,
        "*/*" | "application/*" | "*" => Media::Any,
        "application/x-www-form-urlencoded" => Media::Form,
        "text/plain" => Media::Text,
        "application/octet-stream" => Media::Bytes,
        _ if lower.starts_with("multipart/") => Media::Multipart,
        _ => Media::Other,
    }
}

/// The entries of a `content`, the best first.
fn by_preference(holder: &Value) -> Vec<(Media, String, Value)> {
    let content = holder.get("content").and_then(Value::as_object);
    let mut entries: Vec<(Media, String, Value)> = content
        .into_iter()
        .flatten()
        .map(|(name, media)| {
            (
                media_kind(name),
                name.clone(),
                media.get("schema").cloned().unwrap_or(Value::Null),
            )
        })
        .collect();
    entries.sort_by(|left, right| (left.0, &left.1).cmp(&(right.0, &right.1)));
    entries
}

fn is_json(kind: Media) -> bool {
    matches!(kind, Media::Json | Media::JsonLike | Media::Any)
}

fn request(
    operation: &mut Value,
    method: &str,
    at: &str,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let Some(body) = operation.get("requestBody").cloned() else {
        return Ok(());
    };
    let here = if origin(&body).is_empty() {
        format!("{at}/requestBody")
    } else {
        origin(&body).to_owned()
    };
    let required = is_true(&body, "required");
    let entries = by_preference(&body);
    let drop = |operation: &mut Value| {
        if let Some(map) = operation.as_object_mut() {
            map.remove("requestBody");
        }
    };
    let Some((kind, name, schema)) = entries.first().cloned() else {
        drop(operation);
        return Ok(());
    };
    if !required && matches!(method, "get" | "head" | "delete") {
        diagnostics.warn(
            &here,
            "an optional request body of a request that has none is left out",
        );
        drop(operation);
        return Ok(());
    }
    if entries.len() > 1 {
        diagnostics.warn(
            &here,
            format!(
                "of {} media types the body is sent as `{name}`",
                entries.len()
            ),
        );
    }
    let (media, schema) = match kind {
        Media::Json | Media::JsonLike | Media::Any => {
            ("application/json", or_anything(schema, &here))
        }
        Media::Form => (
            "application/x-www-form-urlencoded",
            or_anything(schema, &here),
        ),
        Media::Text => ("text/plain", json!({"type": "string"})),
        Media::Bytes => (
            "application/octet-stream",
            json!({"type": "string", "format": "binary"}),
        ),
        Media::Multipart | Media::Other if !required => {
            diagnostics.warn(
                &here,
                format!("an optional `{name}` body is left out: it cannot be sent"),
            );
            drop(operation);
            return Ok(());
        }
        Media::Multipart | Media::Other => {
            return Err(Error::at(
                &here,
                format!("a required `{name}` body cannot be sent"),
            ));
        }
    };
    operation["requestBody"] =
        json!({"required": true, "content": {media: {"schema": schema}}, ORIGIN: here});
    Ok(())
}

fn or_anything(schema: Value, at: &str) -> Value {
    if schema.is_object() {
        schema
    } else {
        json!({ORIGIN: at})
    }
}

/// What one response's body is.
enum Body {
    Json {
        schema: Value,
        accept: Option<String>,
    },
    Bytes,
    Nothing,
}

fn body_of(response: &Value, at: &str, diagnostics: &mut Diagnostics) -> Body {
    let entries = by_preference(response);
    let Some((kind, name, schema)) = entries.into_iter().next() else {
        return Body::Nothing;
    };
    let binary = text_of(&schema, "format") == Some("binary") && kind == Media::Any;
    if !is_json(kind) || binary {
        return Body::Bytes;
    }
    if !schema.is_object() {
        diagnostics.warn(
            at,
            format!("`{name}` has no schema: the body may be any JSON"),
        );
    }
    let asked = (kind == Media::JsonLike).then(|| name.clone());
    Body::Json {
        schema: or_anything(schema, at),
        accept: asked,
    }
}

fn responses(operation: &mut Value, at: &str, diagnostics: &mut Diagnostics) {
    let declared = operation
        .get("responses")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let status = |name: &str| name.to_ascii_uppercase();
    let is_success = |name: &str| name.starts_with('2');
    let has_success = declared.keys().any(|name| is_success(name));
    let mut successes: Vec<(String, Body, String)> = Vec::new();
    let mut errors = Vec::new();
    for (name, response) in &declared {
        let here = match origin(response) {
            "" => format!("{at}/responses/{name}"),
            stated => stated.to_owned(),
        };
        let code = status(name);
        if is_success(&code) {
            successes.push((code, body_of(response, &here, diagnostics), here));
        } else if code == "DEFAULT" && !has_success {
            // Without any 2xx, `default` is all that is said of the answer.
            successes.push((
                "2XX".to_owned(),
                body_of(response, &here, diagnostics),
                here,
            ));
        } else if (code == "DEFAULT" || code.starts_with(['4', '5']))
            && let Body::Json { schema, .. } = body_of(response, &here, &mut Diagnostics::default())
        {
            errors.push(json!({"status": code, "schema": schema}));
        }
    }
    let (kept, accept) = success(&successes, at, diagnostics);
    operation["responses"] = kept;
    if !errors.is_empty() {
        operation[ERRORS] = Value::Array(errors);
    }
    if let Some(accept) = accept {
        operation[ACCEPT] = json!(accept);
    }
}

/// One kind of success: JSON before bytes before nothing; of several JSON bodies either.
fn success(
    successes: &[(String, Body, String)],
    at: &str,
    diagnostics: &mut Diagnostics,
) -> (Value, Option<String>) {
    let mut schemas: Vec<Value> = Vec::new();
    let mut accept = None;
    for (_, body, _) in successes {
        if let Body::Json {
            schema,
            accept: asked,
        } = body
        {
            if !schemas.iter().any(|other| same(other, schema)) {
                schemas.push(schema.clone());
            }
            accept = accept.or_else(|| asked.clone());
        }
    }
    let any_bytes = successes
        .iter()
        .any(|(_, body, _)| matches!(body, Body::Bytes));
    let joined = match schemas.len() {
        0 => Value::Null,
        1 => schemas.remove(0),
        _ => {
            diagnostics.warn(
                at,
                "the successes have different bodies: the answer is one or the other",
            );
            json!({"oneOf": schemas, ORIGIN: format!("{at}/responses")})
        }
    };
    let mut kept = Map::new();
    for (code, body, here) in successes {
        let entry = match body {
            Body::Json { .. } => {
                json!({"description": "", "content": {"application/json": {"schema": joined}}})
            }
            Body::Bytes if joined.is_null() => {
                json!({"description": "", "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}})
            }
            Body::Nothing if joined.is_null() && !any_bytes => json!({"description": ""}),
            Body::Bytes | Body::Nothing => {
                diagnostics.warn(
                    here,
                    format!(
                        "status {code} has another kind of body: it arrives as `UnexpectedResponse`"
                    ),
                );
                continue;
            }
        };
        kept.insert(code.clone(), entry);
    }
    if kept.is_empty() {
        diagnostics.warn(at, "no success is declared: the answer is bytes");
        kept.insert(
            "2XX".to_owned(),
            json!({"description": "", "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}),
        );
    }
    (Value::Object(kept), accept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(method: &str, operation: Value) -> (Result<Value>, Vec<String>) {
        let mut diagnostics = Diagnostics::default();
        let document = json!({"paths": {"/a": {method: operation}}});
        let lowered =
            lower(document, &mut diagnostics).map(|lowered| lowered["paths"]["/a"][method].clone());
        (
            lowered,
            diagnostics
                .warnings()
                .iter()
                .map(ToString::to_string)
                .collect(),
        )
    }

    fn answers(responses: Value) -> (Value, Vec<String>) {
        let (operation, warnings) = run("get", json!({ "responses": responses }));
        (operation.unwrap(), warnings)
    }

    fn body(media: &str, schema: Value) -> Value {
        json!({"description": "d", "content": {media: {"schema": schema}}})
    }

    #[test]
    fn the_error_is_never_the_success() {
        let (operation, warnings) = answers(json!({
            "200": body("application/json", json!({"type": "string"})),
            "default": body("application/json", json!({"type": "object"})),
            "404": {"description": "nothing"}
        }));
        assert_eq!(
            operation["responses"]
                .as_object()
                .unwrap()
                .keys()
                .collect::<Vec<_>>(),
            ["200"]
        );
        assert_eq!(
            operation[ERRORS],
            json!([{"status": "DEFAULT", "schema": {"type": "object"}}])
        );
        assert!(warnings.is_empty());
    }

    #[test]
    fn a_default_alone_is_the_success() {
        let (operation, _) =
            answers(json!({"default": body("application/json", json!({"type": "string"}))}));
        assert!(operation["responses"].get("2XX").is_some());
        assert!(operation.get(ERRORS).is_none());
    }

    #[test]
    fn vendor_json_is_json_and_is_asked_for() {
        let (operation, _) =
            answers(json!({"200": body("application/vnd.x.v1+json", json!({"type": "string"}))}));
        assert!(
            operation["responses"]["200"]["content"]
                .get("application/json")
                .is_some()
        );
        assert_eq!(operation[ACCEPT], "application/vnd.x.v1+json");
    }

    #[test]
    fn two_different_successes_are_alternatives_and_an_empty_one_is_warned_of() {
        let (operation, warnings) = answers(json!({
            "200": body("application/json", json!({"type": "string"})),
            "201": body("application/json", json!({"type": "integer"})),
            "202": body("application/json", json!({"type": "integer", "description": "the same"})),
            "204": {"description": ""}
        }));
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        assert_eq!(schema["oneOf"].as_array().unwrap().len(), 2);
        assert!(operation["responses"].get("204").is_none());
        assert_eq!(warnings.len(), 2);
    }

    #[test]
    fn json_without_a_schema_bytes_and_nothing() {
        let (operation, warnings) = answers(json!({"200": {"content": {"application/json": {}}}}));
        assert!(operation["responses"]["200"]["content"]["application/json"]["schema"].is_object());
        assert_eq!(warnings.len(), 1);
        let (operation, _) = answers(json!({"200": body("text/csv", json!({"type": "string"}))}));
        assert!(
            operation["responses"]["200"]["content"]
                .get("application/octet-stream")
                .is_some()
        );
        let (operation, _) = answers(json!({"204": {"description": ""}}));
        assert!(operation["responses"]["204"].get("content").is_none());
        let (_, warnings) = answers(json!({}));
        assert_eq!(
            warnings,
            ["#/paths/~1a/get: no success is declared: the answer is bytes"]
        );
    }

    #[test]
    fn one_request_body_is_chosen_and_what_cannot_be_sent_is_refused() {
        let two = json!({"required": true, "content": {"application/xml": {"schema": {}}, "application/json": {"schema": {"type": "string"}}}});
        let (operation, warnings) = run(
            "post",
            json!({"requestBody": two, "responses": {"204": {}}}),
        );
        assert_eq!(
            operation.unwrap()["requestBody"]["content"]
                .as_object()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(warnings.len(), 1);
        let form = |required| json!({"requestBody": {"required": required, "content": {"multipart/form-data": {}}}, "responses": {"204": {}}});
        assert!(
            run("post", form(false))
                .0
                .unwrap()
                .get("requestBody")
                .is_none()
        );
        let failure = run("post", form(true)).0.unwrap_err();
        assert_eq!(
            failure.to_string(),
            "#/paths/~1a/post/requestBody: a required `multipart/form-data` body cannot be sent"
        );
    }
}
