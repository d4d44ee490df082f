//! Deterministic tenants: the same account name, seed and number give the same record, written only when it is sent.

mod layers;
mod omnidim;
mod vobiz;
mod words;

pub(crate) use omnidim::flags;

use crate::population::Entry;
use crate::{Status, Which};

/// Writes the generated records of one account.
#[derive(Clone, Debug)]
pub(crate) struct Maker {
    pub(crate) parent: Parent,
    pub(crate) seed: u64,
    /// Vobiz: whether records carry a token that looks real instead of `<redacted>`.
    pub(crate) shows_tokens: bool,
}

/// The parent account whose children are listed.
#[derive(Clone, Debug)]
pub(crate) enum Parent {
    /// The reseller's numeric id and name.
    OmniDim { id: u64, name: String },
    /// The parent organization's id.
    Layers { id: String },
    /// The parent account's `auth_id` and numeric id.
    Vobiz { auth_id: String, id: u64 },
}

impl Maker {
    pub(crate) fn provider(&self) -> Which {
        match self.parent {
            Parent::OmniDim { .. } => Which::OmniDim,
            Parent::Layers { .. } => Which::Layers,
            Parent::Vobiz { .. } => Which::Vobiz,
        }
    }

    /// The identity of the generated tenant number `sequence`.
    pub(crate) fn id(&self, sequence: u32) -> String {
        match self.parent {
            Parent::OmniDim { .. } => omnidim::id(sequence).to_string(),
            Parent::Layers { .. } => layers::id(self, sequence),
            Parent::Vobiz { .. } => vobiz::auth_id(self, sequence),
        }
    }

    /// The number of the generated tenant with this identity.
    pub(crate) fn sequence(&self, id: &str) -> Option<u32> {
        let sequence = match self.parent {
            Parent::OmniDim { .. } => omnidim::sequence(id)?,
            Parent::Layers { .. } => self.unscramble(id.strip_prefix("org_")?.get(..8)?)?,
            Parent::Vobiz { .. } => self.unscramble(id.strip_prefix("SA_")?)?,
        };
        (self.id(sequence) == id).then_some(sequence)
    }

    /// The state in which a generated tenant begins: most are active.
    pub(crate) fn first_status(&self, sequence: u32) -> Status {
        match self.dice(sequence).below(20) {
            0 => Status::Archived,
            1 | 2 => Status::Suspended,
            _ => Status::Active,
        }
    }

    /// The number of users that an entry has (OmniDim).
    pub(crate) fn users(&self, entry: &Entry) -> u64 {
        match &entry.given {
            Some(given) => given.users,
            None => omnidim::users(self, entry.sequence),
        }
    }

    pub(crate) fn record(&self, entry: &Entry) -> String {
        let mut text = String::new();
        self.write(entry, &mut text);
        text
    }

    /// Appends an entry's record.
    pub(crate) fn write(&self, entry: &Entry, text: &mut String) {
        if let Some(given) = &entry.given {
            text.push_str(&given.text);
            return;
        }
        match &self.parent {
            Parent::OmniDim { .. } => omnidim::write(self, entry, text),
            Parent::Layers { id } => layers::write(self, id, entry, text),
            Parent::Vobiz { auth_id, id } => vobiz::write(self, auth_id, *id, entry, text),
        }
    }

    fn dice(&self, sequence: u32) -> Dice {
        Dice(mix(self.seed ^ (u64::from(sequence) << 20) ^ 0x5eed))
    }

    /// A number that hides `sequence` and can be turned back: multiplication by an odd number is a bijection.
    fn scramble(&self, sequence: u32) -> u32 {
        sequence.wrapping_mul(SCRAMBLE) ^ self.scramble_key()
    }

    fn unscramble(&self, hex: &str) -> Option<u32> {
        let scrambled = u32::from_str_radix(hex, 16).ok()?;
        Some((scrambled ^ self.scramble_key()).wrapping_mul(UNSCRAMBLE))
    }

    fn scramble_key(&self) -> u32 {
        (mix(self.seed) >> 32) as u32
    }
}

const SCRAMBLE: u32 = 0x9E37_79B1;
/// The inverse of [`SCRAMBLE`] modulo 2³².
const UNSCRAMBLE: u32 = inverse(SCRAMBLE);

/// Newton's iteration doubles the number of right bits; an odd number is its own inverse in its three lowest.
const fn inverse(odd: u32) -> u32 {
    let mut guess = odd;
    let mut round = 0;
    while round < 4 {
        guess = guess.wrapping_mul(2u32.wrapping_sub(odd.wrapping_mul(guess)));
        round += 1;
    }
    guess
}

/// A stream of numbers that a seed fixes (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        uuid(high, low)
    }
}

fn uuid(high: u64, low: u64) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 48) & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

/// The finalizer of SplitMix64.
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A number that `text` fixes (FNV-1a, mixed).
pub(crate) fn number_of(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mix(hash)
}

/// The UUID that `text` fixes.
pub(crate) fn uuid_of(text: &str) -> String {
    Dice(number_of(text)).uuid()
}

/// The day (`2024-01-01`) and the time (`00:00:00`) that lie `seconds` after the beginning of 2024, UTC.
fn date_and_time(seconds: u64) -> (String, String) {
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    let mut year = 2024;
    loop {
        let length = 365 + u64::from(is_leap(year));
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let mut month = 0;
    for length in [
        31,
        28 + u64::from(is_leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let date = format!("{year:04}-{:02}-{:02}", month + 1, days + 1);
    (
        date,
        format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60),
    )
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn makers() -> [Maker; 3] {
        [
            Parent::OmniDim {
                id: 5678,
                name: "Demo".into(),
            },
            Parent::Layers { id: "org_x".into() },
            Parent::Vobiz {
                auth_id: "MA_X".into(),
                id: 7,
            },
        ]
        .map(|parent| Maker {
            parent,
            seed: 42,
            shows_tokens: false,
        })
    }

    #[test]
    fn an_identity_tells_its_number() {
        for maker in makers() {
            for sequence in [0, 1, 2, 99_999, u32::MAX / 2] {
                assert_eq!(
                    maker.sequence(&maker.id(sequence)),
                    Some(sequence),
                    "{:?}",
                    maker.provider()
                );
            }
            assert_eq!(maker.sequence("nonsense"), None);
        }
    }

    #[test]
    fn every_record_is_json_and_the_same_each_time() {
        for maker in makers() {
            for sequence in 0..500 {
                let entry = Entry {
                    sequence,
                    status: maker.first_status(sequence),
                    given: None,
                };
                let text = maker.record(&entry);
                let record: serde_json::Value = serde_json::from_str(&text).unwrap();
                let id = record["auth_id"]
                    .as_str()
                    .map_or_else(|| record["id"].to_string(), ToOwned::to_owned);
                assert_eq!(id.trim_matches('"'), maker.id(sequence));
                assert_eq!(maker.record(&entry), text);
            }
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date_and_time(0), ("2024-01-01".into(), "00:00:00".into()));
        assert_eq!(
            date_and_time(59 * 86_400 + 3_661),
            ("2024-02-29".into(), "01:01:01".into())
        );
        assert_eq!(
            date_and_time(366 * 86_400 + 58 * 86_400),
            ("2025-02-28".into(), "00:00:00".into())
        );
        assert_eq!(
            date_and_time(365 * 86_400 + 86_399),
            ("2024-12-31".into(), "23:59:59".into())
        );
    }
}
