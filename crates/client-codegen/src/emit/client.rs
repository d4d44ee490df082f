//! Assembles the generated module: the `Client` type, its constructors and its hooks around progenitor's code.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::visit_mut::VisitMut;

use super::credentials::Credentials;
use super::generate::Generated;
use super::operations::Operation;
use super::property_lists;
use super::server;
use super::syntax::InsideTypes;
use crate::error::{Diagnostics, Error, Result};
use crate::schema::text_of;

/// Writes the generated module.
///
/// # Errors
/// The assembled code is not valid Rust.
pub(super) fn module(
    generated: &Generated,
    document: &Value,
    operations: &[Operation<'_>],
    diagnostics: &mut Diagnostics,
) -> Result<syn::File> {
    let Generated { types, calls } = generated;
    let title = text_of(&document["info"], "title").unwrap_or_default();
    let client = client(title, server::base_url(document, diagnostics));
    let credentials = Credentials::of(document, diagnostics).code(title);
    let hooks = hooks(operations);
    let secret = property_lists::secret(document).into_iter();
    let not_null = property_lists::not_null(document).into_iter();
    let module = quote! {
        #![allow(clippy::all, unused_imports, unused_variables, reason = "the style of progenitor")]
        use progenitor_client::{
            ByteStream, ClientHooks, ClientInfo, Error, OperationInfo, RequestBuilderExt, ResponseValue, encode_path,
        };
        /// The types of requests and responses.
        #[allow(missing_docs)]
        pub mod types { #(#types)* }
        /// The names of all properties that hold secrets: redact them in whatever shows a record.
        pub const SECRET_PROPERTIES: &[&str] = &[#(#secret),*];
        /// The names of all optional properties that the provider's document nowhere lets be null. A null one decodes
        /// as absent.
        pub const NOT_NULL_PROPERTIES: &[&str] = &[#(#not_null),*];
        #credentials
        #client
        #hooks
        impl Client { #(#calls)* }
    };
    let mut module: syn::File = syn::parse2(module)
        .map_err(|error| Error::at("", format!("the generated code is not valid Rust: {error}")))?;
    for item in &mut module.items {
        if let syn::Item::Mod(types) = item {
            InsideTypes.visit_item_mod_mut(types);
        }
    }
    Ok(module)
}

fn client(title: &str, base_url: Option<String>) -> TokenStream {
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
    let default = base_url.map(|base_url| {
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
            baseurl: ::std::string::String,
            client: ::reqwest::Client,
            inner: ::client_runtime::Transport,
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
                let inner = ::client_runtime::Transport::new(base_url, credentials.0, options)?;
                Ok(Self {
                    baseurl: inner.base_url().to_owned(),
                    client: inner.http().clone(),
                    inner,
                })
            }
            /// The transport under the client, which explains errors and counts requests.
            pub fn transport(&self) -> &::client_runtime::Transport {
                &self.inner
            }
        }
        impl ClientInfo<::client_runtime::Transport> for Client {
            fn api_version() -> &'static str { "" }
            fn baseurl(&self) -> &str { &self.baseurl }
            fn client(&self) -> &::reqwest::Client { &self.client }
            fn inner(&self) -> &::client_runtime::Transport { &self.inner }
        }
    }
}

/// The seam through which every request goes.
fn hooks(operations: &[Operation<'_>]) -> TokenStream {
    let accept = accept(operations);
    let streams: Vec<String> = operations.iter().filter_map(Operation::stream).collect();
    let body = match streams.is_empty() {
        true => quote!(::client_runtime::Body::Whole),
        false => quote!(match info.operation_id {
            #(#streams)|* => ::client_runtime::Body::Streamed,
            _ => ::client_runtime::Body::Whole,
        }),
    };
    quote! {
        impl ClientHooks<::client_runtime::Transport> for Client {
            async fn pre<E>(
                &self,
                request: &mut ::reqwest::Request,
                info: &OperationInfo,
            ) -> ::std::result::Result<(), Error<E>> {
                #accept
                self.inner.prepare(request).map_err(|error| Error::Custom(error.to_string()))
            }
            async fn exec(
                &self,
                request: ::reqwest::Request,
                info: &OperationInfo,
            ) -> ::reqwest::Result<::reqwest::Response> {
                let body = #body;
                self.inner.execute(request, info, body).await
            }
        }
    }
}

/// Sets the media types that progenitor does not: for raw bytes it sends none, and else `application/json`.
fn accept(operations: &[Operation<'_>]) -> Option<TokenStream> {
    let mut ids: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for operation in operations {
        let accepted = ids
            .entry(operation.accept().unwrap_or("application/json"))
            .or_default();
        accepted.extend(operation.stream());
        accepted.extend(operation.accept().map(|_| operation.id.to_owned()));
    }
    ids.retain(|_, ids| !ids.is_empty());
    let arms: Vec<TokenStream> = ids
        .iter()
        .map(|(accept, ids)| quote!(#(#ids)|* => Some(#accept),))
        .collect();
    (!arms.is_empty()).then(|| {
        quote! {
            let accept = match info.operation_id { #(#arms)* _ => None };
            if let Some(accept) = accept {
                let accept = ::reqwest::header::HeaderValue::from_static(accept);
                request.headers_mut().insert(::reqwest::header::ACCEPT, accept);
            }
        }
    })
}
