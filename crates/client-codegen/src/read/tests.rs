//! Tests reading documents.

use serde_json::json;

use super::*;

#[test]
fn json_and_yaml_give_the_same() {
    let json = parse("{\"responses\": {\"200\": {\"description\": \"yes\"}}}").unwrap();
    let yaml = parse("responses:\n  200:\n    description: yes\n").unwrap();
    assert_eq!(json, yaml);
}

#[test]
fn yaml_keeps_words_and_versions_as_text() {
    let value =
        parse("a: no\nb: '1.0'\nc: 2024-01-01\nd: [on, off, null, true]\ne: 0x10\n").unwrap();
    assert_eq!(value["a"], json!("no"));
    assert_eq!(value["b"], json!("1.0"));
    assert_eq!(value["c"], json!("2024-01-01"));
    assert_eq!(value["d"], json!(["on", "off", null, true]));
}

#[test]
fn what_yaml_documents_of_providers_hold() {
    for (text, value) in [
        (
            "a: 18446744073709551616000\n",
            json!({"a": 1.8446744073709552e22}),
        ),
        ("a: 1e400\n", json!({"a": ".inf"})),
        ("a: .inf\nb: .nan\n", json!({"a": ".inf", "b": ".nan"})),
        ("a: !!str 1\n", json!({"a": "1"})),
        (
            "true: 1\nnull: 2\n3: 4\n5.5: 6\n",
            json!({"true": 1, "null": 2, "3": 4, "5.5": 6}),
        ),
        ("a: =\n", json!({"a": "="})),
        (
            "a: 007\nb: 1_000\nc: 0o17\n",
            json!({"a": 7.0, "b": 1000, "c": 15}),
        ),
        (
            "%YAML 1.2\n---\na: |\n  x\n  y\n...\n",
            json!({"a": "x\ny\n"}),
        ),
        (
            "a: 'it''s'\nb: \"\\u00e9\\/\"\n",
            json!({"a": "it's", "b": "é/"}),
        ),
        ("a:\n- b\n-\n  c: d\n", json!({"a": ["b", {"c": "d"}]})),
        ("a: !custom {b: 1}\n", json!({"a": {"b": 1}})),
        (
            "a: 2001-12-14t21:59:43.10-05:00\n",
            json!({"a": "2001-12-14t21:59:43.10-05:00"}),
        ),
    ] {
        assert_eq!(parse(text).unwrap(), value, "{text:?}");
    }
}

#[test]
fn yaml_anchors_and_merge_keys_are_followed() {
    let value = parse("base: &base {type: string}\nmore:\n  <<: *base\n  format: date\n").unwrap();
    assert_eq!(value["more"], json!({"type": "string", "format": "date"}));
}

#[test]
fn a_quoted_scalar_may_go_on_at_the_indentation_of_its_key() {
    let text = "a:\n  b: \"one\n  two\n\n  three\"\n  c: 'x\n\n  y'\nd: \"1\n2\"\n";
    assert_eq!(
        parse(text).unwrap(),
        json!({"a": {"b": "one two\nthree", "c": "x\ny"}, "d": "1 2"})
    );
}

#[test]
fn a_key_that_is_there_twice_is_an_error_with_its_line() {
    for text in ["a: 1\nb: 2\na: 3\n", "{\"a\": 1,\n\"b\": 2,\n\"a\": 3}"] {
        let error = parse(text).unwrap_err();
        assert!(error.reason.contains("line 3"), "{error}");
    }
    assert!(parse("200: 1\n'200': 2\n").is_err());
}

#[test]
fn what_is_neither_is_an_error() {
    let error = parse("a: [1, 2").unwrap_err();
    assert!(error.reason.starts_with("not YAML"), "{error}");
    let error = parse("{\"a\": ]").unwrap_err();
    assert!(error.reason.starts_with("neither JSON nor YAML"), "{error}");
}

#[test]
fn files_beside_the_document_are_taken_in() {
    let load = |path: &Path| match path.to_str() {
        Some("schemas/account.yaml") => {
            Some("properties: {owner: {$ref: 'owner.json#/Owner'}}".to_owned())
        }
        Some("schemas/owner.json") => {
            Some("{\"Owner\": {\"$ref\": \"#/Other\"}, \"Other\": {}}".to_owned())
        }
        _ => None,
    };
    let document = json!({"a": {"$ref": "./schemas/account.yaml"}, "b": {"$ref": "missing.yaml#/x"}, "c": {"$ref": "#/a"}});
    let bundled = bundle(document, Path::new("a.yaml"), &load).unwrap();
    assert_eq!(bundled["a"]["$ref"], "#/x-files/schemas~1account.yaml");
    assert_eq!(bundled["b"]["$ref"], "missing.yaml#/x");
    assert_eq!(bundled["c"]["$ref"], "#/a");
    let files = &bundled[FILES];
    assert_eq!(
        files["schemas/account.yaml"]["properties"]["owner"]["$ref"],
        "#/x-files/schemas~1owner.json/Owner"
    );
    assert_eq!(
        files["schemas/owner.json"]["Owner"]["$ref"],
        "#/x-files/schemas~1owner.json/Other"
    );
}

#[test]
fn a_reference_out_of_the_folder_is_left_alone() {
    let document = json!({"a": {"$ref": "../secret.yaml"}});
    let load = |_: &Path| Some("{}".to_owned());
    let bundled = bundle(document.clone(), Path::new("a.yaml"), &load).unwrap();
    assert_eq!(bundled, document);
    let bundled = bundle(document, Path::new("api/a.yaml"), &load).unwrap();
    assert_eq!(bundled["a"]["$ref"], "#/x-files/secret.yaml");
}

#[test]
fn a_discriminator_names_files_and_its_own_files_schemas() {
    let load = |path: &Path| {
        let text = "components: {schemas: {Dog: {}, Pet: {discriminator: {propertyName: k, mapping: {c: cat.yaml, d: Dog, \
            r: '../a.yaml#/components/schemas/Rat'}}}}}";
        match path.to_str() {
            Some("x/pet.yaml") => Some(text.to_owned()),
            Some("x/cat.yaml") => Some("{}".to_owned()),
            _ => None,
        }
    };
    let document = json!({"$ref": "x/pet.yaml#/components/schemas/Pet"});
    let bundled = bundle(document, Path::new("a.yaml"), &load).unwrap();
    let pet = &bundled[FILES]["x/pet.yaml"]["components"]["schemas"]["Pet"];
    assert_eq!(
        pet["discriminator"]["mapping"],
        json!({"c": "#/x-files/x~1cat.yaml", "d": "#/x-files/x~1pet.yaml/components/schemas/Dog",
            "r": "#/components/schemas/Rat"})
    );
}
