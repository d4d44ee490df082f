//! Tests the walk along links page by page.

use super::super::keys::Keys;
use super::*;

fn page(next: &str) -> Page {
    let mut page = Page::new(Vec::new());
    page.next = Next::Link(next.to_owned());
    page
}

fn last_page() -> Page {
    let mut page = Page::new(Vec::new());
    page.next = Next::End;
    page
}

/// The cursor of the page that is asked for next; nothing where none is.
fn asked(walk: &mut Links) -> Option<Option<String>> {
    walk.issue().map(|step| match step.position {
        Position::Link(cursor) => cursor,
        other => panic!("{other:?}"),
    })
}

#[test]
fn one_page_is_in_flight_at_a_time() {
    let mut walk = Links::new(1);
    for (at, next) in [(None, "a"), (Some("a"), "b")] {
        assert_eq!(asked(&mut walk), Some(at.map(str::to_owned)));
        assert_eq!(asked(&mut walk), None);
        accept(&mut walk, &page(next), NEW).unwrap();
    }
}

#[test]
fn a_page_that_leads_to_itself_ends_the_walk_also_after_a_resumption() {
    let mut walk = walked(&[(&page("a"), NEW)]);
    let mut resumed = Links::new(1);
    if let WalkState::Links(state) = walk.state() {
        resumed = Links::resumed(state, 1);
    }
    for walk in [&mut walk, &mut resumed] {
        let mut pages = std::iter::repeat_with(|| {
            walk.issue().unwrap();
            accept(walk, &page("a"), REPEATED)
        });
        let error = pages.by_ref().take(2).find_map(Result::err).unwrap();
        assert_eq!(error.kind(), ErrorKind::NoProgress);
    }
}

#[test]
fn a_link_that_was_there_before_is_followed_while_it_leads_to_new_records() {
    let walk = walked(&[(&page("a"), NEW), (&page("a"), NEW), (&last_page(), NEW)]);
    let evidence = walk.evidence();
    assert_eq!(evidence.end, End::Observed);
    assert!(evidence.ambiguous.is_some());
}

fn accept(walk: &mut Links, page: &Page, records: Tally) -> Result<Flow, Error> {
    let step = Step {
        position: Position::Link(None),
        size: 1,
        start: 0,
        again: false,
        beyond: false,
        may_be_beyond: false,
    };
    walk.accept(&step, page, records)
}

/// A walk that has taken these pages, each by what its records were.
fn walked(pages: &[(&Page, Tally)]) -> Links {
    let mut walk = Links::new(2);
    for (page, records) in pages {
        walk.issue().unwrap();
        assert_eq!(accept(&mut walk, page, *records).unwrap(), Flow::Continue);
    }
    walk
}

const NEW: Tally = Tally {
    sent: 1,
    distinct: 1,
    parents: 0,
    parents_again: 0,
    new_to_walk: 1,
    repeated_unreadable: 0,
    names_parent: false,
    misfiltered: false,
    statuses: 0,
    new: 1,
    first: None,
    last: None,
    keys: Keys::NONE,
};
const FULL: Tally = Tally {
    sent: 2,
    distinct: 2,
    new_to_walk: 2,
    repeated_unreadable: 0,
    ..NEW
};
const REPEATED: Tally = Tally {
    distinct: 1,
    new_to_walk: 0,
    repeated_unreadable: 0,
    new: 0,
    ..NEW
};

#[test]
fn pages_without_anything_new_end_the_walk_when_there_are_too_many_in_a_row() {
    let mut walk = Links::new(1);
    let mut take = |number: u32, records| {
        walk.issue().unwrap();
        accept(&mut walk, &page(&number.to_string()), records)
    };
    for row in 0..2 {
        for number in 1..MOST_BARREN_PAGES {
            take(row * 1000 + number, REPEATED).unwrap();
        }
        take(row * 1000, NEW).unwrap();
    }
    for number in 1..MOST_BARREN_PAGES {
        take(2000 + number, REPEATED).unwrap();
    }
    let error = take(3000, REPEATED).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoProgress);
    assert!(error.to_string().contains("pages in a row"), "{error}");
}

#[test]
fn a_page_that_does_not_say_how_to_go_on_is_told_by_its_number() {
    let mut walk = walked(&[(&page("a"), NEW)]);
    walk.issue().unwrap();
    let mut odd = Page::new(Vec::new());
    odd.next = Next::Unreadable("a number".to_owned());
    let error = accept(&mut walk, &odd, NEW).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoProgress);
    assert!(error.to_string().contains("after page 2 "), "{error}");
}

#[test]
fn a_last_page_without_an_end_marker_may_not_be_the_last() {
    let mut unsaid = Page::new(Vec::new());
    unsaid.next = Next::Unsaid;
    assert_eq!(walked(&[(&unsaid, NEW)]).evidence().end, End::Implied);
    assert_eq!(walked(&[(&unsaid, FULL)]).evidence().end, End::NotObserved);
    let mut end = last_page();
    assert_eq!(walked(&[(&end, FULL)]).evidence().end, End::Observed);
    end.more = Some("`hasMore` is true".to_owned());
    assert!(walked(&[(&end, NEW)]).evidence().missing.is_some());
}

#[test]
fn a_tenant_that_comes_twice_is_remembered_also_after_a_resumption() {
    let end = last_page();
    for (records, moved) in [(NEW, false), (REPEATED, true)] {
        let WalkState::Links(state) = walked(&[(&page("a"), records)]).state() else {
            panic!("another state")
        };
        let mut resumed = Links::resumed(state, 2);
        resumed.issue().unwrap();
        accept(&mut resumed, &end, NEW).unwrap();
        for walk in [walked(&[(&page("a"), records), (&end, NEW)]), resumed] {
            let evidence = walk.evidence();
            assert_eq!((evidence.order, evidence.moved), (Order::Links, moved));
        }
    }
    assert_eq!(walked(&[(&end, NEW)]).evidence().order, Order::OneAnswer);
}

/// Reads pages that each begin and end with these records.
fn chained(borders: [(u128, u128); 3]) -> Evidence {
    let mut walk = Links::new(2);
    let mut met = Vec::new();
    for (number, (first, last)) in borders.into_iter().enumerate() {
        walk.issue().unwrap();
        let records = Tally {
            first: Some(first),
            last: Some(last),
            new_to_walk: [first, last]
                .iter()
                .filter(|record| !met.contains(*record))
                .count() as u64,
            ..FULL
        };
        met.extend([first, last]);
        let page = match number {
            2 => last_page(),
            number => page(&number.to_string()),
        };
        accept(&mut walk, &page, records).unwrap();
    }
    walk.evidence()
}

#[test]
fn each_page_may_begin_with_the_last_record_of_the_page_before() {
    assert!(!chained([(1, 2), (2, 3), (3, 4)]).moved);
    // Once, it may be a tenant that moved.
    assert!(chained([(1, 2), (2, 3), (4, 5)]).moved);
    assert!(chained([(1, 2), (2, 3), (2, 4)]).moved);
}

#[test]
fn an_empty_page_is_requested_once_more_whether_or_not_it_leads_on() {
    let mut walk = Links::new(1);
    let empty = Tally {
        sent: 0,
        distinct: 0,
        ..REPEATED
    };
    for (next, again) in [("a", true), ("a", false), ("b", true), ("b", false)] {
        let step = walk.issue().unwrap();
        walk.accept(&step, &page(next), empty).unwrap();
        assert_eq!(walk.again, again, "{next}");
    }
}
