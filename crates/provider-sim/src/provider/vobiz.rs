//! Vobiz: `GET /api/v1/accounts/{auth_id}/sub-accounts/`, newest first, page number and size, a total of what matches.

use std::sync::Arc;

use serde_json::json;

use super::Refusal;
use crate::account::{ActiveOnly, Settings};
use crate::generate::uuid_of;
use crate::population::{Population, Start};
use crate::{Page, Request, Status};

const BEFORE_ID: &str = "/api/v1/accounts/";
const AFTER_ID: &str = "/sub-accounts/";

/// The document: "Number of results per page. Defaults to 25."
const DEFAULT_SIZE: usize = 25;

/// The account in a path, decoded.
pub(super) fn auth_id_of(path: &str) -> Option<String> {
    let encoded = path.strip_prefix(BEFORE_ID)?.strip_suffix(AFTER_ID)?;
    if encoded.is_empty() || encoded.contains('/') {
        return None;
    }
    // A path segment decodes like a form value except that `+` stands for itself.
    form_urlencoded::parse(
        encoded
            .replace('+', "%2B")
            .replace('&', "%26")
            .replace('=', "%3D")
            .as_bytes(),
    )
    .next()
    .map(|(id, _)| id.into_owned())
}

pub(super) fn list(
    settings: &Settings,
    population: &Population,
    request: &Request,
) -> Result<Page, Refusal> {
    let page = positive(request, "page")?.unwrap_or(1);
    let asked = positive(request, "size")?
        .or(settings.default_size)
        .unwrap_or(DEFAULT_SIZE);
    let size = settings.max_size.map_or(asked, |most| asked.min(most));
    let start = Start::Offset((page - 1).saturating_mul(size));
    let is_active = |status: Status| {
        let (enabled, is_active) = status.flags();
        match settings.active_only {
            ActiveOnly::Both => enabled && is_active,
            ActiveOnly::Enabled => enabled,
            ActiveOnly::IsActive => is_active,
        }
    };
    let selected = if active_only(request)? {
        population.page(Some(&is_active), start, size)
    } else {
        population.page(None, start, size)
    };
    Ok(
        Page::new(Arc::new(selected.entries), population.maker().clone())
            .with_list("sub_accounts")
            .with("total", selected.total)
            .with("page", page)
            .with("size", if settings.hides_clamp { asked } else { size }),
    )
}

fn positive(request: &Request, name: &str) -> Result<Option<usize>, Refusal> {
    match request.query(name) {
        None => Ok(None),
        Some(text) => match text.parse() {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(Refusal::invalid(format!(
                "{name} must be a positive integer"
            ))),
        },
    }
}

fn active_only(request: &Request) -> Result<bool, Refusal> {
    match request.query("active_only") {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Refusal::invalid("active_only must be true or false")),
    }
}

/// The shape of the provider's documentation.
pub(super) fn error(refusal: &Refusal, number: u64) -> String {
    let code = refusal.code.unwrap_or(match refusal.status {
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        405 => "METHOD_NOT_ALLOWED",
        422 => "VALIDATION_ERROR",
        429 => "RATE_LIMIT_EXCEEDED",
        503 => "SERVICE_UNAVAILABLE",
        _ => "INTERNAL_ERROR",
    });
    json!({
        "status": "error",
        "error": { "code": code, "message": refusal.message },
        "timestamp": "2026-03-25T08:33:24Z",
        "requestId": format!("req_{number:08}"),
    })
    .to_string()
}

/// The shape of the provider's SDK.
pub(super) fn sdk_error(refusal: &Refusal, number: u64) -> String {
    json!({ "error": refusal.message, "api_id": uuid_of(&number.to_string()) }).to_string()
}
