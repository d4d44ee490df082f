//! The specs of the workspace: whatever changes in one shows in what is generated from it.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::{Value, json};
use xtask::codegen::failure::Notes;
use xtask::codegen::{Job, overlay, prune};
use xtask::tasks::{provider_job, workspace_root};

const PROVIDERS: [&str; 3] = ["layers", "omnidim", "vobiz"];
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// The corrected document, which is one of a client's files; an error where the correction fails.
fn corrected(job: &Job) -> Result<Value, String> {
    let overlay = job.overlay.as_ref().unwrap();
    let document = overlay::apply(
        job.document.clone(),
        overlay,
        &job.document_name,
        &mut Notes::default(),
    )
    .map_err(|failure| failure.to_string())?;
    prune::prune(&document, &job.selections).map_err(|failure| failure.to_string())
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
