//! Generated child organizations of OmniDim, in the shape of its document's example.

use std::fmt::Write as _;

use super::{Dice, Maker, date_and_time, words};
use crate::Status;
use crate::population::Entry;

/// The document's example begins at 4001.
const FIRST_ID: u64 = 4001;

/// The 17 flags that the document declares. Its example shows 16 of them: only those are sent that the reseller has.
const FLAGS: [&str; 17] = [
    "is_bots_menu_access",
    "is_leads_access",
    "is_voice_cloning_access",
    "is_workflow_access",
    "is_asr_evaluation_menu_access",
    "is_train_with_call_recording_menu_access",
    "is_call_logs_menu_access",
    "is_call_simulation_menu_access",
    "is_omni_crm_access",
    "access_to_monitor_live_call",
    "is_whatsapp_flow_enabled",
    "is_billing_menu_access",
    "is_knowledge_base_access",
    "is_integration_access",
    "is_phone_number_access",
    "is_bulk_call_access",
    "is_analytics_access",
];
/// The flag that the reseller of the example does not have.
const MISSING_FLAG: &str = "is_omni_crm_access";

pub(super) fn id(sequence: u32) -> u64 {
    FIRST_ID + u64::from(sequence)
}

pub(super) fn sequence(id: &str) -> Option<u32> {
    id.parse::<u64>()
        .ok()?
        .checked_sub(FIRST_ID)?
        .try_into()
        .ok()
}

pub(super) fn users(maker: &Maker, sequence: u32) -> u64 {
    Dice(maker.dice(sequence).next()).below(3)
}

pub(super) fn write(maker: &Maker, entry: &Entry, text: &mut String) {
    let mut dice = maker.dice(entry.sequence);
    let users = users(maker, entry.sequence);
    let name = words::company(&mut dice, entry.sequence);
    let (date, time) = date_and_time(u64::from(entry.sequence) * 60);
    let symbol = dice.pick(&["$", "€", "£", "₹", "¥"]);
    let zone = dice.pick(&[
        "\"US/Pacific\"",
        "\"Asia/Kolkata\"",
        "\"Europe/Berlin\"",
        "false",
    ]);
    let _ = write!(
        text,
        r#"{{"id":{},"name":"{name}","cost_per_min":0.{:02},"org_balance":{},"reseller_org_balance_currency_symbol":"{symbol}","concurrent_call_limit":{},"org_user_currency_symbol":"{symbol}","timezone":{zone},"created_date":"{date}T{time}.{:06}","total_users":{users},"users":["#,
        id(entry.sequence),
        1 + dice.below(99),
        money(&mut dice),
        1 + dice.below(50),
        dice.below(1_000_000),
    );
    for number in 0..users {
        if number > 0 {
            text.push(',');
        }
        write_user(&mut dice, entry, number, text);
    }
    text.push_str("]}");
}

/// A balance as the provider's example prints them: `24442.6`, `13`, now and then negative. Written from digits, never from a float.
fn money(dice: &mut Dice) -> String {
    let sign = if dice.one_in(12) { "-" } else { "" };
    let whole = dice.below(100_000);
    match dice.below(100) {
        0 => format!("{sign}{whole}"),
        cents if cents % 10 == 0 => format!("{sign}{whole}.{}", cents / 10),
        cents => format!("{sign}{whole}.{cents:02}"),
    }
}

fn write_user(dice: &mut Dice, entry: &Entry, number: u64, text: &mut String) {
    let id = id(entry.sequence) * 10 + number;
    let phone = if dice.one_in(2) {
        "false".to_owned()
    } else {
        format!("\"+1555{:07}\"", dice.below(10_000_000))
    };
    let (date, time) = date_and_time(u64::from(entry.sequence) * 60 + 86_400);
    let login = if dice.one_in(4) {
        "null".to_owned()
    } else {
        format!("\"{date}T{time}.{:06}\"", dice.below(1_000_000))
    };
    let expiry = if dice.one_in(5) {
        format!("\"{date}\"")
    } else {
        "null".to_owned()
    };
    let _ = write!(
        text,
        r#"{{"id":{id},"name":"User {id}","email":"user{id}@example.com","phone":{phone},"login_date":{login},"is_active":{},"expiry_date":{expiry},"access_level":{},"dashboard_menu_access":{}}}"#,
        entry.status == Status::Active,
        number == 0,
        flags(dice.next()),
    );
}

/// The flags as an object; the lowest bits of `bits` say which are on.
pub(crate) fn flags(bits: u64) -> String {
    let mut object = String::with_capacity(640);
    let sent = FLAGS
        .iter()
        .enumerate()
        .filter(|(_, name)| **name != MISSING_FLAG);
    for (at, name) in sent {
        object.push_str(if object.is_empty() { "{\"" } else { ",\"" });
        object.push_str(name);
        object.push_str(if bits >> at & 1 == 1 {
            "\":true"
        } else {
            "\":false"
        });
    }
    object.push('}');
    object
}
