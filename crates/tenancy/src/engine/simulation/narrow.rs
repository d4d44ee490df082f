//! Schedules in which one rule of the verdict decides, so that a few hundred of them catch a verdict without it.

use super::schedule::{Family, Lies, Lists, Said, Schedule, Sorted};
use super::seeds::honest;
use crate::{Paging, RankBy, StatedOrder};

/// A list that does not change, and keeps to its document, by this paging. What is assumed is not read again.
fn steady(seed: u64, pages: Family, paging: Paging) -> Schedule {
    let schedule = honest(seed);
    Schedule {
        family: pages,
        pages,
        paging,
        order: Sorted::NewestFirst,
        lists: Lists::One,
        has_parent: false,
        has_total: true,
        has_place: false,
        has_marker: true,
        has_name: false,
        tenants: 20 + schedule.tenants,
        filter: None,
        churn: 0,
        creates: true,
        deletes: true,
        verify: false,
        interruptions: 0,
        ..schedule
    }
}

fn numbers(order: StatedOrder) -> Paging {
    let by = RankBy::Number { first: 1 };
    Paging::Ranks { by, order }
}

/// A list by page numbers. A tenant comes and another one goes between two answers, and the total stays as it was.
fn replaced(seed: u64, stated: StatedOrder, order: Sorted) -> Schedule {
    Schedule {
        order,
        churn: 20,
        most_changes: 3,
        ..steady(seed, Family::Numbers, numbers(stated))
    }
}

/// The list has another order than it states.
pub(super) fn shuffled(seed: u64) -> Schedule {
    replaced(seed, StatedOrder::NewestFirst, Sorted::Arbitrary)
}

/// The list has no order, and states none.
pub(super) fn unordered(seed: u64) -> Schedule {
    replaced(seed, StatedOrder::Unstated, Sorted::Arbitrary)
}

pub(super) fn oldest_first(seed: u64) -> Schedule {
    replaced(seed, StatedOrder::OldestFirst, Sorted::OldestFirst)
}

/// A chain of links that stand for offsets. A tenant comes and another one goes, and the total stays as it was.
pub(super) fn shifted_links(seed: u64) -> Schedule {
    Schedule {
        order: Sorted::Arbitrary,
        churn: 20,
        most_changes: 3,
        ..steady(seed, Family::OffsetCursors, Paging::Links)
    }
}

/// A short chain of links that stand for offsets, in an order that changes with each request.
pub(super) fn unstable(seed: u64) -> Schedule {
    Schedule {
        order: Sorted::Unstable,
        tenants: 4 + seed as usize % 9,
        has_total: false,
        ..steady(seed, Family::OffsetCursors, Paging::Links)
    }
}

/// A list by key whose order changes with each update. One tenant is updated.
pub(super) fn updated(seed: u64) -> Schedule {
    Schedule {
        order: Sorted::LastUpdated,
        has_total: false,
        churn: 20,
        most_changes: 1,
        ..steady(seed, Family::Keyset, keyset())
    }
}

/// A chain of links that breaks off once, at a page that is not full.
pub(super) fn unmarked(seed: u64) -> Schedule {
    Schedule {
        has_total: false,
        lies: Lies {
            unmarked: 20,
            ..Lies::default()
        },
        ..steady(seed, Family::KeyCursors, Paging::Links)
    }
}

/// A list by key that says once in the middle that it ends.
pub(super) fn cut_short(seed: u64) -> Schedule {
    Schedule {
        lies: Lies {
            ends_early: 20,
            ..Lies::default()
        },
        ..steady(seed, Family::Keyset, keyset())
    }
}

/// A list by keys that are no identities. One page lacks its last records.
pub(super) fn opaque(seed: u64) -> Schedule {
    Schedule {
        has_total: false,
        has_name: true,
        lies: Lies {
            is_opaque: true,
            short: 20,
            ..Lies::default()
        },
        ..steady(seed, Family::Keyset, keyset())
    }
}

/// A list by number, one page of which is empty and has a total of 0.
pub(super) fn collapsing(seed: u64) -> Schedule {
    Schedule {
        lies: Lies {
            collapses: 20,
            ..Lies::default()
        },
        ..steady(seed, Family::Numbers, numbers(StatedOrder::NewestFirst))
    }
}

fn keyset() -> Paging {
    let order = StatedOrder::NewestFirst;
    Paging::Keyset { order }
}

/// A list that states this total. One tenant goes.
fn shrinking(seed: u64, total: Said) -> Schedule {
    Schedule {
        churn: 20,
        most_changes: 1,
        lies: Lies {
            total,
            ..Lies::default()
        },
        ..steady(seed, Family::Numbers, numbers(StatedOrder::NewestFirst))
    }
}

/// A list whose total is at most 10. One tenant goes.
pub(super) fn capped(seed: u64) -> Schedule {
    shrinking(seed, Said::Capped)
}

/// A list whose total lags behind it. One tenant goes.
pub(super) fn lagging(seed: u64) -> Schedule {
    shrinking(seed, Said::Lagging)
}

/// A list without a total, one page of which is another one than was asked for.
pub(super) fn misrouted(seed: u64) -> Schedule {
    Schedule {
        has_total: false,
        has_place: true,
        lies: Lies {
            misrouted: 20,
            ..Lies::default()
        },
        ..steady(seed, Family::BareArrays, numbers(StatedOrder::NewestFirst))
    }
}
