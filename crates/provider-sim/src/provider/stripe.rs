//! Stripe: `GET /v1/accounts`, newest first, after an account, no total.
//!
//! Assumed, because no document says: that a rejected account stays in the list, and 400 for a `limit` out of bounds. An
//! account has no status: `charges_enabled`, `payouts_enabled` and `requirements.disabled_reason` stand for it here. Left
//! out, because nobody sends them: `created`, `ending_before` and `expand`.

use serde_json::json;

use super::contract::{Refusal, Simulated};
use crate::dice::Dice;
use crate::log::Request;
use crate::page::Page;
use crate::paging::{Listed, PageSize, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::{Members, quote};
use crate::status::Status;

/// Stripe, by its OpenAPI document.
#[derive(Debug)]
pub(super) struct Stripe;

/// The key's account is no platform: its list is empty.
const NO_PLATFORM: &str = "no_platform";

impl Simulated for Stripe {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn knobs(&self) -> &'static [&'static str] {
        &[NO_PLATFORM]
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("api_key", format!("sk_test_{number:016x}"))]
    }

    fn list_path(&self) -> &'static str {
        "/v1/accounts"
    }

    fn paging(&self) -> Paging {
        let size = PageSize {
            parameter: "limit",
            default: 10,
            max: Some(100),
        };
        let after = "starting_after";
        Paging::Keyset { after, size }
    }

    fn invalid_status(&self) -> u16 {
        400
    }

    fn filter(&self, parent: &Parent, _: &Request) -> Result<Option<&'static [Status]>, String> {
        Ok(parent.has(NO_PLATFORM).then_some(&[][..]))
    }

    fn page(&self, _: &Parent, _: &[Tenant], listed: &Listed) -> Page {
        Page::object()
            .with("object", r#""list""#)
            .with("url", r#""/v1/accounts""#)
            .with("has_more", listed.next.is_some())
            .with_list("data")
    }

    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        let mut error = json!({ "type": refusal.code(TYPES), "message": refusal.message });
        if let Some(account) = refusal.message.strip_prefix("no such record: ") {
            error["message"] = format!("No such account: {account}").into();
            error["param"] = "starting_after".into();
        }
        json!({ "error": error }).to_string()
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        format!("acct_{:016X}", parent.code(number))
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let mut dice = parent.dice(number);
        let id = self.id(parent, number);
        let name = dice.company(number);
        let created = 1_704_067_200 + u64::from(number) * 60;
        let business = dice.nullable(3, |_| name.clone());
        let display = dice.nullable(3, |_| name);
        let email = dice.nullable(4, |_| format!("owner{number}@tenant.example"));
        let kind = dice.pick(&["standard", "express", "custom", "none"]);
        let metadata = match dice.one_in(2) {
            true => "{}".to_owned(),
            false => format!(r#"{{"customer":"customer-{number}"}}"#),
        };
        let controlled = match dice.one_in(2) {
            true => r#""controller":{"type":"account"},"#.to_owned(),
            false => controlled(&mut dice, &id),
        };
        let [charges, payouts] = switches(status);
        let reason = match status {
            Status::Active | Status::Other => "null".to_owned(),
            _ => quote(dice.pick(&["rejected.fraud", "platform_paused", "requirements.past_due"])),
        };
        format!(
            r#"{{"id":"{id}","object":"account","business_profile":{{"mcc":null,"name":{business},"product_description":null,"support_email":null,"support_phone":null,"support_url":null,"url":null}},"business_type":null,"capabilities":{{"card_payments":"active","transfers":"pending"}},"charges_enabled":{charges},{controlled}"country":"US","created":{created},"default_currency":"usd","details_submitted":true,"email":{email},"metadata":{metadata},"payouts_enabled":{payouts},"requirements":{},"settings":{{"branding":{{"icon":null,"logo":null}},"dashboard":{{"display_name":{display},"timezone":"Etc/UTC"}}}},"tos_acceptance":{{"date":{created},"ip":"192.0.2.1","user_agent":null}},"type":"{kind}"}}"#,
            requirements(&reason)
        )
    }

    fn status(&self, record: &Members) -> Status {
        let switch = |name| record.get(name) == Some("true");
        match record.text("requirements/disabled_reason") {
            Some(_) => Status::Suspended,
            None if switch("charges_enabled") && switch("payouts_enabled") => Status::Active,
            None => Status::Other,
        }
    }

    fn set_status(&self, record: &mut Members, status: Status) {
        let [charges, payouts] = switches(status);
        record.set("charges_enabled", charges);
        record.set("payouts_enabled", payouts);
        let reason = match status {
            Status::Active | Status::Other => "null",
            _ => r#""rejected.other""#,
        };
        record.set("requirements/disabled_reason", reason);
    }

    fn demo(&self) -> &'static str {
        include_str!("stripe.json")
    }
}

const TYPES: &[(u16, &str)] = &[
    (400, "invalid_request_error"),
    (401, "invalid_request_error"),
    (403, "invalid_request_error"),
    (404, "invalid_request_error"),
    (429, "rate_limit"),
    (500, "api_error"),
];

/// Whether charges and payouts are enabled. An account that is neither active nor disabled only receives transfers.
fn switches(status: Status) -> [bool; 2] {
    match status {
        Status::Active => [true, true],
        Status::Other => [false, true],
        Status::Suspended | Status::Archived => [false, false],
    }
}

/// The fields that only accounts controlled by the platform have, including a list within the record.
fn controlled(dice: &mut Dice, id: &str) -> String {
    let bank = match dice.one_in(2) {
        true => String::new(),
        false => format!(r#"{{"id":"ba_{id}","object":"bank_account","last4":"6789"}}"#),
    };
    let more = dice.one_in(2);
    format!(
        r#""controller":{{"is_controller":true,"stripe_dashboard":{{"type":"express"}},"type":"application"}},"external_accounts":{{"object":"list","data":[{bank}],"has_more":{more},"url":"/v1/accounts/{id}/external_accounts"}},"#
    )
}

fn requirements(reason: &str) -> String {
    format!(
        r#"{{"alternatives":[],"current_deadline":null,"currently_due":[],"disabled_reason":{reason},"errors":[],"eventually_due":["external_account"],"past_due":[],"pending_verification":[]}}"#
    )
}
