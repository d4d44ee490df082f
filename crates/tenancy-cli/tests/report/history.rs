//! A database with a history whose times are known, written beside the command.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, params};
use serde_json::{Value, json};
use tenancy_store::{Address, Store};

/// The first night at 02:00 UTC, in seconds.
const FIRST_NIGHT: i64 = 1_793_498_400;

/// An account's provider and name.
pub(crate) type Account = (&'static str, &'static str);

/// A database that is filled night by night.
pub(crate) struct History {
    connection: Connection,
    run: i64,
    at: String,
    /// The tenants that exist, or existed.
    known: BTreeMap<(Account, String), (Value, bool)>,
}

impl History {
    /// An empty database in this file.
    pub(crate) fn create(path: &Path) -> Self {
        drop(Store::open(&Address::File(path.to_owned()), None).unwrap());
        let connection = Connection::open(path).unwrap();
        connection
            .pragma_update(None, "synchronous", "off")
            .unwrap();
        Self {
            connection,
            run: 0,
            at: String::new(),
            known: BTreeMap::new(),
        }
    }

    /// Begins the run of a night, counted from 2026-11-01.
    pub(crate) fn night(&mut self, night: i64) {
        self.run += 1;
        let at = FIRST_NIGHT + 86_400 * (night - 1);
        self.at = jiff::Timestamp::from_second(at).unwrap().to_string();
        let begin = "INSERT INTO runs (run, started_at, ended_at) VALUES (?1, ?2, ?2)";
        self.connection
            .execute(begin, params![self.run, self.at])
            .unwrap();
    }

    /// Records the list of an account, which is complete and proved but for these changes of its report.
    pub(crate) fn list(&mut self, account: Account, tenants: &[Value], changes: &Value) {
        self.connection.execute_batch("BEGIN").unwrap();
        for tenant in tenants {
            self.tenant(account, tenant);
        }
        let listed: BTreeSet<_> = tenants
            .iter()
            .map(|tenant| tenant["id"].as_str().unwrap())
            .collect();
        let known = self.known.iter();
        let gone = known.filter(|((of, id), (_, exists))| {
            *of == account && *exists && !listed.contains(id.as_str())
        });
        let gone: Vec<_> = gone.map(|((_, id), _)| id.clone()).collect();
        if changes["complete"] != false {
            for id in gone {
                self.change(account, &id, "gone", None);
                self.known.get_mut(&(account, id)).unwrap().1 = false;
            }
        }
        let mut report = json!({
            "account": account.1, "provider": account.0, "complete": true, "tenants": tenants.len(), "expected": null,
            "pages": 1, "requests": 1, "retries": 0, "duplicates": 0, "quarantined": 0, "not_judged": 0,
            "unknown_fields": [], "left_out": [], "certainty": "proved", "error": null, "checkpoint": null,
        });
        for (name, value) in changes.as_object().into_iter().flatten() {
            report[name] = value.clone();
        }
        let insert = "INSERT INTO listings (run, provider, account, at, complete, consistency, created, changed, gone, back,
                          unchanged, missing, withheld, report) VALUES (?1, ?2, ?3, ?4, ?5, '', 0, 0, 0, 0, 0, ?6, ?7, ?8)";
        let count = |name: &str| report[name].as_i64().unwrap_or_default();
        let complete = report["complete"].as_bool().unwrap();
        let row = params![
            self.run,
            account.0,
            account.1,
            self.at,
            complete,
            count("missing"),
            count("withheld"),
            report.to_string()
        ];
        self.connection.execute(insert, row).unwrap();
        self.connection.execute_batch("COMMIT").unwrap();
    }

    fn tenant(&mut self, account: Account, tenant: &Value) {
        let id = tenant["id"].as_str().unwrap().to_owned();
        let key = (account, id.clone());
        let before = self.known.insert(key, (tenant.clone(), true));
        match &before {
            None => self.change(account, &id, "created", None),
            Some((known, existed)) => {
                if known["status"] != tenant["status"] {
                    self.change(account, &id, "changed", Some(&known["status"]));
                }
                if !existed {
                    self.change(account, &id, "back", None);
                }
            }
        }
        if before.is_none_or(|(known, _)| known != *tenant) {
            let mut body = tenant.clone();
            body["provider"] = account.0.into();
            body["account"] = account.1.into();
            let insert = "INSERT OR REPLACE INTO tenants (provider, account, id, body, first_seen_at, changed_at)
                          VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
            let row = params![account.0, account.1, id, body.to_string(), self.at];
            self.connection.execute(insert, row).unwrap();
        }
    }

    fn change(&mut self, account: Account, id: &str, kind: &str, old_status: Option<&Value>) {
        let insert = "INSERT INTO changes (run, at, provider, account, id, kind, path, old) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let path = old_status.map(|_| "/status");
        let old = old_status
            .filter(|old| !old.is_null())
            .map(Value::to_string);
        let row = params![self.run, self.at, account.0, account.1, id, kind, path, old];
        self.connection
            .prepare_cached(insert)
            .unwrap()
            .execute(row)
            .unwrap();
        let gone_at = match kind {
            "gone" => Some(self.at.as_str()),
            "back" => None,
            _ => return,
        };
        let update =
            "UPDATE tenants SET gone_at = ?1 WHERE provider = ?2 AND account = ?3 AND id = ?4";
        self.connection
            .execute(update, params![gone_at, account.0, account.1, id])
            .unwrap();
    }
}

/// A month of five accounts, for people to look at.
pub(crate) fn month(path: &Path) {
    const NAMES: [&str; 12] = [
        "Harbour Dental",
        "Night Owl Couriers",
        "Crème & Brûlée",
        "Old Mill Bakery",
        "مؤسسة النور للتجارة",
        "株式会社さくら",
        "Lindqvist Bygg AB",
        "Café Müller",
        "Blue Door Realty",
        "Parkside Vet",
        "Fjord Kayaks",
        "Tomás e Hijos",
    ];
    const ACCOUNTS: [(Account, i64, i64); 5] = [
        (("stripe", "stripe-eu"), 124, 3),
        (("vobiz", "agency-eu"), 61, 2),
        (("omnidim", "voice-desk"), 33, 1),
        (("mailgun", "mail"), 27, 1),
        (("sendgrid", "mail-legacy"), 14, 0),
    ];
    let mut history = History::create(path);
    let mut random = fastrand::Rng::with_seed(7);
    let mut number = 10_000;
    let mut lists: Vec<Vec<Value>> = vec![Vec::new(); ACCOUNTS.len()];
    for night in 1..=30 {
        history.night(night);
        for (list, (account, first, growth)) in lists.iter_mut().zip(ACCOUNTS) {
            let growth = i64::from(random.i64(0..3) < growth) + growth / 3;
            for _ in 0..(if night == 1 { first } else { growth }) {
                number += 7;
                let name = NAMES[random.usize(..NAMES.len())];
                let mut tenant = json!({ "id": format!("{}_{number}", &account.1[..2]), "name": name, "status": "active" });
                if account.0 == "omnidim" {
                    let amount = format!("{}.{:02}", random.i32(-20..400), random.u32(..100));
                    tenant["balance"] = json!({ "amount": amount, "currency": "$" });
                }
                if account.0 == "mailgun" && number % 9 == 0 {
                    tenant["status"] = "disabled".into();
                }
                list.push(tenant);
            }
            if random.u32(..5) == 0 && night > 1 {
                let suspended = random.usize(..list.len());
                list[suspended]["status"] = "suspended".into();
            }
            if random.u32(..9) == 0 && night > 1 {
                list.remove(random.usize(..list.len()));
            }
            history.list(account, list, &report(account.0, night));
        }
    }
}

/// What the reports of the month have that is special.
fn report(provider: &str, night: i64) -> Value {
    match provider {
        "mailgun" => {
            json!({ "certainty": "agreed", "drift": [{ "path": "/features/inboxes", "kind": "unknown_field", "records": 31 }] })
        }
        "sendgrid" if night > 27 => json!({
            "complete": false, "certainty": "unproved",
            "error": "401 Unauthorized: the API key was revoked; check the account's credentials: they are wrong, expired or revoked, \
                      or for another base address",
        }),
        "sendgrid" => json!({ "certainty": "assumed" }),
        "vobiz" => {
            json!({ "left_out": [{ "path": "/balance", "reason": "text where the document declares a number", "records": 2 }] })
        }
        _ => json!({}),
    }
}
