//! Engines with one rule missing, each of which the simulation must catch.

use super::super::evidence::{Earlier, End, Evidence, Order, Total};
use super::super::ranks::Ranks;
use super::super::route::{self, Route};
use super::super::step::{Flow, Step, Tally};
use super::super::verdict::{Judge, verdict};
use super::super::walk::Walk;
use super::super::walk_state::WalkState;
use super::narrow::{
    capped, collapsing, cut_short, lagging, misrouted, oldest_first, opaque, shifted_links,
    shuffled, unmarked, unordered, unstable, updated,
};
use super::run::{ENGINE, Engine, run_with};
use super::seeds::{Seeds, lying, numbered};
use crate::{Error, Page, Position, RankBy, StatedOrder};

/// A walk over ranks with one of its rules broken.
#[derive(Debug)]
struct Wrong {
    walk: Ranks,
    concurrency: u32,
    broken: Broken,
    first_page: Option<Tally>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Broken {
    /// It does not go back when the total falls.
    ForgetsDrops,
    /// It takes a parallel epoch for granted: it does not look at page 1 again.
    SkipsSecondLook,
}

const NEWEST_FIRST: (RankBy, StatedOrder) = (RankBy::Number { first: 1 }, StatedOrder::NewestFirst);

fn wrong(route: Route, broken: Broken) -> Box<dyn Walk> {
    Box::new(Wrong {
        concurrency: route.concurrency,
        walk: route::ranks(route),
        broken,
        first_page: None,
    })
}

impl Wrong {
    fn covered(&self) -> u64 {
        match self.walk.state() {
            WalkState::Ranks(state) => state.covered,
            other => panic!("{other:?}"),
        }
    }
}

impl Walk for Wrong {
    fn issue(&mut self) -> Option<Step> {
        let step = self.walk.issue()?;
        match self.first_page {
            Some(records)
                if self.broken == Broken::SkipsSecondLook
                    && step.position == Position::Number(1) =>
            {
                let mut page = Page::new(Vec::new());
                page.total = self.walk.total();
                let known = Tally {
                    new_to_walk: 0,
                    new: 0,
                    ..records
                };
                self.walk.accept(&step, &page, known).ok()?;
                self.issue()
            }
            _ => Some(step),
        }
    }

    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        if step.position == Position::Number(1) {
            self.first_page = Some(records);
        }
        let before = self.covered();
        let flow = self.walk.accept(step, page, records)?;
        if self.broken == Broken::ForgetsDrops && self.covered() < before {
            let WalkState::Ranks(mut state) = self.walk.state() else {
                panic!("{self:?}");
            };
            state.covered = before;
            self.walk = Ranks::resumed(NEWEST_FIRST, state, step.size, self.concurrency);
            return Ok(Flow::Discard);
        }
        Ok(flow)
    }

    fn total(&self) -> Option<u64> {
        self.walk.total()
    }

    fn evidence(&self) -> Evidence {
        self.walk.evidence()
    }

    fn state(&self) -> WalkState {
        self.walk.state()
    }
}

/// How many schedules may pass before one catches an engine.
const MOST_SEEDS: u64 = 1000;

/// The first seed whose schedule catches an engine.
fn catch(seeds: Seeds, engine: Engine) -> Option<String> {
    (0..MOST_SEEDS).find_map(|seed| {
        let schedule = seeds(seed);
        let broken = run_with(&schedule, engine).err()?;
        let whole = run_with(&schedule, ENGINE);
        assert!(whole.is_ok(), "seed {seed}: {whole:?}");
        let loss = broken.ends_with("was there throughout and did not come");
        assert!(loss, "seed {seed}: {broken}");
        Some(format!("seed {seed}: {broken}"))
    })
}

/// The simulation can fail: a walk without one of its rules is caught.
#[test]
fn simulation_catches_each_wrong_walk() {
    let forgets: Engine = Engine {
        new_walk: |route| wrong(route, Broken::ForgetsDrops),
        ..ENGINE
    };
    let skips = Engine {
        new_walk: |route| wrong(route, Broken::SkipsSecondLook),
        ..ENGINE
    };
    for (rule, engine) in [("going back", forgets), ("the second look", skips)] {
        let caught = catch(numbered, engine);
        println!("without {rule}: {}", caught.expect(rule));
    }
}

/// The verdict without one of its rules: the evidence that the rule heeds is replaced.
const RULES: &[(&str, Seeds, Judge)] = &[
    ("records_missing", lying, |evidence| {
        let missing = None;
        without(evidence, |of| Evidence { missing, ..of })
    }),
    ("fewer_than_before", lying, |evidence| {
        let earlier = match evidence.earlier {
            Earlier::Fewer { .. } => Earlier::Same,
            earlier => earlier,
        };
        without(evidence, |of| Evidence { earlier, ..of })
    }),
    ("end_not_observed", lying, |evidence| {
        let end = End::Observed;
        without(evidence, |of| Evidence { end, ..of })
    }),
    ("end_implied", unmarked, |evidence| {
        let end = match evidence.end {
            End::Implied => End::Observed,
            end => end,
        };
        without(evidence, |of| Evidence { end, ..of })
    }),
    ("fewer_than_total", cut_short, |evidence| {
        let total = match &evidence.total {
            Total::Exceeds { .. } => Total::Agrees,
            total => total.clone(),
        };
        without(evidence, |of| Evidence { total, ..of })
    }),
    ("total_contradicted", capped, |evidence| {
        let total = match &evidence.total {
            Total::Contradicted(_) => Total::Agrees,
            total => total.clone(),
        };
        without(evidence, |of| Evidence { total, ..of })
    }),
    ("no_total", lying, |evidence| {
        let total = match &evidence.total {
            Total::Absent | Total::Unreadable => Total::Agrees,
            total => total.clone(),
        };
        without(evidence, |of| Evidence { total, ..of })
    }),
    ("place_contradicted", misrouted, |evidence| {
        let misplaced = None;
        without(evidence, |of| Evidence { misplaced, ..of })
    }),
    ("ambiguous", opaque, |evidence| {
        let ambiguous = None;
        without(evidence, |of| Evidence { ambiguous, ..of })
    }),
    ("list_empty", collapsing, |evidence| {
        let is_empty = false;
        without(evidence, |of| Evidence { is_empty, ..of })
    }),
    ("list_moved", unstable, |evidence| {
        let moved = evidence.moved && evidence.order == Order::NewestFirst;
        without(evidence, |of| Evidence { moved, ..of })
    }),
    ("total_fell", lagging, |evidence| {
        let moved = evidence.moved && evidence.order != Order::NewestFirst;
        without(evidence, |of| Evidence { moved, ..of })
    }),
    ("order_unverified", shuffled, |evidence| {
        let order = match evidence.order {
            Order::Unverified => Order::NewestFirst,
            order => order,
        };
        without(evidence, |of| Evidence { order, ..of })
    }),
    ("links", shifted_links, |evidence| {
        let order = match evidence.order {
            Order::Links => Order::NewestFirst,
            order => order,
        };
        without(evidence, |of| Evidence { order, ..of })
    }),
    ("order_unstated", unordered, |evidence| {
        let order = match evidence.order {
            Order::Unstated => Order::NewestFirst,
            order => order,
        };
        without(evidence, |of| Evidence { order, ..of })
    }),
    ("oldest_first", oldest_first, |evidence| {
        let order = match evidence.order {
            Order::OldestFirst => Order::NewestFirst,
            order => order,
        };
        without(evidence, |of| Evidence { order, ..of })
    }),
    ("keyset_and_order", updated, |evidence| {
        let order = match evidence.order {
            Order::Unverified => Order::Keyset,
            order => order,
        };
        without(evidence, |of| Evidence { order, ..of })
    }),
    ("two_walks", shuffled, |evidence| {
        let earlier = Earlier::Same;
        without(evidence, |of| Evidence { earlier, ..of })
    }),
];

fn without(
    evidence: &Evidence,
    change: impl FnOnce(Evidence) -> Evidence,
) -> super::super::verdict::Verdict {
    verdict(&change(evidence.clone()))
}

/// The simulation can fail: a verdict without one of its rules is caught.
#[test]
fn simulation_catches_each_missing_rule_of_the_verdict() {
    let mut missed = Vec::new();
    for (rule, seeds, judge) in RULES {
        let engine = Engine {
            judge: *judge,
            ..ENGINE
        };
        match catch(*seeds, engine) {
            Some(caught) => println!("without {rule}: {caught}"),
            None => missed.push(rule),
        }
    }
    assert!(missed.is_empty(), "not caught without {missed:?}");
}
