//! Derives what each declared field moves: a document with all of them is listed through the real thing, one field is
//! changed, and what differs is what the field moves. Every two changes are tried together as well: some fields count
//! only along with another one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tenancy::providers::Paging;
use tenancy_tests::providers::facts;
use tenancy_tests::replay::{Replay, after_the_last};
use tenancy_tests::spec::{Field, Kind, Spec, Step};
use tenancy_tests::{examples, put_at};

use crate::instance::{at, bare, full, others, put};
use crate::observe::{Observed, compare};

/// What each field moves.
#[derive(Default)]
pub(crate) struct Effects {
    /// By itself.
    pub(crate) alone: BTreeMap<String, BTreeSet<String>>,
    /// Along with another field, and not by itself.
    pub(crate) together: BTreeMap<String, BTreeSet<String>>,
}

/// What the fields of a list move.
pub(crate) struct Derived {
    /// What the lists came to in which nothing was changed.
    pub(crate) unchanged: Vec<String>,
    pub(crate) of_page: Effects,
    pub(crate) of_record: Effects,
    /// The fields of a record that `raw` did not show.
    pub(crate) not_in_raw: Vec<String>,
}

/// A change of one field.
#[derive(Clone)]
struct Change<'a> {
    field: &'a Field,
    value: Option<Value>,
}

/// A page and a record that changes are made to.
struct World {
    page: Value,
    record: Value,
}

/// How many records at most are listed in one page.
const BATCH: usize = 1000;

impl Effects {
    fn note(&mut self, field: &Field, moved: BTreeSet<String>, alone: bool) {
        let effects = if alone {
            &mut self.alone
        } else {
            &mut self.together
        };
        effects.entry(field.dotted()).or_default().extend(moved);
    }

    /// Leaves out what says nothing: what moved alone did not need another field; what moved as a whole and in part
    /// moved in part, except that of an open object with all its names the whole is told.
    fn settle(mut self, fields: &[Field]) -> Self {
        for field in fields {
            let is_open = matches!(field.shape.kind, Kind::Open(..));
            let name = field.dotted();
            let alone = self.alone.entry(name.clone()).or_default();
            let together = self.together.entry(name).or_default();
            together.retain(|label| !alone.contains(label));
            let all: BTreeSet<_> = together.union(alone).cloned().collect();
            for labels in [alone, together] {
                labels.retain(|label| {
                    if is_open {
                        !all.iter().any(|whole| is_part(label, whole))
                    } else {
                        !all.iter().any(|part| is_part(part, label))
                    }
                });
            }
        }
        self
    }
}

/// Whether a label stands for a part of what another one stands for.
fn is_part(part: &str, whole: &str) -> bool {
    part.strip_prefix(whole)
        .is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// Derives what each field of a provider's list moves.
pub(crate) async fn derive(spec: &Spec) -> Derived {
    let bench = Bench {
        replay: Replay::start(spec.provider).await,
        spec,
    };
    let (page_fields, record_fields) = (spec.page_fields(), spec.record.fields());
    let (mut of_page, mut of_record) = (Effects::default(), Effects::default());
    let mut in_raw = BTreeSet::new();
    let mut unchanged = Vec::new();
    for world in bench.worlds() {
        let base = bench.list(&bench.with_record(&world, &world.record)).await;
        unchanged.push(base.outline());
        bench.change_page(&world, &page_fields, &mut of_page).await;
        bench
            .change_record(&world, &record_fields, &mut of_record, &mut in_raw)
            .await;
        bench
            .change_two_of_record(&world, &record_fields, &mut of_record)
            .await;
    }
    let names = record_fields.iter().map(Field::dotted);
    Derived {
        unchanged,
        of_page: of_page.settle(&page_fields),
        of_record: of_record.settle(&record_fields),
        not_in_raw: names.filter(|name| !in_raw.contains(name)).collect(),
    }
}

struct Bench<'a> {
    replay: Replay,
    spec: &'a Spec,
}

impl Bench<'_> {
    /// The document with every field, and the one with those only that have to be there.
    fn worlds(&self) -> [World; 2] {
        let read = |(_, body): (String, Vec<u8>)| serde_json::from_slice(&body).unwrap();
        let examples = examples(self.spec.provider, "examples");
        let mut pages: Vec<Value> = examples.into_iter().map(read).collect();
        for page in &mut pages {
            let records = self.spec.records_of(page);
            records.retain(|record| !facts(self.spec.provider).is_parent(record));
        }
        let pages: Vec<&Value> = pages.iter().collect();
        let mut page = self.settled(full(&self.spec.page, &pages, ""), 1);
        let record = self.spec.records_of(&mut page)[0].clone();
        let bare = World {
            page: bare(&self.spec.page, &page),
            record: bare(&self.spec.record, &record),
        };
        [World { page, record }, bare]
    }

    /// The page with numbers that fit so many records.
    fn settled(&self, mut page: Value, records: usize) -> Value {
        facts(self.spec.provider).settle(&mut page, records);
        page
    }

    /// Lists a page. A provider whose pages have numbers answers with one like it, without records, after it.
    async fn list(&self, page: &Value) -> Observed {
        let provider = facts(self.spec.provider).provider;
        let rest = match provider.capabilities.paging {
            Paging::Ranks { .. } => {
                let mut rest = page.clone();
                put_at(&mut rest, &self.spec.list(), json!([]));
                rest.to_string().into_bytes()
            }
            _ => after_the_last(provider.name, 1),
        };
        Observed::of(
            self.replay
                .play(page.to_string().into_bytes(), rest, true)
                .await,
        )
    }

    fn with_record(&self, world: &World, record: &Value) -> Value {
        let mut page = world.page.clone();
        put_at(&mut page, &self.spec.list(), json!([record]));
        page
    }

    async fn change_page(&self, world: &World, fields: &[Field], effects: &mut Effects) {
        let base = self.with_record(world, &world.record);
        let before = self.list(&base).await;
        let changes = changes(fields, &base);
        let mut singles = Vec::new();
        for change in &changes {
            let after = self.list(&change.apply(&base)).await;
            effects.note(change.field, before.moved(&after), true);
            singles.push(after);
        }
        for (one, two) in pairs(&changes) {
            let both = changes[two].apply(&changes[one].apply(&base));
            let after = self.list(&both).await;
            effects.note(changes[two].field, singles[one].moved(&after), false);
            effects.note(changes[one].field, singles[two].moved(&after), false);
        }
    }

    async fn change_record(
        &self,
        world: &World,
        fields: &[Field],
        effects: &mut Effects,
        in_raw: &mut BTreeSet<String>,
    ) {
        let before = self.list(&self.with_record(world, &world.record)).await;
        for change in changes(fields, &world.record) {
            let page = self.with_record(world, &change.apply(&world.record));
            let after = self.list(&page).await;
            if before.raw != after.raw {
                in_raw.insert(change.field.dotted());
            }
            effects.note(change.field, before.moved(&after), true);
        }
    }

    /// Every two changes of a record at once. Records do not depend on each other, so they are listed many at a time.
    async fn change_two_of_record(&self, world: &World, fields: &[Field], effects: &mut Effects) {
        let identity = [Step::Member(self.spec.identity().to_owned())];
        let fields: Vec<_> = fields
            .iter()
            .filter(|field| field.path != identity)
            .cloned()
            .collect();
        let changes = changes(&fields, &world.record);
        let pairs = pairs(&changes);
        let singles = changes.iter().map(|change| change.apply(&world.record));
        let both = pairs
            .iter()
            .map(|(one, two)| changes[*two].apply(&changes[*one].apply(&world.record)));
        let records: Vec<Value> = singles.chain(both).collect();
        let mut tenants = Vec::new();
        for batch in records.chunks(BATCH) {
            tenants.extend(self.list_batch(world, batch).await);
        }
        if tenants.len() != records.len() {
            // Records are quarantined: the lists in which nothing was changed say so.
            return;
        }
        let (singles, both) = tenants.split_at(changes.len());
        for ((one, two), both) in pairs.into_iter().zip(both) {
            for (of, other) in [(one, two), (two, one)] {
                let mut moved = BTreeSet::new();
                compare(&singles[other], both, "", &mut moved);
                effects.note(changes[of].field, moved, false);
            }
        }
    }

    /// Lists records in one page, each under an identity of its own, and gives their tenants without that.
    async fn list_batch(&self, world: &World, batch: &[Value]) -> Vec<Value> {
        let identity = self.spec.identity();
        let token = |number: usize| (9_000_000_000_u64 + number as u64).to_string();
        let named = |(number, record): (usize, &Value)| {
            let mut record = record.clone();
            record[identity] = match &record[identity] {
                Value::String(id) => json!(format!("{id}{}", token(number))),
                _ => json!(9_000_000_000_u64 + number as u64),
            };
            record
        };
        let mut page = self.settled(world.page.clone(), batch.len());
        let batch = batch.iter().enumerate().map(named).collect();
        put_at(&mut page, &self.spec.list(), batch);
        let observed = self.list(&page).await;
        let nameless = |(number, tenant): (usize, &Value)| {
            let text = tenant.to_string().replace(&token(number), "");
            serde_json::from_str(&text).unwrap()
        };
        observed.tenants.iter().enumerate().map(nameless).collect()
    }
}

impl Change<'_> {
    fn apply(&self, document: &Value) -> Value {
        let mut document = document.clone();
        put(&mut document, &self.field.path, self.value.clone());
        document
    }
}

/// All that a document's fields can be changed to, within what is declared.
fn changes<'a>(fields: &'a [Field], document: &Value) -> Vec<Change<'a>> {
    let of_field = |field: &'a Field| {
        let shape = &field.shape;
        let there = at(document, &field.path);
        let mut values: Vec<_> = others(&shape.kind).into_iter().map(Some).collect();
        // A number in a text moves more than its whole if it becomes another number.
        let text = there.and_then(Value::as_str);
        let is_number = text.is_some_and(|text| text.parse::<f64>().is_ok());
        values.extend(is_number.then(|| Some(json!("7.25"))));
        values.extend(shape.nullable.then_some(Some(Value::Null)));
        values.extend(shape.or_false.then_some(Some(json!(false))));
        values.extend((!shape.required).then_some(None));
        values.retain(|value| value.as_ref() != there);
        values.into_iter().map(move |value| Change { field, value })
    };
    fields.iter().flat_map(of_field).collect()
}

/// Every two changes that can be made at once. The names of an open object are alike, so one of them stands for all.
fn pairs(changes: &[Change<'_>]) -> Vec<(usize, usize)> {
    let can_be = |(one, two): &(usize, usize)| {
        let (one, two) = (changes[*one].field, changes[*two].field);
        let related = one.path.starts_with(&two.path) || two.path.starts_with(&one.path);
        !related && !one.is_further_name && !two.is_further_name
    };
    (0..changes.len())
        .flat_map(|one| (one + 1..changes.len()).map(move |two| (one, two)))
        .filter(can_be)
        .collect()
}
