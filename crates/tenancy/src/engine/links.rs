//! A list whose pages are chained by links: an opaque cursor in each page leads to the next.
//!
//! Only the provider knows what a cursor stands for. If it names the last record read, nothing slips past. If it is an offset in
//! disguise (one provider's sample decodes to `{"offset":25}`), a deletion above it moves a tenant out of reach without a
//! trace, and a creation above it repeats one. So a list in one page is certain, and a longer one as certain as the provider's
//! cursors. A tenant that comes twice shows that the list moved.
//!
//! A full page without an end marker may be the last one or a truncated list. The list is read again by smaller pages: if its last
//! page is not full then, the list was whole.

use std::collections::HashSet;

use super::evidence::{Earlier, End, Evidence, Order, Total};
use super::seen::fingerprint;
use super::state::{Link, LinksState, WalkState};
use super::step::{Flow, Step, Tally};
use super::walk::Walk;
use crate::error::ErrorKind;
use crate::provider::Next;
use crate::{Error, Page, Position};

/// How many pages in a row may bring nothing new before the list counts as endless.
const MOST_BARREN_PAGES: u32 = 100;

/// A walk along a provider's cursors.
#[derive(Debug)]
pub(super) struct Links {
    size: u32,
    next: Link,
    /// Whether a page is in flight.
    waiting: bool,
    /// The fingerprints of the cursors that were followed.
    followed: HashSet<u128>,
    pages: u64,
    barren: u32,
    repeats: bool,
    missing: Option<String>,
    unclear: bool,
    end: End,
}

impl Links {
    pub(super) fn new(size: u32) -> Self {
        Self {
            size,
            next: Link::Head,
            waiting: false,
            followed: HashSet::new(),
            pages: 0,
            barren: 0,
            repeats: false,
            missing: None,
            unclear: false,
            end: End::NotObserved,
        }
    }

    /// A walk that continues where another one was.
    pub(super) fn resumed(state: LinksState, size: u32) -> Self {
        let LinksState {
            next,
            pages,
            repeats,
            missing,
            end,
        } = state;
        Self {
            next,
            pages,
            repeats,
            missing,
            end,
            ..Self::new(size)
        }
    }

    /// Follows a cursor, unless it leads nowhere.
    fn follow(&mut self, cursor: &str) -> Result<Link, Error> {
        let error = |why: String| Err(Error::new(ErrorKind::NoProgress, why));
        if !self.followed.insert(fingerprint(cursor)) {
            return error(format!(
                "the cursor of page {} was there before: the provider's list runs in a circle",
                self.pages
            ));
        }
        // An empty page with a cursor is not the end: a filter may leave a page empty.
        if self.barren >= MOST_BARREN_PAGES {
            return error(format!(
                "{MOST_BARREN_PAGES} pages in a row had nothing new, and there is always a next one"
            ));
        }
        Ok(Link::After(cursor.to_owned()))
    }

    /// The page leads to no other one.
    fn end(&mut self, page: &Page, end: End) -> Link {
        self.end = end;
        if self.missing.is_none() {
            self.missing.clone_from(&page.more);
        }
        Link::End
    }
}

impl Walk for Links {
    fn issue(&mut self) -> Option<Step> {
        let cursor = match &self.next {
            _ if self.waiting => return None,
            Link::Head => None,
            Link::After(cursor) => Some(cursor.clone()),
            Link::End => return None,
        };
        self.waiting = true;
        Some(Step {
            position: Position::Cursor(cursor),
            size: self.size,
            again: false,
            beyond: false,
        })
    }

    fn accept(&mut self, _: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        self.waiting = false;
        self.pages += 1;
        self.unclear |= page.unclear;
        self.repeats |= records.new_to_walk < records.distinct;
        self.barren = match records.new_to_walk - records.repeated_unreadable {
            0 => self.barren + 1,
            _ => 0,
        };
        if self.missing.is_none() {
            self.missing.clone_from(&page.partial);
        }
        self.next = match &page.next {
            Next::End => self.end(page, End::Observed),
            Next::Unsaid if records.distinct >= u64::from(self.size) => {
                self.end(page, End::NotObserved)
            }
            Next::Unsaid => self.end(page, End::Implied),
            Next::Unreadable(reason) => {
                return Err(Error::new(
                    ErrorKind::NoProgress,
                    format!(
                        "the link after page {} cannot be read: {reason}",
                        self.pages
                    ),
                ));
            }
            Next::Cursor(cursor) => self.follow(cursor)?,
        };
        Ok(Flow::Continue)
    }

    fn total(&self) -> Option<u64> {
        None
    }

    fn evidence(&self) -> Evidence {
        Evidence {
            end: self.end,
            total: match self.unclear {
                true => Total::Unreadable,
                false => Total::Absent,
            },
            order: match self.pages {
                0 | 1 => Order::OneAnswer,
                _ => Order::Links,
            },
            moved: self.repeats,
            missing: self.missing.clone(),
            earlier: Earlier::None,
        }
    }

    fn state(&self) -> WalkState {
        WalkState::Links(LinksState {
            next: self.next.clone(),
            pages: self.pages,
            repeats: self.repeats,
            missing: self.missing.clone(),
            end: self.end,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::Keys;
    use super::*;

    fn page(next: &str) -> Page {
        let mut page = Page::new(Vec::new());
        page.next = Next::Cursor(next.to_owned());
        page
    }

    /// The cursor of the page that is asked for next; nothing where none is.
    fn asked(walk: &mut Links) -> Option<Option<String>> {
        walk.issue().map(|step| match step.position {
            Position::Cursor(cursor) => cursor,
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
                accept(walk, &page("a"), NEW)
            });
            let error = pages.by_ref().take(2).find_map(Result::err).unwrap();
            assert_eq!(error.kind(), ErrorKind::NoProgress);
        }
    }

    fn accept(walk: &mut Links, page: &Page, records: Tally) -> Result<Flow, Error> {
        let step = Step {
            position: Position::Cursor(None),
            size: 1,
            again: false,
            beyond: false,
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
        distinct: 1,
        new_to_walk: 1,
        repeated_unreadable: 0,
        new: 1,
        first: None,
        keys: Keys::NONE,
    };
    const FULL: Tally = Tally {
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
        let mut end = Page::new(Vec::new());
        assert_eq!(walked(&[(&end, FULL)]).evidence().end, End::Observed);
        end.more = Some("`hasMore` is true".to_owned());
        assert!(walked(&[(&end, NEW)]).evidence().missing.is_some());
    }

    #[test]
    fn a_tenant_that_comes_twice_is_remembered_also_after_a_resumption() {
        let end = Page::new(Vec::new());
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
}
