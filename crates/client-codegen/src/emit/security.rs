//! Security: from a document's security schemes to a `Credentials` type, which progenitor does not make.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use crate::error::Diagnostics;
use crate::names;
use crate::pointer::join;
use crate::schema::{map_of, text_of};
use crate::walk;

/// How one secret gets on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Bearer,
    BasicUser,
    BasicPassword,
    Header(String),
    Query(String),
    Cookie(String),
}

/// One secret of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    name: String,
    way: Way,
    says: String,
}

/// What an account needs: alternatives, each of which has all its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Security {
    alternatives: Vec<Vec<Field>>,
}

impl Security {
    /// What the operations of a document ask for.
    pub(super) fn of(document: &Value, diagnostics: &mut Diagnostics) -> Self {
        let schemes = map_of(&document["components"], "securitySchemes")
            .cloned()
            .unwrap_or_default();
        let mut alternatives: Vec<Vec<Field>> = Vec::new();
        for requirement in requirements(document, &schemes, diagnostics) {
            match fields(&requirement, &schemes) {
                Ok(fields) if !alternatives.contains(&fields) => alternatives.push(fields),
                Ok(_) => {}
                Err((name, reason)) => {
                    diagnostics.warn(join("/components/securitySchemes", &name), reason)
                }
            }
        }
        // Who has no credentials is served by none only if nobody needs any.
        if alternatives.iter().any(|fields| !fields.is_empty()) {
            alternatives.retain(|fields| !fields.is_empty());
        } else {
            diagnostics.warn(
                "/security",
                "the operations ask for no credentials that a client can send",
            );
            alternatives = vec![Vec::new()];
        }
        Self { alternatives }
    }

    /// The names of the first alternative's fields, as arguments of `Credentials::new`.
    pub(super) fn arguments(&self) -> Vec<String> {
        self.alternatives
            .first()
            .into_iter()
            .flatten()
            .map(|field| field.name.clone())
            .collect()
    }

    /// Whether a secret goes into the query.
    fn has_query(&self) -> bool {
        self.alternatives
            .iter()
            .flatten()
            .any(|field| matches!(field.way, Way::Query(_)))
    }

    /// The `Credentials` type.
    pub(super) fn credentials(&self, title: &str) -> TokenStream {
        let doc = format!(" An account's credentials at {title}. They are never printed.");
        let definition = match self.alternatives.as_slice() {
            [only] => {
                let names = idents(only);
                quote! {
                    #[doc = #doc]
                    #[derive(Clone, Debug)]
                    pub struct Credentials { #(#names: ::client_runtime::Secret),* }
                }
            }
            several => {
                let variants = several.iter().enumerate().map(|(index, fields)| {
                    let (variant, names) = (variant(index), idents(fields));
                    quote!(#variant { #(#names: ::client_runtime::Secret),* })
                });
                quote! {
                    #[doc = #doc]
                    #[derive(Clone, Debug)]
                    pub struct Credentials(Scheme);
                    #[derive(Clone, Debug)]
                    enum Scheme { #(#variants),* }
                }
            }
        };
        let constructors = self
            .alternatives
            .iter()
            .enumerate()
            .map(|(index, fields)| self.constructor(index, fields));
        let headers = self.per_alternative(|field| {
            let name = format_ident!("{}", field.name);
            match &field.way {
                Way::Bearer => Some(quote!(.bearer(#name)?)),
                Way::BasicUser => None,
                Way::BasicPassword => Some(quote!(.basic(username, password)?)),
                Way::Header(header) => Some(quote!(.header(#header, #name)?)),
                Way::Cookie(cookie) => {
                    let format = format!("{cookie}={{}}");
                    Some(quote!(.header(
                        "Cookie",
                        &::client_runtime::Secret::from(::std::format!(#format, #name.expose())),
                    )?))
                }
                Way::Query(_) => None,
            }
        });
        let headers = headers.iter().map(|(pattern, steps)| {
            quote! {
                #pattern => ::client_runtime::CredentialHeaders::new() #(#steps)*
            }
        });
        let query = self.query();
        let matched = self.matched();
        quote! {
            #definition
            impl Credentials {
                #(#constructors)*
                fn headers(&self) -> ::std::result::Result<::client_runtime::CredentialHeaders, ::client_runtime::Error> {
                    Ok(match #matched { #(#headers),* })
                }
                #query
            }
        }
    }

    fn matched(&self) -> TokenStream {
        if self.alternatives.len() == 1 {
            quote!(self)
        } else {
            quote!(&self.0)
        }
    }

    /// The secrets that go into the query, if any do.
    fn query(&self) -> TokenStream {
        if !self.has_query() {
            return quote!();
        }
        let pairs = self.per_alternative(|field| match &field.way {
            Way::Query(key) => {
                let name = format_ident!("{}", field.name);
                Some(quote!((#key, #name)))
            }
            _ => None,
        });
        let matched = self.matched();
        let pairs = pairs
            .iter()
            .map(|(pattern, pairs)| quote!(#pattern => ::std::vec![#(#pairs),*]));
        quote! {
            fn query(&self) -> ::std::vec::Vec<(&'static str, &::client_runtime::Secret)> {
                match #matched { #(#pairs),* }
            }
        }
    }

    /// For each alternative the pattern that binds the fields that `step` uses, and the steps.
    fn per_alternative(
        &self,
        step: impl Fn(&Field) -> Option<TokenStream>,
    ) -> Vec<(TokenStream, Vec<TokenStream>)> {
        self.alternatives
            .iter()
            .enumerate()
            .map(|(index, fields)| {
                let steps: Vec<TokenStream> = fields.iter().filter_map(&step).collect();
                let used = fields.iter().filter(|field| {
                    step(field).is_some()
                        || (field.way == Way::BasicUser
                            && fields.iter().any(|other| {
                                other.way == Way::BasicPassword && step(other).is_some()
                            }))
                });
                let names: Vec<Ident> = used.map(|field| format_ident!("{}", field.name)).collect();
                let rest = if names.len() < fields.len() {
                    quote!(..)
                } else {
                    quote!()
                };
                let pattern = if self.alternatives.len() == 1 {
                    quote!(Self { #(#names,)* #rest })
                } else {
                    let variant = variant(index);
                    quote!(Scheme::#variant { #(#names,)* #rest })
                };
                (pattern, steps)
            })
            .collect()
    }

    fn constructor(&self, index: usize, fields: &[Field]) -> TokenStream {
        let names = idents(fields);
        let name = format_ident!("{}", self.constructor_names()[index]);
        let said: Vec<String> = fields
            .iter()
            .map(|field| format!("- `{}`: {}", field.name, field.says))
            .collect();
        let doc: Vec<String> = if said.is_empty() {
            vec![" No credentials: the provider's document asks for none.".to_owned()]
        } else {
            let lines = said.iter().map(|line| format!(" {line}"));
            [" Credentials of:".to_owned(), String::new()]
                .into_iter()
                .chain(lines)
                .collect()
        };
        let made = if self.alternatives.len() == 1 {
            quote!(Self { #(#names: #names.into()),* })
        } else {
            let variant = variant(index);
            quote!(Self(Scheme::#variant { #(#names: #names.into()),* }))
        };
        let no_default = if fields.is_empty() {
            quote!(#[allow(clippy::new_without_default)])
        } else {
            quote!()
        };
        quote! {
            #(#[doc = #doc])*
            #no_default
            pub fn #name(#(#names: impl ::std::convert::Into<::client_runtime::Secret>),*) -> Self { #made }
        }
    }

    /// `new` for the first alternative, `with_…` and its fields for the others.
    fn constructor_names(&self) -> Vec<String> {
        let mut taken = BTreeSet::new();
        let names = self.alternatives.iter().enumerate().map(|(index, fields)| {
            let all: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            let wanted = if index == 0 {
                "new".to_owned()
            } else {
                format!("with_{}", all.join("_and_"))
            };
            names::unique(&wanted, &mut taken)
        });
        names.collect()
    }

    /// What a request needs beside headers, in the `pre` hook.
    pub(super) fn prepare_query(&self) -> TokenStream {
        if !self.has_query() {
            return quote!();
        }
        quote! {
            for (name, secret) in self.credentials.query() {
                request.url_mut().query_pairs_mut().append_pair(name, secret.expose());
            }
        }
    }

    /// Whether the client must keep the credentials: those of a query are put on each request.
    pub(super) fn is_kept(&self) -> bool {
        self.has_query()
    }
}

fn idents(fields: &[Field]) -> Vec<Ident> {
    fields
        .iter()
        .map(|field| format_ident!("{}", field.name))
        .collect()
}

fn variant(index: usize) -> Ident {
    format_ident!("Alternative{}", index + 1)
}

/// The requirements of all operations, those of the first operation first; each is a list of scheme names.
fn requirements(
    document: &Value,
    schemes: &Map<String, Value>,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<String>> {
    let of = |value: &Value| -> Vec<Vec<String>> {
        let list = value.as_array().into_iter().flatten();
        list.map(|one| {
            one.as_object()
                .into_iter()
                .flat_map(Map::keys)
                .cloned()
                .collect()
        })
        .collect()
    };
    let general = document.get("security").map(of);
    let mut all = Vec::new();
    let mut copy = document.clone();
    let visited = walk::operations(&mut copy, &mut |_, _, operation, _| {
        all.extend(
            operation
                .get("security")
                .map(of)
                .or_else(|| general.clone())
                .unwrap_or_default(),
        );
        Ok(())
    });
    debug_assert!(visited.is_ok(), "the visitor does not fail");
    if all.is_empty() && !schemes.is_empty() && general.is_none() {
        diagnostics.warn(
            "/security",
            "schemes are defined and no operation asks for one: each of them may be used",
        );
        all = schemes.keys().map(|name| vec![name.clone()]).collect();
    }
    all
}

/// The fields of one requirement; the error names the scheme that a client cannot send.
fn fields(
    requirement: &[String],
    schemes: &Map<String, Value>,
) -> Result<Vec<Field>, (String, String)> {
    let mut fields = Vec::new();
    for name in requirement {
        let scheme = schemes.get(name).ok_or((
            name.clone(),
            "the scheme is required and not defined".to_owned(),
        ))?;
        fields.extend(scheme_fields(scheme).map_err(|reason| (name.clone(), reason))?);
    }
    let mut taken = BTreeSet::new();
    for field in &mut fields {
        field.name = names::unique(&field.name, &mut taken);
    }
    Ok(fields)
}

fn scheme_fields(scheme: &Value) -> Result<Vec<Field>, String> {
    let described = text_of(scheme, "description").map(super::one_line);
    let field = |name: &str, way: Way, otherwise: &str| Field {
        name: name.to_owned(),
        way,
        says: described
            .clone()
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| otherwise.to_owned()),
    };
    let kind = text_of(scheme, "type").unwrap_or_default();
    let http = text_of(scheme, "scheme")
        .unwrap_or_default()
        .to_ascii_lowercase();
    match (kind, http.as_str()) {
        ("http", "bearer") => Ok(vec![field("api_key", Way::Bearer, "the bearer token")]),
        ("http", "basic") => Ok(vec![
            field(
                "username",
                Way::BasicUser,
                "the user name of HTTP basic authentication",
            ),
            field(
                "password",
                Way::BasicPassword,
                "the password of HTTP basic authentication",
            ),
        ]),
        ("oauth2" | "openIdConnect", _) => Ok(vec![field(
            "access_token",
            Way::Bearer,
            "the OAuth 2 access token",
        )]),
        ("apiKey", _) => {
            let key = text_of(scheme, "name").unwrap_or_default().to_owned();
            let bare = key
                .strip_prefix("X-")
                .or_else(|| key.strip_prefix("x-"))
                .unwrap_or(&key);
            let name = if bare.eq_ignore_ascii_case("authorization") {
                "api_key".to_owned()
            } else {
                names::value_name(bare)
            };
            let (way, otherwise) = match text_of(scheme, "in") {
                Some("header") => (
                    Way::Header(key.clone()),
                    format!("the value of the header `{key}`"),
                ),
                Some("query") => (
                    Way::Query(key.clone()),
                    format!("the value of `{key}` in the query"),
                ),
                Some("cookie") => (
                    Way::Cookie(key.clone()),
                    format!("the value of the cookie `{key}`"),
                ),
                _ => return Err("an API key is in a header, the query or a cookie".to_owned()),
            };
            Ok(vec![field(&name, way, &otherwise)])
        }
        _ => Err(format!(
            "a scheme of type `{kind}` {http} cannot be sent by a client"
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(security: Value, schemes: Value) -> (Security, usize) {
        let document = json!({
            "security": security, "components": {"securitySchemes": schemes},
            "paths": {"/a": {"get": {}}}
        });
        let mut diagnostics = Diagnostics::default();
        (
            Security::of(&document, &mut diagnostics),
            diagnostics.warnings().len(),
        )
    }

    fn code(security: &Security) -> String {
        let file = syn::parse2(security.credentials("Acme")).unwrap();
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
        assert_eq!(security.arguments(), ["auth_id", "auth_token"]);
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
        assert!(security.is_kept());
        insta::assert_snapshot!(code(&security));
    }

    #[test]
    fn alternatives_with_fields_of_one_name_are_told_apart() {
        let key = |place: &str| json!({"type": "apiKey", "in": place, "name": "key"});
        let (security, _) = of(
            json!([{"A": []}, {"B": []}, {"C": []}]),
            json!({"A": key("header"), "B": key("query"), "C": key("cookie")}),
        );
        assert_eq!(
            security.constructor_names(),
            ["new", "with_key", "with_key2"]
        );
        code(&security);
    }

    #[test]
    fn no_requirement_uses_any_scheme_and_no_scheme_none() {
        let document = json!({"components": {"securitySchemes": {"B": {"type": "http", "scheme": "bearer"}}}, "paths": {"/a": {"get": {}}}});
        let mut diagnostics = Diagnostics::default();
        assert_eq!(
            Security::of(&document, &mut diagnostics).arguments(),
            ["api_key"]
        );
        assert_eq!(diagnostics.warnings().len(), 1);
        let (security, warnings) = of(json!([]), json!({}));
        assert_eq!((security.arguments().len(), warnings), (0, 1));
        assert!(code(&security).contains("pub fn new() -> Self"));
    }
}
