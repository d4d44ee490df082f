//! Ranks the branches of a `oneOf` by how well they fit a value.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// An object type among the branches of a choice.
#[derive(Clone, Copy, Debug)]
pub struct Branch {
    /// The properties that it declares.
    pub keys: &'static [&'static str],
    /// The properties with the only values that it lets them have.
    pub fixed: &'static [(&'static str, &'static [&'static str])],
}

/// The indices of the branches that `value` may have the type of: those that declare most of its properties first.
///
/// A branch that is `None` takes any value, after the objects that declare some property of it.
#[must_use]
pub fn best_branches(value: &RawValue, branches: &[Option<Branch>]) -> Vec<usize> {
    let object: Option<BTreeMap<String, &RawValue>> = serde_json::from_str(value.get()).ok();
    let fit = |branch: &Option<Branch>| match (branch, &object) {
        (None, _) => Some(0),
        (Some(branch), Some(object)) => branch.fit(object),
        (Some(_), None) => None,
    };
    let fits: Vec<Option<usize>> = branches.iter().map(fit).collect();
    let mut order: Vec<usize> = (0..fits.len())
        .filter(|index| fits[*index].is_some())
        .collect();
    order.sort_by_key(|index| Reverse(fits[*index]));
    order
}

impl Branch {
    /// How many of an object's properties the branch declares; `None` where a fixed value differs.
    fn fit(&self, object: &BTreeMap<String, &RawValue>) -> Option<usize> {
        for (property, values) in self.fixed {
            if let Some(sent) = object.get(*property) {
                let sent: String = serde_json::from_str(sent.get()).ok()?;
                if !values.contains(&sent.as_str()) {
                    return None;
                }
            }
        }
        let declared = object
            .keys()
            .filter(|key| self.keys.contains(&key.as_str()));
        Some(declared.count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_declared_properties_come_first_and_a_fixed_value_decides() {
        let cat = Branch {
            keys: &["kind", "lives"],
            fixed: &[("kind", &["cat"])],
        };
        let dog = Branch {
            keys: &["kind"],
            fixed: &[("kind", &["dog"])],
        };
        let branches = [None, Some(dog), Some(cat)];
        for (value, order) in [
            (r#"{"lives": 9}"#, vec![2, 0, 1]),
            (r#"{"kind": "dog", "lives": 1}"#, vec![1, 0]),
            (r#"{"kind": 1}"#, vec![0]),
            (r#"["cat"]"#, vec![0]),
        ] {
            let value: Box<RawValue> = serde_json::from_str(value).unwrap();
            assert_eq!(best_branches(&value, &branches), order, "{value}");
        }
    }
}
