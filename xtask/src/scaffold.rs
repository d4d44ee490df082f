//! Scaffold: the first texts of a new provider's folder under `specs/`.

use std::fs;
use std::path::Path;

use client_codegen::{FILES, Files, Options, Selection, correct};

use crate::tasks::{
    TaskError, at, file_error, is_crate_name, read_spec, text, title_of, write_tree,
};

/// Starts the folder of a new provider: its document, a `client.toml` and the skeleton of an overlay. Says what to do next.
///
/// # Errors
/// The folder is there already, the document has not these operations, or a file cannot be written.
pub fn new_provider(
    root: &Path,
    name: &str,
    spec: &Path,
    operations: &[String],
) -> Result<String, TaskError> {
    if !is_crate_name(name) {
        return Err(TaskError::Usage(format!(
            "`{name}` is no provider name: lower-case letters, digits and `-`"
        )));
    }
    let folder = root.join("specs").join(name);
    if folder.exists() {
        return Err(TaskError::Usage(format!("specs/{name} is there already")));
    }
    let bundled = read_spec(spec)?;
    let title = title_of(&bundled).unwrap_or_else(|| name.to_owned());
    let options = Options {
        operations: operations.iter().map(|id| Selection::new(id)).collect(),
        ..Options::default()
    };
    correct(&bundled, &options).map_err(|error| at(&spec.display().to_string(), error))?;
    let local = bundled.get(FILES).is_none();
    let json = !local || spec.extension().is_some_and(|ending| ending == "json");
    let file = if json { "openapi.json" } else { "openapi.yaml" };
    // A document with files beside it is kept as one: what it was bundled from stays where it is.
    let content = if local {
        text(spec)?
    } else {
        format!("{bundled:#}\n")
    };
    let files = Files::from([
        (file.to_owned(), content),
        (
            "client.toml".to_owned(),
            client_toml(name, &title, &options.operations, file),
        ),
        ("overlay.yaml".to_owned(), overlay(&title)),
    ]);
    fs::create_dir_all(folder.join("examples")).map_err(|source| file_error(&folder, source))?;
    write_tree(&folder, &Files::new(), &files)?;
    Ok(next_steps(name, file))
}

/// A `client.toml` for the operations.
fn client_toml(name: &str, title: &str, selections: &[Selection], file: &str) -> String {
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
fn overlay(title: &str) -> String {
    format!(
        "overlay: 1.0.0\ninfo:\n  title: Corrections to {title}\n  version: 1.0.0\n\
         # Each correction is one action, with its evidence. The first one replaces the `[]`:\n#\n\
         #   - target: $.components.schemas.Thing\n#     description: >-\n#       Why: what the provider sends, and where that is shown.\n\
         #     update:\n#       required: [id]\nactions: []\n"
    )
}

/// What a person does next.
fn next_steps(name: &str, file: &str) -> String {
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
    use client_codegen::ClientToml;

    #[test]
    fn the_scaffold_can_be_read() {
        let selections = [Selection::new("GET /a\"b")];
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
        assert_eq!(read.operations, selections);
        let overlay = client_codegen::parse(&overlay("Acme")).unwrap();
        assert_eq!(overlay["actions"], serde_json::json!([]));
    }
}
