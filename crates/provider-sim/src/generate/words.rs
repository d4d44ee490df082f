//! The names of generated tenants; each is safe inside a JSON string as it stands.

use super::Dice;

const FIRST: &[&str] = &[
    "Acme", "Beta", "Harbour", "Summit", "Cedar", "Bluebird", "Granite", "Lakeside", "Northern",
    "Golden", "Quiet", "Rapid", "Silver", "Sunny", "Urban", "Velvet",
];
const SECOND: &[&str] = &[
    "Coffee",
    "Dental",
    "Logistics",
    "Realty",
    "Clinic",
    "Motors",
    "Bakery",
    "Legal",
    "Travel",
    "Fitness",
    "Insurance",
    "Studio",
    "Foods",
    "Energy",
    "Robotics",
    "Media",
];
const FOREIGN: &[&str] = &[
    "株式会社さくら",
    "مؤسسة النور",
    "Кофейня «Север»",
    "Crème & Brûlée",
    "Ελληνικός Καφές",
    "카페 서울",
    "हिमालय ट्रेडर्स",
    "Café 🚀 Launch",
    "חברת האור",
    "O'Brien \\\"Bob\\\" & Sons",
    "Back\\\\slash Ltd",
    "Tab\\tand\\nnewline",
];

/// A company's name: one in sixteen is foreign or awkward.
pub(super) fn company(dice: &mut Dice, number: u32) -> String {
    if dice.one_in(16) {
        format!("{} {number}", dice.pick(FOREIGN))
    } else {
        format!("{} {} {number}", dice.pick(FIRST), dice.pick(SECOND))
    }
}
