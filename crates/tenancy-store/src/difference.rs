//! Compares two snapshots.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::Error;
use crate::field_change::{FieldChange, compare};
use crate::merge::parse;
use crate::snapshot::{Identity, Snapshot};

/// The difference between two snapshots, sorted by identity.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// Tenants only in the new snapshot.
    pub created: Vec<Box<RawValue>>,
    /// Tenants only in the old snapshot.
    pub gone: Vec<Box<RawValue>>,
    /// Tenants in both that differ.
    pub changed: Vec<ChangedTenant>,
    /// The number of tenants without a difference.
    pub unchanged: u64,
}

/// A changed tenant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChangedTenant {
    /// Its identity.
    #[serde(flatten)]
    pub identity: Identity,
    /// Its name in the new snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its changed fields.
    pub fields: Vec<FieldChange>,
}

impl Difference {
    /// Compares two snapshots.
    ///
    /// # Errors
    /// A tenant is not JSON.
    ///
    /// # Examples
    /// ```no_run
    /// use std::time::Duration;
    /// use tenancy_store::{Address, Difference, Point, snapshot};
    ///
    /// # fn example() -> Result<(), tenancy_store::Error> {
    /// let database = Address::parse("tenants.db")?;
    /// let at = |point| snapshot(&database, point, Duration::from_secs(60));
    /// let difference = Difference::between(&at("2026-11-01".parse()?)?, &at(Point::Latest)?)?;
    /// println!("{} created, {} gone", difference.created.len(), difference.gone.len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn between(old: &Snapshot, new: &Snapshot) -> Result<Self, Error> {
        let mut difference = Self::default();
        for (identity, tenant) in &old.tenants {
            match new.tenants.get(identity) {
                None => difference.gone.push(raw(tenant)?),
                Some(now) => difference.compare(identity, tenant, now)?,
            }
        }
        for (identity, tenant) in &new.tenants {
            if !old.tenants.contains_key(identity) {
                difference.created.push(raw(tenant)?);
            }
        }
        Ok(difference)
    }

    fn compare(&mut self, identity: &Identity, old: &str, new: &str) -> Result<(), Error> {
        let fields = if old == new {
            Vec::new()
        } else {
            compare(&parse(old)?, &parse(new)?)
        };
        if fields.is_empty() {
            self.unchanged += 1;
            return Ok(());
        }
        let name = parse(new)?
            .get("name")
            .and_then(|name| name.as_str().map(str::to_owned));
        self.changed.push(ChangedTenant {
            identity: identity.clone(),
            name,
            fields,
        });
        Ok(())
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.created.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }
}

fn raw(tenant: &str) -> Result<Box<RawValue>, Error> {
    RawValue::from_string(tenant.to_owned()).map_err(Error::not_json)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_came_what_went_and_what_changed() {
        let snapshot = |lines: &str| Snapshot::read(lines.as_bytes()).unwrap();
        let tenant = |id: &str, more: &str| {
            format!(r#"{{"provider":"p","account":"a","id":"{id}"{more}}}"#) + "\n"
        };
        let old = snapshot(&(tenant("1", "") + &tenant("2", r#","name":"B""#) + &tenant("3", "")));
        let new = snapshot(&(tenant("4", "") + &tenant("3", "") + &tenant("2", r#","name":"C""#)));
        assert_eq!(
            serde_json::to_value(Difference::between(&old, &new).unwrap()).unwrap(),
            json!({
                "created": [{ "provider": "p", "account": "a", "id": "4" }],
                "gone": [{ "provider": "p", "account": "a", "id": "1" }],
                "changed": [{
                    "provider": "p", "account": "a", "id": "2", "name": "C",
                    "fields": [{ "path": "/name", "old": "B", "new": "C" }],
                }],
                "unchanged": 1,
            })
        );
        assert!(Difference::between(&old, &old).unwrap().is_empty());
    }
}
