//! Scripts that change an account's population while it is being listed, driven by the count of its requests.

use std::fmt;

use crate::population::Population;
use crate::record::Record;
use crate::status::Status;

/// A change of the population at a certain request of the account.
///
/// What a request is answered is fixed when it arrives, so `before(n)` is seen by the n-th request and `after(n)` first by the
/// (n + 1)-th, whatever the latencies are.
pub struct Churn {
    moment: Moment,
    steps: Vec<Step>,
}

type Step = Box<dyn FnMut(u64, &mut Population) + Send>;

#[derive(Clone, Copy, Debug)]
enum Moment {
    Before(u64),
    After(u64),
    BeforeEach,
}

impl Churn {
    /// Just before the account's n-th request (from 1) is answered.
    pub fn before(request: u64) -> Self {
        Self {
            moment: Moment::Before(request),
            steps: Vec::new(),
        }
    }

    /// Just after the answer to the account's n-th request (from 1) is fixed.
    pub fn after(request: u64) -> Self {
        Self {
            moment: Moment::After(request),
            steps: Vec::new(),
        }
    }

    /// Before every request: `step` gets its number (from 1) and the population.
    pub fn before_each(step: impl FnMut(u64, &mut Population) + Send + 'static) -> Self {
        Self {
            moment: Moment::BeforeEach,
            steps: vec![Box::new(step)],
        }
    }

    /// Creates `count` generated tenants, the newest of all.
    #[must_use]
    pub fn create(self, count: u32) -> Self {
        self.run(move |population| {
            population.create(count);
        })
    }

    /// Enters a record as the newest tenant.
    #[must_use]
    pub fn insert(self, record: Record) -> Self {
        self.run(move |population| population.insert(record.clone()))
    }

    /// Deletes a tenant by its identity.
    #[must_use]
    pub fn delete(self, id: impl Into<String>) -> Self {
        let id = id.into();
        self.run(move |population| {
            population.delete(&id);
        })
    }

    /// Deletes the tenants at these positions (0 is listed first), one after another.
    #[must_use]
    pub fn delete_at(self, positions: impl IntoIterator<Item = usize>) -> Self {
        let positions: Vec<usize> = positions.into_iter().collect();
        self.run(move |population| {
            for &position in &positions {
                population.delete_at(position);
            }
        })
    }

    /// Changes a tenant's state.
    #[must_use]
    pub fn set_status(self, id: impl Into<String>, status: Status) -> Self {
        let id = id.into();
        self.run(move |population| {
            population.set_status(&id, status);
        })
    }

    /// Does anything to the population. `step` runs while the server is locked: it must not call the
    /// [`Simulator`](crate::Simulator).
    #[must_use]
    pub fn run(mut self, mut step: impl FnMut(&mut Population) + Send + 'static) -> Self {
        self.steps
            .push(Box::new(move |_, population| step(population)));
        self
    }

    pub(crate) fn apply_before(&mut self, request: u64, population: &mut Population) {
        if matches!(self.moment, Moment::BeforeEach)
            || matches!(self.moment, Moment::Before(n) if n == request)
        {
            self.apply(request, population);
        }
    }

    pub(crate) fn apply_after(&mut self, request: u64, population: &mut Population) {
        if matches!(self.moment, Moment::After(n) if n == request) {
            self.apply(request, population);
        }
    }

    fn apply(&mut self, request: u64, population: &mut Population) {
        for step in &mut self.steps {
            step(request, population);
        }
    }
}

impl fmt::Debug for Churn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Churn")
            .field("moment", &self.moment)
            .field("steps", &self.steps.len())
            .finish()
    }
}
