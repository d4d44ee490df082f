//! Tenants that a sync leaves as they are in the database.

use std::fmt;
use std::sync::Arc;

use tenancy::Tenant;

type Test = dyn Fn(&Tenant) -> bool + Send + Sync;

/// Which tenants are excluded; by default none.
#[derive(Clone, Default)]
pub(crate) struct Exclude {
    /// What tells the test from others; empty without one.
    pub(crate) name: String,
    test: Option<Arc<Test>>,
}

impl Exclude {
    pub(crate) fn new(
        name: String,
        test: impl Fn(&Tenant) -> bool + Send + Sync + 'static,
    ) -> Self {
        let test: Arc<Test> = Arc::new(test);
        Self {
            name,
            test: Some(test),
        }
    }

    pub(crate) fn is_excluded(&self, tenant: &Tenant) -> bool {
        self.test.as_ref().is_some_and(|test| test(tenant))
    }
}

impl fmt::Debug for Exclude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
