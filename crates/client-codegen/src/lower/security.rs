//! Security: states each operation's own requirements, and refuses a scheme that is not defined.

use serde_json::{Map, Value};

use crate::error::{Diagnostics, Error, Result};
use crate::pointer::join;
use crate::schema::{map_of, origin_or};
use crate::walk;

/// The document whose operations require only schemes that it defines.
///
/// # Errors
/// No alternative of an operation is defined: a client would send no credentials.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let schemes = map_of(&document["components"], "securitySchemes").cloned();
    let schemes = schemes.unwrap_or_default();
    let general = document.get("security").cloned().unwrap_or_default();
    walk::sendable(
        document,
        diagnostics,
        &mut |_, _, operation, at, diagnostics| {
            let stated = operation.get("security").unwrap_or(&general);
            let Some(stated) = stated.as_array() else {
                return Ok(());
            };
            let is_defined = |one: &Value| undefined(one, &schemes).is_none();
            let defined: Vec<Value> = stated
                .iter()
                .filter(|one| is_defined(one))
                .cloned()
                .collect();
            if let Some(name) = stated.iter().find_map(|one| undefined(one, &schemes)) {
                let at = join(origin_or(operation, at), "security");
                let reason = format!("the security scheme `{name}` is not defined");
                if defined.is_empty() {
                    let remedy = "define it under `components.securitySchemes` in an overlay, or remove the requirement";
                    return Err(Error::at(at, format!("{reason}: {remedy}")));
                }
                diagnostics.warn(
                    at,
                    format!("{reason}: only the other alternatives are used"),
                );
            }
            operation["security"] = Value::Array(defined);
            Ok(())
        },
    )
}

/// The first scheme of a requirement that is not defined.
fn undefined<'a>(requirement: &'a Value, schemes: &Map<String, Value>) -> Option<&'a String> {
    let mut names = requirement.as_object()?.keys();
    names.find(|name| !schemes.contains_key(*name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lower::after;

    fn run(security: Value) -> (Result<Value>, usize) {
        let mut diagnostics = Diagnostics::default();
        let document = json!({
            "security": security, "paths": {"/a": {"get": {}, "post": {"security": []}}},
            "components": {"securitySchemes": {"Key": {"type": "http", "scheme": "bearer"}}}
        });
        let lowered = after(lower, document, &mut diagnostics)
            .map(|lowered| lowered["paths"]["/a"]["get"]["security"].clone());
        (lowered, diagnostics.warnings().len())
    }

    #[test]
    fn an_undefined_scheme_is_refused_unless_another_will_do() {
        assert_eq!(run(json!([{"Key": []}])), (Ok(json!([{"Key": []}])), 0));
        assert_eq!(
            run(json!([{"Key": []}, {"None": []}])),
            (Ok(json!([{"Key": []}])), 1)
        );
        let error = run(json!([{"Key": [], "None": []}])).0.unwrap_err();
        assert_eq!(error.pointer, "#/paths/~1a/get/security");
        assert!(
            error
                .reason
                .starts_with("the security scheme `None` is not defined: define it"),
            "{error}"
        );
    }
}
