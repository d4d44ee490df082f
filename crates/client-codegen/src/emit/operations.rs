//! The operations of a lowered document, as their request types need them.

use std::collections::BTreeSet;

use heck::ToPascalCase;
use serde_json::{Map, Value};
use syn::Type;

use crate::error::{Error, Result};
use crate::extension::{
    ACCEPT, BRACKETS, CONTENT_TYPE, ERRORS, RECORDS, SENT_AS, STATED_ID, WIRE_NAME,
};
use crate::names;
use crate::rust_type::rust_type;
use crate::schema::{is_true, list, map_of, origin, text_of, texts};
use crate::walk::METHODS;

/// One operation of the lowered document.
pub(super) struct Operation<'a> {
    /// The method's name.
    pub(super) id: &'a str,
    /// The name in the provider's document, which errors show.
    pub(super) stated_id: &'a str,
    /// The name of the request type.
    pub(super) request: String,
    /// The HTTP method, in lower case.
    pub(super) method: &'a str,
    /// The path, with a `{name}` for each of its parameters.
    pub(super) path: &'a str,
    pub(super) parameters: Vec<Parameter<'a>>,
    pub(super) body: Option<Body>,
    /// The media type of the body, where the kind of body does not decide it.
    pub(super) content_type: Option<&'a str>,
    pub(super) success: Success,
    /// The JSON bodies of errors: status, or `DEFAULT`, and type.
    pub(super) errors: Vec<(&'a str, String)>,
    /// The media type to ask for.
    pub(super) accept: Option<&'a str>,
    /// Summary and description, as paragraphs.
    pub(super) docs: Vec<&'a str>,
    /// The property that holds the list of records, if the operation lists records.
    pub(super) records: Option<&'a str>,
}

/// A parameter of an operation.
pub(super) struct Parameter<'a> {
    /// The argument's or the setter's name.
    pub(super) name: &'a str,
    /// The name on the wire; in the path, the name of the placeholder.
    pub(super) wire: &'a str,
    pub(super) place: Place,
    pub(super) required: bool,
    pub(super) kind: Kind,
    /// How the value is sent ([`SENT_AS`]), where that is not as texts.
    pub(super) sent_as: Option<&'a str>,
    pub(super) doc: Option<&'a str>,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
}

/// The type of a parameter's values.
pub(super) enum Kind {
    Text,
    /// A number, a boolean or an enumeration.
    Plain(Box<Type>),
    /// Several texts.
    Texts,
    /// Several numbers, booleans or words.
    List(Box<Type>),
    /// A value that is sent as JSON, or as pairs of names and values.
    Object(Box<Type>),
}

/// The body of a request.
pub(super) enum Body {
    Json(Box<Type>),
    /// A form, with the fields that are lists in brackets.
    Form(Box<Type>, Vec<String>),
    Text,
    Bytes,
    /// A form with files.
    Multipart,
}

/// The body of a success.
pub(super) enum Success {
    Json(Box<Type>),
    Bytes,
    Nothing,
}

/// The operations by path and method.
///
/// # Errors
/// The type of a parameter or a body is not valid Rust.
pub(super) fn operations(document: &Value) -> Result<Vec<Operation<'_>>> {
    let mut taken = BTreeSet::new();
    values(document)
        .map(|(path, method, value)| operation(path, method, value, &mut taken))
        .collect()
}

/// The operations by path and method: path, method and value.
pub(super) fn values(document: &Value) -> impl Iterator<Item = (&str, &'static str, &Value)> {
    let paths = map_of(document, "paths").into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let found = METHODS.into_iter();
        found.filter_map(move |method| Some((path.as_str(), method, item.get(method)?)))
    })
}

fn operation<'a>(
    path: &'a str,
    method: &'a str,
    value: &'a Value,
    taken: &mut BTreeSet<String>,
) -> Result<Operation<'a>> {
    let id = text_of(value, "operationId").unwrap_or_default();
    let read = |schema: &Value| typed(schema, origin(value));
    let parameters = list(value, "parameters").iter();
    let parameters: Result<_> = parameters
        .map(|one| Ok(parameter(one, kind(one, &read)?)))
        .collect();
    let success = success(value, &read)?;
    let json = matches!(success, Success::Json(_)).then_some("application/json");
    Ok(Operation {
        id,
        stated_id: text_of(value, STATED_ID).unwrap_or(id),
        request: names::unique(&names::type_name(&id.to_pascal_case()), taken),
        method,
        path,
        parameters: parameters?,
        body: body(value, &read)?,
        content_type: text_of(value, CONTENT_TYPE),
        success,
        errors: list(value, ERRORS)
            .iter()
            .filter_map(|one| Some((text_of(one, "status")?, rust_type(&one["schema"]))))
            .collect(),
        accept: text_of(value, ACCEPT).or(json),
        docs: ["summary", "description"]
            .iter()
            .filter_map(|key| text_of(value, key))
            .collect(),
        records: text_of(value, RECORDS),
    })
}

fn typed(schema: &Value, at: &str) -> Result<Box<Type>> {
    syn::parse_str(&rust_type(schema))
        .map_err(|error| Error::at(at, format!("the type is not valid Rust: {error}")))
}

fn parameter<'a>(one: &'a Value, kind: Kind) -> Parameter<'a> {
    let name = text_of(one, "name").unwrap_or_default();
    let place = match text_of(one, "in") {
        Some("path") => Place::Path,
        Some("header") => Place::Header,
        _ => Place::Query,
    };
    Parameter {
        name,
        wire: match place {
            Place::Path => name,
            _ => text_of(one, WIRE_NAME).unwrap_or(name),
        },
        place,
        required: is_true(one, "required"),
        kind,
        sent_as: text_of(one, SENT_AS),
        doc: text_of(one, "description"),
    }
}

fn kind(one: &Value, read: &dyn Fn(&Value) -> Result<Box<Type>>) -> Result<Kind> {
    let schema = &one["schema"];
    if matches!(text_of(one, SENT_AS), Some("json" | "pairs" | "brackets")) {
        return Ok(Kind::Object(read(schema)?));
    }
    let items = schema.get("items").unwrap_or(&Value::Null);
    Ok(match (rust_type(schema), rust_type(items)) {
        (text, _) if is_text(&text) => Kind::Text,
        (list, text) if list.starts_with("::std::vec::Vec<") && is_text(&text) => Kind::Texts,
        (list, _) if list.starts_with("::std::vec::Vec<") => Kind::List(read(items)?),
        _ => Kind::Plain(read(schema)?),
    })
}

fn is_text(rust: &str) -> bool {
    rust == "::std::string::String"
}

/// The media type and schema of a body.
fn content(holder: Option<&Value>) -> Option<(&str, &Value)> {
    let (media, content) = map_of(holder?, "content")?.iter().next()?;
    Some((media, content.get("schema").unwrap_or(&Value::Null)))
}

fn body(operation: &Value, read: &dyn Fn(&Value) -> Result<Box<Type>>) -> Result<Option<Body>> {
    let Some((media, schema)) = content(operation.get("requestBody")) else {
        return Ok(None);
    };
    Ok(Some(match media {
        "application/json" => Body::Json(read(schema)?),
        "application/x-www-form-urlencoded" => {
            let brackets = texts(operation, BRACKETS).into_iter().map(str::to_owned);
            Body::Form(read(schema)?, brackets.collect())
        }
        "multipart/form-data" => Body::Multipart,
        "text/plain" => Body::Text,
        _ => Body::Bytes,
    }))
}

fn success(operation: &Value, read: &dyn Fn(&Value) -> Result<Box<Type>>) -> Result<Success> {
    let mut responses = map_of(operation, "responses")
        .into_iter()
        .flat_map(Map::values);
    Ok(match content(responses.next()) {
        Some(("application/json", schema)) => Success::Json(read(schema)?),
        Some(_) => Success::Bytes,
        None => Success::Nothing,
    })
}
