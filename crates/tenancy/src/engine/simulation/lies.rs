//! How a model server's page departs from the one that it should be.

use super::schedule::{Lies, Schedule};
use super::state::{Cut, State};
use crate::{Next, Page, PageRequest, Position};

/// Changes a page as the schedule's lies say.
pub(super) fn lie(
    state: &mut State,
    page: &mut Page,
    cut: &Cut,
    request: &PageRequest,
    schedule: &Schedule,
) {
    let lies = schedule.lies;
    let is_last = cut.end >= cut.length;
    lie_once(state, page, cut, &lies);
    if is_last && state.chance(lies.partial) {
        halve(page);
        page.total = None;
        page.partial = Some("`errors` is set".to_owned());
    }
    let continues = matches!(page.next, Next::Link(_) | Next::Address(_) | Next::More);
    if !continues {
        return;
    }
    if state.chance(lies.renamed) {
        page.next = Next::End;
        page.more = Some("`nextPage` is set".to_owned());
    } else if state.chance(lies.cut_off) && is_full(page, request) {
        page.next = Next::Unsaid;
    } else if !state.has_lied && state.chance(lies.unmarked) {
        halve(page);
        page.next = Next::Unsaid;
        state.has_lied = true;
    } else if state.chance(lies.unreadable_link) {
        page.next = Next::Unreadable("a number".to_owned());
    } else if let Position::Link(Some(link)) = &request.position
        && state.chance(lies.repeated_link)
    {
        page.next = Next::Link(link.clone());
    }
}

/// What leaves no trace on a page is told once: two reads with the same lie at the same place would agree.
fn lie_once(state: &mut State, page: &mut Page, cut: &Cut, lies: &Lies) {
    if state.has_lied {
        return;
    }
    let is_last = cut.end >= cut.length;
    let has_total = page.total.is_some();
    let half = page.records.len().div_ceil(2);
    // A page that is not full, and ends where its total says, is the last one for all that can be seen.
    let ends_list = page.total == Some((cut.start + half) as u64);
    if state.chance(lies.collapses) {
        page.records.mapped().clear();
        page.total = has_total.then_some(0);
        page.next = match page.next {
            Next::Unsaid => Next::Unsaid,
            _ => Next::End,
        };
    } else if state.chance(lies.short) && !is_last && !ends_list {
        page.records.mapped().truncate(half);
    } else if state.chance(lies.emptied) && !is_last {
        page.records.mapped().clear();
    } else if state.chance(lies.ends_early) && !is_last && cut.start > 0 {
        page.next = Next::End;
    } else {
        return;
    }
    page.place = Default::default();
    state.has_lied = true;
}

fn halve(page: &mut Page) {
    let records = page.records.mapped();
    records.truncate(records.len() / 2);
}

/// A page that is not full, and names no other one, is the last one for all that can be seen.
fn is_full(page: &Page, request: &PageRequest) -> bool {
    page.records.len() >= request.size as usize
}
