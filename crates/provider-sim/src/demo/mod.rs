//! The demonstration's accounts and their hand-made tenants, as varied as real ones.

use serde_json::value::RawValue;

use crate::{Account, Record, Which};

/// One account at each provider.
pub(crate) fn accounts() -> [Account; 3] {
    [
        Account::omnidim("omnidim-demo").demo_records(),
        Account::layers("layers-demo").demo_records(),
        Account::vobiz("vobiz-demo")
            .demo_records()
            .credential("auth_id", "MA_DEMO0001")
            .credential("auth_token", "demo-auth-token"),
    ]
}

/// The hand-made tenants of a provider, in listed order, byte for byte as they stand in their file.
pub(crate) fn records(provider: Which) -> Vec<Record> {
    let text = match provider {
        Which::OmniDim => include_str!("omnidim.json"),
        Which::Layers => include_str!("layers.json"),
        Which::Vobiz => include_str!("vobiz.json"),
    };
    let records: Vec<Box<RawValue>> =
        serde_json::from_str(text).expect("the files are JSON arrays");
    records
        .into_iter()
        .map(|record| Record::raw(record.get()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Parent;

    #[test]
    fn the_tenants_name_their_parent() {
        for mut account in accounts() {
            let population = account.take_population();
            let (property, parent) = match &population.maker().parent {
                Parent::OmniDim { .. } => continue,
                Parent::Layers { id } => ("parentOrganizationId", id.clone()),
                Parent::Vobiz { auth_id, .. } => ("parent_auth_id", auth_id.clone()),
            };
            for record in population.records() {
                let record: serde_json::Value = serde_json::from_str(&record).unwrap();
                assert_eq!(record[property], parent.as_str());
            }
        }
    }

    #[test]
    fn every_tenant_has_an_identity_of_its_own() {
        for mut account in accounts() {
            let ids = account.take_population().ids();
            let unique: std::collections::HashSet<_> = ids.iter().collect();
            assert!(
                (6..=8).contains(&ids.len())
                    && unique.len() == ids.len()
                    && !ids.contains(&String::new()),
                "{ids:?}"
            );
        }
    }
}
