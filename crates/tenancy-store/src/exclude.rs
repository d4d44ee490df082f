//! Tenants that a sync leaves as they are in the database.

use std::fmt;
use std::sync::Arc;

use tenancy::Tenant;

type Test = dyn Fn(&Tenant) -> bool + Send + Sync;

/// Which tenants are excluded; by default none.
#[derive(Clone, Default)]
pub(crate) struct Exclude(Option<Arc<Test>>);

impl Exclude {
    pub(crate) fn new(exclude: impl Fn(&Tenant) -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(exclude)))
    }

    pub(crate) fn is_excluded(&self, tenant: &Tenant) -> bool {
        self.0.as_ref().is_some_and(|exclude| exclude(tenant))
    }
}

impl fmt::Debug for Exclude {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "some" } else { "none" })
    }
}
