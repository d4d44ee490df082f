//! Engines with one rule missing, each of which the simulation must catch.

use super::super::evidence::{End, Evidence, Order, Total};
use super::super::ranks::Ranks;
use super::super::route::{self, Route, WalkMaker};
use super::super::step::{Flow, Step, Tally};
use super::super::verdict::{Judge, verdict};
use super::super::walk::Walk;
use super::super::walk_state::WalkState;
use super::run::{ENGINE, Engine, run_with};
use super::schedule::{Schedule, honest, lying};
use crate::{Error, Page, Position, RankBy, StatedOrder};

/// A walk over ranks with one of its rules broken.
#[derive(Debug)]
struct Wrong {
    walk: Ranks,
    concurrency: u32,
    broken: Broken,
    first_page: Option<(Option<u64>, Tally)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Broken {
    /// It does not go back when the total drops.
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
            Some((_, records))
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
            self.first_page = Some((page.total, records));
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

fn assert_caught(schedules: u64, schedule: fn(u64) -> Schedule, engine: Engine) {
    let caught = (0..schedules).find_map(|seed| run_with(&schedule(seed), engine).err());
    let broken = caught.expect("the wrong engine was not caught");
    assert!(
        broken.ends_with("was there throughout and did not come"),
        "{broken}"
    );
}

fn assert_walk_caught(schedules: u64, new_walk: WalkMaker) {
    assert_caught(schedules, honest, Engine { new_walk, ..ENGINE });
}

/// The simulation can fail: a walk that does not go back when the total drops is caught.
#[test]
fn simulation_catches_a_walk_that_does_not_read_again() {
    assert_walk_caught(2_000, |route| wrong(route, Broken::ForgetsDrops));
}

/// The simulation can fail: a walk that reads pages in parallel without a second look at page 1 is caught.
#[test]
fn simulation_catches_a_walk_that_does_not_look_twice() {
    assert_walk_caught(20_000, |route| wrong(route, Broken::SkipsSecondLook));
}

fn assert_judge_caught(judge: Judge) {
    assert_caught(20_000, lying, Engine { judge, ..ENGINE });
}

/// The simulation can fail: a verdict without one of its rules is caught.
#[test]
fn simulation_catches_a_verdict_that_ignores_what_is_missing() {
    assert_judge_caught(|evidence| {
        let missing = None;
        verdict(&Evidence {
            missing,
            ..evidence.clone()
        })
    });
}

#[test]
fn simulation_catches_a_verdict_that_takes_every_end_for_observed() {
    assert_judge_caught(|evidence| {
        let end = End::Observed;
        verdict(&Evidence {
            end,
            ..evidence.clone()
        })
    });
}

#[test]
fn simulation_catches_a_verdict_that_believes_every_total() {
    assert_judge_caught(|evidence| {
        let total = Total::Agrees;
        verdict(&Evidence {
            total,
            ..evidence.clone()
        })
    });
}

#[test]
fn simulation_catches_a_verdict_that_takes_every_order_for_newest_first() {
    assert_judge_caught(|evidence| {
        let order = Order::NewestFirst;
        verdict(&Evidence {
            order,
            ..evidence.clone()
        })
    });
}
