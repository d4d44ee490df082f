//! The page sizes of the walks over a list.

use crate::{Capabilities, Query};

/// The number of records to request per page, up to the provider's maximum.
pub(super) fn first(query: &Query, capabilities: &Capabilities) -> u32 {
    let asked = query
        .page_size
        .map_or(capabilities.default_page_size, Into::into);
    capabilities
        .largest_page
        .map_or(asked, |largest| asked.min(largest))
}

/// Returns another page size than that of the walk before, which met so many tenants. `largest` is the most records on a page that a
/// link led on from, if links lead on.
///
/// Other pages, smaller if possible, end elsewhere, which distinguishes a full last page, or one repeated beyond the end, from a
/// truncated list.
pub(super) fn another(before: u32, largest: Option<u32>, met: u64) -> u32 {
    let largest = largest.filter(|largest| (1..before).contains(largest));
    let before = largest.map_or(before, |largest| largest + 1);
    let larger = before + 1..=before.saturating_mul(2);
    let mut others = (1..before).rev().chain(larger);
    let leaves_rest = |size: &u32| !met.is_multiple_of(u64::from(*size));
    others.find(leaves_rest).unwrap_or(before.max(2) - 1)
}
