//! Tests the walk along the identities of records, against a list that changes.

use super::super::keys::Keys;
use super::*;
use crate::entry::Mapped;
use crate::{Certainty, Tenant};

/// A page with these tenants, and what its records are to a walk that has met the ones in `met`.
fn page(ids: &[u64], met: &mut Vec<u64>, next: Next) -> (Page, Tally) {
    let mut keys = Keys::default();
    let mut new = 0;
    let mut records = Vec::new();
    for id in ids {
        let second = jiff::Timestamp::from_second(i64::try_from(*id).unwrap()).unwrap();
        if !met.contains(id) {
            keys.push(Some(crate::Moment::Instant(second)));
            new += 1;
        }
        met.push(*id);
        records.push(Ok(Mapped::new(
            Tenant::new("model", "a", id.to_string()),
            Vec::new(),
        )));
    }
    let mut page = Page::new(records);
    page.next = next;
    let distinct = ids.len() as u64;
    let tally = Tally {
        distinct,
        new_to_walk: new,
        new,
        keys,
        ..Tally::default()
    };
    (page, tally)
}

/// Reads a list, newest first, by pages of two. Before each request the list may change. The positions that were asked for, what
/// was met, and the evidence.
fn read(
    list: &mut Vec<u64>,
    mark: fn(bool) -> Next,
    mut change: impl FnMut(usize, &mut Vec<u64>),
) -> (Vec<String>, Vec<u64>, Evidence) {
    let mut walk = Keyset::resumed(StatedOrder::NewestFirst, KeysetState::default(), 2);
    let (mut asked, mut met) = (Vec::new(), Vec::new());
    while let Some(step) = walk.issue() {
        change(asked.len(), list);
        let Position::After(after) = &step.position else {
            panic!("{step:?}");
        };
        asked.push(after.clone().unwrap_or_default());
        assert!(asked.len() < 20, "{asked:?}");
        let from = match after {
            None => Some(0),
            Some(id) => list
                .iter()
                .position(|known| known.to_string() == *id)
                .map(|at| at + 1),
        };
        let Some(from) = from else {
            if !walk.retreat() {
                walk = Keyset::resumed(StatedOrder::NewestFirst, KeysetState::default(), 2);
            }
            continue;
        };
        let to = list.len().min(from + 2);
        let (mut page, tally) = page(&list[from..to], &mut met, mark(to < list.len()));
        walk.look_at(page.records.mapped());
        walk.accept(&step, &page, tally).unwrap();
    }
    met.sort_unstable();
    met.dedup();
    (asked, met, walk.evidence())
}

fn marked(more: bool) -> Next {
    if more { Next::More } else { Next::End }
}

#[test]
fn an_end_marker_costs_no_request_and_its_absence_one() {
    let (proved, assumed) = (Certainty::Proved, Certainty::Assumed);
    for (mark, asked, end, certainty) in [
        (
            marked as fn(bool) -> Next,
            &["", "4", "2"][..],
            End::Observed,
            proved,
        ),
        (
            |_| Next::Unsaid,
            &["", "4", "2", "1"][..],
            End::Implied,
            assumed,
        ),
    ] {
        let read = read(&mut vec![5, 4, 3, 2, 1], mark, |_, _| {});
        assert_eq!(read.0, asked);
        assert_eq!(read.1, [1, 2, 3, 4, 5]);
        assert_eq!((read.2.end, read.2.order), (end, Order::Keyset));
        let verdict = super::super::verdict::verdict(&read.2);
        assert_eq!(verdict.certainty, certainty);
    }
}

#[test]
fn creations_and_deletions_hide_nothing() {
    let (asked, met, evidence) = read(&mut vec![5, 4, 3, 2, 1], marked, |requests, list| {
        if requests == 1 {
            list.insert(0, 6);
            list.retain(|id| *id != 5);
        }
    });
    assert_eq!(
        (asked, met),
        (
            vec!["".to_owned(), "4".to_owned(), "2".to_owned()],
            vec![1, 2, 3, 4, 5]
        )
    );
    assert_eq!(evidence.order, Order::Keyset);
}

#[test]
fn a_record_that_is_gone_is_replaced_by_an_earlier_one_or_by_the_beginning() {
    let (asked, met, evidence) = read(&mut vec![5, 4, 3, 2, 1], marked, |requests, list| {
        if requests == 1 {
            list.retain(|id| *id != 4);
        }
    });
    assert_eq!(asked, ["", "4", "5", "2"]);
    assert_eq!(met, [1, 2, 3, 4, 5]);
    assert!(!evidence.moved);
    let (asked, met, _) = read(&mut vec![5, 4, 3, 2, 1], marked, |requests, list| {
        if requests == 1 {
            list.retain(|id| *id < 4);
        }
    });
    assert_eq!(asked, ["", "4", "5", "", "2"]);
    assert_eq!(met, [1, 2, 3, 4, 5]);
}

#[test]
fn a_list_in_another_order_is_not_proved() {
    let (_, met, evidence) = read(&mut vec![3, 4, 1, 2], marked, |_, _| {});
    assert_eq!((met, evidence.order), (vec![1, 2, 3, 4], Order::Unverified));
}

#[test]
fn a_server_that_ignores_the_position_is_noticed() {
    let mut walk = Keyset::resumed(StatedOrder::NewestFirst, KeysetState::default(), 2);
    let mut met = Vec::new();
    while let Some(step) = walk.issue() {
        let (mut page, tally) = page(&[5, 4], &mut met, Next::More);
        walk.look_at(page.records.mapped());
        walk.accept(&step, &page, tally).unwrap();
        assert!(met.len() < 9);
    }
    assert!(
        walk.evidence()
            .missing
            .unwrap()
            .contains("page 2 had nothing")
    );
}

#[test]
fn an_empty_page_that_was_promised_more_is_asked_for_again() {
    let mut walk = Keyset::resumed(StatedOrder::NewestFirst, KeysetState::default(), 2);
    let mut met = Vec::new();
    for (ids, next, again) in [
        (&[5, 4][..], Next::More, false),
        (&[], Next::End, false),
        (&[3], Next::End, true),
    ] {
        let step = walk.issue().unwrap();
        assert_eq!(step.again, again);
        let (mut page, tally) = page(ids, &mut met, next);
        walk.look_at(page.records.mapped());
        walk.accept(&step, &page, tally).unwrap();
    }
    assert!(walk.issue().is_none());
    assert_eq!(met, [5, 4, 3]);
}

/// Reads pages by a function from the position, "" at first, to the page's tenants and what follows. Returns the positions that
/// were requested, what was met, and the evidence.
fn read_pages(
    mut server: impl FnMut(&str) -> (Vec<u64>, Next),
) -> (Vec<String>, Vec<u64>, Evidence) {
    let mut walk = Keyset::resumed(StatedOrder::NewestFirst, KeysetState::default(), 2);
    let (mut asked, mut met) = (Vec::new(), Vec::new());
    while let Some(step) = walk.issue() {
        let Position::After(after) = &step.position else {
            panic!("{step:?}");
        };
        let after = after.clone().unwrap_or_default();
        let (ids, next) = server(&after);
        asked.push(after);
        assert!(asked.len() < 500, "{asked:?}");
        let (mut page, tally) = page(&ids, &mut met, next);
        walk.look_at(page.records.mapped());
        walk.accept(&step, &page, tally).unwrap();
    }
    met.sort_unstable();
    met.dedup();
    (asked, met, walk.evidence())
}

/// The page of two after a record of the list 5 to 1, and whether more follow.
fn honest(after: &str) -> (Vec<u64>, bool) {
    let from = after.parse().unwrap_or(6);
    let ids: Vec<u64> = (1..from).rev().take(2).collect();
    let has_more = ids.last().is_some_and(|last| *last > 1);
    (ids, has_more)
}

fn named(ids: &[u64], has_more: bool) -> Next {
    match ids.last() {
        Some(last) if has_more => Next::Link(last.to_string()),
        _ => Next::End,
    }
}

fn certainty(evidence: &Evidence) -> Certainty {
    super::super::verdict::verdict(evidence).certainty
}

#[test]
fn a_page_that_comes_empty_once_costs_a_request_and_nothing_else() {
    for emptied in ["", "4", "2"] {
        let mut has_failed = false;
        let (_, met, evidence) = read_pages(|after| {
            let (ids, has_more) = honest(after);
            let next = named(&ids, has_more);
            match after == emptied && !std::mem::replace(&mut has_failed, true) {
                true => (Vec::new(), next),
                false => (ids, next),
            }
        });
        assert_eq!(met, [1, 2, 3, 4, 5], "{emptied}");
        assert_eq!(certainty(&evidence), Certainty::Proved);
    }
}

#[test]
fn a_page_that_stays_empty_is_followed_and_leaves_the_list_in_doubt() {
    for emptied in ["", "4"] {
        let (_, met, evidence) = read_pages(|after| {
            let (ids, has_more) = honest(after);
            let next = named(&ids, has_more);
            match after == emptied {
                true => (Vec::new(), next),
                false => (ids, next),
            }
        });
        let expected = if emptied.is_empty() {
            vec![1, 2, 3]
        } else {
            vec![1, 4, 5]
        };
        assert_eq!((met, certainty(&evidence)), (expected, Certainty::Unproved));
    }
}

#[test]
fn a_record_that_a_page_names_and_does_not_have_comes_after_its_last_one() {
    let (asked, met, evidence) = read_pages(|after| {
        let (mut ids, has_more) = honest(after);
        let next = named(&ids, has_more);
        if after.is_empty() {
            ids.pop();
        }
        (ids, next)
    });
    assert_eq!((asked[1].as_str(), met), ("5", vec![1, 2, 3, 4, 5]));
    assert_eq!(certainty(&evidence), Certainty::Proved);
}

/// `t4` leads to what follows 4, and 4 to nothing, or to the beginning.
#[test]
fn a_name_that_is_no_identity_is_followed_and_proves_nothing() {
    for ignores in [false, true] {
        let (_, met, evidence) = read_pages(|after| {
            let (ids, has_more) = match after.strip_prefix('t') {
                Some(id) => honest(id),
                None if after.is_empty() || ignores => honest(""),
                None => (Vec::new(), false),
            };
            match named(&ids, has_more) {
                Next::Link(id) => (ids, Next::Link(format!("t{id}"))),
                next => (ids, next),
            }
        });
        assert_eq!(met, [1, 2, 3, 4, 5]);
        assert_eq!(certainty(&evidence), Certainty::Assumed, "{evidence:?}");
    }
}

#[test]
fn a_page_may_begin_with_the_record_that_it_is_requested_after() {
    for has_marker in [false, true] {
        let (asked, met, evidence) = read_pages(|after| {
            let from = after.parse().unwrap_or(5);
            let ids: Vec<u64> = (1..=from).rev().take(2).collect();
            let next = match has_marker {
                true => marked(*ids.last().unwrap() > 1),
                false => Next::Unsaid,
            };
            (ids, next)
        });
        let end = if has_marker { None } else { Some("1") };
        let expected = ["", "4", "3", "2"].into_iter().chain(end);
        assert!(asked.iter().map(String::as_str).eq(expected), "{asked:?}");
        assert_eq!((met, evidence.moved), (vec![1, 2, 3, 4, 5], false));
        let expected = match has_marker {
            true => Certainty::Proved,
            false => Certainty::Assumed,
        };
        assert_eq!(certainty(&evidence), expected);
    }
}

#[test]
fn more_records_that_are_gone_when_they_are_requested_are_not_missing() {
    // The last page is full, and a page after it is promised.
    let (_, met, evidence) = read_pages(|after| {
        let (ids, _) = honest(after);
        let ids: Vec<u64> = ids.into_iter().filter(|id| *id > 1).collect();
        let next = named(&ids, ids.len() == 2);
        (ids, next)
    });
    assert_eq!(met, [2, 3, 4, 5]);
    assert_eq!(certainty(&evidence), Certainty::Proved, "{evidence:?}");
}

/// A server that does not look ahead: every page with records names its last one.
#[test]
fn an_empty_page_with_an_end_marker_is_the_end_if_the_page_before_leads_only_to_it() {
    for (there, expected) in [
        (1, &["", "1", "1", ""][..]),
        (2, &["", "1", "1", "2"]),
        (5, &["", "4", "2", "1", "1", "2"]),
    ] {
        let (asked, met, evidence) = read_pages(|after| {
            let from = after.parse().unwrap_or(there + 1);
            let ids: Vec<u64> = (1..from).rev().take(2).collect();
            let next = named(&ids, true);
            (ids, next)
        });
        assert_eq!(asked, expected);
        assert!(met.into_iter().eq(1..=there));
        assert_eq!(certainty(&evidence), Certainty::Assumed, "{evidence:?}");
    }
}

#[test]
fn pages_of_records_like_those_before_them_come_to_an_end() {
    let mut walk = Keyset::resumed(StatedOrder::NewestFirst, KeysetState::default(), 2);
    let mut met = Vec::new();
    let mut requests = 0_u64;
    while let Some(step) = walk.issue() {
        let (mut page, mut tally) = page(&[5, 4], &mut met, Next::More);
        let raw = serde_json::value::to_raw_value("?").unwrap();
        let unreadable =
            crate::QuarantinedRecord::new("", "is a text", &crate::Raw::redacted(&raw, &[], &[]));
        page.records.mapped().push(Err(unreadable.into()));
        // Each of them may be another record.
        tally.distinct += 1;
        tally.new_to_walk += 1;
        tally.repeated_unreadable += u64::from(requests > 0);
        requests += 1;
        assert!(requests < 20);
        walk.look_at(page.records.mapped());
        walk.accept(&step, &page, tally).unwrap();
    }
    assert!(walk.evidence().missing.is_some());
}
