//! Finds brackets outside strings, 64 bytes at a time.
//!
//! Each block becomes sets of 64 bits, the first byte in the lowest, on which strings and escapes are computed without a branch
//! per byte, as in simdjson (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019, 3.1).

use wide::u8x16;

/// How many bytes a block has.
pub(crate) const SIZE: usize = 64;
/// The bits in which the four brackets differ from each other.
const DIFFERENT: u8 = b'{' & !b'[' | b'[' & !b']' | b']' & !b'[';
/// The brackets without these.
const ALIKE: u8 = b'[' & !DIFFERENT;
/// Every second bit, without the lowest.
const ODD: u64 = 0xaaaa_aaaa_aaaa_aaaa;

/// What the preceding bytes say about the next one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strings {
    /// All bits set inside a string, none outside.
    inside: u64,
    /// Whether the byte before was a backslash that escapes the next one.
    escaped: bool,
}

impl Strings {
    /// Takes a block, and returns which bytes look like a bracket outside of strings. If a backslash is outside of strings,
    /// which JSON never has, returns `None` and takes nothing.
    #[inline(always)]
    pub(crate) fn take_block(&mut self, block: &[u8; SIZE]) -> Option<u64> {
        let block = Lanes::new(block);
        let quotes = block.equal(b'"');
        if self.escaped || block.has(b'\\') {
            return self.take_with_escapes(&block, quotes);
        }
        let inside = inside_strings(quotes) ^ self.inside;
        self.inside = all_as_highest(inside);
        Some(block.alike() & !inside)
    }

    /// Assumes that all backslashes are in strings, and returns `None` if that does not come out.
    #[inline(always)]
    fn take_with_escapes(&mut self, block: &Lanes, quotes: u64) -> Option<u64> {
        let backslashes = block.equal(b'\\');
        let (escaped, next_is_escaped) = escaped(backslashes, self.escaped);
        let inside = inside_strings(quotes & !escaped) ^ self.inside;
        if backslashes & !inside != 0 {
            return None;
        }
        self.inside = all_as_highest(inside);
        self.escaped = next_is_escaped;
        Some(block.alike() & !inside)
    }

    /// Takes one byte, and returns whether it looks like a bracket outside of strings.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let inside = self.inside != 0;
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = inside,
            b'"' => self.inside = !self.inside,
            _ => return !inside && byte & !DIFFERENT == ALIKE,
        }
        false
    }
}

/// Whether a byte that looks like a bracket opens one, and whether it closes one. `Y`, `y`, `_` and DEL, which look like
/// them, do neither or both.
#[inline(always)]
pub(crate) fn opens_and_closes(byte: u8) -> (bool, bool) {
    (byte & b'[' & !b']' != 0, byte & b']' & !b'[' != 0)
}

/// A block's bytes, to be compared.
struct Lanes([u8x16; 4]);

impl Lanes {
    #[inline(always)]
    fn new(block: &[u8; SIZE]) -> Self {
        let (lanes, _) = block.as_chunks();
        Self([0, 1, 2, 3].map(|at| u8x16::new(lanes[at])))
    }

    /// Which bytes are this one.
    #[inline(always)]
    fn equal(&self, byte: u8) -> u64 {
        bits(self.0.map(|lane| lane.simd_eq(u8x16::splat(byte))))
    }

    /// Which bytes are brackets, or look like them.
    #[inline(always)]
    fn alike(&self) -> u64 {
        let alike = |lane| lane & u8x16::splat(!DIFFERENT);
        bits(self.0.map(|lane| alike(lane).simd_eq(u8x16::splat(ALIKE))))
    }

    /// Whether one of the bytes is this one.
    #[inline(always)]
    fn has(&self, byte: u8) -> bool {
        let [a, b, c, d] = self.0.map(|lane| lane.simd_eq(u8x16::splat(byte)));
        (a | b | c | d).any()
    }
}

#[inline(always)]
fn bits(lanes: [u8x16; 4]) -> u64 {
    let [a, b, c, d] = lanes.map(|lane| u64::from(lane.to_bitmask()));
    a | b << 16 | c << 32 | d << 48
}

/// Which bytes are in a string, its first quote included, if the block begins outside, and the others if it begins inside: those up
/// to which the number of quotes is odd.
#[inline(always)]
fn inside_strings(quotes: u64) -> u64 {
    [1, 2, 4, 8, 16, 32]
        .iter()
        .fold(quotes, |bits, distance| bits ^ bits << distance)
}

#[inline(always)]
fn all_as_highest(bits: u64) -> u64 {
    (bits.cast_signed() >> (SIZE - 1)).cast_unsigned()
}

/// Which bytes a backslash before them escapes, and whether one escapes the first byte after the block. `first_is_escaped` says
/// that of the block's first.
///
/// In a run of backslashes the first one escapes, and every second one after it. The subtraction borrows through a run up to what
/// follows it, which is so marked where the run begins at an even place, and unmarked where it begins at an odd one.
fn escaped(backslashes: u64, first_is_escaped: bool) -> (u64, bool) {
    let first = u64::from(first_is_escaped);
    let may_escape = backslashes & !first;
    let escaping_or_escaped_after = (may_escape << 1 | ODD).wrapping_sub(may_escape) ^ ODD;
    let escaped = escaping_or_escaped_after ^ (backslashes | first);
    let escaping = escaping_or_escaped_after & backslashes;
    (escaped, escaping >> (SIZE - 1) == 1)
}
