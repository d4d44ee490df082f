//! Bodies of which a few bytes may take many in memory.

use serde_json::{Map, Value, json};

use crate::server::Exchange;

use super::{Case, Paging, case, example, phase, provider, records};

/// The largest record that is read, in bytes.
const LARGEST: usize = 2 * 1024 * 1024;

/// A record of the example, one with a map if there is any, whose identity is this number.
fn example_record(paging: Paging, number: usize) -> Map<String, Value> {
    let body: Value = serde_json::from_str(&example(paging)).unwrap();
    let mut records = body[provider(paging).records].as_array().unwrap().clone();
    let has_map = |record: &Value| record.as_object().unwrap().values().any(Value::is_object);
    records.sort_by_key(|record| !has_map(record));
    let mut record = records[0].as_object().unwrap().clone();
    for (name, value) in &mut record {
        if name.ends_with("id") && !name.starts_with("parent") {
            *value = match value.is_number() {
                true => number.into(),
                false => number.to_string().into(),
            };
        }
    }
    record
}

/// A record with this identity and these fields.
fn short(paging: Paging, number: usize, fields: &str) -> String {
    let mut record = example_record(paging, number);
    record.retain(|name, _| name.ends_with("id") && !name.starts_with("parent"));
    let text = Value::Object(record).to_string();
    format!("{}{fields}}}", &text[..text.len() - 1])
}

/// A record of the example's shape, in which each list and each map has so many members: the list `element`, the map `member`,
/// where `#` is a number.
fn swollen(paging: Paging, number: usize, count: usize, element: &str, member: &str) -> String {
    let mut record = example_record(paging, number);
    for value in record.values_mut() {
        match value {
            Value::Array(_) => *value = json!("<list>"),
            Value::Object(_) => *value = json!("<map>"),
            _ => {}
        }
    }
    let numbered = |text: &str| {
        let all = (0..count).map(|number| text.replace('#', &number.to_string()));
        all.collect::<Vec<_>>().join(",")
    };
    let text = Value::Object(record).to_string();
    let text = text.replace("\"<list>\"", &format!("[{}]", numbered(element)));
    text.replace("\"<map>\"", &format!("{{{}}}", numbered(member)))
}

/// A list of so many records.
fn many(count: usize, record: impl Fn(usize) -> String) -> String {
    records(&(1..=count).map(record).collect::<Vec<_>>().join(","))
}

/// Responds with a page of so many records, and with none after it.
fn first_page(exchange: &mut Exchange, count: usize, record: impl Fn(usize) -> String) -> bool {
    let sent = if exchange.number == 1 { count } else { 0 };
    let all: Vec<_> = (1..=sent).map(record).collect();
    let name = provider(Paging::Numbered).records;
    let body = format!("{{\"{name}\":[{}],\"total\":{count}}}", all.join(","));
    exchange.respond("200 OK", body)
}

/// Before the first field of a body in one piece.
fn beside(body: &str, fields: &str) -> String {
    body.replacen('{', &format!("{{{fields},"), 1)
}

pub(super) fn cases() -> Vec<Case> {
    phase(
        "Bodies that grow in memory",
        vec![
            case("a record whose list has 3 million empty elements", |x| {
                let record = swollen(Paging::OneBody, 1, 2, "{}", "");
                let elements = format!("[{}{{}}]", "{},".repeat(2_999_999));
                x.respond("200 OK", records(&record.replace("[{},{}]", &elements)))
            })
            .large()
            .sends(1),
            case("a record whose list has 100,000 empty elements", |x| {
                let record = swollen(Paging::OneBody, 1, 100_000, "{}", "\"#\":0");
                x.respond("200 OK", records(&record))
            })
            .large()
            .sends(1),
            case("30 records whose lists have 20,000 empty elements", |x| {
                let record = swollen(Paging::OneBody, 7_777_777, 20_000, "{}", "\"#\":0");
                x.respond(
                    "200 OK",
                    many(30, |n| record.replace("7777777", &n.to_string())),
                )
            })
            .large()
            .sends(30),
            case("10 records of 1.9 MB of text, with `--raw`", |x| {
                let name = "x".repeat(1_900_000);
                x.respond(
                    "200 OK",
                    many(10, |n| format!("{{\"id\":{n},\"name\":\"{name}\"}}")),
                )
            })
            .large()
            .raw()
            .sends(10),
            case("a record of 1.9 MB that is not UTF-8", |x| {
                let body = records("{\"id\":1,\"name\":\"?\"}");
                let (before, after) = body.split_once('?').unwrap();
                let garbage = vec![0xff; LARGEST - 200_000];
                x.respond(
                    "200 OK",
                    [before.as_bytes(), &garbage, after.as_bytes()].concat(),
                )
            })
            .large()
            .sends(1),
            case(
                "a record of 1.9 MB of control characters, with `--raw`",
                |x| {
                    let name = "\u{9b}".repeat(900_000);
                    x.respond(
                        "200 OK",
                        records(&format!("{{\"id\":1,\"name\":\"{name}\"}}")),
                    )
                },
            )
            .large()
            .raw()
            .sends(1),
            case(
                "a record with a name of 1 MB, below which 20,000 fields are null or sent twice",
                |x| {
                    let name = "x".repeat(1_000_000);
                    let fields = "{\"id\":null,\"id\":null},".repeat(10_000);
                    x.respond(
                        "200 OK",
                        records(&format!("{{\"{name}\":[{fields}0],\"id\":1,\"id\":1}}")),
                    )
                },
            )
            .large()
            .sends(1),
            case(
                "150,000 short records before what they belong to, then an end of the connection",
                |x| {
                    let all: Vec<_> = (0..150_000).map(|n| format!("{{\"id\":{n}}}")).collect();
                    let body = records(&all.join(","));
                    let head = "HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n";
                    x.send_last(format!("{head}{}", &body[..body.len() - 3]))
                },
            )
            .large()
            .sends(149_999),
            case("a page of 500 records with 2,000 unknown fields", |x| {
                let fields: Vec<_> = (0..2_000).map(|n| format!("\"{n}\":0")).collect();
                let fields = fields.join(",");
                let record = short(Paging::Numbered, 7_777_777, &format!(",{fields}"));
                first_page(x, 500, |n| record.replace("7777777", &n.to_string()))
            })
            .large()
            .numbered()
            .sends(500),
            case("a page of 500 records whose maps have 2,000 members", |x| {
                let record = swollen(Paging::Numbered, 7_777_777, 2_000, "{}", "\"#\":true");
                first_page(x, 500, |n| record.replace("7777777", &n.to_string()))
            })
            .large()
            .numbered()
            .sends(500),
            case("a page of 30,000 short records", |x| {
                let record = short(Paging::Numbered, 7_777_777, "");
                first_page(x, 30_000, |n| record.replace("7777777", &n.to_string()))
            })
            .large()
            .numbered()
            .sends(30_000),
            case("130,000 objects beside the list", |x| {
                let objects = "{\"\":0},".repeat(130_000);
                x.respond(
                    "200 OK",
                    beside(&records(""), &format!("\"x\":[{objects}0]")),
                )
            })
            .large()
            .sends(0),
            case(
                "a list that is null, beside 15 values of 130,000 objects",
                |x| {
                    let objects = "{\"\":0},".repeat(130_000);
                    let fields: Vec<_> = (0..15).map(|n| format!("\"{n}\":[{objects}0]")).collect();
                    let body = records("").replace("[]", "null");
                    x.respond("200 OK", beside(&body, &fields.join(",")))
                },
            )
            .large()
            .sends(0),
            case("15 MB that are not UTF-8 beside the list", |x| {
                let mut body = b"{".to_vec();
                for name in 0..15 {
                    body.extend(format!("\"{name}\":\"").as_bytes());
                    body.extend(vec![0xff; 1_000_000]);
                    body.extend(b"\",");
                }
                body.extend(&records("").as_bytes()[1..]);
                x.respond("200 OK", body)
            })
            .large()
            .sends(0),
            case("15 MB of `NaN` beside the list", |x| {
                let numbers = "NaN,".repeat(250_000);
                let fields: Vec<_> = (0..15).map(|n| format!("\"{n}\":[{numbers}0]")).collect();
                x.respond("200 OK", beside(&records(""), &fields.join(",")))
            })
            .large()
            .sends(0),
            case("401, with an error of 10 MB of objects", |x| {
                let objects = "{\"\":0},".repeat(1_250_000);
                x.respond("401 Unauthorized", format!("{{\"error\":[{objects}0]}}"))
            })
            .large(),
        ],
    )
}
