//! Scaffold: the files of a new provider, and the lines that register it.

use std::fs;
use std::path::Path;

use client_codegen::{FILES, Files, Options, Package, Selection, correct, generate};
use heck::ToPascalCase;

use crate::codegen::{is_crate_name, read_spec, title_of};
use crate::error::{Error, Result, at, file_error};
use crate::tree::{text, write_tree};

/// The text of CONTRIBUTING on what a person does next.
const CHECKLIST: &str = include_str!("scaffold/checklist.md");

/// Files that name each provider: after which text, and what is inserted.
const REGISTRIES: [(&str, &str, &str); 8] = [
    (
        "Cargo.toml",
        "\n# Ours.\n",
        "{{name}}-client = { path = \"crates/clients/{{name}}\", version = \"0.1.0\" }\n",
    ),
    (
        "crates/tenancy/Cargo.toml",
        "\ndefault = [",
        "\"{{name}}\", ",
    ),
    (
        "crates/tenancy/Cargo.toml",
        "\n# Each provider brings its generated client.\n",
        "{{name}} = [\"dep:{{name}}-client\"]\n",
    ),
    (
        "crates/tenancy/Cargo.toml",
        "\n[dependencies]\n",
        "{{name}}-client = { workspace = true, optional = true }\n",
    ),
    (
        "crates/tenancy/src/providers/mod.rs",
        "mod tests;\n\n",
        "#[cfg(feature = \"{{name}}\")]\npub mod {{module}};\n",
    ),
    (
        "crates/tenancy/src/providers/mod.rs",
        "pub static ALL: &[&Descriptor] = &[\n",
        "    #[cfg(feature = \"{{name}}\")]\n    &{{module}}::DESCRIPTOR,\n",
    ),
    (
        "crates/provider-sim/src/provider/mod.rs",
        "//! The list of simulated providers.\n\n",
        "mod {{module}};\n",
    ),
    (
        "crates/provider-sim/src/provider/mod.rs",
        "pub const ALL: &'static [Self] = &[\n",
        "        Self::new(&{{module}}::{{Type}}),\n",
    ),
];

/// Writes `specs/<name>/`, the client, the mapping and the simulator of a new provider, and registers them. Returns the
/// checklist of what is left to do.
///
/// # Errors
/// The provider is there already, the document cannot be compiled, or a file cannot be written.
pub fn new_provider(root: &Path, name: &str, spec: &Path, operations: &[String]) -> Result<String> {
    let is_plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if !is_crate_name(name) || !name.chars().all(is_plain) {
        let reason = format!(
            "`{name}` is not a valid provider name: use lower-case letters, digits and `-`"
        );
        return Err(Error::Usage(reason));
    }
    let folder = root.join("specs").join(name);
    if folder.exists() {
        return Err(Error::Usage(format!("specs/{name} is there already")));
    }
    let document = read_spec(spec)?;
    let title = title_of(&document).unwrap_or_else(|| name.to_owned());
    let options = Options {
        operations: operations.iter().map(|id| Selection::new(id)).collect(),
        package: Package {
            name: format!("{name}-client"),
            version: "0.1.0".to_owned(),
            description: format!("Client for {title}, generated from its API description"),
            source: format!("specs/{name}/"),
            runtime: "../../client-runtime".to_owned(),
            title,
            own_workspace: false,
        },
        ..Options::default()
    };
    let refused = |error| at(&spec.display().to_string(), error);
    let corrected = correct(&document, &options).map_err(refused)?;
    let client = generate(&document, &options).map_err(refused)?.files;
    let words = words(name, &options, &client, &corrected).ok_or_else(|| {
        let reason = "the first operation answers with no list of records: select the one that lists the tenants";
        Error::Usage(reason.to_owned())
    })?;
    let mut files = registered(root, &words)?;
    let module = name.replace('-', "_");
    for (path, template) in [
        (
            "tenancy/src/providers",
            include_str!("scaffold/mapping.rs.txt"),
        ),
        (
            "provider-sim/src/provider",
            include_str!("scaffold/simulator.rs.txt"),
        ),
    ] {
        files.insert(
            format!("crates/{path}/{module}.rs"),
            filled(template, &words),
        );
    }
    files.extend(
        spec_files(spec, &document, &options)?
            .into_iter()
            .map(|(path, text)| (format!("specs/{name}/{path}"), text)),
    );
    files.extend(
        client
            .into_iter()
            .map(|(path, text)| (format!("crates/clients/{name}/{path}"), text)),
    );
    fs::create_dir_all(folder.join("examples")).map_err(|source| file_error(&folder, source))?;
    write_tree(root, &Files::new(), &files)?;
    Ok(checklist(name))
}

/// What is left to do for a new provider, as CONTRIBUTING says it of `acme`.
pub fn checklist(name: &str) -> String {
    filled(
        CHECKLIST,
        &[
            ("name", name.to_owned()),
            ("module", name.replace('-', "_")),
        ],
    )
}

/// Replaces each `{{key}}` of a template.
fn filled(template: &str, words: &[(&str, String)]) -> String {
    words.iter().fold(template.to_owned(), |text, (key, word)| {
        text.replace(&format!("{{{{{key}}}}}"), word)
    })
}

/// The registries with their new lines.
fn registered(root: &Path, words: &[(&str, String)]) -> Result<Files> {
    let mut files = Files::new();
    for (path, after, inserted) in REGISTRIES {
        let old = match files.get(path) {
            Some(old) => String::clone(old),
            None => text(&root.join(path))?,
        };
        let Some((before, rest)) = old.split_once(after) else {
            let reason = format!(
                "{path} lacks `{}`: the scaffold cannot register a provider",
                after.trim()
            );
            return Err(Error::Usage(reason));
        };
        let new = format!("{before}{after}{}{rest}", filled(inserted, words));
        files.insert(path.to_owned(), new);
    }
    Ok(files)
}

/// The words of the templates, as far as the generated client tells them; `None` without a list of records.
fn words(
    name: &str,
    options: &Options,
    client: &Files,
    corrected: &serde_json::Value,
) -> Option<Vec<(&'static str, String)>> {
    let code = client.get("src/generated.rs")?;
    let (before, after) = code.split_once("_stream<'a>(")?;
    let method = before.rsplit_once("pub async fn ")?.1;
    let arguments: Vec<&str> = after
        .split_once(')')?
        .0
        .split(",\n")
        .map(str::trim)
        .filter(|argument| argument.contains(": "))
        .map(|argument| {
            if argument.contains(": Option<") {
                "None"
            } else {
                "Default::default()"
            }
        })
        .collect();
    let (before, after) = code.split_once("client_runtime::Record<")?;
    let record = after.split_once('>')?.0;
    let (before, field) = before.rsplit_once("pub ")?;
    let envelope = before
        .rsplit_once("pub struct ")?
        .1
        .split_whitespace()
        .next()?;
    let (_, after) = code.split_once("impl Credentials")?;
    let (_, after) = after.split_once("pub fn new(")?;
    let credentials: Vec<&str> = after
        .split_once(')')?
        .0
        .split(',')
        .filter_map(|argument| Some(argument.trim().split_once(": ")?.0))
        .collect();
    let base_url = code
        .split_once("DEFAULT_BASE_URL: &str = \"")
        .and_then(|(_, after)| after.split('"').next());
    let krate = format!("{}_client", name.replace('-', "_"));
    let (path, _) = corrected["paths"].as_object()?.iter().next()?;
    let each = |form: &dyn Fn(&str) -> String| {
        let all: Vec<String> = credentials.iter().map(|key| form(key)).collect();
        all.join(", ")
    };
    let variable = |key: &str| format!("{}_{key}", name.replace('-', "_")).to_uppercase();
    Some(vec![
        ("name", name.to_owned()),
        ("module", name.replace('-', "_")),
        ("Type", name.to_pascal_case()),
        ("Title", options.package.title.clone()),
        ("operation", options.operations.first()?.id.clone()),
        ("method", format!("{method}_stream")),
        ("arguments", arguments.join(", ")),
        ("Record", record.to_owned()),
        ("Envelope", envelope.to_owned()),
        ("records", field.split_once(':')?.0.to_owned()),
        (
            "credentials",
            each(&|key| format!("settings.credential(\"{key}\")?")),
        ),
        (
            "credential_fields",
            each(&|key| {
                let variable = variable(key);
                format!(
                    "CredentialField {{ key: \"{key}\", variable: \"{variable}\", secret: true, help: \"TODO({name}): where it is found\", example: \"\" }}"
                )
            }),
        ),
        (
            "simulated_credentials",
            each(&|key| format!("(\"{key}\", format!(\"{key}_{{number:016x}}\"))")),
        ),
        (
            "first_credential",
            credentials.first().copied().unwrap_or("api_key").to_owned(),
        ),
        (
            "base_url",
            match base_url {
                Some(_) => format!("{krate}::DEFAULT_BASE_URL"),
                None => "\"https://api.example.com\"".to_owned(),
            },
        ),
        (
            "base_path",
            base_url
                .and_then(|url| Some(format!("/{}", url.split_once("://")?.1.split_once('/')?.1)))
                .unwrap_or_default(),
        ),
        ("path", path.clone()),
        ("krate", krate),
    ])
}

/// `specs/<name>/`: the document, `client.toml`, and an overlay without an action.
fn spec_files(spec: &Path, document: &serde_json::Value, options: &Options) -> Result<Files> {
    let local = document.get(FILES).is_none();
    let json = !local || spec.extension().is_some_and(|ending| ending == "json");
    let file = if json { "openapi.json" } else { "openapi.yaml" };
    // A document with files beside it is kept as one: what it was bundled from stays where it is.
    let content = if local {
        text(spec)?
    } else {
        format!("{document:#}\n")
    };
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let operation = |one: &Selection| {
        let id = quoted(&one.id);
        format!(
            "\n[[operations]]\nid = {id}\n# records = \"items\"   # the property of the answer that holds the list\n"
        )
    };
    let words = [
        ("package", quoted(&options.package.name)),
        ("title", quoted(&options.package.title)),
        ("description", quoted(&options.package.description)),
        ("Title", options.package.title.clone()),
        (
            "operations",
            options.operations.iter().map(operation).collect(),
        ),
        ("file", file.to_owned()),
    ];
    Ok(Files::from([
        (file.to_owned(), content),
        (
            "client.toml".to_owned(),
            filled(include_str!("scaffold/client.toml.txt"), &words),
        ),
        (
            "overlay.yaml".to_owned(),
            filled(include_str!("scaffold/overlay.yaml.txt"), &words),
        ),
    ]))
}
