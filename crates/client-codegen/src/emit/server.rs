//! Finds the provider's base address, which is the client's default.

use serde_json::Value;

use crate::error::Diagnostics;
use crate::pointer::join;
use crate::schema::{map_of, text_of};
use crate::walk::METHODS;

/// The address of the first server, its variables filled in; `None` if the document states no absolute one.
pub(super) fn base_url(document: &Value, diagnostics: &mut Diagnostics) -> Option<String> {
    let mut urls: Vec<(String, Option<String>)> = Vec::new();
    for (path, item) in map_of(document, "paths").into_iter().flatten() {
        for operation in METHODS.iter().filter_map(|method| item.get(method)) {
            let nearest = [operation, item, document]
                .into_iter()
                .find_map(|at| at.get("servers"));
            urls.push((join("/paths", path), nearest.and_then(first_url)));
        }
    }
    let (_, first) = urls.first()?;
    if let Some((at, _)) = urls.iter().find(|(_, url)| url != first) {
        diagnostics.warn(
            at,
            "the operations have different servers: the client's default is the first one's",
        );
    }
    if first.is_none() {
        diagnostics.warn(
            "/servers",
            "no absolute address is stated: the client has no default one",
        );
    }
    first.clone()
}

fn first_url(servers: &Value) -> Option<String> {
    let server = servers.as_array()?.first()?;
    let mut url = text_of(server, "url")?.trim().to_owned();
    for (name, variable) in map_of(server, "variables").into_iter().flatten() {
        let default = variable.get("default").map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        });
        url = url.replace(&format!("{{{name}}}"), &default.unwrap_or_default());
    }
    let absolute = url.starts_with("https://") || url.starts_with("http://");
    (absolute && !url.contains(['{', '}', ' '])).then(|| url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(document: Value) -> (Option<String>, usize) {
        let mut diagnostics = Diagnostics::default();
        (
            base_url(&document, &mut diagnostics),
            diagnostics.warnings().len(),
        )
    }

    #[test]
    fn the_address_is_the_nearest_servers() {
        let paths = json!({"/a": {"get": {}, "servers": [{"url": "https://{region}.x.test/v1/", "variables": {"region": {"default": "eu"}}}]}});
        assert_eq!(
            of(json!({"servers": [{"url": "https://y.test"}], "paths": paths})),
            (Some("https://eu.x.test/v1".to_owned()), 0)
        );
        assert_eq!(
            of(json!({"servers": [{"url": "/v1"}], "paths": {"/a": {"get": {}}}})),
            (None, 1)
        );
        let two =
            json!({"/a": {"get": {}}, "/b": {"get": {"servers": [{"url": "https://z.test"}]}}});
        assert_eq!(
            of(json!({"servers": [{"url": "https://y.test"}], "paths": two})),
            (Some("https://y.test".to_owned()), 1)
        );
    }
}
