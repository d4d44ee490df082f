//! Bodies that are larger than any list.

use super::{Case, Paging, case, head, list, phase, provider, records};

pub(super) fn cases() -> Vec<Case> {
    phase(
        "Large bodies",
        vec![
            case("white space without end", |x| {
                x.flood(head("connection: close"), " ")
            }),
            case("white space without end after a record", |x| {
                x.flood(
                    head("connection: close") + &records("{\"id\":1}").replace("]}", ""),
                    " ",
                )
            })
            .sends(1),
            case("a record without end", |x| {
                x.flood(
                    head("connection: close") + &records("[\"").replace("]}", ""),
                    "x",
                )
            })
            .large()
            .sends(0),
            case("a name without end", |x| {
                x.flood(head("connection: close") + "{\"", "x")
            }),
            case("a value beside the list without end", |x| {
                x.flood(head("connection: close") + "{\"x\":\"", "x")
            }),
            case("a number without end", |x| {
                x.flood(head("connection: close") + "{\"x\":", "1")
            }),
            case("brackets without end", |x| {
                x.flood(head("connection: close"), "[")
            }),
            case("10,000 records `{}`", |x| {
                x.respond(
                    "200 OK",
                    records(&"{},".repeat(9_999)).replace(",]", ",{}]"),
                )
            }),
            case("10,000 records `{}`, on each page the same", |x| {
                let name = provider(Paging::Numbered).records;
                x.respond(
                    "200 OK",
                    format!(
                        "{{\"{name}\":[{}{{}}],\"total\":10000}}",
                        "{},".repeat(9_999)
                    ),
                )
            })
            .large()
            .numbered(),
            case("a record of 20,000 unknown fields", |x| {
                let fields: Vec<String> = (0..20_000).map(|n| format!("\"f{n}\":0")).collect();
                x.respond("200 OK", records(&format!("{{{}}}", fields.join(","))))
            }),
            case("a record of 100,000 numbers", |x| {
                x.respond(
                    "200 OK",
                    records(&format!("{{\"x\":[{}0]}}", "0,".repeat(100_000))),
                )
            }),
            case("a record in 20,000 brackets", |x| {
                x.respond(
                    "200 OK",
                    records(&format!("{}{}", "[".repeat(20_000), "]".repeat(20_000))),
                )
            }),
            case("5,000 fields beside the list", |x| {
                let fields: String = (0..5_000).map(|n| format!("\"f{n}\":0,")).collect();
                x.respond("200 OK", list().replacen('{', &format!("{{{fields}"), 1))
            })
            .large(),
            case("100,000 numbers beside the list", |x| {
                x.respond(
                    "200 OK",
                    list().replacen('{', &format!("{{\"x\":[{}0],", "0,".repeat(100_000)), 1),
                )
            })
            .large(),
            case("100,000 fields beside the list", |x| {
                let fields: String = (0..100_000).map(|n| format!("\"{n}\":0,")).collect();
                x.respond("200 OK", list().replacen('{', &format!("{{{fields}"), 1))
            })
            .large(),
            case("2 million numbers beside the list", |x| {
                x.respond(
                    "200 OK",
                    list().replacen(
                        '{',
                        &format!("{{\"x\":[{}0],", "1234567,".repeat(2_000_000)),
                        1,
                    ),
                )
            })
            .large(),
            case("a record of 2 million numbers", |x| {
                x.respond(
                    "200 OK",
                    records(&format!("{{\"x\":[{}0]}}", "1234567,".repeat(2_000_000))),
                )
            })
            .large(),
            case("a record of 500,000 unknown fields", |x| {
                let fields: Vec<String> = (0..500_000).map(|n| format!("\"{n}\":0")).collect();
                x.respond(
                    "200 OK",
                    records(&format!("{{\"id\":1,{}}}", fields.join(","))),
                )
            })
            .large()
            .sends(1),
            case("500 records of different unknown fields", |x| {
                let records_sent: Vec<String> = (0..500)
                    .map(|n| format!("{{\"id\":{n},\"{}{n}\":0}}", "f".repeat(1000)))
                    .collect();
                x.respond("200 OK", records(&records_sent.join(",")))
            })
            .sends(500),
        ],
    )
}
