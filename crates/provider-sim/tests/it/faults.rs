//! Every fault as it arrives at a client.

use std::io::Read as _;
use std::time::Duration;

use flate2::read::GzDecoder;
use provider_sim::{Account, AccountHandle, Fault, Place, Provider, Record, Simulator, When};

use crate::client::{End, encode, get};
use crate::imaginary::{chained, numbered};

/// Ten tenants at each provider, the first request answered with `fault`; each second request must be as usual.
fn with_each(fault: &Fault, mut look: impl FnMut(&AccountHandle, crate::client::Answer)) {
    for &provider in Provider::ALL {
        let simulator = Simulator::start([Account::new(provider, "a")
            .population(10, 1)
            .fault(1, fault.clone())])
        .unwrap();
        let account = simulator.account("a");
        look(&account, get(&account, ""));
        assert_eq!(
            get(&account, "").ids(),
            account.ids(),
            "only the first request is hit"
        );
    }
}

#[test]
fn statuses_come_with_the_providers_error_body() {
    for status in [401, 403, 404, 422, 429, 500, 502, 503, 504] {
        with_each(&Fault::status(status), |account, answer| {
            assert_eq!((answer.status, answer.end), (status, End::Whole));
            // An object, though not every document shows one that is JSON.
            let error = answer.text().strip_prefix('{');
            assert!(error.is_some_and(|error| error.len() > 1), "{account:?}");
        });
    }
}

#[test]
fn a_literal_answer_is_sent_as_it_is() {
    let fault = Fault::literal(418, "text/plain", "short and stout").header("X-Kind", "teapot");
    with_each(&fault, |_, answer| {
        assert_eq!(
            (answer.status, answer.text(), answer.header("x-kind")),
            (418, "short and stout", Some("teapot"))
        );
        assert_eq!(answer.header("content-type"), Some("text/plain"));
    });
}

#[test]
fn rate_limits_say_how_long() {
    with_each(&Fault::rate_limited(7), |_, answer| {
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (429, Some("7"))
        );
    });
    with_each(
        &Fault::rate_limited_until(Duration::from_millis(2500)),
        |_, answer| {
            let date = |name| httpdate::parse_http_date(answer.header(name).unwrap()).unwrap();
            let wait = date("retry-after").duration_since(date("date")).unwrap();
            assert!(
                (Duration::from_secs(2)..=Duration::from_secs(4)).contains(&wait),
                "{wait:?}"
            );
        },
    );
}

#[test]
fn success_may_be_no_list() {
    with_each(&Fault::html(), |_, answer| {
        assert_eq!(answer.status, 200);
        assert!(
            answer.text().starts_with("<!doctype html>")
                && answer
                    .header("content-type")
                    .unwrap()
                    .starts_with("text/html")
        );
    });
    with_each(&Fault::empty_body(), |_, answer| {
        assert_eq!(
            (
                answer.status,
                answer.body.len(),
                answer.header("content-length")
            ),
            (200, 0, Some("0"))
        );
    });
    with_each(&Fault::unsuccessful(), |_, answer| {
        assert_eq!(
            (answer.status, &answer.json()["success"]),
            (200, &false.into())
        );
    });
}

#[test]
fn redirects_name_their_target() {
    for status in [301, 302, 303, 307, 308] {
        with_each(
            &Fault::redirect(status, "http://127.0.0.1:1/thief"),
            |_, answer| {
                assert_eq!(
                    (answer.status, answer.header("location")),
                    (status, Some("http://127.0.0.1:1/thief"))
                );
            },
        );
    }
}

#[test]
fn bodies_are_cut_in_each_framing() {
    with_each(&Fault::as_usual().cut(Place::Middle), |account, answer| {
        let length: usize = answer.header("content-length").unwrap().parse().unwrap();
        assert_eq!(
            (answer.status, answer.end, answer.body.len()),
            (200, End::Cut, length / 2),
            "{account:?}"
        );
    });
    with_each(
        &Fault::as_usual().chunked().cut(Place::Middle),
        |_, answer| {
            assert_eq!(
                (answer.header("transfer-encoding"), answer.end),
                (Some("chunked"), End::Cut)
            );
            assert!(
                answer.body.len() > 100
                    && serde_json::from_slice::<serde_json::Value>(&answer.body).is_err()
            );
        },
    );
    with_each(
        &Fault::as_usual().chunked().cut(Place::Byte(u64::MAX)),
        |_, answer| {
            assert_eq!(answer.end, End::Cut, "all is there but the final chunk");
            assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok());
        },
    );
    with_each(
        &Fault::as_usual().until_close().cut(Place::Byte(77)),
        |_, answer| {
            assert_eq!(
                (
                    answer.header("content-length"),
                    answer.header("transfer-encoding")
                ),
                (None, None)
            );
            assert_eq!(
                (answer.end, answer.body.len()),
                (End::Whole, 77),
                "nothing tells that more should have come"
            );
        },
    );
    with_each(&Fault::as_usual().cut(Place::Start), |_, answer| {
        assert_eq!(
            (answer.status, answer.end, answer.body.len()),
            (0, End::Cut, 0)
        );
    });
}

#[test]
fn connections_are_reset() {
    for place in [Place::Start, Place::Middle, Place::Byte(10)] {
        with_each(&Fault::as_usual().reset(place), |_, answer| {
            assert_eq!(answer.end, End::Reset, "{place:?}")
        });
    }
    with_each(
        &Fault::as_usual().chunked().reset(Place::Middle),
        |_, answer| assert_eq!(answer.end, End::Reset),
    );
}

#[test]
fn whole_bodies_come_in_each_framing() {
    with_each(&Fault::as_usual().chunked(), |account, answer| {
        assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
        assert_eq!(answer.ids(), account.ids());
    });
    with_each(&Fault::as_usual().until_close(), |account, answer| {
        assert_eq!(answer.header("content-length"), None);
        assert_eq!(answer.ids(), account.ids());
    });
    with_each(
        &Fault::as_usual()
            .chunked()
            .slow(100, Duration::from_micros(10)),
        |account, answer| {
            assert_eq!(answer.ids(), account.ids());
        },
    );
}

#[test]
fn bodies_are_compressed() {
    let unzip = |bytes: &[u8]| {
        let mut text = String::new();
        GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
        text
    };
    with_each(&Fault::as_usual().gzip().chunked(), |account, answer| {
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        assert_eq!(
            account
                .ids()
                .iter()
                .filter(|id| unzip(&answer.body).contains(*id))
                .count(),
            10
        );
    });
}

#[test]
fn an_empty_page_has_a_next_cursor_that_loses_nothing() {
    let simulator = Simulator::start([chained("a")
        .population(5, 1)
        .fault(1..=2, Fault::empty_page())])
    .unwrap();
    let account = simulator.account("a");
    let mut cursors = Vec::new();
    let mut query = String::new();
    for _ in 0..2 {
        let body = get(&account, &query).json();
        assert_eq!(body["things"].as_array().unwrap().len(), 0);
        let cursor = body["next"].as_str().unwrap().to_owned();
        query = format!("token={}", encode(&cursor));
        cursors.push(cursor);
    }
    assert_ne!(cursors[0], cursors[1]);
    assert_eq!(get(&account, &query).ids(), account.ids());
}

#[test]
fn cursors_repeat_run_in_circles_or_are_missing() {
    let next =
        |account: &AccountHandle, query: &str| get(account, query).json().get("next").cloned();
    let simulator =
        Simulator::start([chained("a").population(50, 1).default_page_size(10)]).unwrap();
    let account = simulator.account("a");
    let second = next(&account, "").unwrap();
    account.fault_next(1, Fault::repeated_cursor());
    assert_eq!(
        next(
            &account,
            &format!("token={}", encode(second.as_str().unwrap()))
        ),
        Some(second.clone())
    );
    account.fault_next(1, Fault::next_cursor_to(10));
    let third = next(
        &account,
        &format!("token={}", encode(second.as_str().unwrap())),
    )
    .unwrap();
    assert_eq!(third, second, "a circle leads to a cursor seen before");
    account.fault_next(1, Fault::without_next_cursor());
    assert_eq!(next(&account, ""), None);
}

#[test]
fn totals_differ_and_records_repeat() {
    with_each(&Fault::total_off_by(-3), |_, answer| {
        let body = answer.json();
        let stated = ["total", "total_organizations"].map(|name| body.get(name).cloned());
        for total in stated.into_iter().flatten() {
            assert_eq!(total, 7);
        }
    });
    with_each(&Fault::duplicated_records(), |account, answer| {
        let twice: Vec<String> = account
            .ids()
            .into_iter()
            .flat_map(|id| [id.clone(), id])
            .collect();
        assert_eq!(answer.ids(), twice);
    });
}

#[test]
fn a_page_can_be_changed_at_will() {
    let fault = Fault::page(|page| {
        page.set("total", "\"sixty\"");
        page.remove("size");
        page.append("extra", "{}");
        page.records().push("nonsense".into());
        page.move_last("things");
    });
    let simulator = Simulator::start([numbered("a").fault(1, fault)]).unwrap();
    assert_eq!(
        get(&simulator.account("a"), "").text(),
        r#"{"total":"sixty","page":1,"extra":{},"things":[nonsense]}"#
    );
}

#[test]
fn a_fault_can_follow_what_is_asked() {
    let fault = Fault::status(500);
    let account = numbered("a")
        .population(100, 1)
        .fault(When::query("page", "2"), fault);
    let simulator = Simulator::start([account]).unwrap();
    let account = simulator.account("a");
    let statuses: Vec<u16> = [1, 2, 3, 2, 2]
        .iter()
        .map(|page| get(&account, &format!("page={page}")).status)
        .collect();
    assert_eq!(statuses, [200, 500, 200, 500, 500]);
}

#[test]
fn faults_can_be_added_and_taken_away_while_it_runs() {
    let simulator = Simulator::start([numbered("a")]).unwrap();
    let account = simulator.account("a");
    assert_eq!(get(&account, "").status, 200);
    account.fault_next(2, Fault::status(503));
    let statuses: Vec<u16> = (0..3).map(|_| get(&account, "").status).collect();
    assert_eq!(statuses, [503, 503, 200]);
    account.fault(.., Fault::status(500));
    assert_eq!(get(&account, "").status, 500);
    account.clear_faults();
    assert_eq!(get(&account, "").status, 200);
}

#[test]
fn hostile_records_arrive_byte_for_byte() {
    let big = format!(r#"{{"id":"org_big","name":"{}"}}"#, "x".repeat(5 << 20));
    let records = [
        r#"{"id":"org_1","id":"org_2","status":null}"#,
        "[1,2",
        "\u{feff}",
        r#"{"id":12345678901234567890}"#,
        &big,
    ];
    let simulator = Simulator::start([chained("a").records(records.map(Record::raw))]).unwrap();
    let answer = get(&simulator.account("a"), "");
    assert_eq!(answer.end, End::Whole);
    assert!(answer.text() == format!(r#"{{"things":[{}],"next":null}}"#, records.join(",")));
}

#[tokio::test]
async fn a_stalled_answer_ends_when_the_client_leaves() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    for (place, first) in [(Place::Start, 0), (Place::Middle, 200)] {
        let simulator = Simulator::start([numbered("a")
            .population(10, 1)
            .fault(.., Fault::as_usual().stall(place))])
        .unwrap();
        let account = simulator.account("a");
        let mut stream = tokio::net::TcpStream::connect(account.address())
            .await
            .unwrap();
        let path = account
            .list_url()
            .replace(&format!("http://{}", account.address()), "");
        let auth: String = account
            .auth_headers()
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        stream
            .write_all(format!("GET {path} HTTP/1.1\r\n{auth}\r\n").as_bytes())
            .await
            .unwrap();
        account.wait_until(|stats| stats.requests == 1).await;
        let mut came = vec![0; first];
        stream.read_exact(&mut came).await.unwrap();
        assert_eq!(account.stats().in_flight, 1);
        drop(stream);
        account.wait_until(|stats| stats.in_flight == 0).await;
    }
}
