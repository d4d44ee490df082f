//! A list whose pages are chained by opaque cursors.
//!
//! What a cursor stands for is the provider's secret. If it names the last record read, nothing slips past. If it is an
//! offset in disguise (one provider's sample decodes to `{"offset":25}`), a deletion above it moves a tenant out of
//! reach without a trace, and a creation above it repeats one. So a list in one page is certain, a longer one is as
//! certain as the provider's cursors; and a tenant that comes twice shows that the list moved: then it is read again,
//! until a walk finds nothing new.
//!
//! A full page without any word about a next one may be the last one or cut off. The list is read again by smaller pages: if
//! its last page is not full then, the list was whole.

use std::collections::HashSet;

use super::seen::fingerprint;
use super::state::{Link, LinksState, WalkState};
use super::step::{Conclusion, Doubt, Flow, Step, Tally};
use super::walk::Walk;
use crate::error::ErrorKind;
use crate::provider::Next;
use crate::{Certainty, Error, Page, Position};

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
    /// Why the last page may not be the last one, although it does not say that another follows it.
    cut_off: Option<&'static str>,
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
            cut_off: None,
        }
    }

    /// A walk that goes on where another one was.
    pub(super) fn resumed(state: LinksState, size: u32) -> Self {
        let LinksState {
            next,
            pages,
            repeats,
        } = state;
        Self {
            next,
            pages,
            repeats,
            ..Self::new(size)
        }
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
        })
    }

    fn accept(&mut self, _: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        self.waiting = false;
        self.pages += 1;
        self.repeats |= records.new_to_walk < records.distinct;
        self.barren = if records.new_to_walk == 0 {
            self.barren + 1
        } else {
            0
        };
        self.next = match &page.next {
            Next::End => Link::End,
            Next::Unsaid => {
                self.cut_off = cut_off(self.size, page, records);
                Link::End
            }
            // What the page lists is listed all the same.
            Next::Unreadable(reason) => {
                return Err(Error::new(
                    ErrorKind::NoProgress,
                    format!(
                        "after page {} the list cannot be read on: {reason}",
                        self.pages
                    ),
                ));
            }
            Next::Cursor(cursor) if !self.followed.insert(fingerprint(cursor)) => {
                return Err(Error::new(
                    ErrorKind::NoProgress,
                    format!(
                        "the cursor of page {} was there before: the provider's list runs in a circle",
                        self.pages
                    ),
                ));
            }
            // An empty page with a cursor is not the end: a filter may leave a page empty.
            Next::Cursor(_) if self.barren >= MOST_BARREN_PAGES => {
                return Err(Error::new(
                    ErrorKind::NoProgress,
                    format!(
                        "{MOST_BARREN_PAGES} pages in a row had nothing new, and there is always a next one"
                    ),
                ));
            }
            Next::Cursor(cursor) => Link::After(cursor.clone()),
        };
        Ok(Flow::Continue)
    }

    fn total(&self) -> Option<u64> {
        None
    }

    fn conclude(&self) -> Conclusion {
        let error = |why: &str| Error::new(ErrorKind::Inconsistent, why);
        let doubt = if let Some(why) = self.cut_off {
            Some(Doubt::Missing(error(why)))
        } else if self.repeats {
            let why = "tenants came twice: the list moved while it was read, and others may have been missed";
            Some(Doubt::Settleable(error(why)))
        } else {
            None
        };
        let certainty = if self.pages <= 1 {
            Certainty::Proved
        } else {
            Certainty::Assumed
        };
        Conclusion { certainty, doubt }
    }

    fn state(&self) -> WalkState {
        WalkState::Cursor(LinksState {
            next: self.next.clone(),
            pages: self.pages,
            repeats: self.repeats,
        })
    }
}

/// Why a page that does not say what follows it may not be the last one: it is full, or says it under a name that the
/// provider's document does not know.
fn cut_off(size: u32, page: &Page, records: Tally) -> Option<&'static str> {
    let is_onward = |field: &String| {
        let name = field.to_lowercase();
        name.contains("next") || name.contains("cursor")
    };
    if records.distinct >= u64::from(size) {
        Some("the last page was full and did not say whether there is another")
    } else if page.unknown_fields.iter().any(is_onward) {
        Some("the last page has no cursor, and a field that is not declared and may be one")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
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

    const NEW: Tally = Tally {
        distinct: 1,
        new_to_walk: 1,
        new: 1,
        first: None,
    };

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
        if let WalkState::Cursor(state) = walk.state() {
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

    fn unsaid(unknown_field: &str) -> Page {
        let mut page = Page::new(Vec::new());
        page.next = Next::Unsaid;
        page.unknown_fields.push(unknown_field.to_owned());
        page
    }

    const REPEATED: Tally = Tally {
        distinct: 1,
        new_to_walk: 0,
        new: 0,
        first: None,
    };
    const FULL: Tally = Tally {
        distinct: 2,
        new_to_walk: 2,
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
    fn a_last_page_may_be_cut_off_if_it_is_full_or_has_another_word_for_its_cursor() {
        for (field, records, may_be) in [
            ("/more", NEW, false),
            ("/more", FULL, true),
            ("/nextPage", NEW, true),
            ("/Cursor", NEW, true),
        ] {
            let mut walk = walked(&[(&unsaid(field), records)]);
            assert_eq!(walk.issue(), None);
            let doubt = walk.conclude().doubt;
            let is_missing = matches!(doubt, Some(Doubt::Missing(_)));
            assert_eq!(is_missing, may_be, "{field} {doubt:?}");
            assert_eq!(doubt.is_some(), may_be, "{field} {doubt:?}");
        }
        let end = Page::new(Vec::new());
        assert!(walked(&[(&end, FULL)]).conclude().doubt.is_none());
    }

    #[test]
    fn a_tenant_that_comes_twice_is_remembered_however_the_walk_goes_on() {
        let end = Page::new(Vec::new());
        for (records, is_odd) in [(NEW, false), (REPEATED, true)] {
            let before = walked(&[(&page("a"), records)]);
            let WalkState::Cursor(state) = before.state() else {
                panic!("{before:?}")
            };
            let mut resumed = Links::resumed(state, 2);
            resumed.issue().unwrap();
            accept(&mut resumed, &end, NEW).unwrap();
            for walk in [walked(&[(&page("a"), records), (&end, NEW)]), resumed] {
                let Conclusion { certainty, doubt } = walk.conclude();
                assert_eq!(certainty, Certainty::Assumed);
                assert_eq!(matches!(doubt, Some(Doubt::Settleable(_))), is_odd);
                assert_eq!(doubt.is_some(), is_odd);
            }
        }
        let one = walked(&[(&end, NEW)]).conclude();
        assert_eq!(one.certainty, Certainty::Proved);
    }
}
