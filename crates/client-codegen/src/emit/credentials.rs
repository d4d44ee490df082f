//! Generates the `Credentials` type: one constructor for each way to authenticate that the security schemes offer.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::operations::values;
use crate::error::Diagnostics;
use crate::markdown::one_line;
use crate::names;
use crate::pointer::join;
use crate::schema::{map_of, text_of};

/// One security scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Scheme {
    /// The method of the runtime's credentials that adds it.
    method: &'static str,
    /// The header, query parameter or cookie, where the scheme names one.
    key: Option<String>,
    secrets: Vec<Secret>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Secret {
    name: String,
    doc: String,
}

impl Secret {
    fn ident(&self) -> Ident {
        format_ident!("{}", self.name)
    }
}

/// The ways to authenticate: each alternative needs all its schemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credentials {
    alternatives: Vec<Vec<Scheme>>,
}

impl Credentials {
    /// Reads the schemes that the operations require.
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
                "the operations ask for no credentials that a client can send: if they need some, state `security` and \
                 `components.securitySchemes` in an overlay",
            );
            alternatives = vec![Vec::new()];
        }
        Self { alternatives }
    }

    /// The names of the secrets that the constructor `new` takes.
    pub(super) fn of_new(&self) -> impl Iterator<Item = &str> {
        let secrets = self.alternatives[0]
            .iter()
            .flat_map(|scheme| &scheme.secrets);
        secrets.map(|secret| secret.name.as_str())
    }

    /// Generates the type.
    pub(super) fn code(&self, title: &str) -> TokenStream {
        let doc = format!(" An account's credentials at {title}. They are never printed.");
        let mut taken = BTreeSet::new();
        let constructors = self.alternatives.iter().map(|schemes| {
            let secrets = schemes.iter().flat_map(|scheme| &scheme.secrets);
            let names: Vec<&str> = secrets.clone().map(|secret| secret.name.as_str()).collect();
            let wanted = match taken.is_empty() {
                true => "new".to_owned(),
                false => format!("with_{}", names.join("_and_")),
            };
            constructor(
                &names::unique(&wanted, &mut taken),
                schemes,
                &secrets.collect::<Vec<_>>(),
            )
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

fn constructor(name: &str, schemes: &[Scheme], secrets: &[&Secret]) -> TokenStream {
    let name = format_ident!("{name}");
    let names = secrets.iter().map(|secret| secret.ident());
    let doc = match secrets.is_empty() {
        true => " No credentials: the provider's document asks for none.",
        false => " Credentials of:",
    };
    let docs = secrets
        .iter()
        .map(|secret| format!(" - `{}`: {}", secret.name, secret.doc));
    let steps = schemes.iter().map(|scheme| {
        let (method, key) = (format_ident!("{}", scheme.method), scheme.key.iter());
        let names = scheme.secrets.iter().map(Secret::ident);
        quote!(.#method(#(#key,)* #(#names),*))
    });
    quote! {
        #[doc = #doc]
        #(#[doc = #docs])*
        pub fn #name(#(#names: impl ::std::convert::Into<::client_runtime::Secret>),*) -> Self {
            Self(::client_runtime::Credentials::new() #(#steps)*)
        }
    }
}

const BASIC: [(&str, &str); 2] = [
    ("username", "the user name of HTTP basic authentication"),
    ("password", "the password of HTTP basic authentication"),
];

/// Reads a scheme, or says why a client cannot send it.
fn scheme(stated: &Value) -> Result<Scheme, String> {
    let text = |key: &str| text_of(stated, key).unwrap_or_default();
    let (kind, http, key) = (text("type"), text("scheme").to_lowercase(), text("name"));
    let own = key_name(key);
    let (method, secrets): (_, &[_]) = match (kind, http.as_str(), text("in")) {
        ("http", "bearer", _) => ("bearer", &[("api_key", "the bearer token")]),
        ("http", "basic", _) => ("basic", &BASIC),
        ("oauth2" | "openIdConnect", ..) => ("bearer", &[("access_token", "the OAuth 2 token")]),
        ("apiKey", _, "header") => ("header", &[(own.as_str(), "the header")]),
        ("apiKey", _, "query") => ("query", &[(own.as_str(), "the query parameter")]),
        ("apiKey", _, "cookie") => ("cookie", &[(own.as_str(), "the cookie")]),
        ("apiKey", ..) => return Err("an API key is in a header, the query or a cookie".to_owned()),
        _ => {
            return Err(format!(
                "a client cannot send a scheme of type `{kind}` {http}"
            ));
        }
    };
    let key = (kind == "apiKey").then(|| key.to_owned());
    let description = one_line(text("description"));
    let secrets = secrets.iter().map(|(name, what)| Secret {
        name: (*name).to_owned(),
        doc: match (&key, description.as_str()) {
            (Some(key), "") => format!("{what} `{key}`"),
            (None, "") => (*what).to_owned(),
            (_, described) => described.to_owned(),
        },
    });
    let secrets = secrets.collect();
    Ok(Scheme {
        method,
        key,
        secrets,
    })
}

/// The argument name for the header, query parameter or cookie `key`.
fn key_name(key: &str) -> String {
    let bare = key
        .strip_prefix("X-")
        .or_else(|| key.strip_prefix("x-"))
        .unwrap_or(key);
    match bare.eq_ignore_ascii_case("authorization") {
        true => "api_key".to_owned(),
        false => names::value_name(bare),
    }
}

/// The requirements of all operations in their order, each a list of scheme names.
fn requirements(
    document: &Value,
    schemes: &Map<String, Value>,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<String>> {
    let general = document.get("security");
    let mut all = Vec::new();
    for (_, _, operation) in values(document) {
        let stated = operation
            .get("security")
            .or(general)
            .and_then(Value::as_array);
        let stated = stated.into_iter().flatten().filter_map(Value::as_object);
        all.extend(stated.map(|one| one.keys().cloned().collect::<Vec<_>>()));
    }
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
    let mut all = Vec::new();
    for name in requirement {
        let undefined = || "the scheme is required and not defined".to_owned();
        let found = schemes.get(name).ok_or_else(undefined).and_then(scheme);
        let mut scheme = found.map_err(|reason| (name.clone(), reason))?;
        for secret in &mut scheme.secrets {
            secret.name = names::unique(&secret.name, &mut taken);
        }
        all.push(scheme);
    }
    Ok(all)
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
