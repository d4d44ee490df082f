//! Vobiz: `GET /api/v1/accounts/{auth_id}/sub-accounts/`, newest first, page number and size, a total of what matches.
//!
//! Assumed, because the document "List All Subaccounts" does not say: the codes of errors, 422 for parameters out of range,
//! 403 for another account's path, and an empty list beyond the last page.

use serde_json::json;

use super::contract::{Provider, Refusal, Simulated};
use crate::account::Account;
use crate::dice::{date_and_time, number_of, uuid_of};
use crate::log::Request;
use crate::page::Page;
use crate::paging::{Listed, PageSize, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::Members;
use crate::status::Status;

/// Vobiz, by its document "List All Subaccounts".
#[derive(Debug)]
pub(super) struct Vobiz;

impl Account {
    /// A main account at Vobiz.
    pub fn vobiz(name: impl Into<String>) -> Self {
        Self::new(Provider::new(&Vobiz), name)
    }
}

/// Errors in the shape of the provider's SDK, not of its documentation.
const SDK_ERRORS: &str = "sdk_errors";
/// Generated records carry a token that looks real instead of `<redacted>`.
const SHOWS_TOKENS: &str = "shows_auth_tokens";
/// `active_only` looks at one of the two booleans; without these, at both.
const ACTIVE_IS_ENABLED: &str = "active_only_means_enabled";
const ACTIVE_IS_ACTIVE: &str = "active_only_means_is_active";

impl Simulated for Vobiz {
    fn name(&self) -> &'static str {
        "vobiz"
    }

    fn knobs(&self) -> &'static [&'static str] {
        &[
            SDK_ERRORS,
            SHOWS_TOKENS,
            ACTIVE_IS_ENABLED,
            ACTIVE_IS_ACTIVE,
        ]
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![
            ("auth_id", format!("MA_{:08X}", number >> 32)),
            ("auth_token", format!("token_{number:016x}")),
        ]
    }

    fn auth_headers(&self, parent: &Parent) -> Vec<(&'static str, String)> {
        let header = |name, key| (name, parent.credential(key).to_owned());
        vec![
            header("X-Auth-ID", "auth_id"),
            header("X-Auth-Token", "auth_token"),
        ]
    }

    fn list_path(&self) -> &'static str {
        "/api/v1/accounts/{auth_id}/sub-accounts/"
    }

    fn paging(&self) -> Paging {
        let size = PageSize {
            parameter: "size",
            default: 25,
            max: None,
        };
        let (page, first) = ("page", 1);
        Paging::Numbers { page, first, size }
    }

    fn filter(
        &self,
        parent: &Parent,
        request: &Request,
    ) -> Result<Option<&'static [Status]>, String> {
        match request.query("active_only") {
            None | Some("false") => Ok(None),
            Some("true") if parent.has(ACTIVE_IS_ENABLED) => {
                Ok(Some(&[Status::Active, Status::Suspended]))
            }
            Some("true") if parent.has(ACTIVE_IS_ACTIVE) => {
                Ok(Some(&[Status::Active, Status::Other]))
            }
            Some("true") => Ok(Some(&[Status::Active])),
            Some(_) => Err("active_only must be true or false".to_owned()),
        }
    }

    fn page(&self, _: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        Page::object()
            .with_list("sub_accounts")
            .with_total("total", listed.total)
            .with("page", listed.page)
            .with("size", listed.size)
    }

    fn error(&self, parent: &Parent, refusal: &Refusal) -> String {
        let (message, number) = (&refusal.message, refusal.request);
        if parent.has(SDK_ERRORS) {
            let api_id = uuid_of(&number.to_string());
            return json!({ "error": message, "api_id": api_id }).to_string();
        }
        json!({
            "status": "error",
            "error": { "code": refusal.code(CODES), "message": message },
            "timestamp": "2026-03-25T08:33:24Z",
            "requestId": format!("req_{number:08}"),
        })
        .to_string()
    }

    fn id_member(&self) -> &'static str {
        "auth_id"
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        format!("SA_{:08X}", parent.code(number))
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let mut dice = parent.dice(number);
        let auth_id = self.id(parent, number);
        let name = dice.company(number);
        let email = dice.nullable(4, |_| format!("team{number}@tenant.example"));
        let phone = dice.nullable(2, |dice| format!("+9180{:08}", dice.below(100_000_000)));
        let description = dice.nullable(2, |_| "Support-facing voice workload".to_owned());
        let permissions = match dice.below(3) {
            0 => "null".to_owned(),
            _ => format!(r#"{{"calls":{},"cdr":{}}}"#, dice.one_in(2), dice.one_in(2)),
        };
        let token = match parent.has(SHOWS_TOKENS) {
            true => format!("{:016x}{:016x}", dice.number(), dice.number()),
            false => "<redacted>".to_owned(),
        };
        let api_id = dice.uuid();
        let (date, time) = date_and_time(u64::from(number) * 60);
        let instant = format!("{date}T{time}.{:06}Z", dice.below(1_000_000));
        let last_used = dice.nullable(2, |_| instant.clone());
        let rate_limit = [500, 1000, 5000][dice.below(3) as usize];
        let verified = dice.one_in(2);
        let (enabled, is_active) = flags(status);
        let id = 500_001 + u64::from(number);
        let parent_id = 500_000 + number_of(parent.name()) % 100_000;
        let parent = parent.credential("auth_id");
        format!(
            r#"{{"name":"{name}","email":{email},"phone":{phone},"description":{description},"permissions":{permissions},"rate_limit":{rate_limit},"id":"{id}","parent_account_id":"{parent_id}","parent_auth_id":"{parent}","auth_id":"{auth_id}","auth_token":"{token}","api_id":"{api_id}","email_verified":{verified},"enabled":{enabled},"is_active":{is_active},"created":"{date}","modified":"{date}","created_at":"{instant}","updated_at":"{instant}","account":"/v1/Account/{parent}/","resource_uri":"/v1/Account/{parent}/Subaccount/{auth_id}/","last_used":{last_used}}}"#
        )
    }

    fn status(&self, record: &Members) -> Status {
        let stated = |name| record.get(name) != Some("false");
        match (stated("enabled"), stated("is_active")) {
            (true, true) => Status::Active,
            (true, false) => Status::Suspended,
            (false, false) => Status::Archived,
            (false, true) => Status::Other,
        }
    }

    fn set_status(&self, record: &mut Members, status: Status) {
        let (enabled, is_active) = flags(status);
        record.set("enabled", enabled);
        record.set("is_active", is_active);
    }

    fn demo(&self) -> &'static str {
        include_str!("vobiz.json")
    }

    fn demo_credentials(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("auth_id", "MA_DEMO0001"),
            ("auth_token", "demo-auth-token"),
        ]
    }
}

const CODES: &[(u16, &str)] = &[
    (401, "UNAUTHORIZED"),
    (403, "FORBIDDEN"),
    (404, "NOT_FOUND"),
    (405, "METHOD_NOT_ALLOWED"),
    (422, "VALIDATION_ERROR"),
    (429, "RATE_LIMIT_EXCEEDED"),
    (500, "INTERNAL_ERROR"),
    (503, "SERVICE_UNAVAILABLE"),
];

/// `enabled` and `is_active`.
fn flags(status: Status) -> (bool, bool) {
    match status {
        Status::Active => (true, true),
        Status::Suspended => (true, false),
        Status::Archived => (false, false),
        Status::Other => (false, true),
    }
}
