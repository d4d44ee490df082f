//! Credentials: a type with one constructor for each way of authentication that a document's security schemes offer.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::operations::operations;
use crate::error::Diagnostics;
use crate::markdown::neutral;
use crate::names;
use crate::pointer::join;
use crate::schema::{map_of, text_of};

/// How a scheme's secrets get on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Placement {
    Bearer,
    Basic,
    Header(String),
    Query(String),
    Cookie(String),
}

/// One security scheme, with its secrets: the name of each and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Scheme {
    placement: Placement,
    secrets: Vec<(String, String)>,
}

/// The ways of authentication: alternatives, each of which needs all its schemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credentials {
    alternatives: Vec<Vec<Scheme>>,
}

impl Credentials {
    /// What the operations of a document ask for.
    pub(super) fn of(document: &Value, diagnostics: &mut Diagnostics) -> Self {
        let schemes = map_of(&document["components"], "securitySchemes");
        let schemes = schemes.cloned().unwrap_or_default();
        let mut alternatives: Vec<Vec<Scheme>> = Vec::new();
        for requirement in requirements(document, &schemes, diagnostics) {
            match alternative(&requirement, &schemes) {
                Ok(found) if !alternatives.contains(&found) => alternatives.push(found),
                Ok(_) => {}
                Err((name, reason)) => {
                    diagnostics.warn(join("/components/securitySchemes", &name), reason);
                }
            }
        }
        // An operation that needs no credentials takes them too.
        if alternatives.iter().any(|schemes| !schemes.is_empty()) {
            alternatives.retain(|schemes| !schemes.is_empty());
        } else {
            diagnostics.warn(
                "/security",
                "the operations ask for no credentials that a client can send",
            );
            alternatives = vec![Vec::new()];
        }
        Self { alternatives }
    }

    /// The generated type.
    pub(super) fn code(&self, title: &str) -> TokenStream {
        let doc = format!(" An account's credentials at {title}. They are never printed.");
        let mut taken = BTreeSet::new();
        let constructors = self.alternatives.iter().map(|schemes| {
            let secrets: Vec<&str> = schemes
                .iter()
                .flat_map(|scheme| &scheme.secrets)
                .map(|(name, _)| name.as_str())
                .collect();
            let wanted = if taken.is_empty() {
                "new".to_owned()
            } else {
                format!("with_{}", secrets.join("_and_"))
            };
            constructor(&names::unique(&wanted, &mut taken), schemes)
        });
        quote! {
            #[doc = #doc]
            #[derive(Clone, Debug)]
            pub struct Credentials(::client_runtime::Credentials);
            impl Credentials {
                #(#constructors)*
            }
        }
    }
}

fn constructor(name: &str, schemes: &[Scheme]) -> TokenStream {
    let name = format_ident!("{name}");
    let secrets: Vec<&(String, String)> =
        schemes.iter().flat_map(|scheme| &scheme.secrets).collect();
    let names: Vec<Ident> = secrets
        .iter()
        .map(|(name, _)| format_ident!("{name}"))
        .collect();
    let mut docs = vec![match secrets.is_empty() {
        true => " No credentials: the provider's document asks for none.".to_owned(),
        false => " Credentials of:\n".to_owned(),
    }];
    docs.extend(
        secrets
            .iter()
            .map(|(name, doc)| format!(" - `{name}`: {doc}")),
    );
    let docs = docs.iter().flat_map(|doc| doc.split('\n'));
    let steps = schemes.iter().map(Scheme::step);
    quote! {
        #(#[doc = #docs])*
        pub fn #name(#(#names: impl ::std::convert::Into<::client_runtime::Secret>),*) -> Self {
            Self(::client_runtime::Credentials::new() #(#steps)*)
        }
    }
}

impl Scheme {
    /// The call that adds the scheme to the runtime's credentials.
    fn step(&self) -> TokenStream {
        let names = self.secrets.iter().map(|(name, _)| format_ident!("{name}"));
        match &self.placement {
            Placement::Bearer => quote!(.bearer(#(#names),*)),
            Placement::Basic => quote!(.basic(#(#names),*)),
            Placement::Header(key) => quote!(.header(#key, #(#names),*)),
            Placement::Query(key) => quote!(.query(#key, #(#names),*)),
            Placement::Cookie(key) => quote!(.cookie(#key, #(#names),*)),
        }
    }

    fn of(scheme: &Value) -> Result<Self, String> {
        let kind = text_of(scheme, "type").unwrap_or_default();
        let http = text_of(scheme, "scheme")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let (placement, secrets) = match (kind, http.as_str()) {
            ("http", "bearer") => (Placement::Bearer, vec![("api_key", "the bearer token")]),
            ("oauth2" | "openIdConnect", _) => (
                Placement::Bearer,
                vec![("access_token", "the OAuth 2 access token")],
            ),
            ("http", "basic") => (
                Placement::Basic,
                vec![
                    ("username", "the user name of HTTP basic authentication"),
                    ("password", "the password of HTTP basic authentication"),
                ],
            ),
            ("apiKey", _) => return Self::of_key(scheme),
            _ => {
                return Err(format!(
                    "a client cannot send a scheme of type `{kind}` {http}"
                ));
            }
        };
        let secrets = secrets
            .into_iter()
            .map(|(name, doc)| (name.to_owned(), described(scheme, doc)));
        Ok(Self {
            placement,
            secrets: secrets.collect(),
        })
    }

    fn of_key(scheme: &Value) -> Result<Self, String> {
        let key = text_of(scheme, "name").unwrap_or_default().to_owned();
        let bare = key
            .strip_prefix("X-")
            .or_else(|| key.strip_prefix("x-"))
            .unwrap_or(&key);
        let name = match bare.eq_ignore_ascii_case("authorization") {
            true => "api_key".to_owned(),
            false => names::value_name(bare),
        };
        let (doc, placement): (_, fn(String) -> Placement) = match text_of(scheme, "in") {
            Some("header") => (
                format!("the value of the header `{key}`"),
                Placement::Header,
            ),
            Some("query") => (
                format!("the value of `{key}` in the query"),
                Placement::Query,
            ),
            Some("cookie") => (
                format!("the value of the cookie `{key}`"),
                Placement::Cookie,
            ),
            _ => return Err("an API key is in a header, the query or a cookie".to_owned()),
        };
        Ok(Self {
            placement: placement(key),
            secrets: vec![(name, described(scheme, &doc))],
        })
    }
}

/// The scheme's description on one line, or what is said where it has none.
fn described(scheme: &Value, otherwise: &str) -> String {
    let text = neutral(text_of(scheme, "description").unwrap_or_default());
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        otherwise.to_owned()
    } else {
        line
    }
}

/// The requirements of all operations in their order, each a list of scheme names.
fn requirements(
    document: &Value,
    schemes: &Map<String, Value>,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<String>> {
    let general = document.get("security");
    let stated = operations(document)
        .into_iter()
        .filter_map(|operation| operation.value.get("security").or(general));
    let requirements = stated
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_object);
    let all: Vec<Vec<String>> = requirements
        .map(|one| one.keys().cloned().collect())
        .collect();
    if all.is_empty() && !schemes.is_empty() && general.is_none() {
        diagnostics.warn(
            "/security",
            "schemes are defined and no operation asks for one: each of them may be used",
        );
        return schemes.keys().map(|name| vec![name.clone()]).collect();
    }
    all
}

/// The schemes of one requirement; the error names the one that a client cannot send.
fn alternative(
    requirement: &[String],
    schemes: &Map<String, Value>,
) -> Result<Vec<Scheme>, (String, String)> {
    let mut taken = BTreeSet::new();
    let mut found = Vec::new();
    for name in requirement {
        let scheme = schemes
            .get(name)
            .ok_or("the scheme is required and not defined".to_owned());
        let mut scheme = scheme
            .and_then(Scheme::of)
            .map_err(|reason| (name.clone(), reason))?;
        for (secret, _) in &mut scheme.secrets {
            *secret = names::unique(secret, &mut taken);
        }
        found.push(scheme);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(security: Value, schemes: Value) -> (Credentials, usize) {
        let document = json!({
            "security": security, "components": {"securitySchemes": schemes},
            "paths": {"/a": {"get": {}}}
        });
        let mut diagnostics = Diagnostics::default();
        (
            Credentials::of(&document, &mut diagnostics),
            diagnostics.warnings().len(),
        )
    }

    fn code(security: &Credentials) -> String {
        let file = syn::parse2(security.code("Acme")).unwrap();
        prettyplease::unparse(&file)
    }

    #[test]
    fn two_headers_at_once() {
        let (security, warnings) = of(
            json!([{"Id": [], "Token": []}]),
            json!({"Id": {"type": "apiKey", "in": "header", "name": "X-Auth-ID"},
                "Token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token", "description": "the\ntoken"}}),
        );
        assert_eq!(warnings, 0);
        insta::assert_snapshot!(code(&security));
    }

    #[test]
    fn alternatives_have_a_constructor_each() {
        let (security, warnings) = of(
            json!([{"B": []}, {"Q": []}, {"O": ["read"]}, {"M": []}, {}]),
            json!({"B": {"type": "http", "scheme": "basic"}, "Q": {"type": "apiKey", "in": "query", "name": "key"},
                "O": {"type": "oauth2"}, "M": {"type": "mutualTLS"}}),
        );
        assert_eq!(warnings, 1);
        insta::assert_snapshot!(code(&security));
    }

    #[test]
    fn alternatives_with_fields_of_one_name_are_told_apart() {
        let key = |place: &str| json!({"type": "apiKey", "in": place, "name": "key"});
        let (security, _) = of(
            json!([{"A": []}, {"B": []}, {"C": []}]),
            json!({"A": key("header"), "B": key("query"), "C": key("cookie")}),
        );
        let code = code(&security);
        for name in ["fn new(", "fn with_key(", "fn with_key2("] {
            assert!(code.contains(name), "{code}");
        }
    }

    #[test]
    fn no_requirement_uses_any_scheme_and_no_scheme_none() {
        let document = json!({"components": {"securitySchemes": {"B": {"type": "http", "scheme": "bearer"}}}, "paths": {"/a": {"get": {}}}});
        let mut diagnostics = Diagnostics::default();
        let credentials = Credentials::of(&document, &mut diagnostics);
        assert!(code(&credentials).contains("new(api_key: "));
        assert_eq!(diagnostics.warnings().len(), 1);
        let (security, warnings) = of(json!([]), json!({}));
        assert_eq!(warnings, 1);
        assert!(code(&security).contains("pub fn new() -> Self"));
    }
}
