//! Package: the manifest, the README and the library file around the generated module.

use serde_json::Value;

use super::example::example;
use super::operations::operations;
use crate::files::Files;
use crate::options::Package;

const MANIFEST: &str = include_str!("templates/Cargo.toml.txt");
const README: &str = include_str!("templates/README.md.txt");
const LIBRARY: &str = include_str!("templates/lib.rs.txt");

const CHRONO: &str =
    "chrono = { version = \"0.4\", default-features = false, features = [\"serde\", \"std\"] }\n";
const OWN_WORKSPACE: &str =
    "\n# The crate lies inside another workspace and is none of its members.\n[workspace]";
const RECORDS: &str = "//! The elements of a list are [`runtime::Record`]s: one that does not decode keeps its bytes and the reason, and the\n\
     //! others are unharmed.\n";

/// The crate's files but the document.
pub(super) fn files(package: &Package, module: &syn::File, document: &Value) -> Files {
    let header = package.header();
    let operations = operations(document);
    let code = prettyplease::unparse(module);
    let example = example(&package.ident(), module, &operations).unwrap_or_default();
    let example_docs: String = example
        .lines()
        .map(|line| format!("//! {line}").trim_end().to_owned() + "\n")
        .collect();
    let list: String = operations
        .iter()
        .map(|operation| format!("- `{}`\n", operation.id))
        .collect();
    let has_records = operations
        .iter()
        .any(|operation| operation.stream().is_some());
    let either = |condition: bool, text: &str| {
        if condition {
            text.to_owned()
        } else {
            String::new()
        }
    };
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let values = [
        ("header", header.clone()),
        ("name", quoted(&package.name)),
        ("version", quoted(&package.version)),
        ("description", quoted(&package.description)),
        ("runtime", quoted(&package.runtime)),
        ("chrono", either(code.contains("::chrono::"), CHRONO)),
        (
            "raw_value",
            either(code.contains("RawValue"), ", features = [\"raw_value\"]"),
        ),
        ("workspace", either(package.own_workspace, OWN_WORKSPACE)),
        ("crate", package.name.clone()),
        ("title", package.title.clone()),
        (
            "sentence",
            package.description.trim_end_matches('.').to_owned(),
        ),
        ("records", either(has_records, RECORDS)),
        (
            "default",
            either(code.contains("DEFAULT_BASE_URL"), ", DEFAULT_BASE_URL"),
        ),
        ("operations", list),
        ("example_docs", example_docs),
        ("example", example),
    ];
    let fill = |template: &str| fill(template, &values);
    let generated = format!("// {header}\n//! The generated client and its types.\n\n{code}");
    [
        ("Cargo.toml", fill(MANIFEST).trim_end().to_owned() + "\n"),
        ("README.md", fill(README)),
        ("src/lib.rs", fill(LIBRARY)),
        ("src/generated.rs", generated),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into()
}

/// The template with each `{key}` replaced; a value's own braces are left alone.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let value = values.iter().find(|(key, _)| {
            rest[1..]
                .strip_prefix(key)
                .is_some_and(|after| after.starts_with('}'))
        });
        let taken = match value {
            Some((key, value)) => {
                out.push_str(value);
                key.len() + 2
            }
            None => {
                out.push('{');
                1
            }
        };
        rest = &rest[taken..];
    }
    out + rest
}
