//! Generated sub-accounts of Vobiz, in the shape of its document's example.

use std::fmt::Write as _;

use super::{Maker, date_and_time, words};
use crate::population::Entry;

/// `SA_` and eight digits that hide the number.
pub(super) fn auth_id(maker: &Maker, sequence: u32) -> String {
    format!("SA_{:08X}", maker.scramble(sequence))
}

pub(super) fn write(maker: &Maker, parent: &str, parent_id: u64, entry: &Entry, text: &mut String) {
    let auth_id = auth_id(maker, entry.sequence);
    let mut dice = maker.dice(entry.sequence);
    let name = words::company(&mut dice, entry.sequence);
    let number = u64::from(entry.sequence);
    let email = if dice.one_in(4) {
        "null".to_owned()
    } else {
        format!("\"team{number}@tenant.example\"")
    };
    let phone = if dice.one_in(2) {
        "null".to_owned()
    } else {
        format!("\"+9180{:08}\"", dice.below(100_000_000))
    };
    let description = if dice.one_in(2) {
        "null"
    } else {
        "\"Support-facing voice workload\""
    };
    let permissions = match dice.below(3) {
        0 => "null".to_owned(),
        _ => format!(r#"{{"calls":{},"cdr":{}}}"#, dice.one_in(2), dice.one_in(2)),
    };
    let token = if maker.shows_tokens {
        format!("{:016x}{:016x}", dice.next(), dice.next())
    } else {
        "<redacted>".to_owned()
    };
    let api_id = dice.uuid();
    let (date, time) = date_and_time(number * 60);
    let micros = dice.below(1_000_000);
    let (enabled, is_active) = entry.status.flags();
    let last_used = if dice.one_in(2) {
        "null".to_owned()
    } else {
        format!("\"{date}T{time}.{micros:06}Z\"")
    };
    let _ = write!(
        text,
        r#"{{"name":"{name}","email":{email},"phone":{phone},"description":{description},"permissions":{permissions},"rate_limit":{},"id":"{}","parent_account_id":"{parent_id}","parent_auth_id":"{parent}","auth_id":"{auth_id}","auth_token":"{token}","api_id":"{api_id}","email_verified":{},"enabled":{enabled},"is_active":{is_active},"created":"{date}","modified":"{date}","created_at":"{date}T{time}.{micros:06}Z","updated_at":"{date}T{time}.{micros:06}Z","account":"/v1/Account/{parent}/","resource_uri":"/v1/Account/{parent}/Subaccount/{auth_id}/","last_used":{last_used}}}"#,
        [500, 1000, 5000][dice.below(3) as usize],
        500_001 + number,
        dice.one_in(2),
    );
}
