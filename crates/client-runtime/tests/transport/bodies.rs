//! Bodies that are compressed, cut short or not quite JSON.

use std::io::Write;

use client_runtime::{ErrorKind, Record};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use wiremock::ResponseTemplate;

use super::{call, json, options, request, requests, server, transport};

#[tokio::test]
async fn a_page_that_is_no_json_is_asked_for_again_and_keeps_its_status() {
    let html = ResponseTemplate::new(200).set_body_raw("<html>hello</html>", "text/html");
    let recovered = server([html.clone(), json(200, "[]")]).await;
    assert!(call(&transport(&recovered.uri(), &options())).await.is_ok());

    let broken = server([html]).await;
    let mut options = options();
    options.max_retries = 1;
    let error = call(&transport(&broken.uri(), &options)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(
        error.to_string(),
        "list-things: 200 OK, but the body is not a complete JSON document (text/html) (after 2 attempts)"
    );
}

#[tokio::test]
async fn a_body_cut_short_is_asked_for_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        for body in ["[1,", "[1,2]"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = [0; 4096];
            let read = stream.read(&mut head).await.unwrap();
            assert!(read > 0);
            let answer =
                format!("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    assert_eq!(
        call(&transport(&base_url, &options())).await.unwrap(),
        serde_json::json!([1, 2])
    );
    serving.await.unwrap();
}

#[tokio::test]
async fn a_page_with_a_member_twice_alike_is_read_and_one_that_contradicts_itself_is_left_as_it_is()
{
    #[derive(Debug, serde::Deserialize)]
    struct Page {
        total: u64,
    }
    let read = async |body: &str| {
        let server = server([json(200, body)]).await;
        let request = request(&transport(&server.uri(), &options()));
        let page = request.receive_json::<Page>().await;
        page.map(|page| page.total)
    };
    assert_eq!(read(r#"{"total":3,"total":3}"#).await.unwrap(), 3);
    assert!(read(r#"{"total":3,"total":4}"#).await.is_err());
}

#[tokio::test]
async fn a_byte_that_is_no_utf8_costs_one_field_and_no_other_record() {
    #[derive(Debug, serde::Deserialize)]
    struct Thing {
        id: String,
        name: Option<String>,
    }
    let body =
        b"[{\"id\":\"1\",\"name\":\"M\xfcller\"},{\"id\":\"\xff\"},{\"id\":\"3\",\"name\":\"A\"}]";
    let answer_sent = ResponseTemplate::new(200).set_body_raw(body.to_vec(), "application/json");
    let server = server([answer_sent]).await;
    let request = request(&transport(&server.uri(), &options()));
    let page = request.receive_json::<Vec<Record<Thing>>>().await.unwrap();
    let read: Vec<_> = page
        .iter()
        .map(|record| match record.decoded() {
            Ok(thing) => format!("{} {:?}", thing.id, thing.name),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(
        read,
        ["1 None", "/id: is not valid Unicode", "3 Some(\"A\")"]
    );
    assert_eq!(page[0].omitted()[0].path, "/name");
    assert_eq!(requests(&server).await, 1);
}

fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn coded(status: u16, coding: &str, body: Vec<u8>) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .set_body_raw(body, "application/json")
        .insert_header("content-encoding", coding)
}

#[tokio::test]
async fn gzip_is_read_by_every_name_and_in_several_members() {
    let members = [gzipped(b"[1,"), gzipped(b""), gzipped(b"2]")].concat();
    let zeros = vec![0; 100_000];
    let padded = [gzipped(b"[1,"), vec![0; 3], gzipped(b"2]"), zeros].concat();
    for (coding, body) in [
        ("gzip", gzipped(b"[1,2]")),
        ("GZIP", gzipped(b"[1,2]")),
        ("x-gzip", gzipped(b"[1,2]")),
        ("identity", b"[1,2]".to_vec()),
        ("", b"[1,2]".to_vec()),
        ("gzip", members),
        ("gzip", padded),
    ] {
        let server = server([coded(200, coding, body)]).await;
        let read = call(&transport(&server.uri(), &options())).await;
        assert_eq!(read.unwrap(), serde_json::json!([1, 2]), "{coding}");
        let sent = &server.received_requests().await.unwrap()[0];
        assert_eq!(sent.headers["accept-encoding"], "gzip");
    }
    let refused = gzipped(br#"{"error":"no right"}"#);
    let server = server([coded(403, "gzip", refused)]).await;
    let error = call(&transport(&server.uri(), &options())).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "list-things: 403 Forbidden: no right"
    );
}

#[tokio::test]
async fn gzip_cut_short_is_requested_again() {
    let body = gzipped(b"[1,2]");
    let cut = |length: usize| coded(200, "gzip", body[..length].to_vec());
    for length in [5, body.len() - 9, body.len() - 3] {
        let server = server([cut(length), cut(body.len())]).await;
        let read = call(&transport(&server.uri(), &options())).await;
        assert_eq!(read.unwrap(), serde_json::json!([1, 2]), "{length}");
    }
}

#[tokio::test]
async fn what_gzip_decodes_comes_before_its_missing_checksum() {
    let body = gzipped(b"[1,2]");
    let cut = coded(200, "gzip", body[..body.len() - 8].to_vec());
    let server = server([cut]).await;
    let mut options = options();
    options.max_retries = 0;
    let mut download = request(&transport(&server.uri(), &options)).download();
    let chunk = download.chunk().await.unwrap();
    assert_eq!(chunk, client_runtime::Chunk::Bytes((&b"[1,2]"[..]).into()));
    assert!(download.chunk().await.is_err());
}

#[tokio::test]
async fn a_coding_that_was_not_requested_is_named() {
    let mut options = options();
    options.max_retries = 0;
    for coding in ["br", "zstd", "deflate", "gzip, br", "gzip, gzip"] {
        let server = server([coded(200, coding, b"\x0b\x02".to_vec())]).await;
        let error = call(&transport(&server.uri(), &options)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(
            error.to_string(),
            format!(
                "list-things: 200 OK, but the body is compressed as `{coding}`: only gzip was requested, and can be read"
            )
        );
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_to_hold_is_refused_once() {
    let server = server([json(200, "[1,2,3,4]")]).await;
    let mut options = options();
    options.max_body = 9;
    assert!(call(&transport(&server.uri(), &options)).await.is_ok());
    options.max_body = 8;
    let transport = transport(&server.uri(), &options);
    let message = format!(
        "list-things: the response from {} has more than 8 bytes: raise `Options::max_body`, or read it as it arrives with \
         `download`",
        server.uri()
    );
    let error = call(&transport).await.unwrap_err();
    assert!(error.to_string().starts_with(&message), "{error}");
    let error = request(&transport).receive_bytes().await.unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(requests(&server).await, 3);
}

#[tokio::test]
async fn a_small_body_that_expands_without_end_is_refused() {
    let body = format!("[{}{{}}]", "{},".repeat(3_000_000));
    let server = server([coded(200, "gzip", gzipped(body.as_bytes()))]).await;
    let mut options = options();
    options.max_retries = 0;
    let error = call(&transport(&server.uri(), &options))
        .await
        .err()
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(
        error
            .to_string()
            .ends_with("broke off: it expands to more than 250 times its compressed size"),
        "{error}"
    );
}

#[tokio::test]
async fn a_byte_order_mark_and_a_bare_nan_do_not_cost_the_page() {
    for (body, expected) in [
        ("\u{feff}[1,2]", serde_json::json!([1, 2])),
        (
            r#"{"share":NaN,"a":1}"#,
            serde_json::json!({"share": "NaN", "a": 1}),
        ),
    ] {
        let server = server([json(200, body)]).await;
        let transport = transport(&server.uri(), &options());
        assert_eq!(call(&transport).await.unwrap(), expected);
        assert_eq!(transport.traffic().requests, 1);
    }
    let server = server([json(403, "\u{feff}{\"error\":\"no right\"}")]).await;
    let error = call(&transport(&server.uri(), &options())).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "list-things: 403 Forbidden: no right"
    );
}
