//! Emit: the lowered document to a whole crate.

mod choice;
mod crate_files;
mod generator;
mod rework;
mod security;
mod source;
mod verify;

use serde_json::Value;

use crate::error::{Diagnostics, Error, Result};
use crate::files::Files;
use crate::markdown::neutral;
use crate::options::Options;
use crate::schema::{map_of, text_of};
use crate::walk::METHODS;
use security::Security;

/// The crate for a lowered document, with the document that was corrected and lowered to it.
///
/// # Errors
/// The generator cannot take the document, or its output is not what was asked for.
pub(crate) fn emit(
    corrected: &Value,
    document: &Value,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Result<Files> {
    untyped_values(document, options, diagnostics)?;
    let module = module(document, options, diagnostics)?;
    let security = Security::of(document, &mut Diagnostics::default());
    let base_url = base_url(document, &mut Diagnostics::default());
    let mut files = crate_files::files(
        &options.package,
        document,
        &module,
        &security,
        base_url.as_deref(),
    );
    files.insert(
        source::FILE.to_owned(),
        source::text(corrected, &options.package.header()),
    );
    Ok(files)
}

/// The generated module alone, as text without a header.
///
/// # Errors
/// As [`emit`].
pub(crate) fn module(
    document: &Value,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Result<String> {
    let security = Security::of(document, diagnostics);
    let base_url = base_url(document, diagnostics);
    let file = generator::generate(document)?;
    let tokens = rework::rework(
        file,
        document,
        &security,
        base_url.as_deref(),
        options.strict,
    )?;
    let module: syn::File = syn::parse2(tokens)
        .map_err(|error| Error::at("", format!("the reworked code is no Rust: {error}")))?;
    verify::verify(&module, document)?;
    Ok(prettyplease::unparse(&module))
}

/// Diagnostics, or refuses, values of unstated type.
///
/// # Errors
/// Where types are checked, the first such value.
pub(crate) fn untyped_values(
    document: &Value,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    verify::untyped_values(document, options.strict, options.checked, diagnostics)
}

/// The address of the first server, its variables filled in; `None` if the document states no absolute one.
fn base_url(document: &Value, diagnostics: &mut Diagnostics) -> Option<String> {
    let mut lists: Vec<(String, &Value)> = Vec::new();
    for (path, item) in map_of(document, "paths").into_iter().flatten() {
        let at = super::pointer::join("/paths", path);
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let own = operation
                .get("servers")
                .or_else(|| item.get("servers"))
                .or_else(|| document.get("servers"));
            lists.push((at.clone(), own.unwrap_or(&Value::Null)));
        }
    }
    let urls: Vec<(String, Option<String>)> = lists
        .into_iter()
        .map(|(at, servers)| (at, first_url(servers)))
        .collect();
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

/// A description on one line.
pub(crate) fn one_line(text: &str) -> String {
    neutral(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
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
