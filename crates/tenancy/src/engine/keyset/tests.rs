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
        keys.push(Some(crate::Moment::Instant(second)));
        new += u64::from(!met.contains(id));
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
        let (page, tally) = page(&list[from..to], &mut met, mark(to < list.len()));
        walk.look_at(&page.records);
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
        let (page, tally) = page(&[5, 4], &mut met, Next::More);
        walk.look_at(&page.records);
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
        let (page, tally) = page(ids, &mut met, next);
        walk.look_at(&page.records);
        walk.accept(&step, &page, tally).unwrap();
    }
    assert!(walk.issue().is_none());
    assert_eq!(met, [5, 4, 3]);
}
