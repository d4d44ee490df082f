//! Servers: finds the base address of the operations, and refuses an operation that is at another one.

use serde_json::{Value, json};

use crate::error::{Diagnostics, Error, Result};
use crate::schema::{map_of, origin_or, plain, remove, text_of, values_mut};
use crate::walk::{self, METHODS};

/// The document whose `servers` hold the one base address of all its operations, as an absolute address if it states one.
///
/// # Errors
/// An operation is at another address than most: a client has one.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let general = document.get("servers").cloned();
    for item in values_mut(document, "paths") {
        let common = item.get("servers").cloned().or_else(|| general.clone());
        for method in METHODS {
            if let Some(operation) = item.get_mut(method)
                && let (None, Some(common)) = (operation.get("servers"), &common)
            {
                operation["servers"] = common.clone();
            }
        }
        remove(item, "servers");
    }
    let mut counts: Vec<(Option<String>, usize)> = Vec::new();
    walk::operations(document, &mut |_, _, operation, _| {
        let address = address(operation);
        match counts.iter_mut().find(|(other, _)| *other == address) {
            Some((_, count)) => *count += 1,
            None => counts.push((address, 1)),
        }
        Ok(())
    })?;
    // Of equals, the first.
    counts.reverse();
    let base = counts.into_iter().max_by_key(|(_, count)| *count);
    let base = base.and_then(|(address, _)| address);
    walk::sendable(document, diagnostics, &mut |_, _, operation, at, _| {
        let own = address(operation);
        remove(operation, "servers");
        if own == base {
            return Ok(());
        }
        let shown = |address: &Option<String>| {
            address
                .as_ref()
                .map_or("no absolute address".to_owned(), |url| format!("`{url}`"))
        };
        let reason = format!(
            "is at {}, and the client is for {}: select it for a client of its own",
            shown(&own),
            shown(&base)
        );
        Err(Error::at(origin_or(operation, at), reason))
    })?;
    document["servers"] = match base {
        Some(url) => json!([{ "url": url }]),
        None => json!([]),
    };
    Ok(())
}

/// The absolute address of a value's first server, its variables filled in.
fn address(value: &Value) -> Option<String> {
    let server = value.get("servers")?.as_array()?.first()?;
    let mut url = text_of(server, "url")?.trim().to_owned();
    for (name, variable) in map_of(server, "variables").into_iter().flatten() {
        let default = variable.get("default").map(plain);
        url = url.replace(&format!("{{{name}}}"), &default.unwrap_or_default());
    }
    let absolute = url.starts_with("https://") || url.starts_with("http://");
    (absolute && !url.contains(['{', '}', ' '])).then(|| url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    #[test]
    fn the_address_is_that_of_most_operations() {
        let document = json!({
            "servers": [{"url": "https://y.test/"}],
            "paths": {
                "/a": {"servers": [{"url": "https://{region}.x.test/v1/", "variables": {"region": {"default": "eu"}}}], "get": {}, "post": {}},
                "/b": {"get": {}}
            }
        });
        let error = after(lower, document.clone(), &mut Diagnostics::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "#/paths/~1b/get: is at `https://y.test`, and the client is for `https://eu.x.test/v1`: select it for a client of its own"
        );
        let mut diagnostics = Diagnostics::new(true);
        let lowered = after(lower, document, &mut diagnostics).unwrap();
        assert_eq!(lowered["servers"], json!([{"url": "https://eu.x.test/v1"}]));
        assert_eq!(lowered["paths"], json!({"/a": {"get": {}, "post": {}}}));
        assert_eq!(diagnostics.warnings().len(), 1);
        let relative = json!({"servers": [{"url": "/v1"}], "paths": {"/a": {"get": {}}}});
        let lowered = after(lower, relative, &mut Diagnostics::default()).unwrap();
        assert_eq!(lowered["servers"], json!([]));
    }
}
