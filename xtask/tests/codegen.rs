//! The commands on a copy of the workspace: writing, checking, a crate of its own, a new provider.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xtask::codegen::{
    StandAlone, codegen_stand_alone, codegen_workspace, providers, workspace_root,
};
use xtask::error::Error;
use xtask::scaffold::{checklist, new_provider};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The specs, and the clients as codegen writes them.
fn workspace() -> TempDir {
    let folder = TempDir::new().unwrap();
    copy(
        &workspace_root().join("specs"),
        &folder.path().join("specs"),
    );
    fs::create_dir_all(folder.path().join("crates/clients")).unwrap();
    codegen_workspace(folder.path(), false).unwrap();
    folder
}

fn check(root: &Path) -> Result<(), String> {
    codegen_workspace(root, true).map_err(|error| error.to_string())
}

fn replace(path: PathBuf, old: &str, new: &str) {
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{} has no `{old}`", path.display());
    fs::write(path, text.replace(old, new)).unwrap();
}

#[test]
fn the_tree_is_what_the_specs_give() {
    check(&workspace_root()).unwrap();
}

#[test]
fn a_changed_letter_in_a_generated_file_is_seen_and_mended() {
    let folder = workspace();
    let root = folder.path();
    check(root).unwrap();
    let provider = &providers(root).unwrap()[0];
    for (file, old, new) in [
        ("Cargo.toml", "0.1.0", "0.1.1"),
        ("README.md", "client", "clients"),
        ("src/lib.rs", "types", "type"),
        ("src/generated.rs", "Credentials", "Credential"),
    ] {
        replace(
            root.join("crates/clients").join(provider).join(file),
            old,
            new,
        );
        let message = check(root).unwrap_err();
        let header = format!("--- crates/clients/{provider}/{file}");
        assert!(message.contains(&header), "{message}");
        assert!(
            message.contains("\n-") && message.contains("\n+"),
            "{message}"
        );
        let advice = "run `cargo xtask codegen` and commit what it writes";
        assert!(message.ends_with(advice), "{message}");
        codegen_workspace(root, false).unwrap();
        check(root).unwrap();
    }
}

#[test]
fn a_changed_type_in_a_spec_is_seen() {
    let folder = workspace();
    let root = folder.path();
    let all = providers(root).unwrap();
    let document = |provider: &str| root.join("specs").join(provider).join("openapi.yaml");
    let mut in_yaml = all.iter().filter(|provider| document(provider).exists());
    let with_integers = in_yaml.find(|provider| {
        let code = root
            .join("crates/clients")
            .join(provider)
            .join("src/generated.rs");
        fs::read_to_string(code)
            .unwrap()
            .contains("pub page: ::std::option::Option<i64>")
    });
    let provider = with_integers.unwrap();
    replace(document(provider), "type: integer", "type: string");
    let message = check(root).unwrap_err();
    let file = format!("crates/clients/{provider}/src/generated.rs");
    assert!(message.contains(&file), "{message}");
    assert!(
        message.contains("i64") && message.contains("String"),
        "{message}"
    );
}

#[test]
fn an_extra_or_missing_file_is_seen_and_mended() {
    let folder = workspace();
    let root = folder.path();
    let provider = &providers(root).unwrap()[0];
    let client = root.join("crates/clients").join(provider);
    fs::write(client.join("src/extra.rs"), "").unwrap();
    fs::remove_file(client.join("README.md")).unwrap();
    let message = check(root).unwrap_err();
    for header in [
        format!("--- crates/clients/{provider}/src/extra.rs\n+++ /dev/null"),
        format!("--- /dev/null\n+++ crates/clients/{provider}/README.md"),
    ] {
        assert!(message.contains(&header), "{message}");
    }
    codegen_workspace(root, false).unwrap();
    check(root).unwrap();
    fs::create_dir_all(root.join("crates/clients/stray")).unwrap();
    let message = check(root).unwrap_err();
    assert!(
        message.contains("crates/clients/stray has no specs/stray"),
        "{message}"
    );
}

#[test]
fn an_overlay_that_no_longer_fits_is_named() {
    let folder = workspace();
    let provider = &providers(folder.path()).unwrap()[0];
    let overlay = folder
        .path()
        .join("specs")
        .join(provider)
        .join("overlay.yaml");
    let stale = "actions:\n  - target: $.components.schemas.Gone\n    remove: true\n";
    replace(overlay, "actions:\n", stale);
    let message = check(folder.path()).unwrap_err();
    assert!(
        message.starts_with(&format!("specs/{provider}: #/actions/0")),
        "{message}"
    );
    assert!(
        message.contains("schemas.Gone` matches nothing"),
        "{message}"
    );
}

fn stand_alone(out: PathBuf) -> StandAlone {
    StandAlone {
        license: None,
        spec: Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../crates/client-codegen/tests/corpus/swagger_2.yaml"),
        overlay: None,
        root: None,
        operations: vec!["list".to_owned(), "POST /things".to_owned()],
        name: "acme-client".to_owned(),
        out,
        strict: false,
    }
}

#[test]
fn a_crate_of_its_own_is_the_same_in_any_folder() {
    let folder = TempDir::new().unwrap();
    let read = |out: &Path, file: &str| fs::read(out.join(file)).unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    for out in [&one, &two, &one] {
        codegen_stand_alone(&workspace_root(), &stand_alone(out.clone())).unwrap();
    }
    for file in ["Cargo.toml", "README.md", "src/lib.rs", "src/generated.rs"] {
        assert_eq!(read(&one, file), read(&two, file), "{file}");
    }
    let manifest = String::from_utf8(read(&one, "Cargo.toml")).unwrap();
    assert!(manifest.contains("crates/client-runtime\""), "{manifest}");
    assert!(!manifest.contains("path = \"/"), "{manifest}");
}

#[test]
fn what_makes_no_sense_is_said() {
    let folder = TempDir::new().unwrap();
    let run = |change: fn(&mut StandAlone)| {
        let mut ask = stand_alone(folder.path().join("x"));
        change(&mut ask);
        codegen_stand_alone(&workspace_root(), &ask)
            .unwrap_err()
            .to_string()
    };
    assert!(run(|ask| ask.name = "1 x".to_owned()).contains("is not a valid crate name"));
    assert!(run(|ask| ask.operations.clear()).contains("at least one operation"));
    assert!(run(|ask| ask.spec = "none.yaml".into()).starts_with("none.yaml: "));
    assert!(
        run(|ask| ask.operations = vec!["lost".to_owned()])
            .contains("`lost` is not in the document")
    );
}

/// The files that name each provider.
const REGISTRIES: [&str; 4] = [
    "tests/providers/mod.rs",
    "crates/tenancy/Cargo.toml",
    "crates/tenancy/src/providers/mod.rs",
    "crates/provider-sim/src/provider/mod.rs",
];

/// A workspace with its registries.
fn registered() -> TempDir {
    let folder = workspace();
    for path in REGISTRIES {
        let copy = folder.path().join(path);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(workspace_root().join(path), copy).unwrap();
    }
    folder
}

#[test]
fn a_new_provider_is_written_and_registered() {
    let folder = registered();
    let root = folder.path();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../crates/client-codegen/tests/corpus/records.yaml");
    assert!(matches!(
        new_provider(root, "acme", &spec, &["lost".to_owned()]),
        Err(Error::Codegen { .. })
    ));
    assert!(!root.join("specs/acme").exists());
    let next = new_provider(root, "acme", &spec, &["list".to_owned()]).unwrap();
    assert!(
        next.contains("`crates/tenancy/src/providers/acme.rs`"),
        "{next}"
    );
    assert!(matches!(
        new_provider(root, "acme", &spec, &["list".to_owned()]),
        Err(Error::Usage(_))
    ));
    for path in REGISTRIES {
        let (old, new) = (workspace_root().join(path), root.join(path));
        let [old, new] = [old, new].map(|path| fs::read_to_string(path).unwrap());
        let changed = new
            .lines()
            .filter(|line| !old.lines().any(|old| old == *line));
        let changed: Vec<_> = changed.collect();
        assert!(changed.iter().all(|line| line.contains("acme")), "{path}");
        // The manifest's other line is the list of default features.
        let lines = 1 + usize::from(path.ends_with(".toml"));
        assert_eq!(changed.len(), lines, "{path}: {changed:?}");
    }
    // Last, so that lists in the order of the registries only grow at their end.
    for path in REGISTRIES.iter().filter(|path| path.ends_with(".rs")) {
        let text = fs::read_to_string(root.join(path)).unwrap();
        let (_, list) = text.split_once("\nproviders! {\n").unwrap();
        let (list, _) = list.split_once("\n}").unwrap();
        assert!(list.lines().last().unwrap().contains("acme"), "{list}");
    }
    for folder in [
        "crates/tenancy/src/providers",
        "crates/provider-sim/src/provider",
        "tests/providers",
    ] {
        let text = fs::read_to_string(root.join(format!("{folder}/acme.rs"))).unwrap();
        assert!(
            text.contains("TODO(acme)") && !text.contains("{{"),
            "{text}"
        );
    }
    // The scaffold generates as it stands, and isolates the only list.
    check(root).unwrap();
    let overlay = root.join("specs/acme/overlay.yaml");
    replace(
        overlay,
        "actions: []",
        "actions:\n  - target: $.info\n    description: d\n    update: {title: Acme}",
    );
    codegen_workspace(root, false).unwrap();
}

#[test]
fn a_new_provider_is_simulated_with_the_scheme_of_its_document() {
    let folder = registered();
    let root = folder.path();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../crates/client-codegen/tests/corpus/records.yaml");
    let spec = fs::read_to_string(spec).unwrap();
    for (name, scheme) in [("acme", "Bearer"), ("bell", "Basic")] {
        let secured = format!(
            "{spec}\nsecurity: [{{s: []}}]\ncomponents: {{securitySchemes: {{s: {{type: http, scheme: {scheme}}}}}}}\n"
        );
        let path = root.join("document.yaml");
        fs::write(&path, secured).unwrap();
        new_provider(root, name, &path, &["list".to_owned()]).unwrap();
        let simulator = root.join(format!("crates/provider-sim/src/provider/{name}.rs"));
        let simulator = fs::read_to_string(simulator).unwrap();
        assert!(simulator.contains(&format!("\"{scheme} {{")), "{simulator}");
    }
}

const ROWS: &str = "{type: array, items: {title: Row, type: object, required: [id], properties: {id: {type: string}}}}";

/// A workspace with a new provider whose list has this page.
fn with_page(page: &str) -> TempDir {
    let folder = registered();
    let root = folder.path();
    let path = root.join("document.yaml");
    fs::write(
        &path,
        format!(
            "openapi: 3.0.3
info: {{title: Acme, version: '1'}}
servers: [{{url: 'https://api.example.com'}}]
paths:
  /rows:
    get:
      operationId: list
      responses: {{'200': {{description: ok, content: {{application/json: {{schema: {page}}}}}}}}}
"
        ),
    )
    .unwrap();
    new_provider(root, "acme", &path, &["list".to_owned()]).unwrap();
    folder
}

#[track_caller]
fn assert_lines(root: &Path, lines: &[(&str, &str)]) {
    for (file, line) in lines {
        let text = fs::read_to_string(root.join(file)).unwrap();
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn a_list_further_inside_is_found_with_its_page() {
    let data = format!("{{type: object, properties: {{rows: {ROWS}}}}}");
    let page = format!("{{title: Rows, type: object, properties: {{data: {data}}}}}");
    let folder = with_page(&page);
    let lines = [
        ("specs/acme/client.toml", "records = \"data.rows\""),
        (
            "crates/tenancy/src/providers/acme.rs",
            "records: \"/data/rows\",",
        ),
        (
            "crates/tenancy/src/providers/acme.rs",
            "type Envelope = Rows;",
        ),
        (
            "crates/provider-sim/src/provider/acme.rs",
            "with_list(\"/data/rows\")",
        ),
        (
            "tests/providers/acme.rs",
            r#"json!({"data": {"rows": []}})"#,
        ),
        ("tests/providers/acme.rs", r#"read: &["/data/rows"]"#),
    ];
    assert_lines(folder.path(), &lines);
}

#[test]
fn a_page_may_be_the_list_itself() {
    let folder = with_page(ROWS);
    let mapping = "crates/tenancy/src/providers/acme.rs";
    let lines = [
        ("specs/acme/client.toml", "records = \"\""),
        (mapping, "use ::acme::types::Row;"),
        (mapping, "records: \"\","),
        (mapping, "type Envelope = Vec<Row>;"),
        ("crates/provider-sim/src/provider/acme.rs", "Page::array()"),
        ("tests/providers/acme.rs", "after_the_last: |_| json!([])"),
        ("tests/providers/acme.rs", r#"read: &[""]"#),
    ];
    assert_lines(folder.path(), &lines);
}

#[test]
fn contributing_has_the_checklist_of_a_new_provider() {
    let text = fs::read_to_string(workspace_root().join("CONTRIBUTING.md")).unwrap();
    assert!(text.contains(&checklist("acme")), "{}", checklist("acme"));
    assert!(checklist("acme-voice").contains("`tests/providers/acme_voice.rs`"));
}
