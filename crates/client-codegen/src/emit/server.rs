//! Reads the provider's base address, which is the client's default.

use serde_json::Value;

use crate::error::Diagnostics;

/// The base address; `None` if the document states no absolute one.
pub(super) fn base_url(document: &Value, diagnostics: &mut Diagnostics) -> Option<String> {
    let url = document.pointer("/servers/0/url").and_then(Value::as_str);
    if url.is_none() {
        diagnostics.warn(
            "/servers",
            "no absolute address is stated: the client has no default one",
        );
    }
    url.map(str::to_owned)
}
