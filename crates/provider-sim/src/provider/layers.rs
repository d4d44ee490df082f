//! Layers: `GET /v1/organizations`, newest first, an opaque cursor, no total.

use std::sync::Arc;

use serde_json::json;

use super::Refusal;
use crate::account::Settings;
use crate::cursor::Cursor;
use crate::page::LayersPlace;
use crate::population::{Population, Start};
use crate::record::quote;
use crate::{Page, Request, Status};

pub(super) const PATH: &str = "/v1/organizations";

/// The document: "Page size. 1–200.", 25 by default.
const LIMITS: std::ops::RangeInclusive<usize> = 1..=200;
const DEFAULT_LIMIT: usize = 25;

pub(super) fn list(
    settings: &Settings,
    population: &Population,
    request: &Request,
) -> Result<Page, Refusal> {
    let limit = limit(settings, request)?;
    let asked = status(request)?;
    let sent = request.query("cursor");
    let cursor = match sent {
        Some(text) => {
            Some(Cursor::decode(text).ok_or_else(|| Refusal::invalid("cursor is not valid"))?)
        }
        None => None,
    };
    let status = asked.or(cursor.and_then(|cursor| cursor.status));
    let here = Cursor {
        start: cursor.map_or(Start::Offset(0), |cursor| cursor.start),
        status: status.filter(|_| settings.cursor_remembers_filter),
        again: cursor.map_or(0, |cursor| cursor.again),
    };
    let by_status = |wanted: Status| move |status: Status| status == wanted;
    let selected = match status {
        Some(wanted) => population.page(Some(&by_status(wanted)), here.start, limit),
        None if settings.hides_archived => population.page(
            Some(&|status| status != Status::Archived),
            here.start,
            limit,
        ),
        None => population.page(None, here.start, limit),
    };
    let next = selected.more.then(|| {
        let last = selected.entries.last().map(|entry| entry.sequence);
        let start = match last {
            Some(sequence) if settings.key_cursors => Start::Below(sequence),
            _ => Start::Offset(selected.next),
        };
        Cursor {
            start,
            again: 0,
            ..here
        }
        .encode()
    });
    let page = Page::new(Arc::new(selected.entries), population.maker().clone())
        .with_list("items")
        .with_place(LayersPlace {
            sent: sent.map(ToOwned::to_owned),
            here,
        });
    Ok(match next {
        Some(cursor) => page.with("nextCursor", quote(&cursor)),
        None if settings.omits_last_cursor => page,
        None => page.with("nextCursor", "null"),
    })
}

fn limit(settings: &Settings, request: &Request) -> Result<usize, Refusal> {
    let limit = match request.query("limit") {
        None => settings.default_size.unwrap_or(DEFAULT_LIMIT),
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| LIMITS.contains(limit))
            .ok_or_else(|| Refusal::invalid("limit must be between 1 and 200"))?,
    };
    Ok(settings.max_size.map_or(limit, |most| limit.min(most)))
}

fn status(request: &Request) -> Result<Option<Status>, Refusal> {
    match request.query("status") {
        None => Ok(None),
        Some(word @ ("active" | "suspended" | "archived")) => Ok(Some(Status::from_word(word))),
        Some(_) => Err(Refusal::invalid(
            "status must be one of active, suspended, archived",
        )),
    }
}

/// `{"error":{"code","message","requestId","details"?}}` on every 4xx and 5xx.
pub(super) fn error(refusal: &Refusal, number: u64) -> String {
    let code = refusal.code.unwrap_or(match refusal.status {
        401 => "UNAUTHENTICATED",
        403 => "FORBIDDEN_SCOPE",
        404 => "NOT_FOUND",
        405 => "METHOD_NOT_ALLOWED",
        409 => "CONFLICT",
        422 => "VALIDATION",
        429 => "RATE_LIMITED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    });
    let mut error = json!({ "code": code, "message": refusal.message, "requestId": format!("req_{number:08}") });
    if refusal.status == 403 {
        error["details"] = json!({ "requiredScope": "org:admin" });
    }
    json!({ "error": error }).to_string()
}
