//! What the corpus gives compiles, and decodes bodies as the document means them.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each golden is a crate's module, of which the tests use a part"
)]
#[rustfmt::skip]
#[path = "goldens/mod.rs"]
mod goldens;

use goldens::*;
use serde::de::DeserializeOwned;

fn read<T: DeserializeOwned>(body: &str) -> T {
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{body}: {error}"))
}

fn refuses<T: DeserializeOwned>(body: &str) {
    assert!(
        serde_json::from_str::<T>(body).is_err(),
        "{body} should not decode"
    );
}

#[test]
fn bodies_of_answers() {
    assert_eq!(
        read::<several_responses::types::ListResponse>(r#"{"name": "a"}"#).name,
        "a"
    );
    assert_eq!(
        read::<several_responses::types::ListError404>(r#"{"code": 4}"#).code,
        4
    );
    assert_eq!(
        read::<several_responses::types::ListErrorDefault>(r#"{"message": "m"}"#).message,
        "m"
    );
    refuses::<several_responses::types::ListResponse>(r#"{"message": "m"}"#);
    assert_eq!(
        read::<default_only::types::ListResponse>(r#"{"id": "a"}"#).id,
        "a"
    );
    assert_eq!(
        read::<vendor_json::types::ListResponse>(r#"{"id": "a", "n": 1}"#).n,
        Some(1)
    );
    assert_eq!(
        read::<vendor_json::types::ListError>(r#"{"status": 400}"#).status,
        Some(400)
    );
    use two_successes::types::ListResponse;
    assert!(matches!(read(r#"{"result": "r"}"#), ListResponse::Done(done) if done.result == "r"));
    assert!(
        matches!(read(r#"{"job": "j"}"#), ListResponse::Waiting(waiting) if waiting.job == "j")
    );
    assert!(
        matches!(read(r#"{"new": 1}"#), ListResponse::Other(raw) if raw.get() == r#"{"new": 1}"#)
    );
}

#[test]
fn bodies_of_requests() {
    let form = form_body::types::ListRequest {
        grant: "g".to_owned(),
        scope: None,
    };
    assert_eq!(serde_json::to_string(&form).unwrap(), r#"{"grant":"g"}"#);
    let json = request_media_types::types::ListRequest {
        name: "n".to_owned(),
    };
    assert_eq!(serde_json::to_string(&json).unwrap(), r#"{"name":"n"}"#);
    let form = swagger_2_form::types::ListRequest {
        grant_type: "g".to_owned(),
        scope: Some("s".to_owned()),
    };
    assert_eq!(
        serde_json::to_string(&form).unwrap(),
        r#"{"grant_type":"g","scope":"s"}"#
    );
    assert_eq!(
        read::<optional_multipart::types::ListResponse>(r#"{"id": "a"}"#).id,
        "a"
    );
    assert_eq!(
        read::<swagger_2_form::types::ListResponse>(r#"{"access_token": "t"}"#)
            .access_token
            .as_deref(),
        Some("t")
    );
}

#[test]
fn names() {
    let odd = read::<odd_names::types::GrosseListT>(
        r#"{"match": "m", "a b": "b", "1st": "f", "日": "d", "self": "s"}"#,
    );
    assert_eq!(
        (odd.match_.as_str(), odd.a_b.as_deref(), odd.x1st.as_deref()),
        ("m", Some("b"), Some("f"))
    );
    assert_eq!(
        (odd.ri.as_deref(), odd.self_.as_deref()),
        (Some("d"), Some("s"))
    );
    let clash = r#"{"type": "t", "$_type": "u", "fooBar": "c", "foo_bar": "s", "extra": 1, "more": [true]}"#;
    let clash = read::<clashing_properties::types::ListResponse>(clash);
    assert_eq!((clash.type_.as_str(), clash.type2.as_str()), ("t", "u"));
    assert_eq!(
        (
            clash.foo_bar.as_deref(),
            clash.foo_bar2.as_deref(),
            clash.extra2
        ),
        (Some("s"), Some("c"), Some(1))
    );
    assert_eq!(clash.extra["more"], serde_json::json!([true]));
    let again = serde_json::to_value(&clash).unwrap();
    assert_eq!(
        (&again["$_type"], &again["fooBar"]),
        (&serde_json::json!("u"), &serde_json::json!("c"))
    );
    let rust = read::<rust_names::types::ResultValue>(
        r#"{"string": {"x": "s"}, "option": "None", "vec": [{"ok": true}]}"#,
    );
    assert_eq!(rust.string.x, "s");
    assert_eq!(
        rust.option,
        client_runtime::OpenEnum::Known(rust_names::types::OptionValue::None)
    );
    assert_eq!(
        read::<clashing_components::types::AccountList2>(r#"{"a": {"b": {"c": "d"}}}"#)
            .a
            .b
            .c,
        "d"
    );
    assert_eq!(
        read::<missing_id::types::GetV1ThingsByThingIdResponse>(r#"{"id": "a"}"#).id,
        "a"
    );
    assert_eq!(
        read::<duplicate_ids::types::List2Response>(r#"{"id": "a"}"#).id,
        "a"
    );
}

#[test]
fn enumerations() {
    use client_runtime::OpenEnum;
    use odd_enums::types::{ListOrder, ListResponse, ListSign};
    let body = |order: &str, sign: &str| {
        read::<ListResponse>(&format!(
            r#"{{"order": {order}, "sign": "{sign}", "level": 9, "version": "2.5"}}"#
        ))
    };
    for (order, known) in [
        ("asc", ListOrder::Asc),
        ("ASC", ListOrder::Asc2),
        ("Asc", ListOrder::Asc3),
        ("", ListOrder::Empty),
    ] {
        assert_eq!(
            body(&format!("{order:?}"), "<").order,
            Some(OpenEnum::Known(known))
        );
        assert_eq!(order.parse::<ListOrder>().unwrap(), known);
        assert_eq!(known.to_string(), order);
        assert_eq!(serde_json::to_value(known).unwrap(), order);
    }
    assert_eq!(body("null", ">=").order, None);
    assert_eq!(
        body("null", ">=").sign,
        OpenEnum::Known(ListSign::GreaterEqual)
    );
    assert_eq!(body("null", "~").sign, OpenEnum::Unknown("~".to_owned()));
    assert_eq!(body("null", "+1").level, Some(9));
    let open = read::<open_enum::types::ListResponse>(
        r#"{"status": "frozen", "history": ["active", "x"]}"#,
    );
    assert_eq!(open.status, OpenEnum::Unknown("frozen".to_owned()));
    assert_eq!(
        open.history.unwrap(),
        [
            OpenEnum::Known(open_enum::types::Status::Active),
            OpenEnum::Unknown("x".to_owned())
        ]
    );
}

#[test]
fn references_and_composition() {
    let deep = read::<deep_references::types::ListResponse>(
        r#"{"owner": {"name": "n"}, "first": {"id": "i"}}"#,
    );
    assert_eq!(
        (deep.owner.name.as_str(), deep.first.id.as_str()),
        ("n", "i")
    );
    let node = r#"{"name": "a", "parent": {"name": "b"}, "children": [{"name": "c"}], "other": {"back": {"name": "d"}}, "tree": [[], [[]]]}"#;
    let node = read::<recursion::types::Node>(node);
    assert_eq!(node.parent.unwrap().name, "b");
    assert_eq!(node.other.unwrap().back.unwrap().name, "d");
    assert_eq!(node.tree.unwrap().0.len(), 2);
    let cat = read::<all_of::types::Cat>(
        r#"{"id": "i", "name": "n", "lives": 9, "meta": {"a": "x", "b": 2}}"#,
    );
    assert_eq!(
        (cat.id.as_str(), cat.name.as_str(), cat.lives),
        ("i", "n", Some(9))
    );
    assert_eq!(cat.meta.unwrap().b, Some(2));
    refuses::<all_of::types::Cat>(r#"{"name": "n"}"#);
    assert_eq!(
        read::<external_references::types::Thing>(r#"{"owner": {"name": "n"}}"#)
            .owner
            .name,
        "n"
    );
    assert_eq!(read::<shared_parts::types::Thing>(r#"{"id": "i"}"#).id, "i");
    assert_eq!(
        read::<path_item_reference::types::ListResponse>(r#"{"id": "i"}"#).id,
        "i"
    );
}

#[test]
fn allof_of_one_reference_beside_properties_is_a_composition() {
    use client_runtime::OpenEnum;
    use compositions::types::{Account, AccountMemberRole, Page, Sent, SentScope, State};
    let page = r#"{"items": [{"name": "n", "state": "open", "id": "i", "created": "2026-01-02T03:04:05Z", "past": ["gone"],
        "owner": {"name": "o"}, "member": {"name": "m", "role": "guest"}, "links": {"up": "u", "self": {"hint": "a"}}}, 7]}"#;
    let page = read::<Page>(page);
    assert!(
        page.items[1].decoded().is_err(),
        "one bad record costs the others"
    );
    let account: &Account = page.items[0].decoded().unwrap();
    assert_eq!(account.name, "n");
    assert_eq!(account.state, OpenEnum::Known(State::Open));
    assert_eq!(
        account.past.as_deref(),
        Some(&[OpenEnum::Unknown("gone".to_owned())][..])
    );
    let member = account.member.as_ref().unwrap();
    assert_eq!(
        (member.name.as_deref(), &member.role),
        (Some("m"), &Some(OpenEnum::Known(AccountMemberRole::Guest)))
    );
    let links = account.links.as_ref().unwrap();
    assert!(links.up.is_some() && links.self_.as_ref().is_some_and(|link| link.hint.is_some()));
    let sent = Sent {
        scopes: Some(vec![SentScope::Bot]),
    };
    assert_eq!(
        serde_json::to_string(&sent).unwrap(),
        r#"{"scopes":["bot"]}"#
    );
}

#[test]
fn names_outside_ascii_and_names_that_respelling_changes() {
    use letters::types::{V3oAuthToken, V3oAuthTokenVoice};
    let body = r#"{"voice": "Hélène", "control": {"ack": true}, "prénom": "1", "prenom": "2", "x y": "3", "x_y": "4",
        "self": {"a": "5"}, "Self": {"b": "6"}, "名": "7", "日": "8"}"#;
    let token = read::<V3oAuthToken>(body);
    assert_eq!(
        token.voice,
        client_runtime::OpenEnum::Known(V3oAuthTokenVoice::Helene2)
    );
    assert_eq!(
        [
            &token.prenom2,
            &token.prenom,
            &token.x_y2,
            &token.x_y,
            &token.ming,
            &token.ri
        ]
        .map(|field| field.as_deref().unwrap_or_default()),
        ["1", "2", "3", "4", "7", "8"]
    );
    let sent: serde_json::Value = serde_json::to_value(&token).unwrap();
    assert_eq!(sent, read::<serde_json::Value>(body));
}

#[test]
fn what_may_be_null_may_be_absent() {
    let all = read::<nullable::types::Answer>(
        r#"{"a": "s", "b": {"x": "1"}, "c": {"x": "2"}, "d": {"x": "3"}, "e": "t"}"#,
    );
    assert_eq!(all.c.unwrap().x, "2");
    for body in [
        r#"{"a": null, "b": null, "c": null, "d": null, "e": null}"#,
        "{}",
    ] {
        let none = read::<nullable::types::Answer>(body);
        assert!(
            none.a.is_none()
                && none.b.is_none()
                && none.c.is_none()
                && none.d.is_none()
                && none.e.is_none()
        );
    }
}

#[test]
fn choices_take_the_branch_that_fits() {
    use choices::types::{ListBeside, ListId, ListNested, ListResponse, ListTarget};
    let read_one = |body: &str| read::<ListResponse>(body);
    assert!(matches!(read_one(r#"{"id": "x"}"#).id, Some(ListId::Text(text)) if text == "x"));
    assert!(matches!(
        read_one(r#"{"id": 7}"#).id,
        Some(ListId::Integer(7))
    ));
    assert!(
        matches!(read_one(r#"{"id": [1.50]}"#).id, Some(ListId::Other(raw)) if raw.get() == "[1.50]")
    );
    let exact = read_one(r#"{"target": {"shared": "s", "b": 12345678901234567.89}}"#).target;
    assert!(
        matches!(exact, Some(ListTarget::B(b)) if b.b.as_ref().is_some_and(|number| number.as_str() == "12345678901234567.89"))
    );
    assert!(
        matches!(read_one(r#"{"target": {"a": "x"}}"#).target, Some(ListTarget::A(a)) if a.a.as_deref() == Some("x"))
    );
    assert!(
        matches!(read_one(r#"{"target": ["x"]}"#).target, Some(ListTarget::List(list)) if list == ["x"])
    );
    assert!(matches!(
        read_one(r#"{"nested": true}"#).nested,
        Some(ListNested::Boolean(true))
    ));
    assert!(matches!(
        read_one(r#"{"nested": {"a": "x"}}"#).nested,
        Some(ListNested::A(_))
    ));
    let beside = read_one(r#"{"beside": {"common": "c", "y": "y"}}"#).beside;
    assert!(
        matches!(beside, Some(ListBeside::ListBesideVariant2(two)) if two.common == "c" && two.y.as_deref() == Some("y"))
    );
    assert_eq!(
        read_one(r#"{"constraint": {"p": "x"}}"#)
            .constraint
            .unwrap()
            .p
            .as_deref(),
        Some("x")
    );
}

#[test]
fn a_discriminator_decides() {
    use discriminator::types::{ListResponse, Pet};
    let body = r#"{"pets": [{"kind": "dog", "lives": 1}, {"kind": "feline", "lives": 9}, {"kind": "bird"}]}"#;
    let pets: Vec<Pet> = read::<ListResponse>(body)
        .pets
        .into_iter()
        .map(|pet| pet.into_decoded().unwrap())
        .collect();
    assert!(matches!(&pets[0], Pet::Dog(_)));
    assert!(
        matches!(&pets[1], Pet::Cat(cat) if cat.lives.as_ref().is_some_and(|lives| lives.as_str() == "9"))
    );
    assert!(matches!(&pets[2], Pet::Other(_)));
    assert_eq!(
        serde_json::to_string(&pets[2]).unwrap(),
        r#"{"kind": "bird"}"#
    );
}

#[test]
fn a_discriminator_decides_whatever_its_arms_are() {
    use discriminator_arms::types::{Beside, ListResponse, Owner};
    let owner = |kind: &str| {
        let body = format!(r#"{{"owner": {{"kind": "{kind}", "name": "n"}}}}"#);
        read::<ListResponse>(&body).owner.unwrap()
    };
    assert!(matches!(owner("person"), Owner::Base(base) if base.name.as_deref() == Some("n")));
    assert!(matches!(owner("firm"), Owner::Firm(_)) && matches!(owner("ltd"), Owner::Firm(_)));
    assert!(matches!(owner("Town"), Owner::Town(_)) && matches!(owner("Land"), Owner::Land(_)));
    assert!(matches!(owner("gone"), Owner::Other(_)));
    let beside = |kind: &str| {
        let body = format!(r#"{{"beside": {{"kind": "{kind}", "value": "v"}}}}"#);
        read::<ListResponse>(&body).beside.unwrap()
    };
    assert!(matches!(beside("n"), Beside::Named(named) if named.kind == "n"));
    assert!(matches!(beside("c"), Beside::Counted(_)));
    assert!(matches!(beside("x"), Beside::Other(_)));
}

#[test]
fn wire_types_keep_what_was_sent() {
    let body = r#"{"at": "2025-10-09T10:20:58.220633", "day": "2026-03-25", "amount": 24442.60, "key": "secret", "id": 12345678901234567890,
        "phone": false, "since": "2025-01-01T00:00:00Z", "uuid": "not one"}"#;
    let read = read::<wire_types::types::ListResponse>(body);
    assert_eq!(read.at.as_str(), "2025-10-09T10:20:58.220633");
    assert_eq!(read.day.as_ref().unwrap().as_str(), "2026-03-25");
    assert_eq!(read.amount.as_str(), "24442.60");
    assert_eq!(read.id.as_ref().unwrap().as_str(), "12345678901234567890");
    assert!(
        read.phone
            .as_ref()
            .is_some_and(|phone| phone.value().is_none())
    );
    assert_eq!(
        read.since.as_ref().unwrap().value().unwrap().as_str(),
        "2025-01-01T00:00:00Z"
    );
    assert!(!format!("{read:?}").contains("secret"));
    assert_eq!(wire_types::SECRET_PROPERTIES, ["key"]);
}

#[test]
fn a_bad_record_does_not_cost_the_others() {
    let page = read::<records::types::ListResponse>(
        r#"{"items": [{"id": "a"}, {"id": 1, "n": "x"}, {"id": "c", "n": 3}], "next": null}"#,
    );
    let decoded: Vec<bool> = page
        .items
        .iter()
        .map(|record| record.decoded().is_ok())
        .collect();
    assert_eq!((decoded[0], decoded[2]), (true, true));
    assert_eq!(page.items[2].decoded().unwrap().n, Some(3));
    let nested =
        read::<nested_records::types::ListResponse>(r#"{"result": {"rows": [{"id": "a"}]}}"#);
    assert_eq!(nested.result.rows[0].decoded().unwrap().id, "a");
    let list =
        read::<Vec<client_runtime::Record<root_list::types::ListResponseItem>>>(r#"[{"id": "a"}]"#);
    assert_eq!(list[0].decoded().unwrap().id, "a");
    let page = read::<deep_object::types::ListResponse>(r#"{"data": [{"id": "a"}]}"#);
    assert_eq!(page.data[0].decoded().unwrap().id, "a");
}

#[test]
fn what_a_document_does_not_say_does_not_cost_the_answer() {
    let body = r#"{"name": "longer than three", "size": -5, "tags": ["x", "x", "x"], "new": {}}"#;
    let read_one = read::<tolerance::types::ListResponse>(body);
    assert_eq!(
        (read_one.name.as_str(), read_one.size, read_one.note),
        ("longer than three", Some(-5), None)
    );
    assert_eq!(read_one.tags.unwrap().len(), 3);
    assert_eq!(read_one.state, None);
    let body = r#"{"a": 1, "b": "2025-01-01", "c": "s", "d": [1], "e": 0.10, "f": ["x"], "g": {"x": true}, "h": {"y": "z"}, "i": 2}"#;
    let wrong = read::<wrong_types::types::ListResponse>(body);
    assert_eq!(
        (
            wrong.a,
            wrong.i,
            wrong.e.as_ref().map(client_runtime::RawNumber::as_str)
        ),
        (Some(1), Some(2), Some("0.10"))
    );
    assert_eq!(
        (wrong.g.unwrap().x, wrong.h.unwrap().y.as_str()),
        (Some(true), "z")
    );
    let maps = r#"{"flags": {"a": true}, "owners": {"x": {"name": "n"}}, "free": {"any": [1]}, "mixed": {"known": "k", "price": 12345678901234567.89, "either": 1, "new": "not a number"}}"#;
    let maps = read::<maps::types::ListResponse>(maps);
    assert!(maps.flags.unwrap()["a"]);
    assert_eq!(maps.owners.unwrap()["x"].name.as_deref(), Some("n"));
    let mixed = maps.mixed.unwrap();
    assert_eq!(
        mixed.price.as_ref().map(client_runtime::RawNumber::as_str),
        Some("12345678901234567.89")
    );
    assert_eq!(mixed.extra["new"], "not a number");
}

#[test]
fn openapi_3_1_and_swagger_2() {
    use openapi_31::types::{T, TEither, TKind};
    let body = r#"{"kind": "thing", "note": null, "either": 5, "count": 1, "inner": {"v": "x"}, "maybe": null, "pair": ["a", 1], "by_code": {"a": 1}, "nothing": null}"#;
    let t = read::<T>(body);
    assert_eq!(t.kind, client_runtime::OpenEnum::Known(TKind::Thing));
    assert!(matches!(t.either, Some(TEither::Integer(5))));
    assert_eq!(t.inner.unwrap().v.as_deref(), Some("x"));
    assert_eq!(
        (
            t.by_code.unwrap()["a"],
            t.pair.unwrap().len(),
            t.maybe.is_none()
        ),
        (1, 2, true)
    );
    assert_eq!(
        read::<swagger_2::types::Thing>(r#"{"id": "i", "note": null}"#).id,
        "i"
    );
    assert_eq!(swagger_2::DEFAULT_BASE_URL, "https://api.example.com/v2");
    assert_eq!(
        server_variables::DEFAULT_BASE_URL,
        "https://eu.example.com/v1"
    );
}

#[test]
fn strict_is_the_document_to_the_letter() {
    use strict::types::{A, ListChoice, ListResponse, ListStatus};
    let one = read::<ListResponse>(
        r#"{"status": "on", "items": [{"id": "a"}], "amount": 1.5, "size": 2, "gone": null, "choice": {"a": "x"}}"#,
    );
    assert_eq!(
        (one.status, one.amount, one.items[0].id.as_str()),
        (ListStatus::On, Some(1.5), "a")
    );
    assert!(matches!(one.choice, Some(ListChoice::A(_))));
    refuses::<ListResponse>(r#"{"status": "other", "items": [], "gone": null}"#);
    refuses::<ListResponse>(r#"{"status": "on", "items": [{}], "gone": null}"#);
    refuses::<A>(r#"{"a": "x", "new": 1}"#);
}

/// The requests that the clients of the corpus make, as a server on loopback gets them.
mod requests {
    use client_runtime::{Chunk, Options};
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, Request, ResponseTemplate};

    async fn server(body: &str) -> MockServer {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_raw(body.to_owned(), "application/json");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        server
    }

    async fn only(server: &MockServer) -> Request {
        let mut all = server.received_requests().await.unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
        request
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn parameters_go_where_the_document_has_them() {
        use super::parameters::{Client, Credentials, types::ListType};
        let server = server("[]").await;
        let client =
            Client::connect_with(&server.uri(), Credentials::new(), &Options::default()).unwrap();
        let tags = vec!["x".to_owned(), "y".to_owned()];
        client
            .list(7, "o/1", ListType::Big)
            .body_param(true)
            .filter(&serde_json::Map::new())
            .id_query("i")
            .ids([1, 2])
            .ratio(String::from("0.10"))
            .tags(&tags)
            .x_trace_id(Some("t"))
            .send()
            .await
            .unwrap();
        let request = only(&server).await;
        assert_eq!(request.url.path(), "/a/7/b/o%2F1");
        assert_eq!(
            request.url.query(),
            Some("type=big&body=true&filter=%7B%7D&id=i&ids=1%2C2&ratio=0.10&tags=x&tags=y")
        );
        assert_eq!(header(&request, "x-trace-id"), Some("t"));
        assert_eq!(header(&request, "api-version"), None);
    }

    #[tokio::test]
    async fn lists_and_objects_are_written_in_the_declared_style() {
        use super::parameter_styles::types::{Filter, ListCsvItem};
        use super::parameter_styles::{Client, Credentials};
        let server = server("").await;
        let client =
            Client::connect_with(&server.uri(), Credentials::new(), &Options::default()).unwrap();
        let filter = Filter {
            name: "n".to_owned(),
            sizes: Some(vec![1]),
        };
        let metadata = [("k".to_owned(), "v".to_owned())].into_iter().collect();
        let labels = [("l".to_owned(), 3)].into_iter().collect();
        let nested = serde_json::json!({"a": {"b": [true]}});
        client
            .list(["x", "y/z"], &filter)
            .metadata(&metadata)
            .where_(nested.as_object().unwrap())
            .labels(&labels)
            .csv([ListCsvItem::A, ListCsvItem::B])
            .spaces(["a", "b"])
            .pipes([1, 2])
            .x_fields(["f", "g"])
            .send()
            .await
            .unwrap();
        let request = only(&server).await;
        assert_eq!(request.url.path(), "/a/x,y%2Fz");
        let pairs: Vec<String> = request
            .url
            .query_pairs()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            pairs,
            [
                "kind=all",
                r#"filter={"name":"n","sizes":[1]}"#,
                "metadata[k]=v",
                "where[a][b][]=true",
                "l=3",
                "csv=a,b",
                "spaces=a b",
                "pipes=1|2"
            ]
        );
        assert_eq!(header(&request, "x-fields"), Some("f,g"));
    }

    #[tokio::test]
    async fn bodies_have_the_declared_media_type() {
        use super::request_bodies::types::{ChangeRequest, OrderRequest, OrderRequestAddress};
        use super::request_bodies::{Client, Credentials};
        let server = server("").await;
        let client =
            Client::connect_with(&server.uri(), Credentials::new(), &Options::default()).unwrap();
        let name = Some("n".to_owned());
        client.change(&ChangeRequest { name }).send().await.unwrap();
        client.write("<a/>").send().await.unwrap();
        client.paint(vec![1, 2]).send().await.unwrap();
        let order = OrderRequest {
            address: OrderRequestAddress {
                city: Some("c d".to_owned()),
            },
            expand: vec!["e".to_owned()],
            note: None,
            tags: vec!["t".to_owned(), "u".to_owned()],
        };
        client.order(&order).send().await.unwrap();
        let upload = client_runtime::Multipart::new().text("purpose", "p");
        let upload = upload.file("file", "f.txt", "text/plain", "content");
        client.upload(&upload).send().await.unwrap();
        let sent = server.received_requests().await.unwrap();
        let sent: Vec<(&str, &[u8])> = sent
            .iter()
            .map(|request| (header(request, "content-type").unwrap(), &request.body[..]))
            .collect();
        assert_eq!(
            sent,
            [
                ("application/merge-patch+json", &br#"{"name":"n"}"#[..]),
                ("application/xml", b"<a/>"),
                ("image/png", &[1, 2]),
                (
                    "application/x-www-form-urlencoded",
                    b"address%5Bcity%5D=c+d&expand%5B%5D=e&tags=t&tags=u"
                ),
                (
                    "multipart/form-data; boundary=client-runtime-part-0",
                    b"--client-runtime-part-0\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\np\r\n\
                      --client-runtime-part-0\r\ncontent-disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\n\
                      content-type: text/plain\r\n\r\ncontent\r\n--client-runtime-part-0--\r\n"
                ),
            ]
        );
    }

    #[tokio::test]
    async fn only_the_operations_own_credentials_cover_a_header() {
        use super::whole_document::{Client, Credentials};
        let server = server("").await;
        let credentials = Credentials::new("k");
        let client = Client::connect_with(&server.uri(), credentials, &Options::default()).unwrap();
        client.change("app").send().await.unwrap();
        client.remove(7).send().await.unwrap();
        let sent = server.received_requests().await.unwrap();
        assert_eq!(header(&sent[0], "x-app"), Some("app"));
        assert_eq!(header(&sent[0], "authorization"), Some("Bearer k"));
        assert_eq!(sent[1].url.query(), Some("page=7"));
    }

    #[tokio::test]
    async fn deep_objects_are_written_with_brackets() {
        use super::deep_object::{Client, Credentials};
        let server = server(r#"{"data": []}"#).await;
        let client =
            Client::connect_with(&server.uri(), Credentials::new(), &Options::default()).unwrap();
        let list = client.list().filter_name_eq("n");
        list.page_number(2).page_size(50).send().await.unwrap();
        let pairs: Vec<_> = only(&server).await.url.query_pairs().into_owned().collect();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("filter[name][eq]", "n"),
                ("page[number]", "2"),
                ("page[size]", "50")
            ]
        );
    }

    #[tokio::test]
    async fn the_vendor_media_type_is_asked_for() {
        use super::vendor_json::{Client, Credentials};
        let server = server(r#"{"id": "a"}"#).await;
        let client =
            Client::connect_with(&server.uri(), Credentials::new(), &Options::default()).unwrap();
        assert_eq!(client.list().send().await.unwrap().into_inner().id, "a");
        assert_eq!(
            header(&only(&server).await, "accept"),
            Some("application/vnd.example.v2+json")
        );
    }

    #[tokio::test]
    async fn credentials_go_where_the_schemes_say() {
        let server_of = || server(r#"{"id": "a"}"#);
        {
            use super::security_several::{Client, Credentials};
            let server = server_of().await;
            let client = Client::connect_with(
                &server.uri(),
                Credentials::new("acc", "k y"),
                &Options::default(),
            )
            .unwrap();
            client.list().send().await.unwrap();
            let request = only(&server).await;
            assert_eq!(
                (header(&request, "x-account"), request.url.query()),
                (Some("acc"), Some("token=k+y"))
            );
            assert!(!format!("{client:?}").contains("k y"));
        }
        use super::security_alternatives::{Client, Credentials};
        for (credentials, name, value) in [
            (Credentials::new("u", "p"), "authorization", "Basic dTpw"),
            (
                Credentials::with_access_token("t"),
                "authorization",
                "Bearer t",
            ),
            (Credentials::with_sid("s"), "cookie", "sid=s"),
        ] {
            let server = server_of().await;
            let client =
                Client::connect_with(&server.uri(), credentials, &Options::default()).unwrap();
            client.list().send().await.unwrap();
            assert_eq!(header(&only(&server).await, name), Some(value));
        }
    }

    #[tokio::test]
    async fn a_stream_gives_the_bytes_as_they_are() {
        use super::records::{Client, Credentials};
        let body = r#"{"items": [{"id": 1}]}"#;
        let server = server(body).await;
        let client =
            Client::connect_with(&server.uri(), Credentials::new(), &Options::default()).unwrap();
        let mut stream = client.list().stream();
        let mut bytes = Vec::new();
        while let Chunk::Bytes(chunk) = stream.chunk().await.unwrap() {
            bytes.extend_from_slice(&chunk);
        }
        assert_eq!(bytes, body.as_bytes());
        assert_eq!(
            header(&only(&server).await, "accept"),
            Some("application/json")
        );
    }

    #[tokio::test]
    async fn an_answer_without_a_body_is_one() {
        use super::no_content::{Client, Credentials};
        let server = MockServer::start().await;
        Mock::given(any())
            .respond_with(ResponseTemplate::new(204))
            .mount(&server)
            .await;
        let client =
            Client::connect_with(&server.uri(), Credentials::new(), &Options::default()).unwrap();
        client.list("a").send().await.unwrap();
        let request = only(&server).await;
        assert_eq!(
            (request.method.as_str(), request.url.path()),
            ("DELETE", "/things/a")
        );
    }
}
