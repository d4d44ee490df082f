//! Removes the `api-version` header, which progenitor sends to every server and only Oxide's servers read.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItemFn, Pat, Stmt};

use super::syntax::{is_path, text_literal};

/// Removes the header from a method, and the map of headers if it held nothing else.
pub(super) fn remove(call: &mut ImplItemFn) {
    let statements = &mut call.block.stmts;
    statements.retain_mut(|statement| !appends_version(statement));
    let Some(map) = statements.iter().position(declares_headers) else {
        return;
    };
    // The request is declared right after the headers.
    if matches!(statements.get(map + 1), Some(Stmt::Local(_))) {
        statements.remove(map);
        WithoutHeaders.visit_impl_item_fn_mut(call);
    }
}

/// `header_map.append(HeaderName::from_static("api-version"), …)`; a parameter of that name is appended as a text.
fn appends_version(statement: &mut Stmt) -> bool {
    let Stmt::Expr(Expr::MethodCall(append), _) = statement else {
        return false;
    };
    match append.args.first_mut() {
        Some(Expr::Call(name)) if is_path(&append.receiver, "header_map") => {
            text_literal(name.args.first_mut()).is_some_and(|text| text.value() == "api-version")
        }
        _ => false,
    }
}

fn declares_headers(statement: &Stmt) -> bool {
    match statement {
        Stmt::Local(local) => {
            matches!(&local.pat, Pat::Ident(pattern) if pattern.ident == "header_map")
        }
        _ => false,
    }
}

/// Removes `.headers(header_map)`.
struct WithoutHeaders;

impl VisitMut for WithoutHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
            && call
                .args
                .first()
                .is_some_and(|argument| is_path(argument, "header_map"))
        {
            *expression = (*call.receiver).clone();
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    fn without(parameters: &str) -> String {
        let mut call: ImplItemFn = syn::parse_str(&format!(
            "async fn list(&self) {{
                let mut header_map = HeaderMap::with_capacity(2);
                header_map.append(HeaderName::from_static(\"api-version\"), HeaderValue::from_static(\"\"));
                {parameters}
                let mut request = self.client.get(url).headers(header_map).build()?;
            }}"
        ))
        .unwrap();
        remove(&mut call);
        call.to_token_stream().to_string().replace(' ', "")
    }

    #[test]
    fn only_the_generators_own_header_goes() {
        assert_eq!(
            without(""),
            "asyncfnlist(&self){letmutrequest=self.client.get(url).build()?;}"
        );
        let kept = without("header_map.append(\"api-version\", version.to_string().try_into()?);");
        assert!(kept.contains("append(\"api-version\""), "{kept}");
        assert!(kept.contains("headers(header_map)"), "{kept}");
        assert!(!kept.contains("from_static"), "{kept}");
    }
}
