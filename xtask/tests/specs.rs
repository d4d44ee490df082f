//! The specs of the workspace: whatever changes in one shows.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::{Value, json};
use xtask::declared;
use xtask::mutate_specs::{Effort, corrected, in_memory};
use xtask::tasks::{provider_job, workspace_root};

const PROVIDERS: [&str; 3] = ["layers", "omnidim", "vobiz"];
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Every parameter and field that a provider's document declares, as it is corrected, and as it is published where that is
/// something else. A reviewer of a changed spec sees here what it means.
#[test]
fn what_each_provider_declares() {
    for provider in PROVIDERS {
        let job = provider_job(&workspace_root(), provider).unwrap();
        let lines = declared::lines(&corrected(&job).unwrap(), &job.document);
        assert!(lines.len() > 15, "{provider}: only {} lines", lines.len());
        insta::assert_snapshot!(format!("declared-by-{provider}"), lines.join("\n"));
    }
}

/// `cargo xtask mutate-specs` says besides which of them codegen refuses.
#[test]
fn every_change_of_every_field_is_caught() {
    let tally = in_memory(&workspace_root(), Effort::Enough).unwrap();
    println!("{tally}");
    assert!(tally.is_whole(), "{tally}");
    assert!(
        tally.verdicts.len() > 700,
        "only {} changes were tried",
        tally.verdicts.len()
    );
}

/// The JSON pointers of all types that a document states, outside of examples.
fn stated_types(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, child) in map.iter().filter(|(key, _)| *key != "example") {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                if key == "type" && TYPES.iter().any(|name| child == name) {
                    found.push(at.clone());
                }
                stated_types(child, &at, found);
            }
        }
        Value::Array(elements) => {
            for (position, child) in elements.iter().enumerate() {
                stated_types(child, &format!("{at}/{position}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_changed_type_anywhere_in_a_spec_shows() {
    let mut count = 0;
    for provider in PROVIDERS {
        let mut job = provider_job(&workspace_root(), provider).unwrap();
        let as_it_is = corrected(&job).unwrap();
        let mut types = Vec::new();
        stated_types(&job.document, "", &mut types);
        for at in types {
            let place = job.document.pointer_mut(&at).unwrap();
            let other = if *place == "string" {
                "integer"
            } else {
                "string"
            };
            let before = std::mem::replace(place, json!(other));
            assert_ne!(corrected(&job), Ok(as_it_is.clone()), "{provider}: {at}");
            *job.document.pointer_mut(&at).unwrap() = before;
            count += 1;
        }
    }
    assert!(count > 100, "only {count} types were found");
}
