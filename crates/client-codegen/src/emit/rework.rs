//! Rework: what progenitor wrote becomes a client with a chosen public face: constructors, hooks, wire names, documentation.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use serde_json::{Map, Value};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, Lit, parse_quote};

use super::security::Security;
use crate::error::{Error, Result};
use crate::extension::{ACCEPT, CHOICES, RECORDS, WIRE_NAME};
use crate::schema::{map_of, origin, text_of, wire_names};
use crate::walk::METHODS;

/// One operation of the lowered document.
pub(crate) struct Operation {
    /// The method's name.
    pub id: String,
    /// The name of its streaming twin, if it lists records.
    pub stream: Option<String>,
    /// Where the provider's document has it.
    pub origin: String,
    /// The operation itself.
    pub value: Value,
}

/// The operations of a lowered document, by path and method.
pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for item in map_of(document, "paths").into_iter().flat_map(Map::values) {
        for method in METHODS {
            let Some(value) = item.get(method) else {
                continue;
            };
            let id = text_of(value, "operationId").unwrap_or_default().to_owned();
            let stream = value.get(RECORDS).map(|_| format!("{id}_stream"));
            all.push(Operation {
                id,
                stream,
                origin: origin(value).to_owned(),
                value: value.clone(),
            });
        }
    }
    all
}

/// The generated module: progenitor's file, reworked.
///
/// # Errors
/// The file is not what this version of progenitor writes.
pub(crate) fn rework(
    file: syn::File,
    document: &Value,
    security: &Security,
    base_url: Option<&str>,
    strict: bool,
) -> Result<TokenStream> {
    let title = text_of(&document["info"], "title").unwrap_or_default();
    let operations = operations(document);
    let mut types = None;
    let mut methods = Vec::new();
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => types = Some(module),
            Item::Impl(block) if is_methods(&block) => methods.extend(block.items),
            _ => {}
        }
    }
    let types = types.ok_or_else(|| unexpected("it has no `types`"))?;
    let types = rework_types(types, document, strict)?;
    let methods = rework_methods(methods, &operations)?;
    let frame = frame(title, &operations, security, base_url);
    let credentials = security.credentials(title);
    let secrets = super::crate_files::secret_properties(document);
    let not_null = super::crate_files::not_null_properties(document);
    Ok(quote! {
        #[allow(unused_imports)]
        use progenitor_client::{
            ByteStream, ClientHooks, ClientInfo, Error, OperationInfo, RequestBuilderExt, ResponseValue, encode_path,
        };
        #types
        /// The names of all properties whose values are secrets: what is shown of a record must not have them.
        pub const SECRET_PROPERTIES: &[&str] = &[#(#secrets),*];
        /// The names of all properties that may be absent and that the provider's document nowhere lets be null. One that is null
        /// all the same reads as absent.
        pub const NOT_NULL_PROPERTIES: &[&str] = &[#(#not_null),*];
        #credentials
        #frame
        // progenitor's own style.
        #[allow(clippy::all)]
        impl Client { #(#methods)* }
    })
}

fn unexpected(what: &str) -> Error {
    Error::at(
        "",
        format!("progenitor's output is not of the expected shape: {what}"),
    )
}

/// The `impl Client` that holds the operations: the other one holds constructors, which do not survive.
fn is_methods(block: &ItemImpl) -> bool {
    let own = block.trait_.is_none() && block.self_ty.to_token_stream().to_string() == "Client";
    own && !block
        .items
        .iter()
        .any(|item| matches!(item, ImplItem::Fn(method) if method.sig.ident == "new_with_client"))
}

/// The client's type, its constructors and its hooks.
fn frame(
    title: &str,
    operations: &[Operation],
    security: &Security,
    base_url: Option<&str>,
) -> TokenStream {
    let doc = format!(" Client for {title}. Clones share connections, pace and credentials.");
    let streamed: Vec<String> = operations
        .iter()
        .flat_map(|operation| {
            let plain = (!answers_json(&operation.value)).then(|| operation.id.clone());
            operation.stream.clone().into_iter().chain(plain)
        })
        .collect();
    let body = if streamed.is_empty() {
        quote!(::client_runtime::Body::Whole)
    } else {
        quote!(match info.operation_id {
            #(#streamed)|* => ::client_runtime::Body::Streamed,
            _ => ::client_runtime::Body::Whole,
        })
    };
    let connect = base_url.map(|base_url| {
        quote! {
            /// A client for the provider's own address, [`DEFAULT_BASE_URL`].
            ///
            /// # Errors
            /// A credential has characters that no header can carry, or TLS could not be set up.
            pub fn connect(credentials: Credentials) -> ::std::result::Result<Self, ::client_runtime::Error> {
                Self::connect_with(DEFAULT_BASE_URL, credentials, &::client_runtime::Options::default())
            }
        }
        .into_token_stream()
        .to_string()
        .parse::<TokenStream>()
        .map(|code| (code, base_url.to_owned()))
    });
    let (connect, constant) = match connect {
        Some(Ok((code, base_url))) => (
            code,
            quote! {
                /// The provider's own address, as its document states it.
                pub const DEFAULT_BASE_URL: &str = #base_url;
            },
        ),
        _ => (quote!(), quote!()),
    };
    let prepare_query = security.prepare_query();
    let (kept_field, kept_value) = if security.is_kept() {
        (quote!(credentials: Credentials,), quote!(credentials,))
    } else {
        (quote!(), quote!())
    };
    quote! {
        #constant
        #[doc = #doc]
        #[derive(Clone, Debug)]
        pub struct Client {
            baseurl: ::std::string::String,
            client: ::reqwest::Client,
            inner: ::client_runtime::Transport,
            #kept_field
        }
        impl Client {
            #connect
            /// A client for another address (a proxy, a test server, another region) or with options of its own.
            ///
            /// # Errors
            /// The address is no absolute `https` address (plain `http` only to loopback), a credential has characters
            /// that no header can carry, or TLS could not be set up.
            pub fn connect_with(
                base_url: &str,
                credentials: Credentials,
                options: &::client_runtime::Options,
            ) -> ::std::result::Result<Self, ::client_runtime::Error> {
                let inner = ::client_runtime::Transport::new(base_url, credentials.headers()?, options)?;
                Ok(Self {
                    baseurl: inner.base_url().to_owned(),
                    client: inner.http().clone(),
                    inner,
                    #kept_value
                })
            }
            /// What the requests go through: it explains errors, and counts the traffic.
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
        impl ClientHooks<::client_runtime::Transport> for Client {
            async fn pre<E>(
                &self,
                request: &mut ::reqwest::Request,
                _info: &OperationInfo,
            ) -> ::std::result::Result<(), Error<E>> {
                self.inner.prepare(request).map_err(|error| Error::Custom(error.to_string()))?;
                #prepare_query
                Ok(())
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

/// Whether an operation's success is a JSON body.
fn answers_json(operation: &Value) -> bool {
    let responses = map_of(operation, "responses")
        .into_iter()
        .flat_map(Map::values);
    responses
        .filter_map(|response| map_of(response, "content"))
        .any(|content| content.contains_key("application/json"))
}

fn rework_methods(items: Vec<ImplItem>, operations: &[Operation]) -> Result<Vec<ImplItemFn>> {
    let mut out = Vec::new();
    for operation in operations {
        let method = items.iter().find_map(|item| match item {
            ImplItem::Fn(method) if method.sig.ident == operation.id => Some(method.clone()),
            _ => None,
        });
        let mut method = method
            .ok_or_else(|| Error::at(&operation.origin, "progenitor made no method of it"))?;
        wire_methods(&mut method, operation)?;
        without_api_version(&mut method);
        describe_method(&mut method);
        if let Some(name) = &operation.stream {
            let twin = streaming(&method, name, operation)?;
            out.push(method);
            out.push(twin);
        } else {
            out.push(method);
        }
    }
    Ok(out)
}

/// Puts the names on the wire back: of query parameters and headers; and the media type to ask for.
fn wire_methods(method: &mut ImplItemFn, operation: &Operation) -> Result<()> {
    let parameters = operation
        .value
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let mut renamed: BTreeMap<String, (String, bool)> = BTreeMap::new();
    for parameter in parameters.filter(|parameter| text_of(parameter, "in") != Some("path")) {
        let (Some(name), Some(wire)) = (text_of(parameter, "name"), text_of(parameter, WIRE_NAME))
        else {
            continue;
        };
        renamed.insert(name.to_owned(), (wire.to_owned(), false));
    }
    let accept = text_of(&operation.value, ACCEPT).map(str::to_owned);
    let mut names = Literals { renamed, accept };
    names.visit_impl_item_fn_mut(method);
    match names.renamed.iter().find(|(_, (_, done))| !done) {
        Some((name, _)) => Err(Error::at(
            &operation.origin,
            format!("the parameter `{name}` got lost on the way"),
        )),
        None => Ok(()),
    }
}

struct Literals {
    renamed: BTreeMap<String, (String, bool)>,
    accept: Option<String>,
}

impl Literals {
    fn rename(&mut self, argument: Option<&mut Expr>) {
        if let Some(Expr::Lit(literal)) = argument
            && let Lit::Str(text) = &literal.lit
            && let Some((wire, done)) = self.renamed.get_mut(&text.value())
        {
            *done = true;
            literal.lit = Lit::Str(syn::LitStr::new(wire, text.span()));
        }
    }
}

impl VisitMut for Literals {
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        let function = call.func.to_token_stream().to_string().replace(' ', "");
        if function.ends_with("QueryParam::new") {
            self.rename(call.args.first_mut());
        }
        if function.ends_with("HeaderValue::from_static")
            && let (Some(accept), Some(Expr::Lit(literal))) = (&self.accept, call.args.first_mut())
            && matches!(&literal.lit, Lit::Str(text) if text.value() == "application/json")
        {
            literal.lit = Lit::Str(syn::LitStr::new(accept, proc_macro2::Span::call_site()));
        }
        visit_mut::visit_expr_call_mut(self, call);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut syn::ExprMethodCall) {
        if call.method == "append" {
            self.rename(call.args.first_mut());
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}

/// No provider asked for the header `api-version`.
fn without_api_version(method: &mut ImplItemFn) {
    let text = |statement: &syn::Stmt| statement.to_token_stream().to_string();
    let sent = "from_static (\"api-version\")";
    method.block.stmts.retain(|statement| {
        let text = text(statement);
        !(text.starts_with("header_map") && text.contains(sent))
    });
    let others = method
        .block
        .stmts
        .iter()
        .filter(|statement| text(statement).contains("header_map"))
        .count();
    // What is left is its declaration and its use.
    if others <= 2 {
        method
            .block
            .stmts
            .retain(|statement| !text(statement).starts_with("let mut header_map"));
        WithoutHeaders.visit_impl_item_fn_mut(method);
    }
}

struct WithoutHeaders;

impl VisitMut for WithoutHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
            && call
                .args
                .first()
                .is_some_and(|argument| argument.to_token_stream().to_string() == "header_map")
        {
            *expression = (*call.receiver).clone();
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

fn describe_method(method: &mut ImplItemFn) {
    let said = doc_of(&method.attrs);
    let said = said.trim();
    let doc = format!(
        "{said}\n\n# Errors\nThe request could not be made or sent, the answer is no success, or it does not decode. \
         [`Client::transport`] explains it."
    );
    set_doc(&mut method.attrs, &doc);
}

/// The method's twin that gives the body as bytes while it arrives.
fn streaming(method: &ImplItemFn, name: &str, operation: &Operation) -> Result<ImplItemFn> {
    let mut twin = method.clone();
    let doc = format!(
        "As [`Client::{}`], with the body as bytes while it arrives: for an answer that is too large to wait for, or to \
         hold.\n\n# Errors\nThe request could not be made or sent, or the answer is no success.",
        operation.id
    );
    set_doc(&mut twin.attrs, &doc);
    twin.sig.ident = format_ident!("{name}");
    twin.sig.output = parse_quote!(-> Result<ResponseValue<ByteStream>, Error<()>>);
    let mut bytes = Bytes {
        id: operation.id.clone(),
        name: name.to_owned(),
        bodies: 0,
        ids: 0,
    };
    bytes.visit_impl_item_fn_mut(&mut twin);
    if bytes.bodies == 0 || bytes.ids != 1 {
        return Err(Error::at(
            &operation.origin,
            "its method has no body that can be streamed",
        ));
    }
    Ok(twin)
}

struct Bytes {
    id: String,
    name: String,
    bodies: usize,
    ids: usize,
}

impl VisitMut for Bytes {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        let text = expression.to_token_stream().to_string().replace(' ', "");
        if text == "ResponseValue::from_response(response).await" {
            *expression = parse_quote!(Ok(ResponseValue::stream(response)));
            self.bodies += 1;
            return;
        }
        visit_mut::visit_expr_mut(self, expression);
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if let syn::Member::Named(member) = &field.member
            && member == "operation_id"
            && field.expr.to_token_stream().to_string() == format!("{:?}", self.id)
        {
            let name = &self.name;
            field.expr = parse_quote!(#name);
            self.ids += 1;
        }
    }
}

/// The types: wire names put back, documentation from the document, choices added.
fn rework_types(module: ItemMod, document: &Value, strict: bool) -> Result<ItemMod> {
    let components = map_of(&document["components"], "schemas")
        .cloned()
        .unwrap_or_default();
    let mut module = module;
    let Some((_, items)) = module.content.as_mut() else {
        return Err(unexpected("`types` is empty"));
    };
    let choices = map_of(document, CHOICES).cloned().unwrap_or_default();
    let code = super::choice::types(&choices, strict)?;
    let choices: syn::File = syn::parse2(code).map_err(|error| unexpected(&error.to_string()))?;
    items.extend(choices.items);
    for item in items.iter_mut() {
        match item {
            Item::Struct(item) => {
                let component = components
                    .get(&item.ident.to_string())
                    .cloned()
                    .unwrap_or_default();
                describe_type(&mut item.attrs, &item.ident.to_string(), &component);
                describe_fields(&mut item.fields, &component)?;
            }
            Item::Enum(item) if components.contains_key(&item.ident.to_string()) => {
                let component = components
                    .get(&item.ident.to_string())
                    .cloned()
                    .unwrap_or_default();
                describe_type(&mut item.attrs, &item.ident.to_string(), &component);
                describe_variants(item, &component)?;
            }
            Item::Impl(block) => {
                let name = block.self_ty.to_token_stream().to_string();
                let names = components.get(&name).map(wire_names).unwrap_or_default();
                if components
                    .get(&name)
                    .is_some_and(|component| component.get("enum").is_some())
                    && !names.is_empty()
                {
                    ValueNames { names }.visit_item_impl_mut(block);
                }
            }
            _ => {}
        }
    }
    items.sort_by_key(sort_key);
    Short.visit_item_mod_mut(&mut module);
    module
        .attrs
        .retain(|attribute| !attribute.path().is_ident("doc"));
    module.attrs.insert(
        0,
        parse_quote!(#[doc = " What the operations take and give."]),
    );
    Ok(module)
}

/// Types in the order of their names, each with its implementations after it; what they share last.
fn sort_key(item: &Item) -> (u8, String, u8) {
    match item {
        Item::Struct(item) => (0, item.ident.to_string(), 0),
        Item::Enum(item) => (0, item.ident.to_string(), 0),
        Item::Impl(block) => (0, block.self_ty.to_token_stream().to_string(), 1),
        Item::Mod(module) => (2, module.ident.to_string(), 0),
        _ => (1, String::new(), 0),
    }
}

/// Within `types`, `types::A` is `A`.
struct Short;

impl VisitMut for Short {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.leading_colon.is_none()
            && path.segments.len() > 1
            && path.segments[0].ident == "types"
        {
            path.segments = path.segments.iter().skip(1).cloned().collect();
        }
        visit_mut::visit_path_mut(self, path);
    }
}

/// The texts of an enumeration's `Display` and `FromStr`.
struct ValueNames {
    names: Map<String, Value>,
}

impl VisitMut for ValueNames {
    fn visit_lit_str_mut(&mut self, text: &mut syn::LitStr) {
        if let Some(wire) = text_of(&Value::Object(self.names.clone()), &text.value()) {
            *text = syn::LitStr::new(wire, text.span());
        }
    }
}

fn describe_type(attributes: &mut Vec<Attribute>, name: &str, component: &Value) {
    let doc = text_of(component, "description")
        .filter(|text| !text.is_empty())
        .map_or_else(
            || format!("`{name}`. The provider's document does not describe it."),
            str::to_owned,
        );
    set_doc(attributes, &doc);
}

fn describe_fields(fields: &mut syn::Fields, component: &Value) -> Result<()> {
    let names = wire_names(component);
    let properties = map_of(component, "properties");
    let mut restored = 0;
    for field in fields.iter_mut() {
        let Some(ident) = field.ident.as_ref().map(ToString::to_string) else {
            continue;
        };
        let key =
            serde_name(&field.attrs).unwrap_or_else(|| ident.trim_start_matches("r#").to_owned());
        let schema = properties.and_then(|all| all.get(&key));
        state_absence(field);
        let wire = names.get(&key).and_then(Value::as_str).map(str::to_owned);
        if let Some(wire) = &wire {
            rename(&mut field.attrs, wire);
            restored += 1;
        }
        let wire = wire.unwrap_or(key);
        let doc = match schema
            .and_then(|schema| text_of(schema, "description"))
            .filter(|text| !text.is_empty())
        {
            Some(said) => said.to_owned(),
            None if schema.is_none() => {
                "Properties that the provider's document does not name.".to_owned()
            }
            None => format!(
                "`{}`; the provider's document does not describe it.",
                wire.replace('`', "'")
            ),
        };
        set_doc(&mut field.attrs, &doc);
    }
    let wanted = if properties.is_some() { names.len() } else { 0 };
    if restored == wanted {
        Ok(())
    } else {
        Err(Error::at(
            origin(component),
            format!("{restored} of {wanted} properties got their names back"),
        ))
    }
}

/// A field that tells absence from null is no `Option`: serde would make both of them `None`.
fn state_absence(field: &mut syn::Field) {
    let Some(stated) = stated_in_option(&field.ty) else {
        return;
    };
    let wire = serde_name(&field.attrs);
    field
        .attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    field.attrs.push(parse_quote!(
        #[serde(default, skip_serializing_if = "::client_runtime::Presence::is_absent")]
    ));
    if let Some(wire) = wire {
        field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
    }
    field.ty = stated;
}

/// `Presence<T>`, if the type is `Option<Presence<T>>`.
fn stated_in_option(ty: &syn::Type) -> Option<syn::Type> {
    let last = |ty: &syn::Type| match ty {
        syn::Type::Path(path) => path.path.segments.last().cloned(),
        _ => None,
    };
    let option = last(ty).filter(|segment| segment.ident == "Option")?;
    let syn::PathArguments::AngleBracketed(arguments) = option.arguments else {
        return None;
    };
    let syn::GenericArgument::Type(inner) = arguments.args.first()? else {
        return None;
    };
    last(inner).filter(|segment| segment.ident == "Presence")?;
    Some(inner.clone())
}

fn describe_variants(item: &mut syn::ItemEnum, component: &Value) -> Result<()> {
    let names = wire_names(component);
    let mut restored = 0;
    for variant in &mut item.variants {
        let key = serde_name(&variant.attrs).unwrap_or_else(|| variant.ident.to_string());
        let wire = names.get(&key).and_then(Value::as_str);
        if let Some(wire) = wire {
            rename(&mut variant.attrs, wire);
            restored += 1;
        }
        let wire = wire.map_or(key.clone(), str::to_owned);
        set_doc(&mut variant.attrs, &format!("`{}`", wire.replace('`', "'")));
    }
    if restored == names.len() {
        Ok(())
    } else {
        Err(Error::at(
            origin(component),
            format!("{restored} of {} values got their names back", names.len()),
        ))
    }
}

/// What `#[serde(rename = "…")]` says.
fn serde_name(attributes: &[Attribute]) -> Option<String> {
    let mut found = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // Other keys of the attribute are read over.
        let parsed = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                found = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<Expr>()?;
            }
            Ok(())
        });
        if parsed.is_err() {
            return found;
        }
    }
    found
}

fn rename(attributes: &mut Vec<Attribute>, wire: &str) {
    attributes.push(parse_quote!(#[serde(rename = #wire)]));
}

fn doc_of(attributes: &[Attribute]) -> String {
    let lines = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        });
    lines.collect::<Vec<_>>().join("\n")
}

/// One `#[doc]` a line, before the other attributes.
fn set_doc(attributes: &mut Vec<Attribute>, doc: &str) {
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    let lines: Vec<Attribute> = doc
        .lines()
        .map(|line| {
            let line = if line.is_empty() {
                String::new()
            } else {
                format!(" {line}")
            };
            parse_quote!(#[doc = #line])
        })
        .collect();
    attributes.splice(0..0, lines);
}
