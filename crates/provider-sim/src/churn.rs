//! Scripts that change an account's tenants while they are listed, triggered by the count of its requests.

use crate::population::Population;

/// A change of the population at a certain request of the account.
///
/// What a request is answered is fixed when it arrives, so `before(n)` is seen by the n-th request and `after(n)` first by the
/// (n + 1)-th, whatever the latencies are.
pub struct Churn {
    moment: Moment,
    steps: Vec<Step>,
}

type Step = Box<dyn FnMut(u64, &mut Population) + Send>;

#[derive(Clone, Copy)]
enum Moment {
    Before(u64),
    After(u64),
    BeforeEach,
}

impl Churn {
    /// Just before the account's n-th request (from 1) is answered.
    pub fn before(request: u64) -> Self {
        Self::at(Moment::Before(request))
    }

    /// Just after the answer to the account's n-th request (from 1) is fixed.
    pub fn after(request: u64) -> Self {
        Self::at(Moment::After(request))
    }

    /// Before every request: `step` gets its number (from 1) and the population.
    pub fn before_each(step: impl FnMut(u64, &mut Population) + Send + 'static) -> Self {
        let mut churn = Self::at(Moment::BeforeEach);
        churn.steps.push(Box::new(step));
        churn
    }

    fn at(moment: Moment) -> Self {
        let steps = Vec::new();
        Self { moment, steps }
    }

    /// Creates `count` generated tenants, the newest of all.
    #[must_use]
    pub fn create(self, count: u32) -> Self {
        self.run(move |population| drop(population.create(count)))
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

    /// Changes the population in any way. `step` runs while the server is locked: it must not call the
    /// [`Simulator`](crate::Simulator).
    #[must_use]
    pub fn run(mut self, mut step: impl FnMut(&mut Population) + Send + 'static) -> Self {
        self.steps
            .push(Box::new(move |_, population| step(population)));
        self
    }

    pub(crate) fn apply_before(&mut self, request: u64, population: &mut Population) {
        match self.moment {
            Moment::Before(number) if number != request => {}
            Moment::After(_) => {}
            _ => self.apply(request, population),
        }
    }

    pub(crate) fn apply_after(&mut self, request: u64, population: &mut Population) {
        if matches!(self.moment, Moment::After(number) if number == request) {
            self.apply(request, population);
        }
    }

    fn apply(&mut self, request: u64, population: &mut Population) {
        for step in &mut self.steps {
            step(request, population);
        }
    }
}
