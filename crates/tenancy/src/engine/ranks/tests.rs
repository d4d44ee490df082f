//! Tests the walk over ranks page by page.

use super::super::evidence::{End, Order, Total};
use super::*;

const NEWEST_FIRST: (RankBy, StatedOrder) = (RankBy::Number { first: 1 }, StatedOrder::NewestFirst);

#[test]
fn a_total_that_no_records_back_up_keeps_no_walk_going() {
    let mut walk = Ranks::resumed(NEWEST_FIRST, RanksState::default(), 25, 1);
    let records = |distinct| Tally {
        distinct,
        ..Tally::default()
    };
    for answers in 1..1000_u64 {
        let Some(step) = walk.issue() else { return };
        let Position::Number(number) = step.position else {
            panic!("{step:?}");
        };
        let mut page = Page::new(Vec::new());
        page.total = Some(if number == 1 { 1_798_859_045 } else { 3 });
        page.size = Some(25);
        let sent = if number == 1 { 3 } else { 0 };
        if walk.accept(&step, &page, records(sent)).is_err() {
            assert!(answers < 100, "{answers} pages");
            return;
        }
    }
    panic!("it never ends");
}

/// Reads a list of numbers, each its own fingerprint, and returns the positions asked for and the evidence. The server sends no more
/// than `clamp` records, and no total.
fn read(by: RankBy, there: u64, size: u32, clamp: u64) -> (Vec<Position>, Evidence) {
    read_with(by, there, size, clamp, |_, _| {})
}

/// The same, with pages to which the function adds something.
fn read_with(
    by: RankBy,
    there: u64,
    size: u32,
    clamp: u64,
    add: impl Fn(&mut Page, u64),
) -> (Vec<Position>, Evidence) {
    let mut walk = Ranks::resumed((by, StatedOrder::Unstated), RanksState::default(), size, 1);
    let (mut asked, mut met) = (Vec::new(), 0);
    while let Some(step) = walk.issue() {
        let size = u64::from(step.size).min(clamp);
        let start = match step.position {
            Position::Number(number) => match by {
                RankBy::Number { first } => (number - first) * size,
                RankBy::Offset { .. } => panic!("{step:?}"),
            },
            Position::Offset(offset) => offset,
            ref other => panic!("{other:?}"),
        };
        asked.push(step.position.clone());
        let end = there.min(start + size);
        let distinct = end.saturating_sub(start);
        let tally = Tally {
            distinct,
            new_to_walk: end.saturating_sub(met.max(start)),
            ..Tally::default()
        };
        met = met.max(end);
        let mut page = Page::new(Vec::new());
        add(&mut page, distinct);
        walk.accept(&step, &page, tally).unwrap();
    }
    assert_eq!(walk.record.met, met);
    (asked, walk.evidence())
}

#[test]
fn numbers_begin_where_the_provider_counts_from() {
    for first in [0, 1] {
        let (asked, evidence) = read(RankBy::Number { first }, 5, 2, 100);
        let numbers = [first, first + 1, first + 2].map(Position::Number);
        assert_eq!(asked, numbers);
        assert_eq!(evidence.end, End::Observed);
    }
}

/// Whether the next page is empty or refused, the page before it was the last one.
#[test]
fn a_last_page_may_state_its_number_of_records_as_its_size() {
    let states_sent = |page: &mut Page, sent: u64| {
        page.size = Some(u32::try_from(sent).unwrap());
        page.refused = sent == 0;
    };
    let number = RankBy::Number { first: 1 };
    let (asked, evidence) = read_with(number, 5, 2, 100, states_sent);
    assert_eq!(asked, [1, 2, 3, 4].map(Position::Number));
    assert_eq!((evidence.end, evidence.misplaced), (End::Observed, None));
    let offset = RankBy::Offset { largest: None };
    let (asked, evidence) = read_with(offset, 5, 2, 100, states_sent);
    assert_eq!(asked, [0, 2, 4, 5].map(Position::Offset));
    assert_eq!((evidence.end, evidence.misplaced), (End::Observed, None));
}

#[test]
fn a_page_of_another_size_in_the_middle_counts_against_the_list() {
    let mut walk = Ranks::resumed(NEWEST_FIRST, RanksState::default(), 2, 1);
    for sent in [2_u64, 1, 2, 0] {
        let step = walk.issue().unwrap();
        let mut page = Page::new(Vec::new());
        page.size = Some(u32::try_from(sent).unwrap());
        let tally = Tally {
            distinct: sent,
            new_to_walk: sent,
            ..Tally::default()
        };
        walk.accept(&step, &page, tally).unwrap();
    }
    assert!(walk.evidence().misplaced.is_some());
}

#[test]
fn offsets_advance_by_what_was_received() {
    let by = RankBy::Offset { largest: None };
    let (asked, evidence) = read(by, 7, 5, 3);
    assert_eq!(asked, [0, 3, 6].map(Position::Offset));
    assert_eq!(
        (evidence.end, evidence.order),
        (End::Observed, Order::Unstated)
    );
}

/// Reads pages of so many records at these offsets, five at most, which may all be cut. A last page that is empty may be refused.
fn read_cut(pages: &[(u64, u64)], refused: bool) -> Evidence {
    let by = RankBy::Offset { largest: None };
    let mut walk = Ranks::resumed((by, StatedOrder::Unstated), RanksState::default(), 5, 1);
    for (offset, sent) in pages {
        let step = walk.issue().unwrap();
        assert_eq!(step.position, Position::Offset(*offset));
        let mut page = Page::new(Vec::new());
        page.maybe_cut = true;
        page.refused = refused && *sent == 0;
        let tally = Tally {
            sent: *sent,
            distinct: *sent,
            new_to_walk: *sent,
            ..Tally::default()
        };
        walk.accept(&step, &page, tally).unwrap();
    }
    assert!(walk.issue().is_none());
    walk.evidence()
}

#[test]
fn if_pages_may_be_cut_only_one_that_is_twice_empty_or_refused_ends_the_list() {
    for refused in [false, true] {
        for pages in [
            &[(0, 3), (3, 0), (3, 0)][..],
            &[(0, 3), (3, 0), (3, 5), (8, 2), (10, 0), (10, 0)],
        ] {
            let evidence = read_cut(pages, refused);
            assert_eq!((evidence.end, evidence.missing), (End::Observed, None));
        }
    }
    let evidence = read_cut(&[(0, 5), (5, 0), (5, 0)], true);
    assert!(evidence.end == End::NotObserved && evidence.missing.is_some());
}

#[test]
fn an_empty_page_has_to_come_twice_unless_it_is_the_first() {
    for pages in [
        &[(0, 0)][..],
        &[(0, 5), (5, 0), (5, 0)],
        &[(0, 5), (5, 0), (5, 5), (10, 0), (10, 0)],
    ] {
        let evidence = read_cut(pages, false);
        assert_eq!((evidence.end, evidence.missing), (End::Observed, None));
    }
}

#[test]
fn a_list_beyond_the_largest_offset_is_missing_records() {
    let by = RankBy::Offset { largest: Some(4) };
    let (asked, evidence) = read(by, 9, 2, 100);
    assert_eq!(asked, [0, 2, 4].map(Position::Offset));
    assert_eq!(evidence.end, End::NotObserved);
    assert!(evidence.missing.unwrap().contains("no offset above 4"));
    let (_, evidence) = read(by, 5, 2, 100);
    assert_eq!((evidence.end, evidence.missing), (End::Observed, None));
}

/// Reads pages of two records of a list that states it is newest first: for each, the records that are new to the walk, and the total.
fn pages(pages: &[(u64, u64, u64)]) -> Evidence {
    let mut walk = Ranks::resumed(NEWEST_FIRST, RanksState::default(), 2, 1);
    for (distinct, new_to_walk, total) in pages {
        let step = walk.issue().unwrap();
        let mut page = Page::new(Vec::new());
        page.total = Some(*total);
        let tally = Tally {
            distinct: *distinct,
            new_to_walk: *new_to_walk,
            ..Tally::default()
        };
        walk.accept(&step, &page, tally).unwrap();
    }
    walk.evidence()
}

/// Tenants created in the same second change places between two pages: one is sent twice, and another never.
#[test]
fn one_creation_does_not_hide_a_tenant_that_an_unstable_order_skipped() {
    let evidence = pages(&[(2, 2, 5), (2, 1, 5), (2, 1, 6), (0, 0, 6)]);
    assert_eq!(evidence.total, Total::Exceeds { total: 6, met: 4 });
    let evidence = pages(&[(2, 2, 5), (2, 1, 5), (1, 1, 5)]);
    assert_ne!(evidence.order, Order::NewestFirst);
}
