//! A walk over a list: which page comes next, and what the pages so far prove.

use super::checkpoint::WalkState;
use super::cursor::Cursors;
use super::numbered::Numbered;
use super::one_body::OneBody;
use crate::{Certainty, Error, Page, PagingStyle, Position};

/// One walk over a list, from its first page to its end.
#[derive(Debug)]
pub(super) enum Walk {
    OneBody(OneBody),
    Numbered(Numbered),
    Cursors(Cursors),
}

/// Which page to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) position: Position,
    pub(super) size: u32,
    /// Whether the page is read again, so that what is on it may have come before.
    pub(super) again: bool,
}

/// What a page's records were, as far as a walk needs to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Records {
    /// How many different ones there were.
    pub(super) different: u64,
    /// How many of them this walk had not met before.
    pub(super) new_to_walk: u64,
    /// How many of them no walk had met before.
    pub(super) new: u64,
    /// The fingerprint of the first one.
    pub(super) first: Option<u128>,
}

/// What is to become of the pages that are under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// They are wanted.
    GoOn,
    /// They are of no use any more: the walk goes on elsewhere.
    Discard,
}

/// What a walk that came to its end found.
#[derive(Debug)]
pub(super) struct Conclusion {
    pub(super) certainty: Certainty,
    /// Why the walk may have missed something, so that another one is needed to be sure.
    pub(super) doubt: Option<Doubt>,
}

/// Why a walk may have missed something.
#[derive(Debug)]
pub(super) enum Doubt {
    /// The list moved, or said something odd: another walk that finds nothing new settles it.
    Settleable(Error),
    /// Something is missing by the provider's own word: only a walk that finds it settles that.
    Missing(Error),
}

impl Walk {
    /// A walk that asks for pages of this size, so many at once where the style allows it.
    pub(super) fn new(style: PagingStyle, page_size: u32, lanes: u32) -> Self {
        match style {
            PagingStyle::OneBody => Self::OneBody(OneBody::default()),
            PagingStyle::Numbered => Self::Numbered(Numbered::new(page_size, lanes)),
            PagingStyle::Cursor => Self::Cursors(Cursors::new(page_size)),
        }
    }

    /// A walk that goes on where another one was.
    pub(super) fn resumed(state: WalkState, page_size: u32, lanes: u32) -> Self {
        match state {
            WalkState::OneBody => Self::OneBody(OneBody::default()),
            WalkState::Numbered(state) => {
                Self::Numbered(Numbered::resumed(state, page_size, lanes))
            }
            WalkState::Cursor(state) => Self::Cursors(Cursors::resumed(state, page_size)),
        }
    }

    /// How far the walk has come.
    pub(super) fn state(&self) -> WalkState {
        match self {
            Self::OneBody(_) => WalkState::OneBody,
            Self::Numbered(walk) => WalkState::Numbered(walk.state()),
            Self::Cursors(walk) => WalkState::Cursor(walk.state()),
        }
    }

    /// The next page to ask for; nothing at the end of the list, or while the walk has to wait for an answer.
    pub(super) fn issue(&mut self) -> Option<Step> {
        match self {
            Self::OneBody(walk) => walk.issue(),
            Self::Numbered(walk) => walk.issue(),
            Self::Cursors(walk) => walk.issue(),
        }
    }

    /// Looks at what follows an answer whose records are still to be looked at: the page that it leads to can be asked for
    /// meanwhile.
    pub(super) fn foresee(&mut self, page: &Page) {
        if let Self::Cursors(walk) = self {
            walk.foresee(page);
        }
    }

    /// Whether nothing can be asked for before the records of the page that is there have been looked at.
    pub(super) fn needs_records(&self) -> bool {
        match self {
            Self::Numbered(walk) => walk.needs_records(),
            Self::OneBody(_) | Self::Cursors(_) => false,
        }
    }

    /// Takes note of an answer. Answers come in the order in which the pages were asked for.
    ///
    /// # Errors
    /// The list does not get on.
    pub(super) fn accept(
        &mut self,
        step: &Step,
        page: &Page,
        records: Records,
    ) -> Result<Flow, Error> {
        match (self, &step.position) {
            (Self::Numbered(walk), Position::Number(number)) => walk.accept(*number, page, records),
            (Self::Cursors(walk), _) => walk.accept(page, records),
            (Self::OneBody(walk), _) => Ok(walk.accept(page, records)),
            (Self::Numbered(_), _) => Ok(Flow::GoOn),
        }
    }

    /// How many tenants the provider says there are.
    pub(super) fn expected(&self) -> Option<u64> {
        match self {
            Self::OneBody(walk) => walk.expected(),
            Self::Numbered(walk) => walk.expected(),
            Self::Cursors(_) => None,
        }
    }

    /// What the walk found, once it is at its end.
    pub(super) fn conclude(&self) -> Conclusion {
        match self {
            Self::OneBody(walk) => walk.conclude(),
            Self::Numbered(walk) => walk.conclude(),
            Self::Cursors(walk) => walk.conclude(),
        }
    }
}
