//! The schedule of a seed: an honest server, one where things go wrong, and one that lies.

use fastrand::Rng;

use super::schedule::{
    Beyond, DeletedKey, Echo, Family, Faults, Lies, Lists, Said, Schedule, Sorted,
};
use crate::{Paging, RankBy, StatedOrder, Status};

/// Makes schedules.
pub(super) type Seeds = fn(u64) -> Schedule;

const FAMILIES: [Family; 11] = [
    Family::Numbers,
    Family::OneBody,
    Family::Offsets,
    Family::BareArrays,
    Family::KeyCursors,
    Family::OffsetCursors,
    Family::Addresses,
    Family::Keyset,
    Family::MergedLists,
    Family::FilteredLists,
    Family::ParentInList,
];

/// How often a list changes at most: one that grows faster than it is read never ends.
const MOST_CHANGES: u32 = 1000;

fn one_of<T: Clone>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(..all.len())].clone()
}

/// A server that keeps to its document. Its list changes.
pub(super) fn honest(seed: u64) -> Schedule {
    let mut rng = Rng::with_seed(seed ^ 0x5eed);
    let family = one_of(&mut rng, &FAMILIES);
    let pages = match family {
        Family::MergedLists | Family::FilteredLists | Family::ParentInList => {
            one_of(&mut rng, &FAMILIES[..8])
        }
        pages => pages,
    };
    let orders = [
        (StatedOrder::NewestFirst, Sorted::NewestFirst),
        (StatedOrder::NewestFirst, Sorted::NewestFirst),
        (StatedOrder::OldestFirst, Sorted::OldestFirst),
        (StatedOrder::Unstated, Sorted::Arbitrary),
    ];
    let (stated, order) = one_of(&mut rng, &orders);
    let number = RankBy::Number {
        first: rng.u64(..2),
    };
    let offset = RankBy::Offset {
        largest: one_of(&mut rng, &[None, None, Some(20)]),
    };
    let ranks = |by| Paging::Ranks { by, order: stated };
    let paging = match pages {
        Family::OneBody => Paging::OneBody,
        Family::Numbers => ranks(number),
        Family::Offsets => ranks(offset),
        Family::BareArrays => ranks(one_of(&mut rng, &[number, offset])),
        Family::Keyset => Paging::Keyset { order: stated },
        _ => Paging::Links,
    };
    let lists = match family {
        Family::MergedLists => {
            let overlap = rng.bool();
            one_of(
                &mut rng,
                &[Lists::Merged { overlap }, Lists::Apart { overlap }],
            )
        }
        Family::FilteredLists => Lists::Filtered,
        _ => Lists::One,
    };
    Schedule {
        seed,
        family,
        pages,
        paging,
        order,
        lists,
        has_parent: family == Family::ParentInList,
        has_total: match pages {
            Family::Numbers | Family::Offsets => true,
            Family::BareArrays => false,
            _ => rng.bool(),
        },
        has_place: rng.bool(),
        has_marker: rng.bool(),
        has_name: rng.bool(),
        tenants: rng.usize(..80),
        page_size: rng.u32(1..13),
        concurrency: one_of(&mut rng, &[1, 1, 2, 3, 8]),
        filter: one_of(&mut rng, &[None, None, Some(Status::Active)]),
        churn: one_of(&mut rng, &[0, 5, 20, 60]),
        most_changes: MOST_CHANGES,
        creates: rng.u8(..4) > 0,
        // A deletion above an offset in a cursor leaves no trace. Nobody could promise anything.
        deletes: pages != Family::OffsetCursors && rng.u8(..4) > 0,
        faults: Faults::default(),
        lies: Lies::default(),
        verify: rng.bool(),
        interruptions: one_of(&mut rng, &[0, 0, 1, 3]),
    }
}

/// An honest server with a list for each status that a filter names, and few tenants.
pub(super) fn apart(seed: u64) -> Schedule {
    let overlap = seed.is_multiple_of(2);
    Schedule {
        family: Family::MergedLists,
        lists: Lists::Apart { overlap },
        has_parent: false,
        tenants: seed as usize % 5,
        filter: None,
        churn: 60,
        creates: false,
        deletes: false,
        ..honest(seed)
    }
}

/// An honest server by page numbers, newest first, of which nothing but the size of the list is unknown.
pub(super) fn numbered(seed: u64) -> Schedule {
    let (by, order) = (RankBy::Number { first: 1 }, StatedOrder::NewestFirst);
    Schedule {
        family: Family::Numbers,
        pages: Family::Numbers,
        paging: Paging::Ranks { by, order },
        order: Sorted::NewestFirst,
        lists: Lists::One,
        has_parent: false,
        has_total: true,
        deletes: true,
        ..honest(seed)
    }
}

/// An honest server where things go wrong.
pub(super) fn hostile(seed: u64) -> Schedule {
    let schedule = honest(seed ^ 0xbad);
    let mut rng = Rng::with_seed(seed ^ 0xbad);
    let by_key = matches!(schedule.pages, Family::Keyset | Family::KeyCursors);
    let mut some = |most: u8| if rng.bool() { rng.u8(..most) } else { 0 };
    let faults = Faults {
        errors: some(4),
        flickers: some(15),
        doubles: some(10),
        unreadable: some(3),
        empty_pages: some(30),
        expired: some(10),
        clamp: None,
        beyond: Beyond::Nothing,
        deleted_key: DeletedKey::Following,
        is_inclusive: some(2) > 0 && by_key,
    };
    let mut faults = with_settings(&mut rng, faults);
    if let (Some((_, echo)), true) = (&mut faults.clamp, faults.flickers > 0) {
        // A page that is not full, of as many records as a wrong total says, is a whole list.
        *echo = Echo::Used;
    }
    Schedule {
        seed,
        // A total that is wrong in the very answer in which it should fall hides the deletion.
        deletes: schedule.deletes && faults.flickers == 0,
        faults,
        ..schedule
    }
}

fn with_settings(rng: &mut Rng, faults: Faults) -> Faults {
    let echo = one_of(rng, &[Echo::Used, Echo::Requested, Echo::None]);
    let beyond = [
        Beyond::Nothing,
        Beyond::LastPage,
        Beyond::NoPage,
        Beyond::Refusal,
    ];
    let deleted_key = [
        DeletedKey::Following,
        DeletedKey::Refusal,
        DeletedKey::Nothing,
    ];
    Faults {
        clamp: rng.bool().then(|| (rng.usize(1..8), echo)),
        beyond: one_of(rng, &beyond),
        deleted_key: one_of(rng, &deleted_key),
        ..faults
    }
}

/// A server that departs from its document, and whose list changes once at most.
pub(super) fn lying(seed: u64) -> Schedule {
    let schedule = honest(seed ^ 0x11e5);
    let mut rng = Rng::with_seed(seed ^ 0x11e5);
    let totals = [
        Said::Honest,
        Said::Honest,
        Said::OfPage,
        Said::OfActive,
        Said::Zero,
        Said::Capped,
        Said::TooHigh,
        Said::Unreadable,
        Said::Sometimes,
        Said::Wobbling,
        Said::Lagging,
    ];
    let total = one_of(&mut rng, &totals);
    let other_order = rng.u8(..3) == 0;
    let order = match other_order {
        true => one_of(&mut rng, &[Sorted::OldestFirst, Sorted::Arbitrary]),
        false => schedule.order,
    };
    // A total that ends where offsets are refused looks like the end.
    let shows = matches!(total, Said::Honest | Said::TooHigh | Said::Zero);
    let cap = rng.u8(..4) == 0 && schedule.pages == Family::Offsets && shows;
    let offset_cap = cap.then(|| rng.u64(5..40));
    let no_keys = rng.bool();
    let mut some = |most: u8, at: &[Family]| match rng.u8(..4) {
        0 if at.contains(&schedule.pages) => rng.u8(..most),
        _ => 0,
    };
    let all = &FAMILIES[..8];
    let [ranks, links, keyset] = [
        &[Family::Numbers, Family::Offsets, Family::BareArrays][..],
        &[Family::KeyCursors, Family::OffsetCursors, Family::Addresses],
        &[Family::Keyset],
    ];
    let continued = &[links, keyset].concat();
    let lies = Lies {
        other_order,
        no_keys,
        total,
        offset_cap,
        collapses: some(10, &[ranks, links, keyset].concat()),
        short: some(10, &[ranks, keyset].concat()),
        misrouted: some(20, ranks),
        ends_early: some(20, links),
        partial: some(20, all),
        renamed: some(20, continued),
        cut_off: some(20, links),
        unmarked: 0,
        unreadable_link: some(10, links),
        repeated_link: some(10, links),
        emptied: some(10, continued),
        is_opaque: schedule.has_name && schedule.has_marker && some(2, keyset) > 0,
        is_stuck: some(2, keyset) > 0,
    };
    let mut faults = with_settings(&mut rng, Faults::default());
    if lies.is_stuck {
        faults.unreadable = 20;
    }
    if let (Some((_, echo)), true) = (&mut faults.clamp, total != Said::Honest) {
        // A page that is not full, of as many records as the total says, is a whole list.
        *echo = Echo::Used;
    }
    if total != Said::Honest && faults.beyond != Beyond::Refusal {
        // Nor can anyone tell a list that ends from a longer one whose next page does not exist.
        faults.beyond = Beyond::Nothing;
    }
    Schedule {
        seed,
        order,
        deletes: true,
        most_changes: rng.u32(..2),
        faults,
        lies,
        ..schedule
    }
}
