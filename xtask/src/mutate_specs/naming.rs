//! Naming: whether what codegen or a test says names the field that was changed.

use std::collections::BTreeSet;

use heck::ToSnakeCase;

use super::Field;

/// Whether a refusal names a field: in a JSON pointer, in an overlay's target, or in quotes. The name as a bare word is not
/// enough, for it may be one of OpenAPI's own, or stand in the operation's path.
pub(super) fn refuses(refusal: &str, field: &Field) -> bool {
    let ends = |rest: &str| !rest.starts_with(|sign: char| sign.is_alphanumeric() || sign == '_');
    let by_name =
        ["/properties/", ".properties.", "'", "`"].map(|sign| format!("{sign}{}", field.name));
    let ways = by_name.into_iter().chain([format!("#{}", field.pointer)]);
    ways.into_iter().any(|named| {
        let mut found = refusal.match_indices(&named);
        found.any(|(at, _)| ends(&refusal[at + named.len()..]))
    })
}

/// Whether a text has a name as a word of its own: as the document writes it, or as Rust does.
pub(super) fn names(text: &str, name: &str) -> bool {
    let words: BTreeSet<&str> = text
        .split(|sign: char| !(sign.is_alphanumeric() || sign == '_'))
        .collect();
    words.contains(name) || words.contains(name.to_snake_case().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_to_name_the_field_itself() {
        for (refusal, name, named) in [
            ("#/components/schemas/A/properties/id: no type", "id", true),
            (
                "#/components/schemas/A/properties/ident: no type",
                "id",
                false,
            ),
            (
                "overlay action on `$.a.properties.id` matches nothing",
                "id",
                true,
            ),
            (
                "overlay action on `$.a.properties['other','id']` matches nothing",
                "id",
                true,
            ),
            (
                "#/paths/~1a~1{id}/get/responses/200/items: no type",
                "id",
                false,
            ),
            ("#/components/schemas/A/items: no type", "items", false),
            ("the path has `{id}`, and no parameter `id`", "id", true),
            ("`#/components/parameters/Id` leads nowhere", "id", true),
        ] {
            let mut field = Field::default();
            field.name = name.to_owned();
            field.pointer = "/components/parameters/Id".to_owned();
            assert_eq!(refuses(refusal, &field), named, "{refusal}");
        }
    }

    #[test]
    fn a_name_is_a_whole_word_as_sent_or_as_rust_has_it() {
        assert!(names("pub a::B::next_cursor: String", "nextCursor"));
        assert!(!names("pub a::B::next_cursors: String", "nextCursor"));
    }
}
