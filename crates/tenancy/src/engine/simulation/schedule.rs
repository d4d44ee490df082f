//! All that a seed decides: the server, its list, and what goes wrong.

use fastrand::Rng;

use crate::Status;

/// How a model server cuts its list into pages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Model {
    Numbered,
    /// A cursor that names the last record sent.
    KeyCursor,
    /// A cursor that is an offset.
    OffsetCursor,
    OneBody,
}

/// What may go wrong at a model server.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Faults {
    /// In so many of a hundred answers: an error.
    pub(super) errors: u8,
    /// …: a total that is wrong for once.
    pub(super) flickers: u8,
    /// …: a record twice in its page.
    pub(super) doubles: u8,
    /// …: a record that cannot be read.
    pub(super) unreadable: u8,
    /// …: an empty page with a cursor to what follows.
    pub(super) empty_pages: u8,
    /// The page size that the server does not go beyond, and whether it says so.
    pub(super) clamp: Option<(usize, bool)>,
}

/// One schedule.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub(super) seed: u64,
    pub(super) model: Model,
    pub(super) tenants: usize,
    pub(super) page_size: u32,
    pub(super) concurrency: u32,
    pub(super) filter: Option<Status>,
    /// In so many of a hundred answers the list changes before.
    pub(super) churn: u8,
    pub(super) creates: bool,
    pub(super) deletes: bool,
    pub(super) faults: Faults,
    /// Whether lists by cursor are verified.
    pub(super) verify: bool,
    /// How often the listing is interrupted and resumed.
    pub(super) interruptions: u32,
    /// How often the list may change.
    pub(super) most_changes: u32,
    pub(super) lies: Lies,
}

/// How a model server differs from its document.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lies {
    pub(super) order: Sorted,
    /// Whether records have no creation time.
    pub(super) no_keys: bool,
    pub(super) total: Said,
    /// In so many of a hundred answers: an empty page and a total of 0.
    pub(super) collapses: u8,
    /// …: fewer records than there are, beside an error.
    pub(super) partial: u8,
    /// …: no cursor, and another field that leads on.
    pub(super) renamed: u8,
    /// …: no cursor, and nothing else.
    pub(super) cut_off: u8,
}

/// The order of a model server's list.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Sorted {
    #[default]
    NewestFirst,
    OldestFirst,
    Arbitrary,
}

/// The total that a model server states.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Said {
    #[default]
    Honest,
    OfPage,
    Capped,
    Unreadable,
    Absent,
    Wobbling,
}

impl Schedule {
    pub(super) fn is_lying(&self) -> bool {
        let Lies {
            order,
            no_keys,
            total,
            collapses,
            partial,
            renamed,
            cut_off,
        } = self.lies;
        let rates = collapses + partial + renamed + cut_off;
        order != Sorted::NewestFirst || no_keys || total != Said::Honest || rates > 0
    }
}

/// A schedule whose list is numbered and honest: what is promised for it is promised without a way out.
pub(super) fn honest(seed: u64) -> Schedule {
    let mut rng = Rng::with_seed(seed ^ 0x5eed);
    Schedule {
        seed,
        model: Model::Numbered,
        tenants: rng.usize(..80),
        page_size: rng.u32(1..13),
        concurrency: [1, 1, 2, 3, 8][rng.usize(..5)],
        filter: [None, None, Some(Status::Active)][rng.usize(..3)].clone(),
        churn: [0, 5, 20, 60][rng.usize(..4)],
        creates: rng.u8(..4) > 0,
        deletes: rng.u8(..4) > 0,
        faults: Faults::default(),
        verify: rng.bool(),
        interruptions: [0, 0, 1, 3][rng.usize(..4)],
        most_changes: u32::MAX,
        lies: Lies::default(),
    }
}

/// A schedule of any style in which things go wrong.
pub(super) fn hostile(seed: u64) -> Schedule {
    let mut rng = Rng::with_seed(seed ^ 0xbad);
    let model = [
        Model::Numbered,
        Model::KeyCursor,
        Model::OffsetCursor,
        Model::OneBody,
    ][rng.usize(..4)];
    let mut some = |most: u8| if rng.bool() { rng.u8(..most) } else { 0 };
    let faults = Faults {
        errors: some(4),
        flickers: some(15),
        doubles: some(10),
        unreadable: some(3),
        empty_pages: some(30),
        clamp: None,
    };
    let clamp = rng.bool().then(|| (rng.usize(1..8), rng.bool()));
    // A deletion above an offset leaves no trace: nobody could promise anything.
    // Nor if a total lies in the very answer in which it should have dropped.
    let deletes = model != Model::OffsetCursor && faults.flickers == 0 && rng.bool();
    Schedule {
        model,
        deletes,
        faults: Faults { clamp, ..faults },
        ..honest(seed)
    }
}

/// A schedule of a server that differs from its document, and whose list changes once at most.
pub(super) fn lying(seed: u64) -> Schedule {
    let mut rng = Rng::with_seed(seed ^ 0x11e5);
    let mut some = |most: u8| if rng.u8(..4) == 0 { rng.u8(..most) } else { 0 };
    let (collapses, partial, renamed, cut_off) = (some(10), some(20), some(20), some(20));
    let orders = [Sorted::NewestFirst, Sorted::OldestFirst, Sorted::Arbitrary];
    let totals = [
        Said::Honest,
        Said::Honest,
        Said::OfPage,
        Said::Capped,
        Said::Unreadable,
        Said::Absent,
        Said::Wobbling,
    ];
    let models = [
        Model::Numbered,
        Model::Numbered,
        Model::Numbered,
        Model::KeyCursor,
        Model::OneBody,
    ];
    let model = models[rng.usize(..models.len())];
    let order = match model {
        // Its cursors name a record by its place in the documented order.
        Model::KeyCursor => Sorted::NewestFirst,
        _ => orders[rng.usize(..3)],
    };
    Schedule {
        model,
        most_changes: rng.u32(..2),
        lies: Lies {
            order,
            no_keys: rng.bool(),
            total: totals[rng.usize(..totals.len())],
            // Two lies at the same place of two reads would agree.
            collapses: match (model, partial) {
                (Model::Numbered, 0) => collapses,
                _ => 0,
            },
            partial,
            renamed,
            cut_off,
        },
        ..honest(seed)
    }
}
