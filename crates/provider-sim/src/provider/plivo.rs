//! Plivo: `GET /v1/Account/{auth_id}/Subaccount/`, by offset and limit, the path of the next page and a total in `meta`.
//!
//! Assumed, because no document says: that the newest subaccount comes first and the offset counts rows (pages of other products
//! say so), 400 for parameters out of range, 403 for another account's path, and the texts of errors.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::json;

use super::contract::{Refusal, Simulated};
use crate::dice::{date_and_time, uuid_of};
use crate::page::Page;
use crate::paging::{Listed, PageSize, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::{Members, quote};
use crate::status::Status;

/// Plivo, by its page "Subaccount" and the fixtures of its SDK.
#[derive(Debug)]
pub(super) struct Plivo;

impl Simulated for Plivo {
    fn name(&self) -> &'static str {
        "plivo"
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![
            ("auth_id", format!("MA{:018X}", number >> 8)),
            ("auth_token", format!("token_{number:016x}")),
        ]
    }

    fn auth_headers(&self, parent: &Parent) -> Vec<(&'static str, String)> {
        let [id, token] = ["auth_id", "auth_token"].map(|key| parent.credential(key));
        let pair = BASE64_STANDARD.encode(format!("{id}:{token}"));
        vec![("Authorization", format!("Basic {pair}"))]
    }

    fn list_path(&self) -> &'static str {
        "/v1/Account/{auth_id}/Subaccount/"
    }

    fn paging(&self) -> Paging {
        let size = PageSize {
            parameter: "limit",
            default: 20,
            max: Some(20),
        };
        let offset = "offset";
        Paging::Offset { offset, size }
    }

    fn invalid_status(&self) -> u16 {
        400
    }

    fn page(&self, parent: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        let (limit, offset) = (listed.size, listed.offset);
        let path = |offset| format!("{}?limit={limit}&offset={offset}", subaccounts(parent));
        let previous = (offset > 0).then(|| quote(&path(offset.saturating_sub(limit))));
        let next = listed.next.as_ref().map(|_| path(offset + listed.records));
        Page::object()
            .with("api_id", quote(&uuid_of(&path(offset))))
            .with("meta/limit", limit)
            .with_next_address("meta/next", next.as_deref())
            .with("meta/offset", offset)
            .with(
                "meta/previous",
                previous.unwrap_or_else(|| "null".to_owned()),
            )
            .with_total("meta/total_count", listed.total)
            .with_list("objects")
    }

    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        // A number instead of a UUID: tests write it as N.
        let api_id = format!("req_{:08}", refusal.request);
        json!({ "api_id": api_id, "error": refusal.message }).to_string()
    }

    fn id_member(&self) -> &'static str {
        "auth_id"
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        format!("SA{:018X}", u64::from(parent.code(number)))
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let mut dice = parent.dice(number);
        let auth_id = self.id(parent, number);
        let name = dice.company(number);
        let token = format!("{:016x}{:016x}", dice.number(), dice.number());
        let (created, _) = date_and_time(u64::from(number) * 3600);
        let modified = dice.nullable(2, |_| created.clone());
        let enabled = status == Status::Active;
        let path = subaccounts(parent);
        let account = path.trim_end_matches("Subaccount/");
        format!(
            r#"{{"account":"{account}","auth_id":"{auth_id}","auth_token":"{token}","created":"{created}","enabled":{enabled},"modified":{modified},"name":"{name}","new_auth_token":"{token}","resource_uri":"{path}{auth_id}/"}}"#
        )
    }

    fn status(&self, record: &Members) -> Status {
        match record.get("enabled") {
            Some("false") => Status::Suspended,
            _ => Status::Active,
        }
    }

    fn set_status(&self, record: &mut Members, status: Status) {
        record.set("enabled", status == Status::Active);
    }

    fn demo(&self) -> &'static str {
        include_str!("plivo.json")
    }

    fn demo_credentials(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("auth_id", "MADEMO00000000000001"),
            ("auth_token", "demo-auth-token"),
        ]
    }
}

/// The path of an account's subaccounts.
fn subaccounts(parent: &Parent) -> String {
    format!("/v1/Account/{}/Subaccount/", parent.credential("auth_id"))
}
