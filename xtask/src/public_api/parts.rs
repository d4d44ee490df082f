//! Parts of a line: fields, signatures, generics and attributes.

use syn::{Attribute, Fields, Generics, Signature, Visibility};

use super::spacing::text;

/// What says something about how an item may be used, or how it is written as JSON.
const TELLING: [&str; 7] = [
    "cfg",
    "default",
    "deprecated",
    "must_use",
    "non_exhaustive",
    "repr",
    "serde",
];

pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// What a struct's fields look like from outside: `_` is one that is private, `{ .. }` says that there are such.
pub(super) fn shape_of_struct(fields: &Fields) -> String {
    match fields {
        Fields::Unit => String::new(),
        Fields::Unnamed(_) => {
            let shown: Vec<String> = fields
                .iter()
                .map(|field| match is_public(&field.vis) {
                    true => format!("pub {}", text(&field.ty)),
                    false => "_".to_owned(),
                })
                .collect();
            format!("({})", shown.join(", "))
        }
        Fields::Named(_) if fields.iter().all(|field| is_public(&field.vis)) => String::new(),
        Fields::Named(_) => " { .. }".to_owned(),
    }
}

pub(super) fn shape_of_variant(fields: &Fields) -> String {
    match fields {
        Fields::Unnamed(_) => {
            let shown: Vec<String> = fields.iter().map(|field| text(&field.ty)).collect();
            format!("({})", shown.join(", "))
        }
        Fields::Named(_) | Fields::Unit => String::new(),
    }
}

pub(super) fn signature(path: &str, signature: &Signature) -> String {
    let name = format!("fn {}", signature.ident);
    text(signature).replacen(&name, &format!("fn {path}"), 1)
}

/// The generics in angle brackets, and the `where` clause.
pub(super) fn generics(generics: &Generics) -> (String, String) {
    let mut bare = generics.clone();
    let clause = bare.where_clause.take();
    let clause = clause.map_or_else(String::new, |clause| format!(" {}", text(&clause)));
    let shown = if bare.params.is_empty() {
        String::new()
    } else {
        text(&bare)
    };
    (shown, clause.trim_end_matches(',').to_owned())
}

/// The traits that are derived.
pub(super) fn derives(attributes: &[Attribute]) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
    {
        // What cannot be read as paths is no derive that compiles.
        let _ = attribute.parse_nested_meta(|meta| {
            let last = meta.path.segments.last();
            found.extend(last.map(|segment| segment.ident.to_string()));
            Ok(())
        });
    }
    found
}

/// The attributes that say something to a user.
pub(super) fn notes(attributes: &[Attribute]) -> String {
    only(attributes, &TELLING)
}

/// The conditions under which something is there.
pub(super) fn conditions(attributes: &[Attribute]) -> String {
    only(attributes, &["cfg"])
}

fn only(attributes: &[Attribute], names: &[&str]) -> String {
    attributes
        .iter()
        .filter(|attribute| names.iter().any(|name| attribute.path().is_ident(name)))
        .map(|attribute| format!(" {}", text(attribute)))
        .collect()
}
