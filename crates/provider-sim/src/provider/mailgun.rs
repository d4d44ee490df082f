//! Mailgun: `GET /v5/accounts/subaccounts`, by offset and limit, a total of what the filters select.
//!
//! Assumed, because no document says: that the newest subaccount comes first unless they are sorted, that closed ones are left out
//! unless they are included, that `closed` alone includes them among the others, and 400 for parameters out of range.

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use jiff::Timestamp;
use serde_json::json;

use super::contract::{Refusal, Simulated};
use crate::log::Request;
use crate::page::Page;
use crate::paging::{Listed, PageSize, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::{Members, quote};
use crate::status::Status;

/// Mailgun, by its document, operation "List all subaccounts".
#[derive(Debug)]
pub(super) struct Mailgun;

/// `closed` alone selects closed subaccounts only.
const ONLY_CLOSED: &str = "closed_means_only_closed";
/// A 401 has no JSON.
const TEXT_ERRORS: &str = "text_errors";

impl Simulated for Mailgun {
    fn name(&self) -> &'static str {
        "mailgun"
    }

    fn knobs(&self) -> &'static [&'static str] {
        &[ONLY_CLOSED, TEXT_ERRORS]
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("api_key", format!("{number:032x}-00000000-00000000"))]
    }

    fn auth_headers(&self, parent: &Parent) -> Vec<(&'static str, String)> {
        let pair = format!("api:{}", parent.credential("api_key"));
        let pair = BASE64_STANDARD.encode(pair);
        vec![("Authorization", format!("Basic {pair}"))]
    }

    fn list_path(&self) -> &'static str {
        "/v5/accounts/subaccounts"
    }

    fn paging(&self) -> Paging {
        let size = PageSize {
            parameter: "limit",
            default: 10,
            max: Some(1000),
        };
        let offset = "skip";
        Paging::Offset { offset, size }
    }

    fn invalid_status(&self) -> u16 {
        400
    }

    fn whole_list(&self) -> &'static str {
        "closed=true"
    }

    fn sort(&self, parent: &Parent, request: &Request, tenants: &mut Cow<'_, [Tenant]>) {
        let Some(direction) = request.query("sort") else {
            return;
        };
        let record = |tenant: &Tenant| match tenant.given() {
            Some(text) => text.to_owned(),
            None => self.record(parent, tenant.number(), tenant.status()),
        };
        let name = |tenant: &Tenant| Members::parse(&record(tenant))?.text("name");
        tenants.to_mut().sort_by_cached_key(name);
        if direction == "desc" {
            tenants.to_mut().reverse();
        }
    }

    fn filter(
        &self,
        parent: &Parent,
        request: &Request,
    ) -> Result<Option<&'static [Status]>, String> {
        let switch = |name: &str| match request.query(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(format!("{name} must be true or false")),
        };
        if !matches!(request.query("sort"), None | Some("asc" | "desc")) {
            return Err("sort must be asc or desc".to_owned());
        }
        Ok(match (switch("enabled")?, switch("closed")?) {
            (None, Some(true)) if parent.has(ONLY_CLOSED) => Some(&[Status::Archived]),
            (None, Some(true)) => None,
            (None, _) => Some(&[Status::Active, Status::Suspended, Status::Other]),
            (Some(true), Some(true)) => Some(&[Status::Active, Status::Archived]),
            (Some(true), _) => Some(&[Status::Active]),
            (Some(false), Some(true)) => Some(&[Status::Suspended, Status::Archived]),
            (Some(false), _) => Some(&[Status::Suspended]),
        })
    }

    fn page(&self, _: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        Page::object()
            .with_list("subaccounts")
            .with_total("total", listed.total)
    }

    fn error(&self, parent: &Parent, refusal: &Refusal) -> String {
        match refusal.status {
            401 if parent.has(TEXT_ERRORS) => "Forbidden".to_owned(),
            401 => json!({ "Error": "unauthorized" }).to_string(),
            _ => json!({ "message": refusal.message }).to_string(),
        }
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        let rest = parent.dice(number).number();
        format!("{:08x}{rest:016x}", parent.code(number))
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let mut dice = parent.dice(number);
        let id = self.id(parent, number);
        let name = dice.company(number);
        let status = word(status);
        let created = 60 * i64::from(number);
        let updated = time(created + dice.below(86_400) as i64);
        let created = time(created);
        // The document's example has none.
        let features = match dice.one_in(3) {
            true => String::new(),
            false => {
                let features = FEATURES.map(|name| {
                    let enabled = dice.one_in(2);
                    format!(r#""{name}":{{"enabled":{enabled}}}"#)
                });
                format!(r#","features":{{{}}}"#, features.join(","))
            }
        };
        format!(
            r#"{{"id":"{id}","name":"{name}","status":"{status}","created_at":"{created}","updated_at":"{updated}"{features}}}"#
        )
    }

    fn status(&self, record: &Members) -> Status {
        match record.text("status").as_deref() {
            Some("open") => Status::Active,
            Some("disabled") => Status::Suspended,
            Some("closed") => Status::Archived,
            _ => Status::Other,
        }
    }

    fn set_status(&self, record: &mut Members, status: Status) {
        record.set("status", quote(word(status)));
    }

    fn demo(&self) -> &'static str {
        include_str!("mailgun.json")
    }

    fn demo_credentials(&self) -> &'static [(&'static str, &'static str)] {
        &[("api_key", "demo-key")]
    }
}

const FEATURES: [&str; 5] = [
    "email_preview",
    "inbox_placement",
    "sending",
    "validations",
    "validations_bulk",
];

fn word(status: Status) -> &'static str {
    match status {
        Status::Active => "open",
        Status::Suspended => "disabled",
        Status::Archived => "closed",
        Status::Other => "pending",
    }
}

/// The time, so many seconds after the start of 2024, in the form of RFC 1123.
fn time(seconds: i64) -> String {
    let time = Timestamp::from_second(1_704_067_200 + seconds).unwrap_or(Timestamp::MAX);
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
