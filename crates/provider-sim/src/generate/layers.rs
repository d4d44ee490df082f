//! Generated child organizations of Layers, in the shape of its document's example.

use std::fmt::Write as _;

use super::{Maker, date_and_time, words};
use crate::Status;
use crate::population::Entry;

/// `org_` and a UUID whose first eight digits hide the number.
pub(super) fn id(maker: &Maker, sequence: u32) -> String {
    let mut dice = maker.dice(sequence);
    format!("org_{:08x}{}", maker.scramble(sequence), &dice.uuid()[8..])
}

pub(super) fn write(maker: &Maker, parent: &str, entry: &Entry, text: &mut String) {
    let id = id(maker, entry.sequence);
    let mut dice = maker.dice(entry.sequence);
    let name = words::company(&mut dice, entry.sequence);
    let metadata = match dice.below(4) {
        0 => "{}".to_owned(),
        1 => format!(r#"{{"externalId":"cust_{}"}}"#, entry.sequence),
        _ => format!(
            r#"{{"externalId":"cust_{}","plan":"{}"}}"#,
            entry.sequence,
            dice.pick(&["starter", "growth", "scale"])
        ),
    };
    let email = if dice.one_in(6) {
        "null".to_owned()
    } else {
        format!("\"ops{}@tenant.example\"", entry.sequence)
    };
    let created = instant(u64::from(entry.sequence) * 60, dice.below(1_000_000));
    let updated = instant(
        u64::from(entry.sequence) * 60 + dice.below(86_400),
        dice.below(1_000_000),
    );
    let archived = if entry.status == Status::Archived {
        format!("\"{updated}\"")
    } else {
        "null".to_owned()
    };
    let _ = write!(
        text,
        r#"{{"id":"{id}","parentOrganizationId":"{parent}","name":"{name}","status":"{}","metadata":{metadata},"billingEmail":{email},"archivedAt":{archived},"createdAt":"{created}","updatedAt":"{updated}"}}"#,
        entry.status.word(),
    );
}

/// An offset and six digits, as in the document.
fn instant(seconds: u64, micros: u64) -> String {
    let (date, time) = date_and_time(seconds);
    format!("{date}T{time}.{micros:06}+00:00")
}
