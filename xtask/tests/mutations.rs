//! Random structural mutations of the specs and of the corpus: each gives a client or a error with a place, in time.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use client_codegen::{Options, Selection, correct, generate, parse};
use xtask::codegen::{provider_spec, providers, workspace_root};

/// How many mutants each document has.
const MUTANTS: usize = 24;
/// How long one may take at most: far more than the slowest does on a busy machine.
const BOUND: Duration = Duration::from_secs(60);

/// Marsaglia's xorshift: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

/// `MUTATION_SEED=7 cargo test -p xtask --test mutations` tries others.
fn seed() -> u64 {
    std::env::var("MUTATION_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_261_121)
}

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                let here = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                out.push(here.clone());
                pointers(child, &here, out);
            }
        }
        Value::Array(items) => {
            for (index, child) in items.iter().enumerate() {
                let here = format!("{at}/{index}");
                out.push(here.clone());
                pointers(child, &here, out);
            }
        }
        _ => {}
    }
}

/// One random change: a value is dropped, replaced, moved somewhere else, or its `$ref` dangles.
fn mutate(document: &mut Value, random: &mut Random) -> String {
    let mut all = Vec::new();
    pointers(document, "", &mut all);
    let target = all[random.below(all.len())].clone();
    let other = all[random.below(all.len())].clone();
    let odd = [
        json!(null),
        json!(true),
        json!(-7),
        json!(1.5),
        json!(""),
        json!("object"),
        json!("日本 \u{0}\u{202e}"),
        json!([]),
        json!({}),
        json!({"$ref": "#/components/schemas/Nowhere"}),
        json!({"$ref": "#"}),
        json!({"$ref": "#/paths"}),
        json!({"type": "array"}),
        json!({"allOf": [{}, {"type": "string"}]}),
        json!({"oneOf": [{"type": "null"}, {"enum": [1, "x", null]}]}),
        json!([{}]),
        json!({"type": ["object", "null", "string"], "properties": {"type": {}, "Type": {}}}),
    ];
    let kind = random.below(4);
    let moved = document.pointer(&other).cloned();
    match kind {
        0 => {
            let (parent, key) = target.rsplit_once('/').unwrap();
            let key = key.replace("~1", "/").replace("~0", "~");
            match document.pointer_mut(parent) {
                Some(Value::Object(map)) => drop(map.remove(&key)),
                Some(Value::Array(items)) => drop(items.remove(key.parse().unwrap())),
                _ => {}
            }
        }
        1 => *document.pointer_mut(&target).unwrap() = odd[random.below(odd.len())].clone(),
        2 => *document.pointer_mut(&target).unwrap() = json!({"$ref": format!("#{other}")}),
        _ => *document.pointer_mut(&target).unwrap() = moved.unwrap(),
    }
    format!(
        "{} {target} {other}",
        ["drop", "replace", "refer", "copy"][kind]
    )
}

fn try_mutants(name: &str, document: &Value, options: &Options, random: &mut Random) {
    for _ in 0..MUTANTS {
        let (mut mutant, options) = (document.clone(), options.clone());
        let steps: Vec<String> = (0..=random.below(3))
            .map(|_| mutate(&mut mutant, random))
            .collect();
        let what = format!("{name}, seed {}: {}", seed(), steps.join("; "));
        if std::env::var_os("MUTATION_SEED").is_some() {
            println!("{what}");
        }
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || send.send(generate(&mutant, &options)));
        let result = receive
            .recv_timeout(BOUND)
            .unwrap_or_else(|_| panic!("no end: {what}"));
        match result {
            Ok(generated) => assert!(
                generated.files["src/generated.rs"].contains("pub struct Client"),
                "{what}"
            ),
            Err(error) => {
                let is_placed = error.pointer.starts_with('#') || error.pointer == "client.toml";
                assert!(is_placed, "{what}: {error}");
                assert!(
                    !error.reason.contains("codegen itself failed"),
                    "{what}: {error}"
                );
                assert!(!error.reason.is_empty(), "{what}");
            }
        }
    }
}

#[test]
fn mutants_of_the_specs() {
    println!("seed {}", seed());
    let mut random = Random(seed());
    for provider in providers(&workspace_root()).unwrap() {
        let (document, mut options) = provider_spec(&workspace_root(), &provider).unwrap();
        // Corrected first: an action would refuse most mutants before a later step sees them.
        let document = correct(&document, &options).unwrap();
        options.overlay = None;
        options.checked = false;
        try_mutants(&provider, &document, &options, &mut random);
    }
}

#[test]
fn mutants_of_the_corpus() {
    println!("seed {}", seed());
    let mut random = Random(seed() ^ 0x5bd1_e995);
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/client-codegen/tests/corpus");
    let mut documents: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    documents.retain(|path| path.is_file());
    documents.sort();
    for path in documents {
        let document = parse(&fs::read_to_string(&path).unwrap()).unwrap();
        let ids = document["x-select"].as_array().unwrap();
        let options = Options {
            operations: ids
                .iter()
                .map(|id| Selection::new(id.as_str().unwrap()))
                .collect(),
            ..Options::default()
        };
        let name = path.file_stem().unwrap().to_string_lossy();
        try_mutants(&name, &document, &options, &mut random);
    }
}
