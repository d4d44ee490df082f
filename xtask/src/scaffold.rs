//! Scaffold: the first texts of a new provider's folder under `specs/`.

use client_codegen::prune::Selection;

/// A `client.toml` for the operations.
pub(crate) fn client_toml(name: &str, title: &str, selections: &[Selection], file: &str) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let operations: String = selections
        .iter()
        .map(|selection| {
            format!(
                "\n[[operations]]\nid = {}\n# records = \"items\"   # the property of the answer that holds the list\n",
                quoted(&selection.id)
            )
        })
        .collect();
    format!(
        "name = {}\nversion = \"0.1.0\"\ntitle = {}\ndescription = {}\n{operations}\n\
         # Where each fact was read, and when.\n[[sources]]\nfact = \"{file}: the provider's own document\"\n\
         document = \"its title and address\"\nread = \"YYYY-MM-DD\"\n",
        quoted(&format!("{name}-client")),
        quoted(title),
        quoted(&format!(
            "Client for {title}, generated from its API description"
        )),
    )
}

/// An overlay without an action, with one to copy.
pub(crate) fn overlay(title: &str) -> String {
    format!(
        "overlay: 1.0.0\ninfo:\n  title: Corrections to {title}\n  version: 1.0.0\n\
         # Each correction is one action, with its evidence. The first one replaces the `[]`:\n#\n\
         #   - target: $.components.schemas.Thing\n#     description: >-\n#       Why: what the provider sends, and where that is shown.\n\
         #     update:\n#       required: [id]\nactions: []\n"
    )
}

/// What a person does next.
pub(crate) fn next_steps(name: &str, file: &str) -> String {
    format!(
        "specs/{name}/ has {file}, client.toml and overlay.yaml. Next:\n\
         1. In specs/{name}/client.toml say which property holds the records, and where you read the document.\n\
         2. Put the bodies that the provider's documentation shows into specs/{name}/examples/.\n\
         3. Run `cargo xtask codegen`: it writes crates/clients/{name}. Where it stops, it names the place: correct it\n   \
            in specs/{name}/overlay.yaml (`x-allow-any: true` where a value may really be anything).\n\
         4. Run `cargo test -p {name}-client` and read crates/clients/{name}/src/generated.rs.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use client_codegen::client_toml::ClientToml;

    #[test]
    fn the_scaffold_can_be_read() {
        let selections = [Selection {
            id: "GET /a\"b".to_owned(),
            records: None,
        }];
        let read = ClientToml::parse(&client_toml(
            "acme",
            "Acme \"Inc\"",
            &selections,
            "openapi.yaml",
        ))
        .unwrap();
        assert_eq!(
            (read.name.as_str(), read.title.as_str()),
            ("acme-client", "Acme \"Inc\"")
        );
        assert_eq!(read.selections(), selections);
        let overlay = client_codegen::read::parse(&overlay("Acme")).unwrap();
        assert_eq!(overlay["actions"], serde_json::json!([]));
    }
}
