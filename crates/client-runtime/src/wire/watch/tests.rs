//! That reading under the watch is reading, and what sets the watch off.

use serde::de::IgnoredAny;
use serde::de::value::{Error as ValueError, MapDeserializer, SeqDeserializer};

use super::*;

#[derive(Debug, PartialEq, serde::Deserialize)]
enum Shape {
    Unit,
    Newtype(Inner),
    Tuple(u8, Inner),
    Struct { a: Inner },
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Inner {}

#[test]
fn every_shape_is_read_and_looked_into() {
    for (text, has_unknown) in [
        (r#"["Unit",{"Unit":null}]"#, false),
        (
            r#"[{"Newtype":{}},{"Tuple":[1,{}]},{"Struct":{"a":{}}}]"#,
            false,
        ),
        (r#"["Unit",{"Newtype":{"x":1}}]"#, true),
        (r#"["Unit",{"Tuple":[1,{"x":1}]}]"#, true),
        (r#"["Unit",{"Struct":{"a":{"x":1}}}]"#, true),
        (r#"["Unit",{"Struct":{"a":{},"x":1}}]"#, true),
    ] {
        let read = decode::<Vec<Shape>>(text).unwrap();
        assert_eq!(
            read.value,
            serde_json::from_str::<Vec<Shape>>(text).unwrap()
        );
        assert_eq!(read.has_unknown, has_unknown, "{text}");
    }
}

/// What a type hears of the format that it is read from.
#[derive(Debug, PartialEq)]
struct Heard {
    human_readable: bool,
    size: Option<usize>,
}

impl<'de> Deserialize<'de> for Heard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            human_readable: deserializer.is_human_readable(),
            size: deserializer.deserialize_any(SizeHint)?,
        })
    }
}

struct SizeHint;

impl<'de> Visitor<'de> for SizeHint {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("something that has a size")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let size = elements.size_hint();
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(size)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let size = members.size_hint();
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(size)
    }
}

#[test]
fn what_a_format_says_of_itself_is_passed_on() {
    let heard = Heard {
        human_readable: true,
        size: Some(2),
    };
    let list = SeqDeserializer::<_, ValueError>::new([1, 2].into_iter());
    assert_eq!(Decoded::<Heard>::deserialize(list).unwrap().value, heard);
    let map = MapDeserializer::<_, ValueError>::new([("a", 1), ("b", 2)].into_iter());
    assert_eq!(Decoded::<Heard>::deserialize(map).unwrap().value, heard);
}
