//! Assembles the generated module: types, request types, the `Client` type and its constructors.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::Item;
use syn::visit_mut::VisitMut;

use super::credentials::Credentials;
use super::operations::Operation;
use super::syntax::{InsideRequests, InsideTypes};
use super::{paging, property_lists, requests};
use crate::error::{Diagnostics, Error, Result};
use crate::markdown::one_line;
use crate::options::Selection;
use crate::schema::text_of;

/// What a client has beside its operations.
pub(super) struct Client {
    title: String,
    /// The provider's base address; `None` if the document states no absolute one.
    pub(super) base_url: Option<String>,
    pub(super) credentials: Credentials,
}

impl Client {
    /// Reads the document's title, address and credentials.
    pub(super) fn of(document: &Value, diagnostics: &mut Diagnostics) -> Self {
        let title = text_of(&document["info"], "title").filter(|title| !title.trim().is_empty());
        Self {
            title: one_line(title.unwrap_or("API")),
            base_url: base_url(document, diagnostics),
            credentials: Credentials::of(document, diagnostics),
        }
    }
}

fn base_url(document: &Value, diagnostics: &mut Diagnostics) -> Option<String> {
    let url = document.pointer("/servers/0/url").and_then(Value::as_str);
    if url.is_none() {
        let reason = "no absolute address is stated: the client has no default one";
        diagnostics.warn("/servers", reason);
    }
    url.map(str::to_owned)
}

/// Writes the generated module.
///
/// # Errors
/// The assembled code is not valid Rust, or a declared paging does not fit its operation.
pub(super) fn module(
    client: &Client,
    types: &[Item],
    document: &Value,
    operations: &[Operation<'_>],
    selections: &[Selection],
) -> Result<syn::File> {
    let credentials = client.credentials.code(&client.title);
    let client = client_type(client);
    let secret = property_lists::secret(document).into_iter();
    let not_null = property_lists::not_null(document).into_iter();
    let requests: Result<Vec<TokenStream>> = operations
        .iter()
        .map(|operation| {
            let selection = selections.iter().find(|one| one.id == operation.stated_id);
            let streams = paging::streams(operation, selection, types)?;
            Ok(requests::request_type(operation, streams))
        })
        .collect();
    let requests = requests?;
    let methods = operations.iter().map(requests::method);
    let module = quote! {
        /// The types of requests and responses.
        #[allow(missing_docs, clippy::all, reason = "the style of typify")]
        pub mod types { #(#types)* }
        /// The requests of [`Client`]'s operations: a setter for each optional parameter, and `send`.
        pub mod requests { #(#requests)* }
        /// The names of all properties that hold secrets: redact them in whatever shows a record.
        pub const SECRET_PROPERTIES: &[&str] = &[#(#secret),*];
        /// The names of all optional properties that the provider's document nowhere lets be null. A null one decodes
        /// as absent.
        pub const NOT_NULL_PROPERTIES: &[&str] = &[#(#not_null),*];
        #credentials
        #client
        impl Client { #(#methods)* }
    };
    let mut module: syn::File = syn::parse2(module)
        .map_err(|error| Error::at("", format!("the generated code is not valid Rust: {error}")))?;
    for item in &mut module.items {
        match item {
            Item::Mod(item) if item.ident == "types" => InsideTypes.visit_item_mod_mut(item),
            Item::Mod(item) => InsideRequests.visit_item_mod_mut(item),
            _ => {}
        }
    }
    Ok(module)
}

fn client_type(client: &Client) -> TokenStream {
    let (title, base_url) = (&client.title, &client.base_url);
    let doc = format!(" Client for {title}. Clones share connections, rate limit and credentials.");
    let connect = base_url.as_ref().map(|_| quote! {
        /// Creates a client for [`DEFAULT_BASE_URL`].
        ///
        /// # Errors
        /// A credential is empty or cannot be sent in a header, or TLS could not be set up.
        pub fn connect(credentials: Credentials) -> ::std::result::Result<Self, ::client_runtime::Error> {
            Self::connect_with(DEFAULT_BASE_URL, credentials, &::client_runtime::Options::default())
        }
    });
    let default = base_url.as_ref().map(|base_url| {
        quote! {
            /// The provider's address, as its document states it.
            pub const DEFAULT_BASE_URL: &str = #base_url;
        }
    });
    quote! {
        #default
        #[doc = #doc]
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: ::client_runtime::Transport,
        }
        impl Client {
            #connect
            /// Creates a client for another address (a proxy, a test server, another region) or with other options.
            ///
            /// # Errors
            /// The address is not an absolute `https` address (plain `http` only to loopback), a credential is empty or cannot
            /// be sent in a header, or TLS could not be set up.
            pub fn connect_with(
                base_url: &str,
                credentials: Credentials,
                options: &::client_runtime::Options,
            ) -> ::std::result::Result<Self, ::client_runtime::Error> {
                let transport = ::client_runtime::Transport::new(base_url, credentials.0, options)?;
                Ok(Self { transport })
            }
            /// The transport under the client, which counts requests.
            pub fn transport(&self) -> &::client_runtime::Transport {
                &self.transport
            }
        }
    }
}
