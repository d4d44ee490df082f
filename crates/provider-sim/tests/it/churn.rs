//! Tenants that come, go and change while they are listed.

use provider_sim::{Account, Churn, Population, Provider, Record, Simulator, Status};

use crate::client::{encode, get};
use crate::imaginary::{chained, numbered};

#[test]
fn before_is_seen_by_that_request_and_after_by_the_next() {
    let account = numbered("a")
        .population(5, 1)
        .churn(Churn::before(2).create(2))
        .churn(Churn::after(2).delete_at([0, 0, 0]));
    let simulator = Simulator::start([account]).unwrap();
    let account = simulator.account("a");
    let totals: Vec<_> = (0..4)
        .map(|_| get(&account, "").json()["total"].as_u64().unwrap())
        .collect();
    assert_eq!(totals, [5, 7, 4, 4]);
}

#[test]
fn a_deletion_shifts_later_tenants_into_pages_already_read() {
    let simulator = Simulator::start([numbered("a")
        .population(6, 1)
        .churn(Churn::after(1).delete_at([0]))])
    .unwrap();
    let account = simulator.account("a");
    let before = account.ids();
    assert_eq!(get(&account, "page=1&size=3").ids(), before[..3]);
    assert_eq!(
        get(&account, "page=2&size=3").ids(),
        before[4..],
        "the fourth is missed"
    );
}

#[test]
fn an_offset_cursor_shifts_and_a_key_cursor_does_not() {
    for (knob, missed) in [
        ((|account| account) as fn(Account) -> Account, true),
        (Account::key_cursors, false),
    ] {
        let account = knob(
            chained("a")
                .population(6, 1)
                .churn(Churn::after(1).delete_at([0, 1])),
        );
        let simulator = Simulator::start([account]).unwrap();
        let account = simulator.account("a");
        let before = account.ids();
        let first = get(&account, "size=3").json();
        let cursor = encode(first["next"].as_str().unwrap());
        let second = get(&account, &format!("size=3&token={cursor}")).ids();
        assert_eq!(second, if missed { &before[5..] } else { &before[3..] });
    }
}

#[test]
fn a_re_activated_tenant_appears_in_the_middle() {
    let simulator = Simulator::start([numbered("a").population(10, 1)]).unwrap();
    let account = simulator.account("a");
    let id = account.ids()[5].clone();
    let set = |status| {
        account
            .population(|population: &mut Population| assert!(population.set_status(&id, status)))
    };
    set(Status::Suspended);
    assert!(!get(&account, "status=active").ids().contains(&id));
    set(Status::Active);
    let active = get(&account, "status=active").ids();
    let all = account.ids();
    let position = active.iter().position(|active| *active == id).unwrap();
    assert!(position > 0 && position < active.len() - 1 && all[5] == id);
}

#[test]
fn a_status_is_changed_in_the_record_too() {
    let account = chained("a").records([Record::raw(r#"{"id":"1","status":"Active","n":1.10}"#)]);
    let simulator = Simulator::start([account]).unwrap();
    let account = simulator.account("a");
    account.population(|population| population.set_status("1", Status::Archived));
    assert_eq!(
        get(&account, "status=archived").text(),
        r#"{"things":[{"id":"1","status":"Archived","n":1.10}],"next":null}"#
    );
    assert!(get(&account, "status=active").ids().is_empty());
}

#[test]
fn tenants_are_created_deleted_replaced_and_inserted_while_it_runs() {
    for provider in Provider::ALL {
        let account = Account::new(*provider, "a").population(3, 9);
        let simulator = Simulator::start([account]).unwrap();
        let account = simulator.account("a");
        let created = account.create(2);
        assert!(account.delete(&created[0]) && !account.delete(&created[0]));
        assert!(!account.delete("nobody"));
        let record = |id| Record::raw(serde_json::json!({ provider.id_member(): id }).to_string());
        account.population(|population| {
            population.insert(record("x"));
            assert!(population.replace("x", record("y")));
        });
        let ids = get(&account, "").ids();
        assert_eq!(ids, account.ids());
        assert_eq!(ids.len(), 5);
        assert!(ids.contains(&created[1]) && ids.contains(&"y".to_owned()));
        account.population(Population::clear);
        assert!(get(&account, "").ids().is_empty());
    }
}

#[test]
fn churn_can_come_before_each_request() {
    let churn = Churn::before_each(|request, population| {
        if request % 2 == 0 {
            population.delete_at(0);
        } else {
            population.create(3);
        }
    });
    let simulator = Simulator::start([numbered("a").population(10, 1).churn(churn)]).unwrap();
    let account = simulator.account("a");
    let totals: Vec<_> = (0..4)
        .map(|_| get(&account, "").json()["total"].as_u64().unwrap())
        .collect();
    assert_eq!(totals, [13, 12, 15, 14]);
}
