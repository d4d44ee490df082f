//! Decodes with plain serde, without a type per provider.
//!
//! A [`Shape`] is learned from an example body and decodes as derived structs do: it matches fields against the known names,
//! skips unknown ones, and allocates no names.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// The type of a value, as far as the examples show it.
#[derive(Debug)]
pub(crate) enum Shape {
    Scalar,
    List(Box<Shape>),
    Object(Vec<(String, Shape)>),
}

/// A decoded value.
#[derive(Debug)]
pub(crate) enum Decoded {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Decoded>),
    /// The members in the order of the shape; `Null` where one is missing.
    Object(Vec<Decoded>),
}

impl Shape {
    /// Learns the shape of values of one kind.
    pub(crate) fn of(values: &[&Value]) -> Self {
        let mut members: Vec<(&String, Vec<&Value>)> = Vec::new();
        for (name, value) in values
            .iter()
            .filter_map(|value| value.as_object())
            .flatten()
        {
            match members.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => members.push((name, vec![value])),
            }
        }
        if !members.is_empty() {
            let members = members.iter();
            return Self::Object(
                members
                    .map(|(name, values)| ((*name).clone(), Self::of(values)))
                    .collect(),
            );
        }
        let elements = values.iter().filter_map(|value| value.as_array());
        if elements.clone().next().is_some() {
            let elements: Vec<&Value> = elements.flatten().collect();
            return Self::List(Box::new(Self::of(&elements)));
        }
        Self::Scalar
    }

    /// Returns the position of a member in [`Decoded::Object`].
    pub(crate) fn member(&self, name: &str) -> Option<usize> {
        match self {
            Self::Object(members) => members.iter().position(|(known, _)| known == name),
            _ => None,
        }
    }

    /// Returns the positions of the members that lead to a list, and the shape of its elements.
    pub(crate) fn list(&self, names: &[String]) -> Option<(Vec<usize>, &Self)> {
        let (mut shape, mut path) = (self, Vec::new());
        for name in names {
            let member = shape.member(name)?;
            let Self::Object(members) = shape else {
                return None;
            };
            shape = &members.get(member)?.1;
            path.push(member);
        }
        match shape {
            Self::List(element) => Some((path, element)),
            _ => None,
        }
    }

    pub(crate) fn decode(&self, body: &[u8]) -> serde_json::Result<Decoded> {
        let mut body = serde_json::Deserializer::from_slice(body);
        let decoded = self.deserialize(&mut body)?;
        body.end()?;
        Ok(decoded)
    }
}

impl Decoded {
    /// Takes a member out of an object, or a member of a member.
    pub(crate) fn take(&mut self, path: &[usize]) -> Self {
        match (path, self) {
            ([], value) => std::mem::replace(value, Self::Null),
            ([member, rest @ ..], Self::Object(members)) => members
                .get_mut(*member)
                .map_or(Self::Null, |value| value.take(rest)),
            _ => Self::Null,
        }
    }
}

impl fmt::Display for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Float(number) => write!(f, "{number}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl<'de> DeserializeSeed<'de> for &Shape {
    type Value = Decoded;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Decoded, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Shape {
    type Value = Decoded;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value like the example's")
    }

    fn visit_unit<E>(self) -> Result<Decoded, E> {
        Ok(Decoded::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Decoded, E> {
        Ok(Decoded::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Decoded, E> {
        Ok(Decoded::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Decoded, E> {
        i64::try_from(value)
            .map(Decoded::Integer)
            .map_err(E::custom)
    }

    fn visit_f64<E>(self, value: f64) -> Result<Decoded, E> {
        Ok(Decoded::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Decoded, E> {
        Ok(Decoded::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Decoded, A::Error> {
        let Shape::List(element) = self else {
            return Err(A::Error::custom("unexpected list"));
        };
        let mut list = Vec::new();
        while let Some(value) = elements.next_element_seed(&**element)? {
            list.push(value);
        }
        Ok(Decoded::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Decoded, A::Error> {
        let Shape::Object(known) = self else {
            return Err(A::Error::custom("unexpected object"));
        };
        let mut members: Vec<Decoded> = known.iter().map(|_| Decoded::Null).collect();
        while let Some(member) = map.next_key_seed(Name(known))? {
            match member {
                Some(member) => members[member] = map.next_value_seed(&known[member].1)?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Decoded::Object(members))
    }
}

/// Finds a name among the known ones.
struct Name<'a>(&'a [(String, Shape)]);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.iter().position(|(known, _)| known == name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_shape_decodes_what_resembles_its_examples() {
        let items = json!([{"id": "a"}, {"id": "b", "tags": ["x"]}]);
        let shape = Shape::of(&[&json!({"total": 2, "page": {"items": items}})]);
        let names = ["page", "items"].map(str::to_owned);
        let (path, element) = shape.list(&names).unwrap();
        let id = element.member("id").unwrap();
        let mut body = shape
            .decode(br#"{"new": {"a": [1]}, "page": {"items": [{"tags": null, "id": "c"}]}, "total": 1}"#)
            .unwrap();
        let Decoded::List(mut records) = body.take(&path) else {
            panic!("no list");
        };
        assert_eq!(records[0].take(&[id]).to_string(), "c");
        assert!(shape.decode(br#"{"total": 1} x"#).is_err());
    }
}
