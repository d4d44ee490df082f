//! `cargo xtask new-provider`: writes the files of a new provider, and the lines that register it.

use std::fs;
use std::path::Path;

use client_codegen::{FILES, Files, Options, Package, Selection, generate};
use heck::ToPascalCase;

use crate::codegen::{is_crate_name, read_spec, title_of};
use crate::error::{Error, Result, at, on};
use crate::tree::{text, write_tree};

/// Files that name each provider: where their list begins and ends, and what is appended to it.
const REGISTRIES: [(&str, &str, &str, &str); 5] = [
    (
        "crates/tenancy/Cargo.toml",
        "\ndefault = [",
        "]",
        ", \"{{name}}\"",
    ),
    (
        "crates/tenancy/Cargo.toml",
        "\n[dependencies]\n",
        "",
        "{{name}} = { path = \"../clients/{{name}}\", package = \"{{name}}-client\", version = \"0.1.0\", optional = true }\n",
    ),
    (
        "crates/tenancy/src/providers/mod.rs",
        "\nproviders! {\n",
        "}\n",
        "    {{module}} = \"{{name}}\",\n",
    ),
    (
        "crates/provider-sim/src/provider/mod.rs",
        "\nproviders! {\n",
        "}\n",
        "    {{module}}::{{Type}},\n",
    ),
    (
        "tests/providers/mod.rs",
        "\nproviders! {\n",
        "}\n",
        "    {{module}},\n",
    ),
];

/// The words that fill a template's `{{key}}`s.
type Words = Vec<(&'static str, String)>;

/// Writes `specs/<name>/`, the client, the mapping, the simulator and the test facts of a new provider, and registers them.
/// Returns the checklist of what is left to do.
///
/// # Errors
/// The provider is there already, the document cannot be compiled, or a file cannot be written.
pub fn new_provider(root: &Path, name: &str, spec: &Path, operations: &[String]) -> Result<String> {
    if !is_crate_name(name) || name.contains(|letter: char| letter == '_' || letter.is_uppercase())
    {
        let reason = "is not a valid provider name: use lower-case letters, digits and `-`";
        return Err(Error::Usage(format!("`{name}` {reason}")));
    }
    let folder = root.join("specs").join(name);
    if folder.exists() {
        return Err(Error::Usage(format!("specs/{name} exists already")));
    }
    let document = read_spec(spec, None)?;
    let title = title_of(&document).unwrap_or_else(|| name.to_owned());
    let mut options = Options {
        operations: operations.iter().map(|id| Selection::new(id)).collect(),
        package: Package {
            name: format!("{name}-client"),
            version: "0.1.0".to_owned(),
            description: format!("Client for {title}, generated from its API description"),
            license: Some("MIT OR Apache-2.0".to_owned()),
            source: format!("specs/{name}/"),
            runtime: "../../client-runtime".to_owned(),
            title,
            own_workspace: false,
        },
        ..Options::default()
    };
    let generated = |options: &Options| {
        generate(&document, options).map_err(|error| at(&spec.display().to_string(), error))
    };
    // What the first operation lists is found in a client of its own.
    let first = Options {
        operations: options.operations.iter().take(1).cloned().collect(),
        ..options.clone()
    };
    let list = generated(&first)?.records;
    for operation in options.operations.iter_mut().take(1) {
        operation.records.clone_from(&list);
    }
    let client = generated(&options)?.files;
    // A document with files beside it is kept as one: what it was bundled from stays where it is.
    let (file, content) = match spec.extension().is_some_and(|ending| ending == "json") {
        _ if document.get(FILES).is_some() => ("openapi.json", format!("{document:#}\n")),
        true => ("openapi.json", text(spec)?),
        false => ("openapi.yaml", text(spec)?),
    };
    let words = list.and_then(|list| words(name, file, &options, &client, &list));
    let words = words.ok_or_else(|| {
        let reason = "does not answer with a list of records: name the operation that lists the tenants first";
        Error::Usage(format!("`{}` {reason}", operations.first().map_or("", String::as_str)))
    })?;
    let mut files = registered(root, &words)?;
    files.insert(format!("specs/{name}/{file}"), content);
    for (path, template) in [
        (
            "crates/tenancy/src/providers/{{module}}.rs",
            include_str!("scaffold/mapping.rs.txt"),
        ),
        (
            "crates/provider-sim/src/provider/{{module}}.rs",
            include_str!("scaffold/simulator.rs.txt"),
        ),
        (
            "tests/providers/{{module}}.rs",
            include_str!("scaffold/facts.rs.txt"),
        ),
        (
            "specs/{{name}}/client.toml",
            include_str!("scaffold/client.toml.txt"),
        ),
        (
            "specs/{{name}}/overlay.yaml",
            include_str!("scaffold/overlay.yaml.txt"),
        ),
    ] {
        files.insert(filled(path, &words), filled(template, &words));
    }
    let client = client.into_iter();
    files.extend(client.map(|(path, text)| (format!("crates/clients/{name}/{path}"), text)));
    on(&folder, fs::create_dir_all(folder.join("examples")))?;
    write_tree(root, &Files::new(), &files)?;
    Ok(checklist(name))
}

/// What is left to do for a new provider, as CONTRIBUTING says it of `acme`.
pub fn checklist(name: &str) -> String {
    let words = vec![
        ("name", name.to_owned()),
        ("module", name.replace('-', "_")),
    ];
    filled(include_str!("scaffold/checklist.md"), &words)
}

fn filled(template: &str, words: &Words) -> String {
    words.iter().fold(template.to_owned(), |text, (key, word)| {
        text.replace(&format!("{{{{{key}}}}}"), word)
    })
}

/// The registries with their new lines.
fn registered(root: &Path, words: &Words) -> Result<Files> {
    let mut files = Files::new();
    for (path, begin, end, appended) in REGISTRIES {
        let old = match files.remove(path) {
            Some(old) => old,
            None => text(&root.join(path))?,
        };
        let list = old.find(begin).map(|at| at + begin.len());
        let Some(at) = list.and_then(|at| Some(at + old[at..].find(end)?)) else {
            let reason = format!("{path} has no `{}` to register a provider in", begin.trim());
            return Err(Error::Usage(reason));
        };
        let new = format!("{}{}{}", &old[..at], filled(appended, words), &old[at..]);
        files.insert(path.to_owned(), new);
    }
    Ok(files)
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}

/// The place of the list in a page, as a JSON pointer.
fn pointer_to(list: &str) -> String {
    match list.is_empty() {
        true => String::new(),
        false => format!("/{}", list.replace('.', "/")),
    }
}

/// The same as a descriptor states it: a name, or a JSON pointer to a list further inside.
fn place(list: &str) -> String {
    match list.contains('.') {
        true => pointer_to(list),
        false => list.to_owned(),
    }
}

/// The words of the templates, most of them read from the generated client, whose list of records is `list`.
fn words(name: &str, file: &str, options: &Options, client: &Files, list: &str) -> Option<Words> {
    let code = client.get("src/generated.rs")?;
    let (signature, _) = code.split_once(") -> requests::")?;
    let (method, arguments) = signature.rsplit_once("pub fn ")?.1.split_once('(')?;
    let arguments = arguments
        .split(',')
        .filter(|argument| argument.contains(": "))
        .map(|argument| match argument.contains("AsRef<str>") {
            true => "\"\"",
            false => "Default::default()",
        });
    let record = between(code, "::client_runtime::Record<", ">")?;
    let record = record.strip_prefix("super::types::").unwrap_or(record);
    // A bare list has nothing around its records.
    let (types, envelope, page) = match list.is_empty() {
        true => (
            record.to_owned(),
            format!("Vec<{record}>"),
            "Page::array()".to_owned(),
        ),
        false => {
            let envelope = between(code, "::client_runtime::Response<super::types::", ">")?;
            let page = format!("Page::object().with_list(\"{}\")", place(list));
            let types = format!("{{{envelope}, {record}}}");
            (types, envelope.to_owned(), page)
        }
    };
    let steps = list.split('.').filter(|step| !step.is_empty());
    let empty = steps.rfold("[]".to_owned(), |inner, name| {
        format!("{{\"{name}\": {inner}}}")
    });
    let new = between(code.split_once("impl Credentials")?.1, "pub fn new(", ")")?;
    let credentials = || {
        new.split(',')
            .filter_map(|argument| Some(argument.trim().split_once(": ")?.0))
    };
    let each =
        |form: &dyn Fn(&str) -> String| credentials().map(form).collect::<Vec<_>>().join(", ");
    let base_url = between(code, "DEFAULT_BASE_URL: &str = \"", "\"");
    let base_path = base_url.and_then(|url| url.split_once("://")?.1.split_once('/'));
    let call = between(code, "::client_runtime::Method::", ")")?;
    let url_path = between(call, "\"", "\"").unwrap_or_default();
    let module = name.replace('-', "_");
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let operation = |one: &Selection| {
        let records = one.records.as_deref().map(quoted);
        let records = records.map(|records| format!("records = {records}\n"));
        let id = quoted(&one.id);
        format!(
            "\n[[operations]]\nid = {id}\n{}",
            records.unwrap_or_default()
        )
    };
    Some(vec![
        ("name", name.to_owned()),
        ("Type", name.to_pascal_case()),
        ("Title", options.package.title.clone()),
        ("package", quoted(&options.package.name)),
        ("title", quoted(&options.package.title)),
        ("description", quoted(&options.package.description)),
        (
            "operations",
            options.operations.iter().map(operation).collect(),
        ),
        ("file", file.to_owned()),
        ("method", method.to_owned()),
        ("arguments", arguments.collect::<Vec<_>>().join(", ")),
        ("Record", record.to_owned()),
        ("Envelope", envelope),
        ("types", types),
        ("page", page),
        ("records", place(list)),
        ("pointer", pointer_to(list)),
        ("empty", empty),
        (
            "credentials",
            each(&|key| format!("settings.credential(\"{key}\")?")),
        ),
        (
            "credential_fields",
            each(&|key| {
                let variable = format!("{module}_{key}").to_uppercase();
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
            "authorization",
            match credentials().eq(["username", "password"]) {
                true => include_str!("scaffold/basic.rs.txt").trim_end().to_owned(),
                false => include_str!("scaffold/bearer.rs.txt")
                    .trim_end()
                    .replace("{{key}}", credentials().next().unwrap_or("api_key")),
            },
        ),
        (
            "base_url",
            match base_url {
                Some(_) => format!("::{module}::DEFAULT_BASE_URL"),
                None => "\"https://api.example.com\"".to_owned(),
            },
        ),
        (
            "base_path",
            base_path
                .map(|(_, path)| format!("/{path}"))
                .unwrap_or_default(),
        ),
        ("path", url_path.to_owned()),
        ("module", module),
    ])
}
