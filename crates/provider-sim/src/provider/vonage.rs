//! Vonage: `GET /accounts/{api_key}/subaccounts`, all subaccounts in one body, the primary account beside them.
//!
//! Assumed, because the document does not say: that the oldest is listed first, as in the answer that Vonage's Python SDK
//! recorded, and the body of a 429. Left out, because only that answer has them: `_links`, `total_balance` and
//! `total_credit_limit`.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::json;

use super::contract::{Refusal, Simulated};
use crate::dice::{Dice, date_and_time};
use crate::page::Page;
use crate::paging::{Listed, Order, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::{Members, quote};
use crate::status::Status;

/// Vonage, by its OpenAPI document for subaccounts.
#[derive(Debug)]
pub(super) struct Vonage;

impl Simulated for Vonage {
    fn name(&self) -> &'static str {
        "vonage"
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![
            ("api_key", format!("{:08x}", number >> 32)),
            ("api_secret", format!("secret{number:016x}")),
        ]
    }

    fn auth_headers(&self, parent: &Parent) -> Vec<(&'static str, String)> {
        let [key, secret] = ["api_key", "api_secret"].map(|key| parent.credential(key));
        let pair = BASE64_STANDARD.encode(format!("{key}:{secret}"));
        vec![("Authorization", format!("Basic {pair}"))]
    }

    fn list_path(&self) -> &'static str {
        "/accounts/{api_key}/subaccounts"
    }

    fn paging(&self) -> Paging {
        Paging::OneBody
    }

    fn order(&self) -> Order {
        Order::OldestFirst
    }

    fn page(&self, parent: &Parent, _: &[Tenant], _: &Listed) -> Page {
        let (key, name) = (parent.credential("api_key"), quote(parent.name()));
        let primary = format!(
            r#"{{"api_key":"{key}","name":{name},"balance":27.4572,"credit_limit":0,"suspended":false,"created_at":"2018-01-22T10:41:02Z"}}"#
        );
        let list = Page::LIST;
        Page::object().with(
            "_embedded",
            format!(r#"{{"primary_account":{primary},"subaccounts":[{list}]}}"#),
        )
    }

    /// `type`, `title`, `detail` and `instance`, as in RFC 7807.
    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        json!({
            "type": format!("https://developer.nexmo.com/api-errors#{}", refusal.code(CODES)),
            "title": refusal.message,
            "detail": refusal.message,
            "instance": format!("{:032x}", refusal.request),
        })
        .to_string()
    }

    fn id_member(&self) -> &'static str {
        "api_key"
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        format!("{:08x}", parent.code(number))
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let mut dice = parent.dice(number);
        let id = self.id(parent, number);
        let primary = parent.credential("api_key");
        let name = dice.company(number);
        let (date, time) = date_and_time(u64::from(number) * 60);
        let millis = match dice.one_in(2) {
            true => String::new(),
            false => format!(".{:03}", dice.below(1000)),
        };
        let is_shared = dice.one_in(3);
        let mut money = || match is_shared {
            true => "null".to_owned(),
            false => amount(&mut dice),
        };
        let (balance, credit_limit) = (money(), money());
        let suspended = status != Status::Active;
        format!(
            r#"{{"api_key":"{id}","name":"{name}","primary_account_api_key":"{primary}","use_primary_account_balance":{is_shared},"created_at":"{date}T{time}{millis}Z","suspended":{suspended},"balance":{balance},"credit_limit":{credit_limit}}}"#
        )
    }

    fn status(&self, record: &Members) -> Status {
        match record.get("suspended") {
            Some("true") => Status::Suspended,
            _ => Status::Active,
        }
    }

    fn set_status(&self, record: &mut Members, status: Status) {
        record.set("suspended", status != Status::Active);
    }

    fn demo(&self) -> &'static str {
        include_str!("vonage.json")
    }

    fn demo_credentials(&self) -> &'static [(&'static str, &'static str)] {
        &[("api_key", "acc6111f"), ("api_secret", "demo-api-secret")]
    }
}

const CODES: &[(u16, &str)] = &[
    (401, "unauthorized"),
    (403, "unprovisioned"),
    (404, "invalid-api-key"),
    (429, "throttled"),
    (500, "internal-error"),
];

/// An amount with up to four decimals, made of digits, never of a float.
fn amount(dice: &mut Dice) -> String {
    let sign = if dice.one_in(8) { "-" } else { "" };
    format!("{sign}{}.{:04}", dice.below(1000), 1 + dice.below(9999))
}
