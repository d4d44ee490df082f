//! SendGrid: `GET /v3/subusers`, by offset and limit, a bare array, no total.
//!
//! Assumed, because no document says: that the newest subuser comes first, 500 rows without a limit and 400 for more, and that
//! disabled ones are listed ([`Account::hides`](crate::Account::hides) omits them). Every row has its `region`, as if the request
//! asked for it; `username` and a region select nothing.

use serde_json::json;

use super::contract::{Refusal, Simulated};
use crate::log::Request;
use crate::page::Page;
use crate::paging::{Listed, PageSize, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::Members;
use crate::status::Status;

/// SendGrid, by its document, operation ListSubuser.
#[derive(Debug)]
pub(super) struct SendGrid;

/// Pages have the header `Link`, as the general page on requests says.
const LINKS: &str = "link_header";

impl Simulated for SendGrid {
    fn name(&self) -> &'static str {
        "sendgrid"
    }

    fn knobs(&self) -> &'static [&'static str] {
        &[LINKS]
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("api_key", format!("SG.{number:016x}"))]
    }

    fn list_path(&self) -> &'static str {
        "/v3/subusers"
    }

    fn paging(&self) -> Paging {
        let size = PageSize {
            parameter: "limit",
            default: 500,
            max: Some(500),
        };
        let offset = "offset";
        Paging::Offset { offset, size }
    }

    fn invalid_status(&self) -> u16 {
        400
    }

    fn filter(&self, _: &Parent, request: &Request) -> Result<Option<&'static [Status]>, String> {
        for (name, words) in [
            ("region", &["all", "global", "eu"][..]),
            ("include_region", &["true", "false"]),
        ] {
            if request
                .query(name)
                .is_some_and(|word| !words.contains(&word))
            {
                return Err(format!("{name} must be one of {}", words.join(", ")));
            }
        }
        Ok(None)
    }

    fn page(&self, parent: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        let page = Page::array()
            .with_header("X-RateLimit-Limit", "600")
            .with_header("X-RateLimit-Remaining", "599")
            .with_header("X-RateLimit-Reset", "1767225600");
        if !parent.has(LINKS) {
            return page;
        }
        let first = format!("<{}/v3/subusers?offset=0>; rel=\"first\"", parent.origin());
        let next = listed.next_path.iter();
        let next =
            next.map(|path| format!("<{}{path}>; rel=\"next\"; title=\"2\"", parent.origin()));
        let links: Vec<_> = next.chain([first]).collect();
        page.with_header("Link", links.join(", "))
    }

    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        match refusal.status {
            // With the comma of SendGrid's page "Rate limits".
            429 => r#"{"errors":[{"field":null,"message":"too many requests"},]}"#.to_owned(),
            _ => json!({ "errors": [{ "field": null, "message": refusal.message }] }).to_string(),
        }
    }

    fn id_member(&self) -> &'static str {
        "username"
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        format!("tenant_{:08x}", parent.code(number))
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let username = self.id(parent, number);
        let id = parent.code(number);
        let disabled = status != Status::Active;
        let region = parent.dice(number).pick(&["global", "eu"]).to_owned();
        format!(
            r#"{{"disabled":{disabled},"email":"{username}@tenant.example","id":{id},"username":"{username}","region":"{region}"}}"#
        )
    }

    fn status(&self, record: &Members) -> Status {
        match record.get("disabled") {
            Some("true") => Status::Suspended,
            _ => Status::Active,
        }
    }

    fn set_status(&self, record: &mut Members, status: Status) {
        record.set("disabled", status != Status::Active);
    }

    fn demo(&self) -> &'static str {
        include_str!("sendgrid.json")
    }
}
