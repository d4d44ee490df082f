//! `sync --changes` on SQLite and on PostgreSQL: the events of all runs are the history, each under one ID.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::database::Database;
use super::sync::{Log, World};
use super::*;

#[test]
fn sqlite_tells_of_every_change() {
    survives(Database::sqlite());
}

#[test]
fn postgres_tells_of_every_change() {
    if let Some(database) = Database::postgres("changes of killed syncs") {
        survives(database);
    }
}

fn survives(database: Database) {
    let (kills, mut rng) = plan();
    let world = World::new(database.another());
    let mut told = Told {
        world: &world,
        database,
        files: 0,
        lines: BTreeMap::new(),
        tenants: BTreeMap::new(),
    };
    let whole = told.measure();
    let (mut killed, mut rounds) = (0, 0);
    while killed < kills {
        world.change();
        for _ in 0..rng.u32(1..=3) {
            killed += u64::from(told.kill(whole, &mut rng));
        }
        let file = told.next_file();
        let mut run = told.start(&file);
        assert!(run.wait().unwrap().success());
        told.read(&file);
        told.check(&mut rng);
        rounds += 1;
        assert!(
            rounds < 4 * kills,
            "only {killed} of the runs were still there to be ended"
        );
    }
    let events = told.lines.len();
    println!("{killed} runs were ended by a signal, in {rounds} rounds; {events} events");
}

/// What the files of the runs have told.
struct Told<'a> {
    world: &'a World,
    database: Database,
    files: u32,
    /// The lines, by the ID of the event.
    lines: BTreeMap<String, String>,
    /// The IDs, by what the event is about.
    tenants: BTreeMap<[String; 3], String>,
}

impl Told<'_> {
    fn next_file(&mut self) -> String {
        self.files += 1;
        format!("{}.ndjson", self.files)
    }

    fn start(&self, file: &str) -> Child {
        self.world.start(&self.database, &["--changes", file])
    }

    /// The requests of a run that is left alone, and how much it writes.
    fn measure(&mut self) -> (u64, u64) {
        let file = self.next_file();
        let (mut log, mut longest) = (Log::of(&self.database), 0);
        let before = self.world.simulator.stats().requests;
        let mut run = self.start(&file);
        let ended = until(&mut run, || {
            longest = longest.max(log.length());
            false
        });
        assert!(ended.unwrap().success());
        self.read(&file);
        (self.world.simulator.stats().requests - before, longest)
    }

    /// Ends a run at a moment that is counted in requests or in what the database has written, or when its file is there.
    fn kill(&mut self, (requests, written): (u64, u64), rng: &mut Rng) -> bool {
        let file = self.next_file();
        let path = self.world.sandbox.path(&file);
        let (mut log, simulator) = (Log::of(&self.database), &self.world.simulator);
        let (kind, before) = (rng.u32(0..3), simulator.stats().requests);
        let (requests, written) = (rng.u64(1..=requests), rng.u64(1..=written));
        let mut run = self.start(&file);
        let (_, by_signal) = end(&mut run, rng, || match kind {
            0 => simulator.stats().requests >= before + requests,
            1 => log.length() >= written,
            _ => path.exists(),
        });
        self.read(&file);
        by_signal
    }

    /// Reads a file, if the run came to write it.
    fn read(&mut self, file: &str) {
        let text = fs::read_to_string(self.world.sandbox.path(file)).unwrap_or_default();
        assert!(text.is_empty() || text.ends_with('\n'));
        let mut in_file = BTreeSet::new();
        for line in text.lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            let word = |name: &str| event[name].to_string();
            let (id, about) = (word("id"), ["run", "subject", "type"].map(word));
            assert!(in_file.insert(id.clone()), "{id} twice in {file}");
            let first = self.tenants.entry(about).or_insert_with(|| id.clone());
            assert_eq!(*first, id, "another ID in {file}");
            let first = self.lines.entry(id).or_insert_with(|| line.to_owned());
            assert_eq!(first, line, "told differently in {file}");
        }
    }

    /// What the files have told is the history, and so is what can be read of it later.
    fn check(&self, rng: &mut Rng) {
        let events: Vec<Value> = self
            .lines
            .values()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let mut told: Vec<_> = events.iter().flat_map(history).collect();
        let mut recorded = self.database.history();
        told.sort();
        recorded.sort();
        // Compared first: the difference of a hundred thousand lines is no message.
        let same = told == recorded;
        assert!(same, "{} lines, not {}", told.len(), recorded.len());
        let last = events
            .iter()
            .filter_map(|event| event["run"].as_i64())
            .max();
        let since = rng.i64(0..=last.unwrap());
        let later = events
            .iter()
            .filter(|event| event["run"].as_i64() > Some(since));
        let expected: BTreeSet<_> = later.map(|event| event["id"].to_string()).collect();
        let since = since.to_string();
        let mut changes = self.world.sandbox.command(&["changes", "--since", &since]);
        changes.env("TENANCY_DATABASE_URL", self.database.address());
        let output = changes.output().unwrap();
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        let mut ids = BTreeSet::new();
        for line in text.lines() {
            let id = serde_json::from_str::<Value>(line).unwrap()["id"].to_string();
            assert_eq!(self.lines[&id], line);
            ids.insert(id);
        }
        assert!(
            ids == expected,
            "{} events, not {}",
            ids.len(),
            expected.len()
        );
    }
}

/// The lines of the history that an event is about.
fn history(event: &Value) -> Vec<String> {
    let kind = event["type"].as_str().unwrap().rsplit('.').next().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let [account, id] = ["account", "id"].map(|name| text(&event["data"]["tenant"][name]));
    let Some(fields) = event["data"]["fields"].as_array() else {
        return vec![format!("{kind} {account} {id}  - -")];
    };
    let value = |value: Option<&Value>| value.map_or("-".to_owned(), Value::to_string);
    let line = |field: &Value| {
        let (path, old, new) = (text(&field["path"]), field.get("old"), field.get("new"));
        format!("{kind} {account} {id} {path} {} {}", value(old), value(new))
    };
    fields.iter().map(line).collect()
}
