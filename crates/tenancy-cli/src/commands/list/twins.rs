//! Recognises one account that is configured under two names, with two keys: both have the same tenants.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use tenancy::Tenant;

/// How many tenants of each account are compared: those with the least hashes, which are the same in equal lists.
const SAMPLE: usize = 100;

/// A sample of each account's tenants.
#[derive(Debug, Default)]
pub(super) struct Twins(BTreeMap<String, Sample>);

#[derive(Debug)]
struct Sample {
    provider: String,
    hashes: BTreeSet<u64>,
}

impl Twins {
    pub(super) fn add(&mut self, tenant: &Tenant) {
        let mut hasher = DefaultHasher::new();
        (&tenant.id, &tenant.name, &tenant.created_at).hash(&mut hasher);
        let hash = hasher.finish();
        let Some(Sample { hashes, .. }) = self.0.get_mut(&*tenant.account) else {
            let sample = Sample {
                provider: tenant.provider.to_string(),
                hashes: BTreeSet::from([hash]),
            };
            self.0.insert(tenant.account.to_string(), sample);
            return;
        };
        if hashes.len() < SAMPLE || hashes.last().is_some_and(|last| hash < *last) {
            hashes.insert(hash);
            if hashes.len() > SAMPLE {
                hashes.pop_last();
            }
        }
    }

    /// The pairs of accounts at one provider of which most tenants are the same.
    pub(super) fn pairs(&self) -> Vec<[String; 2]> {
        let mut pairs = Vec::new();
        for (position, (one, sample)) in self.0.iter().enumerate() {
            for (other, others) in self.0.iter().skip(position + 1) {
                let shared = sample.hashes.intersection(&others.hashes).count();
                let most = sample.hashes.len().max(others.hashes.len());
                if sample.provider == others.provider && shared * 2 > most {
                    pairs.push([one, other].map(|name| format!("{name} ({})", sample.provider)));
                }
            }
        }
        pairs
    }
}
