//! The summary line of an account.

use tenancy::{Certainty, SourceReport};

/// The outcome of an account's listing, on one line.
pub(crate) fn line(source: &SourceReport) -> String {
    let tenants = counted(source.tenants, "tenant", "tenants");
    let mut line = format!("{} ({}): {tenants}, ", source.account, source.provider);
    match &source.error {
        _ if source.complete && source.certainty == Certainty::Assumed => {
            line.push_str("assumed complete");
        }
        _ if source.complete => line.push_str("complete"),
        Some(error) => {
            line.push_str("incomplete: ");
            line.push_str(error);
        }
        None => line.push_str("incomplete"),
    }
    for note in notes(source) {
        line.push_str("; ");
        line.push_str(&note);
    }
    line
}

fn notes(source: &SourceReport) -> Vec<String> {
    let unreadable = counted(
        source.quarantined,
        "record could not be read",
        "records could not be read",
    );
    // If nothing else is missing, the account's error says so.
    let is_the_error = |error: &String| error.starts_with(&unreadable);
    let quarantined = (source.quarantined > 0 && !source.error.as_ref().is_some_and(is_the_error))
        .then_some(unreadable);
    let duplicates = (source.duplicates > 0)
        .then(|| counted(source.duplicates, "duplicate dropped", "duplicates dropped"));
    let values: u64 = source.omitted.iter().map(|field| field.records).sum();
    let omitted = (values > 0).then(|| {
        let fields: Vec<_> = source
            .omitted
            .iter()
            .map(|field| field.path.as_str())
            .collect();
        let values = counted(values, "value", "values");
        format!(
            "{values} with an undocumented shape left out ({})",
            shortened(&fields)
        )
    });
    [quarantined, duplicates, omitted]
        .into_iter()
        .flatten()
        .collect()
}

/// The first few of the fields.
fn shortened(fields: &[&str]) -> String {
    const SHOWN: usize = 3;
    let shown = fields
        .iter()
        .take(SHOWN)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if fields.len() > SHOWN {
        format!("{shown}, …")
    } else {
        shown
    }
}

fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn line_of(changes: Value) -> String {
        let mut source = json!({
            "account": "a", "provider": "p", "complete": true, "tenants": 28, "expected": 28, "pages": 1,
            "requests": 1, "retries": 0, "duplicates": 0, "quarantined": 0, "not_judged": 0, "unknown_fields": [],
            "left_out": [], "certainty": "proved", "error": null, "checkpoint": null,
        });
        for (key, value) in changes.as_object().unwrap() {
            source[key] = value.clone();
        }
        line(&serde_json::from_value(source).unwrap())
    }

    #[test]
    fn complete_accounts() {
        assert_eq!(line_of(json!({})), "a (p): 28 tenants, complete");
        assert_eq!(
            line_of(json!({ "tenants": 1, "duplicates": 2 })),
            "a (p): 1 tenant, complete; 2 duplicates dropped"
        );
        assert_eq!(
            line_of(json!({ "certainty": "assumed" })),
            "a (p): 28 tenants, assumed complete"
        );
        let field = |path: &str| json!({ "path": path, "reason": "r", "records": 2 });
        assert_eq!(
            line_of(json!({ "left_out": [field("/a")] })),
            "a (p): 28 tenants, complete; 2 values with an undocumented shape left out (/a)"
        );
        assert_eq!(
            line_of(json!({ "left_out": [field("/a"), field("/b"), field("/c"), field("/d")] })),
            "a (p): 28 tenants, complete; 8 values with an undocumented shape left out (/a, /b, /c, …)"
        );
    }

    #[test]
    fn incomplete_accounts_say_why_and_say_it_once() {
        let unreadable =
            json!({ "complete": false, "quarantined": 1, "error": "1 record could not be read" });
        assert_eq!(
            line_of(unreadable),
            "a (p): 28 tenants, incomplete: 1 record could not be read"
        );
        let both =
            json!({ "complete": false, "quarantined": 2, "error": "500 Internal Server Error" });
        assert_eq!(
            line_of(both),
            "a (p): 28 tenants, incomplete: 500 Internal Server Error; 2 records could not be read"
        );
    }
}
