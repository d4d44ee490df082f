//! Operation ids: gives each operation one unique id, from which its method is named.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::error::{Diagnostics, Result};
use crate::extension::STATED_ID;
use crate::names;
use crate::schema::text_of;
use crate::walk;

/// Method names that every generated client has.
const TAKEN: [&str; 5] = ["connect", "connect_with", "transport", "new", "clone"];

/// The document whose `operationId`s are method names. One that is missing is made of method and path.
pub(crate) fn lower(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<()> {
    let mut taken: BTreeSet<String> = TAKEN.iter().map(|name| (*name).to_owned()).collect();
    walk::operations(document, &mut |path, method, operation, at| {
        let stated = text_of(operation, "operationId").filter(|id| !id.trim().is_empty());
        let wanted = match stated {
            Some(id) => names::value_name(id),
            None => names::value_name(&format!("{method} {}", spoken(path))),
        };
        let name = names::unique(&wanted, &mut taken);
        if stated.is_some() && name != wanted {
            diagnostics.warn(
                at,
                format!("the method name `{wanted}` is taken: it is `{name}`"),
            );
        }
        operation[STATED_ID] = match stated {
            Some(id) => json!(id),
            None => json!(format!("{} {path}", method.to_uppercase())),
        };
        operation["operationId"] = json!(name);
        Ok(())
    })
}

/// `/v1/things/{id}` is `v1 things by id`.
fn spoken(path: &str) -> String {
    let words: Vec<String> = path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| part.replace('{', "by ").replace('}', ""))
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::after;

    #[test]
    fn ids_are_method_names() {
        let document = json!({"paths": {
            "/a": {"get": {"operationId": "orgs/list-all"}, "post": {"operationId": "orgs.listAll"}},
            "/v1/b/{id}": {"get": {}},
            "/c": {"get": {"operationId": "new"}}
        }});
        let mut diagnostics = Diagnostics::default();
        let lowered = after(lower, document, &mut diagnostics).unwrap();
        assert_eq!(
            lowered["paths"]["/a"]["get"]["operationId"],
            "orgs_list_all"
        );
        assert_eq!(
            lowered["paths"]["/a"]["post"]["operationId"],
            "orgs_list_all2"
        );
        assert_eq!(
            lowered["paths"]["/v1/b/{id}"]["get"]["operationId"],
            "get_v1_b_by_id"
        );
        assert_eq!(lowered["paths"]["/c"]["get"]["operationId"], "new2");
        assert_eq!(diagnostics.warnings().len(), 2);
    }
}
