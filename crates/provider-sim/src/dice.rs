//! Deterministic random numbers, and the values of generated records.

use jiff::Timestamp;

/// A stream of numbers fixed by a seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The stream of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound
    }

    /// True once in `bound` times.
    pub fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    /// One of `words`.
    pub fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    /// Null once in `bound` times, else `text` as a JSON string.
    pub fn nullable(&mut self, bound: u64, text: impl FnOnce(&mut Self) -> String) -> String {
        match self.one_in(bound) {
            true => "null".to_owned(),
            false => format!("\"{}\"", text(self)),
        }
    }

    /// A UUID of version 4.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.number(), self.number());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | (low >> 48) & 0x3fff,
            low & 0xffff_ffff_ffff
        )
    }

    /// A company's name that ends in `number` and is escaped for a JSON string; one in sixteen is foreign or awkward.
    pub fn company(&mut self, number: u32) -> String {
        if self.one_in(16) {
            return format!("{} {number}", self.pick(FOREIGN));
        }
        let (first, second) = (self.below(16) as usize, self.below(16) as usize);
        let word = |words: &'static str, at| words.split(' ').nth(at).unwrap_or_default();
        format!("{} {} {number}", word(FIRST, first), word(SECOND, second))
    }
}

const FIRST: &str = "Acme Beta Harbour Summit Cedar Bluebird Granite Lakeside Northern Golden Quiet Rapid Silver Sunny Urban Velvet";
const SECOND: &str = "Coffee Dental Logistics Realty Clinic Motors Bakery Legal Travel Fitness Insurance Studio Foods Energy Robotics Media";
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

/// The finalizer of SplitMix64.
pub(crate) fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A number fixed by `text` (FNV-1a, mixed).
pub(crate) fn number_of(text: &str) -> u64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mix(hash)
}

/// The UUID fixed by `text`.
pub(crate) fn uuid_of(text: &str) -> String {
    Dice::new(number_of(text)).uuid()
}

/// The date (`2024-01-01`) and the time of day (`00:00:00`), UTC, `seconds` after the start of 2024.
pub(crate) fn date_and_time(seconds: u64) -> (String, String) {
    const START: i64 = 1_704_067_200;
    let since = i64::try_from(seconds).unwrap_or(0);
    let instant = Timestamp::from_second(START + since).unwrap_or(Timestamp::MAX);
    let text = instant.to_string();
    let (date, time) = text.split_once('T').unwrap_or_default();
    (date.to_owned(), time.trim_end_matches('Z').to_owned())
}
