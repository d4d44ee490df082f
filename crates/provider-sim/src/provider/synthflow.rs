//! Synthflow: `GET /v2/subaccounts/`, all subaccounts in one body.
//!
//! Assumed, because no document says: that the oldest is listed first, the bodies of errors, and `pending` for a member that has
//! not accepted. Subaccounts have no status.

use serde_json::json;

use super::contract::{Refusal, Simulated};
use crate::dice::{Dice, number_of};
use crate::page::Page;
use crate::paging::{Listed, Order, Paging};
use crate::parent::{Parent, Tenant};
use crate::status::Status;

/// Synthflow, by its page "List subaccounts".
#[derive(Debug)]
pub(super) struct Synthflow;

impl Simulated for Synthflow {
    fn name(&self) -> &'static str {
        "synthflow"
    }

    fn credentials(&self, number: u64) -> Vec<(&'static str, String)> {
        vec![("api_key", identity(0, number))]
    }

    fn base_path(&self) -> &'static str {
        "/v2"
    }

    fn list_path(&self) -> &'static str {
        "/subaccounts/"
    }

    fn paging(&self) -> Paging {
        Paging::OneBody
    }

    fn order(&self) -> Order {
        Order::OldestFirst
    }

    fn page(&self, _: &Parent, _: &[Tenant], _: &Listed) -> Page {
        Page::object()
            .with("status", r#""success""#)
            .with_list("/response/subaccounts")
    }

    fn error(&self, _: &Parent, refusal: &Refusal) -> String {
        json!({ "status": "error", "message": refusal.message }).to_string()
    }

    fn id_member(&self) -> &'static str {
        "subaccount_id"
    }

    fn id(&self, parent: &Parent, number: u32) -> String {
        identity(1 + u64::from(number), parent.code(number).into())
    }

    fn record(&self, parent: &Parent, number: u32, _: Status) -> String {
        let mut dice = parent.dice(number);
        let id = self.id(parent, number);
        let agency = identity(0, number_of(parent.name()));
        let name = dice.company(number);
        let permissions = PERMISSIONS.map(|name| format!(r#""{name}":{}"#, dice.one_in(2)));
        let permissions = permissions.join(",");
        let tiers: Vec<String> = (0..dice.below(3))
            .map(|tier| format!(r#"{{"pricing_tier_id":"{}"}}"#, identity(tier, 7)))
            .collect();
        let tiers = tiers.join(",");
        // An empty string means no subscription.
        let [subscription, price] = match dice.one_in(2) {
            true => [String::new(), String::new()],
            false => [format!("sub_{number}"), identity(number.into(), 9)],
        };
        let used = dice.below(2000);
        let most = match dice.one_in(3) {
            true => "null".to_owned(),
            false => dice.below(2000).to_string(),
        };
        let members: Vec<String> = (0..dice.below(3))
            .map(|position| member(&mut dice, number, position))
            .collect();
        let members = members.join(",");
        format!(
            r#"{{"subaccount_id":"{id}","agency_id":"{agency}","name":"{name}","pricing_tiers":[{tiers}],"permissions":{{{permissions}}},"subscription":{{"stripe_subscription_id":"{subscription}","synthflow_price_id":"{price}"}},"minutes_used":{used},"max_minutes":{most},"members":[{members}]}}"#
        )
    }

    fn demo(&self) -> &'static str {
        include_str!("synthflow.json")
    }
}

const PERMISSIONS: [&str; 13] = [
    "assistants",
    "knowledge_base",
    "actions",
    "workflows",
    "contacts",
    "phone_numbers",
    "inbound",
    "outbound",
    "widget",
    "chat",
    "logs",
    "simulations",
    "analytics",
];

/// Two numbers of 13 and 18 digits, the first of which is a time.
fn identity(minute: u64, number: u64) -> String {
    let digits = 100_000_000_000_000_000 + number % 900_000_000_000_000_000;
    format!("{}x{digits}", 1_700_000_000_000 + minute * 60_000)
}

fn member(dice: &mut Dice, number: u32, position: u64) -> String {
    let status = dice.pick(&["accepted", "accepted", "pending"]);
    format!(r#"{{"email":"user{position}@tenant{number}.example","status":"{status}"}}"#)
}
