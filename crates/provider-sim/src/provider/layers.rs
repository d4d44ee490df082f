//! Layers: `GET /v1/organizations`, newest first, an opaque cursor, no total.

use serde_json::json;

use super::contract::{Provider, Refusal, Simulated};
use crate::account::Account;
use crate::dice::{date_and_time, uuid_of};
use crate::log::Request;
use crate::page::Page;
use crate::paging::{Listed, PageSize, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::Members;
use crate::status::Status;

/// Layers, by its document "GET /v1/organizations".
#[derive(Debug)]
pub(super) struct Layers;

impl Account {
    /// A parent organization at Layers, by a key with the scope `org:admin`.
    pub fn layers(name: impl Into<String>) -> Self {
        Self::new(Provider::new(&Layers), name)
    }
}

impl Simulated for Layers {
    fn name(&self) -> &'static str {
        "layers"
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("api_key", format!("lp_{number:016x}"))]
    }

    fn list_path(&self) -> &'static str {
        "/v1/organizations"
    }

    fn paging(&self) -> Paging {
        let size = PageSize {
            parameter: "limit",
            default: 25,
            max: Some(200),
        };
        let token = "cursor";
        Paging::Token { token, size }
    }

    fn filter(&self, _: &Parent, request: &Request) -> Result<Option<&'static [Status]>, String> {
        match request.query("status") {
            None => Ok(None),
            Some("active") => Ok(Some(&[Status::Active])),
            Some("suspended") => Ok(Some(&[Status::Suspended])),
            Some("archived") => Ok(Some(&[Status::Archived])),
            Some(_) => Err("status must be one of active, suspended, archived".to_owned()),
        }
    }

    fn page(&self, _: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        Page::object()
            .with_list("items")
            .with_next("nextCursor", listed.next.as_deref())
    }

    /// `{"error":{"code","message","requestId","details"?}}` on every 4xx and 5xx.
    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        let mut error = json!({
            "code": refusal.code(CODES),
            "message": refusal.message,
            "requestId": format!("req_{:08}", refusal.request),
        });
        if refusal.status == 403 {
            error["details"] = json!({ "requiredScope": "org:admin" });
        }
        json!({ "error": error }).to_string()
    }

    /// `org_` and a UUID whose first eight digits are the tenant's code.
    fn id(&self, parent: &Parent, number: u32) -> String {
        let uuid = parent.dice(number).uuid();
        format!("org_{:08x}{}", parent.code(number), &uuid[8..])
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let mut dice = parent.dice(number);
        let id = self.id(parent, number);
        let parent = format!("org_{}", uuid_of(parent.name()));
        let name = dice.company(number);
        let metadata = match dice.below(4) {
            0 => "{}".to_owned(),
            1 => format!(r#"{{"externalId":"cust_{number}"}}"#),
            _ => {
                let plan = dice.pick(&["starter", "growth", "scale"]);
                format!(r#"{{"externalId":"cust_{number}","plan":"{plan}"}}"#)
            }
        };
        let email = dice.nullable(6, |_| format!("ops{number}@tenant.example"));
        let seconds = u64::from(number) * 60;
        let created = instant(seconds, dice.below(1_000_000));
        let updated = instant(seconds + dice.below(86_400), dice.below(1_000_000));
        let archived = match status {
            Status::Archived => format!("\"{updated}\""),
            _ => "null".to_owned(),
        };
        let status = word(status);
        format!(
            r#"{{"id":"{id}","parentOrganizationId":"{parent}","name":"{name}","status":"{status}","metadata":{metadata},"billingEmail":{email},"archivedAt":{archived},"createdAt":"{created}","updatedAt":"{updated}"}}"#
        )
    }

    fn status(&self, record: &Members) -> Status {
        let stated = record.text("status");
        let known = [Status::Active, Status::Suspended, Status::Archived].into_iter();
        let mut matching = known.filter(|status| stated.as_deref() == Some(word(*status)));
        matching.next().unwrap_or(Status::Other)
    }

    fn set_status(&self, record: &mut Members, status: Status) {
        record.set("status", format!("\"{}\"", word(status)));
    }

    fn demo(&self) -> &'static str {
        include_str!("layers.json")
    }
}

const CODES: &[(u16, &str)] = &[
    (401, "UNAUTHENTICATED"),
    (403, "FORBIDDEN_SCOPE"),
    (404, "NOT_FOUND"),
    (405, "METHOD_NOT_ALLOWED"),
    (409, "CONFLICT"),
    (422, "VALIDATION"),
    (429, "RATE_LIMITED"),
    (500, "INTERNAL"),
    (503, "UNAVAILABLE"),
];

fn word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Suspended => "suspended",
        Status::Archived => "archived",
        Status::Other => "pending_review",
    }
}

/// An offset and six digits, as in the document.
fn instant(seconds: u64, micros: u64) -> String {
    let (date, time) = date_and_time(seconds);
    format!("{date}T{time}.{micros:06}+00:00")
}
