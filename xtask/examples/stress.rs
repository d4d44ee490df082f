//! t
use std::collections::BTreeMap;
use xtask::codegen::*;
fn main() {
    let out = std::env::args().nth(1).unwrap();
    let limit: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    for spec in std::env::args().skip(3) {
        let t = std::time::Instant::now();
        let doc = match read::parse(&std::fs::read_to_string(&spec).unwrap()) {
            Ok(d) => d,
            Err(e) => {
                println!("{spec}: {e}");
                continue;
            }
        };
        println!("{spec} read {:?}", t.elapsed());
        let mut ops = vec![];
        for (p, item) in doc["paths"].as_object().into_iter().flatten() {
            for m in schema::METHODS {
                if item.get(m).is_some() {
                    ops.push(format!("{m} {p}"));
                }
            }
        }
        let step = (ops.len() / limit).max(1);
        let mut bad: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut ok = 0;
        let mut n = 0;
        let stem = std::path::Path::new(&spec)
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .replace(['-', '.'], "_");
        let mut modules = String::new();
        for (i, op) in ops.iter().step_by(step).enumerate() {
            n += 1;
            let t = std::time::Instant::now();
            let job = Job {
                document: doc.clone(),
                document_name: "x".into(),
                overlay: None,
                selections: vec![prune::Selection {
                    id: op.clone(),
                    records: None,
                }],
                settings: emit::Settings {
                    strict: std::env::var("STRICT").is_ok(),
                    checked: false,
                    package: emit::crate_files::Crate {
                        name: "a".into(),
                        version: "0.1.0".into(),
                        title: "A".into(),
                        description: "d".into(),
                        source: "x".into(),
                        runtime: "x".into(),
                        own_workspace: false,
                    },
                },
            };
            match std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| generate_module(&job))) {
                Ok(Ok((m, notes))) => {
                    ok += 1;
                    if std::env::var("NOTES").is_ok() {
                        for w in notes.warnings() {
                            println!("   {op}: {w}");
                        }
                    }
                    let dir = format!("{out}/src/{stem}");
                    std::fs::create_dir_all(&dir).unwrap();
                    std::fs::write(format!("{dir}/m{i}.rs"), format!("// {op}\n{m}")).unwrap();
                    modules.push_str(&format!("pub mod m{i};\n"));
                }
                Ok(Err(e)) => bad
                    .entry(e.reason.chars().take(160).collect())
                    .or_default()
                    .push(format!("{op} {}", e.pointer)),
                Err(_) => bad.entry("PANIC".into()).or_default().push(op.clone()),
            }
            if t.elapsed().as_millis() > 3000 {
                println!("slow {op} {:?}", t.elapsed());
            }
        }
        std::fs::write(format!("{out}/src/{stem}/mod.rs"), modules).ok();
        println!("{spec}: {ok}/{n} in {:?}", t.elapsed());
        for (r, o) in bad {
            println!("  {} x {r}\n      {}", o.len(), o[0]);
        }
    }
}
