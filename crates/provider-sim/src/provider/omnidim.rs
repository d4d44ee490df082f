//! OmniDim: `GET /reseller/organizations`, all child organizations and their users in one body.
//!
//! Assumed, because the document "List child organizations" does not say: the codes of errors, and that the oldest is
//! listed first, as in its example.

use std::fmt::Write as _;

use serde_json::json;
use serde_json::value::RawValue;

use super::contract::{Provider, Refusal, Simulated};
use crate::account::Account;
use crate::dice::{Dice, date_and_time};
use crate::page::Page;
use crate::paging::{Listed, Order, Paging};
use crate::parent::{Parent, Tenant};
use crate::record::{Members, quote};
use crate::status::Status;

/// OmniDim, by its document "List child organizations".
#[derive(Debug)]
pub(super) struct OmniDim;

/// The identity of the reseller's own organization, as in the document's example.
const PARENT: u64 = 5678;

impl Account {
    /// A reseller account at OmniDim.
    pub fn omnidim(name: impl Into<String>) -> Self {
        Self::new(Provider::new(&OmniDim), name)
    }
}

impl Simulated for OmniDim {
    fn name(&self) -> &'static str {
        "omnidim"
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("api_key", format!("omni_{number:016x}"))]
    }

    fn base_path(&self) -> &'static str {
        "/api/v1"
    }

    fn list_path(&self) -> &'static str {
        "/reseller/organizations"
    }

    fn paging(&self) -> Paging {
        Paging::OneBody
    }

    fn order(&self) -> Order {
        Order::OldestFirst
    }

    fn page(&self, parent: &Parent, tenants: &[Tenant], listed: &Listed) -> Page {
        let name = quote(parent.name());
        let reseller = format!(r#"{{"id":{PARENT},"name":{name},"concurrent_call_limit":10}}"#);
        let users: u64 = tenants.iter().map(|tenant| users_of(parent, tenant)).sum();
        let access = format!(r#"{{"dashboard_menu_access":{}}}"#, flags(u64::MAX));
        Page::object()
            .with("success", true)
            .with("reseller_organization", reseller)
            .with_list("organizations")
            .with_total("total_organizations", listed.total)
            .with("total_users_across_orgs", users)
            .with("reseller_access_control", access)
    }

    /// The three shapes of the provider's errors page, for different statuses.
    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        let message = &refusal.message;
        match refusal.status {
            401 => json!({ "error": "invalid_token", "error_description": message }),
            403 => json!({ "error": "access_denied", "message": message }),
            404 | 405 => json!({ "success": false, "error": message }),
            429 => json!({ "error": "rate_limited", "message": message }),
            _ => json!({ "error": "server_error", "error_description": message }),
        }
        .to_string()
    }

    /// The document's example starts at 4001. The parent's own identity is no tenant's.
    fn id(&self, _: &Parent, number: u32) -> String {
        let id = 4001 + u64::from(number);
        (id + u64::from(id >= PARENT)).to_string()
    }

    fn record(&self, parent: &Parent, number: u32, status: Status) -> String {
        let mut dice = parent.dice(number);
        let (id, users) = (self.id(parent, number), users(parent, number));
        let name = dice.company(number);
        let seconds = u64::from(number) * 60;
        let (date, time) = date_and_time(seconds);
        let symbol = dice.pick(&["$", "€", "£", "₹", "¥"]);
        let zones = [
            "\"US/Pacific\"",
            "\"Asia/Kolkata\"",
            "\"Europe/Berlin\"",
            "false",
        ];
        let zone = dice.pick(&zones);
        let cents = 1 + dice.below(99);
        let balance = money(&mut dice);
        let limit = 1 + dice.below(50);
        let micros = dice.below(1_000_000);
        let listed: Vec<String> = (0..users)
            .map(|at| user(&mut dice, &format!("{id}{at}"), seconds, at == 0, status))
            .collect();
        let listed = listed.join(",");
        format!(
            r#"{{"id":{id},"name":"{name}","cost_per_min":0.{cents:02},"org_balance":{balance},"reseller_org_balance_currency_symbol":"{symbol}","concurrent_call_limit":{limit},"org_user_currency_symbol":"{symbol}","timezone":{zone},"created_date":"{date}T{time}.{micros:06}","total_users":{users},"users":[{listed}]}}"#
        )
    }

    fn demo(&self) -> &'static str {
        include_str!("omnidim.json")
    }
}

fn users(parent: &Parent, number: u32) -> u64 {
    Dice::new(parent.dice(number).number()).below(3)
}

fn users_of(parent: &Parent, tenant: &Tenant) -> u64 {
    let Some(text) = tenant.given() else {
        return users(parent, tenant.number());
    };
    let members = Members::parse(text).unwrap_or_default();
    let users = members
        .get("users")
        .map(serde_json::from_str::<Vec<&RawValue>>);
    users.map_or(0, |users| users.map_or(0, |users| users.len() as u64))
}

/// A user of an organization; the organization's id and its position make its id.
fn user(dice: &mut Dice, id: &str, seconds: u64, is_first: bool, status: Status) -> String {
    let phone = match dice.one_in(2) {
        true => "false".to_owned(),
        false => format!("\"+1555{:07}\"", dice.below(10_000_000)),
    };
    let (date, time) = date_and_time(seconds + 86_400);
    let login = dice.nullable(4, |dice| {
        format!("{date}T{time}.{:06}", dice.below(1_000_000))
    });
    let expiry = match dice.one_in(5) {
        true => format!("\"{date}\""),
        false => "null".to_owned(),
    };
    let is_active = status == Status::Active;
    let flags = flags(dice.number());
    format!(
        r#"{{"id":{id},"name":"User {id}","email":"user{id}@example.com","phone":{phone},"login_date":{login},"is_active":{is_active},"expiry_date":{expiry},"access_level":{is_first},"dashboard_menu_access":{flags}}}"#
    )
}

/// A balance as the provider's example prints them: `24442.6`, `13`, sometimes negative. Made of digits, never of a float.
fn money(dice: &mut Dice) -> String {
    let sign = if dice.one_in(12) { "-" } else { "" };
    let whole = dice.below(100_000);
    match dice.below(100) {
        0 => format!("{sign}{whole}"),
        cents if cents % 10 == 0 => format!("{sign}{whole}.{}", cents / 10),
        cents => format!("{sign}{whole}.{cents:02}"),
    }
}

/// The flags that the document declares.
const FLAGS: [&str; 17] = [
    "is_bots_menu_access",
    "is_leads_access",
    "is_voice_cloning_access",
    "is_workflow_access",
    "is_asr_evaluation_menu_access",
    "is_train_with_call_recording_menu_access",
    "is_call_logs_menu_access",
    "is_call_simulation_menu_access",
    MISSING_FLAG,
    "access_to_monitor_live_call",
    "is_whatsapp_flow_enabled",
    "is_billing_menu_access",
    "is_knowledge_base_access",
    "is_integration_access",
    "is_phone_number_access",
    "is_bulk_call_access",
    "is_analytics_access",
];

/// The reseller of the document's example does not have this flag, and only its flags are sent.
const MISSING_FLAG: &str = "is_omni_crm_access";

/// The flags as an object; the lowest bits of `bits` say which are on.
fn flags(bits: u64) -> String {
    let mut object = String::with_capacity(640);
    for (at, name) in FLAGS.into_iter().enumerate() {
        if name != MISSING_FLAG {
            let open = if at == 0 { '{' } else { ',' };
            let _ = write!(object, "{open}\"{name}\":{}", bits >> at & 1 == 1);
        }
    }
    object + "}"
}
