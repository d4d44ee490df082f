//! Values as the pairs of a form or a query, and lists as one text.

use std::fmt::Display;

use serde::Serialize;
use serde_json::Value;

/// The values as one text, with `separator` between them; `None` if there is no value.
pub fn joined(values: impl IntoIterator<Item = impl Display>, separator: &str) -> Option<String> {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    (!values.is_empty()).then(|| values.join(separator))
}

/// The pairs of a value: `key=value`, inside an object `name[key]=value`. A list of scalars is repeated: with its name as it
/// is, or as `name[]` if that is inside an object or among `brackets`. What is null is left out.
pub(crate) fn pairs(
    name: &str,
    value: &(impl Serialize + ?Sized),
    brackets: &[&str],
) -> serde_json::Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    add(name, &serde_json::to_value(value)?, brackets, &mut out);
    Ok(out)
}

fn add(name: &str, value: &Value, brackets: &[&str], out: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(map) => {
            for (key, child) in map {
                let name = match name {
                    "" => key.clone(),
                    name => format!("{name}[{key}]"),
                };
                add(&name, child, brackets, out);
            }
        }
        Value::Array(items) => {
            let in_brackets = name.contains('[') || brackets.contains(&name);
            for (index, item) in items.iter().enumerate() {
                let name = match item {
                    Value::Object(_) | Value::Array(_) => format!("{name}[{index}]"),
                    _ if in_brackets => format!("{name}[]"),
                    _ => name.to_owned(),
                };
                add(&name, item, brackets, out);
            }
        }
        Value::String(text) => out.push((name.to_owned(), text.clone())),
        scalar => out.push((name.to_owned(), scalar.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_and_lists_are_pairs() {
        let value = json!({"a": 1, "b": [true, "x"], "c": {"d": {"e": null, "f": "g"}, "h": [2]}, "i": [{"j": "k"}], "l": ["m"]});
        let found = pairs("", &value, &["l"]).unwrap();
        let found: Vec<String> = found
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            found,
            [
                "a=1",
                "b=true",
                "b=x",
                "c[d][f]=g",
                "c[h][]=2",
                "i[0][j]=k",
                "l[]=m"
            ]
        );
        let found = pairs("n", &json!({"a": 1}), &[]).unwrap();
        assert_eq!(found, [("n[a]".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn a_list_is_one_text() {
        assert_eq!(joined(["a", "b"], "|").as_deref(), Some("a|b"));
        assert_eq!(joined(Vec::<String>::new(), ","), None);
    }
}
