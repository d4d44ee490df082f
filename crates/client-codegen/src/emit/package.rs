//! Writes the manifest, the README and `lib.rs` around the generated module.

use serde_json::Value;
use syn::Item;

use super::client::Client;
use super::example::example;
use super::operations::Operation;
use crate::files::Files;
use crate::options::Options;

const MANIFEST: &str = include_str!("templates/Cargo.toml.txt");
const README: &str = include_str!("templates/README.md.txt");
const LIBRARY: &str = include_str!("templates/lib.rs.txt");

const GENERATED: &str = "// {{header}}\n//! The generated client and its types.\n\n{{code}}";

const SERDE: &str = "serde = { version = \"1.0.228\", features = [\"derive\"] }\n";
const JSON: &str = "serde_json = { version = \"1.0.150\" }\n";
const RAW_JSON: &str = "serde_json = { version = \"1.0.150\", features = [\"raw_value\"] }\n";
const DEFAULT: &str = ", DEFAULT_BASE_URL";
const CHRONO: &str =
    "chrono = { version = \"0.4\", default-features = false, features = [\"serde\", \"std\"] }\n";
const OWN_WORKSPACE: &str =
    "\n# The crate lies inside another workspace and is none of its members.\n[workspace]";
const MOCK_FEATURE: &str = r#"
[features]
# A server for tests, which answers with the documentation's examples.
mock = ["client-runtime/mock"]

[dev-dependencies]
client-runtime = { path = {{runtime}}, features = ["mock"] }
tokio = { version = "1.50", default-features = false, features = ["macros", "rt"] }

[package.metadata.docs.rs]
all-features = true"#;
const MOCK_MODULE: &str = "#[cfg(any(test, feature = \"mock\"))]\npub mod mock;\n";
const RECORDS: &str = "//! - The elements of a list are [`runtime::Record`]s: one that does not decode keeps its bytes and the reason, and \
     costs no\n//!   other.\n";
const PAGED: &str = "//! - `pages` and `items` stream a list page by page. For the tenants of its providers, the crate `tenancy` also proves that \
     a list\n//!   is complete.\n";
const MOCK_DOCS: &str = "//! - With the feature `mock`, the module `mock` starts a server for tests, which answers with the documentation's examples.\n";
const README_RECORDS: &str =
    "- The records of a list are decoded one by one, so that a bad record costs no other.\n";
const README_PAGED: &str = "- `pages` and `items` stream a list page by page. For the tenants of its providers, the crate `tenancy` also proves that a list is\n  complete.\n";
const README_MOCK: &str = "- With the feature `mock`, `mock::start()` returns a client and a server for tests, which answers with the documentation's examples.\n";

/// Writes the crate's files except for the document.
pub(super) fn files(
    options: &Options,
    client: &Client,
    module: &syn::File,
    types: &[Item],
    operations: &[Operation<'_>],
    has_mock: bool,
) -> Files {
    let package = &options.package;
    let code = prettyplease::unparse(module);
    let example = example(options, client, types, operations).unwrap_or_default();
    let (mut example_docs, mut list) = (String::new(), String::new());
    for line in example.lines() {
        example_docs += format!("//! {line}").trim_end();
        example_docs += "\n";
    }
    for operation in operations {
        let (method, path) = (operation.method.to_uppercase(), operation.path);
        list += &format!("| `{}` | `{method} {path}` |\n", operation.id);
    }
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let when = |condition: bool, text: &'static str| if condition { text } else { "" };
    let is_paged = options.operations.iter().any(|one| one.paging.is_some());
    let has_records = operations.iter().any(|one| one.records.is_some());
    let license = package.license.as_deref();
    let readme_license = license.map(|license| format!("## Licence\n\n{license}\n"));
    let readme_license = readme_license.unwrap_or_default();
    let license = license.map(|license| format!("license = {}\n", quoted(license)));
    let license = license.unwrap_or_default();
    let mock_feature = match has_mock {
        true => fill(MOCK_FEATURE, &[("runtime", &quoted(&package.runtime))]),
        false => String::new(),
    };
    let json = match (code.contains("RawValue"), code.contains("::serde_json::")) {
        (true, _) => RAW_JSON,
        (false, true) => JSON,
        (false, false) => "",
    };
    let values = [
        ("header", &*package.header()),
        ("name", &quoted(&package.name)),
        ("version", &quoted(&package.version)),
        ("description", &quoted(&package.description)),
        ("runtime", &quoted(&package.runtime)),
        ("chrono", when(code.contains("::chrono::"), CHRONO)),
        ("serde", when(code.contains("::serde::"), SERDE)),
        ("serde_json", json),
        ("license", &license),
        ("readme_license", &readme_license),
        ("runtime_version", env!("CARGO_PKG_VERSION")),
        ("mock_feature", &mock_feature),
        ("mock_module", when(has_mock, MOCK_MODULE)),
        ("workspace", when(package.own_workspace, OWN_WORKSPACE)),
        ("records", when(has_records, RECORDS)),
        ("paged", when(is_paged, PAGED)),
        ("mock_docs", when(has_mock, MOCK_DOCS)),
        ("readme_records", when(has_records, README_RECORDS)),
        ("readme_paged", when(is_paged, README_PAGED)),
        ("readme_mock", when(has_mock, README_MOCK)),
        ("default", when(client.base_url.is_some(), DEFAULT)),
        ("crate", &package.name),
        ("title", &package.title),
        ("sentence", package.description.trim_end_matches('.')),
        ("operations", &list),
        ("example_docs", &example_docs),
        ("example", &example),
        ("code", &code),
    ];
    [
        ("Cargo.toml", MANIFEST),
        ("README.md", README),
        ("src/lib.rs", LIBRARY),
        ("src/generated.rs", GENERATED),
    ]
    .map(|(path, template)| (path.to_owned(), fill(template, &values)))
    .into()
}

/// The template with each `{{key}}` replaced.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = template.to_owned();
    for (key, value) in values {
        text = text.replace(&format!("{{{{{key}}}}}"), value);
    }
    text.trim_end().to_owned() + "\n"
}
