//! Long lists: written while they are sent.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use provider_sim::{Account, Simulator};

use crate::client::get;

#[test]
fn a_long_body_is_chunked_and_whole() {
    let simulator = Simulator::start([Account::omnidim("a").population(5_000, 1)]).unwrap();
    let account = simulator.account("a");
    let answer = get(&account, "");
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    assert_eq!(answer.ids(), account.ids());
}

#[test]
fn a_list_changed_while_it_is_sent_is_sent_as_it_was() {
    let simulator = Simulator::start([Account::omnidim("a").population(50_000, 1)]).unwrap();
    let account = simulator.account("a");
    let mut stream = TcpStream::connect(account.address()).unwrap();
    let (_, key) = account.auth_headers().remove(0);
    write!(stream, "GET /api/v1/reseller/organizations HTTP/1.1\r\nConnection: close\r\nAuthorization: {key}\r\n\r\n").unwrap();
    let mut text = vec![0; 1];
    stream.read_exact(&mut text).unwrap();
    account.population(provider_sim::Population::clear);
    stream.read_to_end(&mut text).unwrap();
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains(r#""total_organizations":50000,"#) && text.ends_with("\r\n0\r\n\r\n"));
    assert_eq!(text.matches(r#""org_balance":"#).count(), 50_000);
}

#[test]
fn twenty_thousand_sub_accounts_in_pages_of_a_hundred() {
    let simulator = Simulator::start([Account::vobiz("a").population(20_000, 1)]).unwrap();
    let account = simulator.account("a");
    let mut ids = Vec::new();
    for page in 1..=200 {
        ids.extend(get(&account, &format!("page={page}&size=100")).ids());
    }
    assert_eq!(ids, account.ids());
    assert_eq!(account.stats().requests, 200);
}

#[test]
fn a_thousand_accounts_of_a_hundred_tenants() {
    let simulator = Simulator::start(
        (0..1_000).map(|number| Account::layers(format!("a{number}")).population(100, number)),
    )
    .unwrap();
    for account in simulator.accounts().iter().step_by(97) {
        assert_eq!(get(account, "limit=200").ids(), account.ids());
    }
}
