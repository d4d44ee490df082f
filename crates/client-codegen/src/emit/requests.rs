//! Writes each operation's request type, with a setter for each optional parameter, and the client's method that makes it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::operations::{Body, Kind, Operation, Parameter, Place, Success};

/// The most arguments of a method; more become the fields of one.
pub(super) const MOST_ARGUMENTS: usize = 5;

/// The type of an operation's required parameters, where they are too many for arguments.
pub(super) fn required_type(operation: &Operation<'_>) -> Option<String> {
    let required = operation.parameters.iter().filter(|one| one.required);
    let arguments = required.count() + usize::from(operation.body.is_some());
    (arguments > MOST_ARGUMENTS).then(|| format!("{}Required", operation.request))
}

/// The request type, for the module `requests`.
pub(super) fn request_type(operation: &Operation<'_>, streams: Option<TokenStream>) -> TokenStream {
    let name = format_ident!("{}", operation.request);
    let doc = format!(
        " A request of [`Client::{}`](super::Client::{}).",
        operation.id, operation.id
    );
    let optional = operation.parameters.iter().filter(|one| !one.required);
    let setters = optional.map(setter);
    let required = required_struct(operation);
    let endings = endings(operation);
    quote! {
        #required
        #[doc = #doc]
        #[derive(Clone, Debug)]
        #[must_use = "a request does nothing until it is sent"]
        pub struct #name(pub(super) ::client_runtime::Call);
        impl #name {
            #(#setters)*
            #endings
            #streams
        }
        impl ::client_runtime::Request for #name {
            fn call_mut(&mut self) -> &mut ::client_runtime::Call {
                &mut self.0
            }
        }
    }
}

fn setter(parameter: &Parameter<'_>) -> TokenStream {
    let name = format_ident!("{}", parameter.name);
    let fallback = format!("Sets `{}`.", parameter.wire);
    let docs = docs([parameter.doc.unwrap_or(&fallback)]);
    let (argument, value) = match &parameter.kind {
        Kind::Text => (
            quote!(impl ::client_runtime::OptionalText),
            quote!(#name.into_text()),
        ),
        Kind::Plain(kind) => (
            quote!(impl ::std::convert::Into<::std::option::Option<#kind>>),
            quote!(#name.into()),
        ),
        Kind::Object(kind) => (quote!(&#kind), quote!(#name)),
        list => (list_argument(list), quote!(#name)),
    };
    let set = set(parameter, &quote!(self.0), &value);
    quote! {
        #docs
        pub fn #name(mut self, #name: #argument) -> Self {
            #set
            self
        }
    }
}

/// An argument with several values.
fn list_argument(kind: &Kind) -> TokenStream {
    let item = match kind {
        Kind::List(item) => quote!(#item),
        _ => quote!(impl ::std::fmt::Display),
    };
    quote!(impl ::std::iter::IntoIterator<Item = #item>)
}

/// The statement that puts a value into the call: an `Option` of one, unless it is in the path, a list or an object.
fn set(parameter: &Parameter<'_>, call: &TokenStream, value: &TokenStream) -> TokenStream {
    let wire = parameter.wire;
    match (&parameter.kind, parameter.sent_as) {
        (Kind::Object(_), Some("json")) => return quote!(#call.set_json_query(#wire, #value);),
        (Kind::Object(_), Some("brackets")) => return quote!(#call.set_pairs(#wire, #value);),
        (Kind::Object(_), _) => return quote!(#call.set_pairs("", #value);),
        _ => {}
    }
    let is_list = matches!(parameter.kind, Kind::Texts | Kind::List(_));
    let joined = parameter.sent_as.filter(|_| is_list);
    let value = match joined {
        Some(separator) => quote!(::client_runtime::joined(#value, #separator)),
        None => value.clone(),
    };
    match parameter.place {
        Place::Path if joined.is_some() => {
            quote!(#call.set_path(#wire, #value.unwrap_or_default());)
        }
        Place::Path => quote!(#call.set_path(#wire, #value);),
        Place::Query if is_list && joined.is_none() => quote!(#call.set_queries(#wire, #value);),
        Place::Query => quote!(#call.set_query(#wire, #value);),
        Place::Header => quote!(#call.set_header(#wire, #value);),
    }
}

/// The methods that send the request.
fn endings(operation: &Operation<'_>) -> TokenStream {
    let (body, receive) = match &operation.success {
        Success::Json(body) => (quote!(#body), quote!(receive_json)),
        Success::Bytes => (quote!(::client_runtime::Bytes), quote!(receive_bytes)),
        Success::Nothing => (quote!(()), quote!(receive_nothing)),
    };
    let streams = operation.records.is_some() || matches!(operation.success, Success::Bytes);
    let stream = streams.then(|| {
        quote! {
            /// Receives the body as bytes while it arrives, for one too large to wait for or to hold.
            pub fn stream(self) -> ::client_runtime::Download {
                self.0.download()
            }
        }
    });
    let errors = errors(operation);
    quote! {
        /// Sends the request.
        ///
        /// # Errors
        /// The request cannot be sent, or the response is not a success or not of the declared shape.
        #errors
        pub async fn send(
            self,
        ) -> ::std::result::Result<::client_runtime::Response<#body>, ::client_runtime::Error> {
            self.0.#receive().await
        }
        #stream
    }
}

/// The documentation of the types of error bodies. Any JSON is no type to name.
fn errors(operation: &Operation<'_>) -> Option<TokenStream> {
    let mut statuses: Vec<(&str, String)> = Vec::new();
    let typed = operation.errors.iter();
    for (status, rust) in typed.filter(|(_, rust)| rust.contains("types::")) {
        let status = match *status {
            "DEFAULT" => "any other",
            status => status,
        };
        match statuses.iter_mut().find(|(other, _)| other == rust) {
            Some((_, all)) => *all += &format!(", {status}"),
            None => statuses.push((rust, status.to_owned())),
        }
    }
    let lines = statuses.iter().map(|(rust, statuses)| {
        let name = match rust.strip_prefix("types::") {
            Some(name) => format!("[`types::{name}`](super::types::{name})"),
            None => format!("`{}`", rust.replace("types::", "")),
        };
        format!("- status {statuses}: {name}")
    });
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| {
        let head = "The types for [`Error::body`](::client_runtime::Error::body):";
        let docs = docs([format!("{head}\n{}", lines.join("\n")).as_str()]);
        quote!(#[doc = ""] #docs)
    })
}

/// The client's method that begins the request.
pub(super) fn method(operation: &Operation<'_>) -> TokenStream {
    let (id, request) = (
        format_ident!("{}", operation.id),
        format_ident!("{}", operation.request),
    );
    let (stated, path) = (operation.stated_id, operation.path);
    let verb = format_ident!("{}", operation.method.to_uppercase());
    let docs = docs(paragraphs(operation).iter().map(String::as_str));
    let accept = operation
        .accept
        .map(|accept| quote!(call.set_accept(#accept);));
    let grouped = required_type(operation).map(|name| format_ident!("{name}"));
    let (mut arguments, mut sets) = (Vec::new(), Vec::new());
    for parameter in operation.parameters.iter().filter(|one| one.required) {
        let name = format_ident!("{}", parameter.name);
        let argument = match &parameter.kind {
            Kind::Text => quote!(impl ::std::convert::AsRef<str>),
            Kind::Plain(kind) => quote!(#kind),
            Kind::Object(kind) => quote!(&#kind),
            list => list_argument(list),
        };
        arguments.push(quote!(#name: #argument));
        let value = match (&parameter.kind, &grouped) {
            (Kind::Object(_), Some(_)) => quote!(&required.#name),
            (_, Some(_)) => quote!(required.#name),
            (Kind::Text, None) => quote!(#name.as_ref()),
            _ => quote!(#name),
        };
        let several = matches!(
            parameter.kind,
            Kind::Texts | Kind::List(_) | Kind::Object(_)
        );
        let bare = parameter.place == Place::Path || several;
        let value = if bare { value } else { quote!(Some(#value)) };
        sets.push(set(parameter, &quote!(call), &value));
    }
    if let Some(body) = &operation.body {
        let (argument, set) = body_argument(body, grouped.is_some());
        arguments.push(quote!(body: #argument));
        sets.push(set);
        sets.extend(
            operation
                .content_type
                .map(|media| quote!(call.set_content_type(#media);)),
        );
    }
    let arguments = match &grouped {
        Some(name) => vec![quote!(required: requests::#name)],
        None => arguments,
    };
    let mutable = (!sets.is_empty() || accept.is_some()).then(|| quote!(mut));
    quote! {
        #docs
        pub fn #id(&self, #(#arguments),*) -> requests::#request {
            let #mutable call = ::client_runtime::Call::new(&self.transport, #stated, ::client_runtime::Method::#verb, #path);
            #accept
            #(#sets)*
            requests::#request(call)
        }
    }
}

/// The type of the body's argument, and the statement that sets it.
fn body_argument(body: &Body, grouped: bool) -> (TokenStream, TokenStream) {
    let value = match grouped {
        true => quote!(required.body),
        false => quote!(body),
    };
    let reference = grouped.then(|| quote!(&));
    match body {
        Body::Json(kind) => (quote!(&#kind), quote!(call.set_json(#reference #value);)),
        Body::Form(kind, brackets) => (
            quote!(&#kind),
            quote!(call.set_form(#reference #value, &[#(#brackets),*]);),
        ),
        Body::Multipart => (
            quote!(&::client_runtime::Multipart),
            quote!(call.set_multipart(#reference #value);),
        ),
        Body::Text => (
            quote!(impl ::std::convert::Into<::client_runtime::Bytes>),
            quote!(call.set_body("text/plain", #value.into());),
        ),
        Body::Bytes => (
            quote!(impl ::std::convert::Into<::client_runtime::Bytes>),
            quote!(call.set_body("application/octet-stream", #value.into());),
        ),
    }
}

/// The required parameters as the fields of one argument.
fn required_struct(operation: &Operation<'_>) -> Option<TokenStream> {
    let name = format_ident!("{}", required_type(operation)?);
    let doc = format!(
        " The required parameters of [`Client::{}`](super::Client::{}).",
        operation.id, operation.id
    );
    let parameters = operation.parameters.iter().filter(|one| one.required);
    let mut fields: Vec<TokenStream> = parameters
        .map(|parameter| {
            let name = format_ident!("{}", parameter.name);
            let fallback = format!("The parameter `{}`.", parameter.wire);
            let docs = docs([parameter.doc.unwrap_or(&fallback)]);
            let text = quote!(::std::string::String);
            let kind = match &parameter.kind {
                Kind::Text => text,
                Kind::Plain(kind) | Kind::Object(kind) => quote!(#kind),
                Kind::Texts => quote!(::std::vec::Vec<#text>),
                Kind::List(item) => quote!(::std::vec::Vec<#item>),
            };
            quote!(#docs pub #name: #kind)
        })
        .collect();
    if let Some(body) = &operation.body {
        let kind = match body {
            Body::Json(kind) | Body::Form(kind, _) => quote!(#kind),
            Body::Multipart => quote!(::client_runtime::Multipart),
            Body::Text | Body::Bytes => quote!(::client_runtime::Bytes),
        };
        fields.push(quote!(#[doc = " The body."] pub body: #kind));
    }
    Some(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        pub struct #name { #(#fields),* }
    })
}

fn paragraphs(operation: &Operation<'_>) -> Vec<String> {
    let mut all: Vec<String> = operation
        .docs
        .iter()
        .map(|text| (*text).to_owned())
        .collect();
    all.push(format!(
        "Sends `{} {}`.",
        operation.method.to_uppercase(),
        operation.path
    ));
    let described = operation.parameters.iter().filter(|one| one.required);
    let described: Vec<String> = described
        .filter_map(|one| Some(format!("- `{}`: {}", one.name, one.doc?)))
        .collect();
    if !described.is_empty() && required_type(operation).is_none() {
        all.push(described.join("\n"));
    }
    all
}

/// Doc attributes, with an empty line between the paragraphs.
fn docs<'a>(paragraphs: impl IntoIterator<Item = &'a str>) -> TokenStream {
    let paragraphs: Vec<&str> = paragraphs.into_iter().map(str::trim).collect();
    let text = paragraphs.join("\n\n");
    let lines = text
        .lines()
        .map(|line| format!(" {line}").trim_end().to_owned());
    quote!(#(#[doc = #lines])*)
}
