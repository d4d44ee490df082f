//! Bodies: leaves one request body and one success body, and separates error bodies, so that neither is decoded as the other.

use serde_json::{Map, Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::extension::{ACCEPT, ALLOW_ANY, BRACKETS, CONTENT_TYPE, ERRORS, ORIGIN};
use crate::schema::{
    components, is_true, map_of, origin_or, plain, reference_of, remove, same, text_of, texts,
};
use crate::walk;

/// The document whose operations have at most one request body and one success body, each JSON, a form, text or bytes.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let components = components(document);
    walk::sendable(
        document,
        diagnostics,
        &mut |_, method, operation, at, diagnostics| {
            if let Some(body) = remove(operation, "requestBody")
                && let Some(mut body) = request(&body, method, at, &components, diagnostics)?
            {
                if let Some(fields) = remove(&mut body, FIELDS) {
                    let said = text_of(operation, "description").unwrap_or_default();
                    let both = format!("{said}\n\n{}", plain(&fields));
                    operation["description"] = json!(both.trim());
                }
                for key in [CONTENT_TYPE, BRACKETS] {
                    if let Some(said) = remove(&mut body, key) {
                        operation[key] = said;
                    }
                }
                operation["requestBody"] = body;
            }
            responses(operation, at, diagnostics);
            Ok(())
        },
    )
}

/// The key under which a form with files describes its fields.
const FIELDS: &str = "x-fields";

/// How a media type is read, in the order of preference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Media {
    Json,
    JsonLike,
    Any,
    Form,
    Text,
    Bytes,
    /// Text of another media type, such as XML.
    OtherText,
    /// Bytes of another media type, such as an image.
    OtherBytes,
    /// A form with files.
    Multipart,
    /// What cannot be sent: parts of other kinds, or a range of media types.
    Other,
}

fn media_kind(media: &str) -> Media {
    let media = media.split(';').next().unwrap_or_default();
    let lower = media.trim().to_ascii_lowercase();
    match lower.as_str() {
        "application/json" | "json" => Media::Json,
        "text/json" | "application/x-json" => Media::JsonLike,
        _ if lower.ends_with("+json") => Media::JsonLike,
        "*/*" | "application/*" | "*" => Media::Any,
        "application/x-www-form-urlencoded" => Media::Form,
        "text/plain" => Media::Text,
        "application/octet-stream" => Media::Bytes,
        "multipart/form-data" => Media::Multipart,
        _ if lower.starts_with("multipart/") || lower.contains('*') => Media::Other,
        _ if lower.starts_with("text/")
            || ["xml", "yaml", "json", "graphql"]
                .iter()
                .any(|ending| lower.ends_with(ending)) =>
        {
            Media::OtherText
        }
        _ => Media::OtherBytes,
    }
}

/// The preferred entry of a `content`: its kind, media type and schema.
fn preferred(holder: &Value) -> Option<(Media, &str, &Value)> {
    let content = map_of(holder, "content")?.iter();
    let entries = content.map(|(name, media)| {
        let schema = media.get("schema").unwrap_or(&Value::Null);
        (media_kind(name), name.as_str(), schema)
    });
    entries.min_by_key(|(kind, name, _)| (*kind, *name))
}

fn or_anything(schema: &Value, at: &str) -> Value {
    if schema.is_object() {
        schema.clone()
    } else {
        json!({ORIGIN: at})
    }
}

fn bytes() -> Value {
    json!({"type": "string", "format": "binary"})
}

/// The one request body, unless it is left out.
fn request(
    body: &Value,
    method: &str,
    at: &str,
    components: &Map<String, Value>,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Value>> {
    let fallback = format!("{at}/requestBody");
    let here = origin_or(body, &fallback);
    let Some((kind, name, schema)) = preferred(body) else {
        return Ok(None);
    };
    let required = is_true(body, "required");
    if !required && matches!(method, "get" | "head" | "delete") {
        let reason = "the optional body of a GET, HEAD or DELETE request is left out";
        diagnostics.warn(here, reason);
        return Ok(None);
    }
    let count = map_of(body, "content").map_or(0, Map::len);
    if count > 1 {
        let reason = format!("of {count} media types the body is sent as `{name}`");
        diagnostics.warn(here, reason);
    }
    let is_binary = text_of(schema, "format") == Some("binary");
    let described = (kind == Media::Multipart).then(|| fields(schema, components));
    let (media, schema) = match kind {
        Media::Any if is_binary => ("application/octet-stream", bytes()),
        Media::Json | Media::JsonLike | Media::Any => {
            ("application/json", or_anything(schema, here))
        }
        Media::Form => (
            "application/x-www-form-urlencoded",
            or_anything(schema, here),
        ),
        Media::Text | Media::OtherText => ("text/plain", json!({"type": "string"})),
        Media::Bytes | Media::OtherBytes => ("application/octet-stream", bytes()),
        Media::Multipart => ("multipart/form-data", json!({ALLOW_ANY: true})),
        Media::Other if required => {
            let reason = format!("a required `{name}` body cannot be sent");
            return Err(Error::at(here, reason));
        }
        Media::Other => {
            let reason = format!("an optional `{name}` body is left out: it cannot be sent");
            diagnostics.warn(here, reason);
            return Ok(None);
        }
    };
    let content = json!({media: {"schema": schema}});
    let mut out = json!({"required": true, "content": content, ORIGIN: here});
    let is_named = !matches!(kind, Media::Json | Media::Any) && !name.contains('*');
    if is_named && name != media {
        out[CONTENT_TYPE] = json!(name);
    }
    let encoding = body.pointer("/content/application~1x-www-form-urlencoded/encoding");
    let is_deep = |stated: &Value| text_of(stated, "style") == Some("deepObject");
    let deep = encoding.and_then(Value::as_object).into_iter().flatten();
    let deep: Vec<&String> = deep
        .filter(|(_, stated)| is_deep(stated))
        .map(|(name, _)| name)
        .collect();
    if kind == Media::Form && !deep.is_empty() {
        out[BRACKETS] = json!(deep);
    }
    if let Some(described) = described {
        out[FIELDS] = json!(described);
    }
    Ok(Some(out))
}

/// What the documentation says of the fields of a form with files.
fn fields(schema: &Value, components: &Map<String, Value>) -> String {
    let named = reference_of(schema).and_then(|name| components.get(name));
    let schema = named.unwrap_or(schema);
    let required = texts(schema, "required");
    let fields = map_of(schema, "properties").into_iter().flatten();
    let fields: Vec<String> = fields
        .map(|(name, field)| {
            let is_file = text_of(field, "format") == Some("binary");
            match (is_file, required.contains(&name.as_str())) {
                (true, true) => format!("`{name}` (a file, required)"),
                (true, false) => format!("`{name}` (a file)"),
                (false, true) => format!("`{name}` (required)"),
                (false, false) => format!("`{name}`"),
            }
        })
        .collect();
    match fields.is_empty() {
        true => String::new(),
        false => format!("Fields of the form: {}.", fields.join(", ")),
    }
}

/// The body of one response.
enum Body {
    /// The schema, and the media type to ask for where it is not `application/json`.
    Json(Value, Option<String>),
    Bytes,
    Nothing,
}

impl Body {
    /// Which of several kinds is kept: the least.
    fn kind(&self) -> u8 {
        match self {
            Self::Json(..) => 0,
            Self::Bytes => 1,
            Self::Nothing => 2,
        }
    }
}

fn body_of(response: &Value, at: &str, diagnostics: &mut Diagnostics) -> Body {
    let Some((kind, name, schema)) = preferred(response) else {
        return Body::Nothing;
    };
    let is_binary = kind == Media::Any && text_of(schema, "format") == Some("binary");
    if kind > Media::Any || is_binary {
        return Body::Bytes;
    }
    if !schema.is_object() {
        let reason = format!("`{name}` has no schema: the body may be any JSON");
        diagnostics.warn(at, reason);
    }
    let asked = (kind == Media::JsonLike).then(|| name.to_owned());
    Body::Json(or_anything(schema, at), asked)
}

fn responses(operation: &mut Value, at: &str, diagnostics: &mut Diagnostics) {
    let declared = map_of(operation, "responses").cloned().unwrap_or_default();
    let has_success = declared.keys().any(|name| name.starts_with('2'));
    let mut successes: Vec<(String, Body, String)> = Vec::new();
    let mut errors = Vec::new();
    for (name, response) in &declared {
        let fallback = format!("{at}/responses/{name}");
        let here = origin_or(response, &fallback);
        let status = match name.to_ascii_uppercase() {
            // Without any 2xx, `default` is all that is said of the response.
            default if default == "DEFAULT" && !has_success => "2XX".to_owned(),
            status => status,
        };
        if status.starts_with('2') {
            let body = body_of(response, here, diagnostics);
            successes.push((status, body, here.to_owned()));
        } else if (status == "DEFAULT" || status.starts_with(['4', '5']))
            && let Body::Json(schema, _) = body_of(response, here, &mut Diagnostics::default())
        {
            errors.push(json!({"status": status, "schema": schema}));
        }
    }
    if !errors.is_empty() {
        operation[ERRORS] = Value::Array(errors);
    }
    let accept = successes.iter().find_map(|(_, body, _)| match body {
        Body::Json(_, asked) => asked.clone(),
        _ => None,
    });
    if let Some(accept) = accept {
        operation[ACCEPT] = json!(accept);
    }
    operation["responses"] = one_success(&successes, at, diagnostics);
}

/// One success, for all of them: JSON before bytes before nothing; of several JSON bodies either.
fn one_success(
    successes: &[(String, Body, String)],
    at: &str,
    diagnostics: &mut Diagnostics,
) -> Value {
    let mut schemas: Vec<Value> = Vec::new();
    for (_, body, _) in successes {
        if let Body::Json(schema, _) = body
            && !schemas.iter().any(|other| same(other, schema))
        {
            schemas.push(schema.clone());
        }
    }
    let joined = if schemas.len() > 1 {
        let reason = "the success responses have different bodies: the type is a choice of them";
        diagnostics.warn(at, reason);
        json!({"oneOf": schemas, ORIGIN: format!("{at}/responses")})
    } else {
        schemas.pop().unwrap_or_default()
    };
    let kind = successes.iter().map(|(_, body, _)| body.kind()).min();
    let is_kept = |body: &Body| Some(body.kind()) == kind;
    for (status, _, here) in successes.iter().filter(|(_, body, _)| !is_kept(body)) {
        let reason = "has another kind of body: `send` fails on it";
        diagnostics.warn(here, format!("status {status} {reason}"));
    }
    let bytes = || json!({"content": {"application/octet-stream": {"schema": bytes()}}});
    let Some((status, body, _)) = successes.iter().find(|(_, body, _)| is_kept(body)) else {
        diagnostics.warn(at, "no success is declared: the response is bytes");
        return json!({"2XX": bytes()});
    };
    let response = match body {
        Body::Json(..) => json!({"content": {"application/json": {"schema": joined}}}),
        Body::Bytes => bytes(),
        Body::Nothing => json!({}),
    };
    json!({ status.as_str(): response })
}

#[cfg(test)]
mod tests;
