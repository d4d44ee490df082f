//! Lists populations that change at random, with runs that end at random, and compares every state of the database with a
//! model. `TENANCY_SEED=<n>` replays a failure.

use std::collections::BTreeMap;

use fastrand::Rng;
use tenancy::{Certainty, ErrorKind, SourceReport, Tenant};

use super::databases::TestDatabase;
use super::{account, begin, complete, interrupted, minute, on_each_database, report, tenant};
use crate::staging::Start;
use crate::{Point, Store};

on_each_database!(the_database_has_what_the_model_has);

/// How many runs a history has, and how many histories there are.
const RUNS: i64 = 25;
/// Minutes from one run to the next: the fourth can confirm what the first withheld.
const INTERVAL: i64 = 20;
const HISTORIES: u64 = 12;

fn the_database_has_what_the_model_has(place: &TestDatabase) {
    let seeds = match std::env::var("TENANCY_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (0..HISTORIES).collect(),
    };
    for seed in seeds {
        println!("TENANCY_SEED={seed}");
        let mut store = place.open();
        for table in ["changes", "listings", "tenants", "staged", "unfinished"] {
            store
                .connection
                .batch(&format!("DELETE FROM {table}"))
                .unwrap();
        }
        drop(store);
        World::new(seed).run(place);
    }
}

/// What there is at the provider, and what the database should have.
struct World {
    rng: Rng,
    population: BTreeMap<String, String>,
    next: u32,
    /// What the database should have: each tenant's name.
    known: BTreeMap<String, String>,
    /// The tenants that too large a loss kept, and since when.
    withheld: BTreeMap<String, i64>,
    /// What should be staged, and the list that is being read with the position of its checkpoint.
    staged: BTreeMap<String, String>,
    list: Vec<String>,
    checkpoint: Option<usize>,
}

/// How a run ends.
enum Fate {
    /// The list ends, with this certainty.
    Ends(Certainty),
    /// The list ends, but one record could not be read.
    EndsWithout,
    /// It breaks off, by itself or because somebody stops it.
    BreaksOff(Option<ErrorKind>),
    /// The process is killed.
    Killed,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            population: BTreeMap::new(),
            next: 0,
            known: BTreeMap::new(),
            withheld: BTreeMap::new(),
            staged: BTreeMap::new(),
            list: Vec::new(),
            checkpoint: None,
        }
    }

    fn run(mut self, place: &TestDatabase) {
        let mut past = Vec::new();
        for at in (0..RUNS).map(|run| run * INTERVAL) {
            self.churn();
            let mut store = place.open();
            let (run, start) = begin(&mut store, at);
            if self.record(&mut store, run, start, at) {
                past.push((Point::Run(run.number), self.known.clone()));
                past.push((Point::Time(minute(at)), self.known.clone()));
            }
        }
        past.push((Point::Latest, self.known.clone()));
        for (point, known) in past {
            assert_eq!(names(place, point), known, "{point}");
        }
    }

    fn churn(&mut self) {
        for _ in 0..self.rng.u32(0..6) {
            let ids: Vec<_> = self.population.keys().cloned().collect();
            match self.rng.choice(&ids).filter(|_| self.rng.clone().bool()) {
                Some(id) if self.rng.bool() => {
                    self.population.remove(id);
                }
                Some(id) => {
                    let name = self.rng.u32(0..3).to_string();
                    self.population.insert(id.clone(), name);
                }
                // An identity may come again after it was gone.
                None => {
                    self.next += 1;
                    let id = self.rng.u32(0..=self.next).to_string();
                    self.population
                        .entry(id)
                        .or_insert_with(|| "first".to_owned());
                }
            }
        }
    }

    /// Lists the population as far as fate allows. Whether something was concluded.
    fn record(&mut self, store: &mut Store, run: crate::Run, start: Start, at: i64) -> bool {
        let mut position = self.begin(start);
        let fate = self.fate();
        let end = match fate {
            Fate::Ends(_) | Fate::EndsWithout => self.list.len(),
            _ => self.rng.usize(position..=self.list.len()),
        };
        let unreadable =
            matches!(fate, Fate::EndsWithout).then(|| self.rng.usize(position..=self.list.len()));
        while position < end {
            let next = (position + self.rng.usize(1..4)).min(end);
            let tenants: Vec<Tenant> = (position..next)
                .filter(|index| Some(*index) != unreadable)
                .filter_map(|index| {
                    let id = &self.list[index];
                    self.population.get(id).map(|name| tenant(id, name))
                })
                .collect();
            position = next;
            let reached = self.rng.bool().then(|| interrupted(position as u64));
            store
                .stage(run, &account(), &tenants, reached.as_ref())
                .unwrap();
            for tenant in tenants {
                self.staged.insert(tenant.id, tenant.name.unwrap());
            }
            if reached.is_some() {
                self.checkpoint = Some(position);
            }
        }
        let (report, fault) = match fate {
            Fate::Killed => return false,
            Fate::Ends(certainty) => (complete(certainty), None),
            Fate::EndsWithout => (report(false, Certainty::Proved), None),
            Fate::BreaksOff(fault) => (interrupted(position as u64), fault),
        };
        let outcome = store
            .commit_listing(run, &account(), &report, fault, minute(at))
            .unwrap();
        self.conclude(&report, at, outcome.resumable.then_some(position));
        true
    }

    /// Starts or resumes a list, and returns the position.
    fn begin(&mut self, start: Start) -> usize {
        let resumed = match start {
            Start::Resumed(report) => Some(report.tenants as usize),
            _ => None,
        };
        assert_eq!(resumed, self.checkpoint);
        resumed.unwrap_or_else(|| {
            self.staged.clear();
            self.list = self.population.keys().cloned().collect();
            0
        })
    }

    fn fate(&mut self) -> Fate {
        match self.rng.u32(0..10) {
            0..4 => Fate::Ends(Certainty::Proved),
            4 => Fate::Ends(Certainty::Agreed),
            5 => Fate::Ends(Certainty::Assumed),
            6 => Fate::EndsWithout,
            7 => Fate::BreaksOff(None),
            8 => Fate::BreaksOff(Some(ErrorKind::Call)),
            _ => Fate::Killed,
        }
    }

    /// What an outcome means: every tenant that was listed is there as it was listed; only a complete and proved list lets
    /// others go, unless they are all, or more than 10 % and 5, and no list an hour ago lacked them.
    fn conclude(&mut self, report: &SourceReport, at: i64, resumable: Option<usize>) {
        let staged = &self.staged;
        self.withheld.retain(|id, _| !staged.contains_key(id));
        if report.complete && report.certainty <= Certainty::Agreed {
            let absent: Vec<_> = self
                .known
                .keys()
                .filter(|id| !staged.contains_key(*id))
                .cloned()
                .collect();
            let is_confirmed =
                |id: &&String| self.withheld.get(*id).is_some_and(|since| since + 60 <= at);
            let unconfirmed = absent.len() - absent.iter().filter(is_confirmed).count();
            if (unconfirmed > 5 || staged.is_empty()) && unconfirmed * 10 > self.known.len() {
                for id in absent {
                    self.withheld.entry(id).or_insert(at);
                }
            } else {
                self.known.retain(|id, _| staged.contains_key(id));
                self.withheld.clear();
            }
        }
        self.known.extend(self.staged.clone());
        self.checkpoint = resumable;
    }
}

fn names(place: &TestDatabase, point: Point) -> BTreeMap<String, String> {
    place
        .snapshot(point)
        .tenants()
        .map(|(identity, body)| {
            let tenant: Tenant = serde_json::from_str(body).unwrap();
            (identity.id.clone(), tenant.name.unwrap())
        })
        .collect()
}
