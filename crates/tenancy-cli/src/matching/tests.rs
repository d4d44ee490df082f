//! Properties of the matching, on random tenants, customers and pins.

use std::collections::{BTreeMap, BTreeSet};

use tenancy_store::{AccountKey, Identity};

use super::*;

/// Words of which keys are made: spellings of one word, homoglyphs, right-to-left text, suffixes, and nothing.
const WORDS: [&str; 16] = [
    "Acme",
    "ACME",
    "Асme",
    "acme\u{202e}",
    "Ltd",
    "Ltd.",
    "S.p.A.",
    "Nord",
    "النور",
    "كَتَبَ",
    "株式会社",
    "",
    " ",
    "!",
    "\u{301}",
    "7",
];

#[derive(Clone)]
struct Case {
    rules: Vec<Rule>,
    customers: Vec<(String, Keys)>,
    tenants: Vec<(Identity, Keys)>,
    pins: Vec<(Identity, String)>,
}

/// What a reconciliation says, by ID.
#[derive(Debug, PartialEq)]
struct Said {
    tenants: BTreeMap<String, (Outcome, Vec<String>)>,
    without_tenant: Vec<String>,
    pins_at_no_tenant: Vec<String>,
}

fn identity(id: usize) -> Identity {
    Identity {
        account: AccountKey::new("p", "a"),
        id: id.to_string(),
    }
}

fn case(random: &mut fastrand::Rng) -> Case {
    let rules = ["id=id", "name~name", "name=name", "aliases~id"];
    let rules: Vec<_> = rules.iter().filter(|_| random.bool()).collect();
    let rules: Vec<_> = rules
        .into_iter()
        .map(|rule| Rule::parse(rule).unwrap())
        .collect();
    let key = |random: &mut fastrand::Rng| {
        let words = (0..random.usize(..4)).map(|_| random.choice(WORDS).unwrap());
        words.collect::<Vec<_>>().join(" ")
    };
    let keys = |random: &mut fastrand::Rng| -> Keys {
        let of_rule =
            |random: &mut fastrand::Rng| (0..random.usize(..3)).map(|_| key(random)).collect();
        rules.iter().map(|_| of_rule(random)).collect()
    };
    let customers = 0..random.usize(..8);
    let customers = customers.map(|id| (id.to_string(), keys(random))).collect();
    let tenants = 0..random.usize(..12);
    let tenants = tenants.map(|id| (identity(id), keys(random))).collect();
    let pins = 0..random.usize(..4);
    let pins = pins.map(|_| (identity(random.usize(..14)), random.usize(..10).to_string()));
    let pins = pins.collect();
    Case {
        rules,
        customers,
        tenants,
        pins,
    }
}

fn reconcile(case: &Case) -> Said {
    let mut customers: BTreeMap<String, Keys> = BTreeMap::new();
    for (id, keys) in &case.customers {
        customers.insert(id.clone(), keys.clone());
    }
    let mut pins = Pins::new();
    for (tenant, customer) in &case.pins {
        pins.entry(tenant.clone())
            .or_default()
            .insert(customer.clone());
    }
    let matcher = Matcher::new(&case.rules, customers, pins);
    let mut reconciliation = Reconciliation::new(&matcher);
    let mut tenants = BTreeMap::new();
    for (tenant, keys) in &case.tenants {
        let outcome = reconciliation.add(tenant, keys);
        let nearest = matcher.nearest(keys);
        let nearest = nearest
            .iter()
            .map(|near| format!("{} {near:?}", matcher.id(near.customer)));
        let said = (outcome, nearest.collect());
        assert_eq!(tenants.insert(tenant.id.clone(), said), None, "two rows");
    }
    let without_tenant = reconciliation
        .without_tenant()
        .map(|customer| matcher.id(customer).to_owned());
    let pins_at_no_tenant = reconciliation
        .pins_at_no_tenant()
        .map(|tenant| tenant.id.clone());
    Said {
        tenants,
        without_tenant: without_tenant.collect(),
        pins_at_no_tenant: pins_at_no_tenant.collect(),
    }
}

/// Whether a customer and a tenant have a key in common under a rule, as the documentation has it.
fn have_common_key(rule: &Rule, tenant: &[String], customer: &[String]) -> bool {
    tenant.iter().any(|key| {
        customer.iter().any(|other| match rule.is_normalised {
            true => !normalised(key).is_empty() && normalised(key) == normalised(other),
            false => !key.trim().is_empty() && key == other,
        })
    })
}

fn check(case: &Case, random: &mut fastrand::Rng) {
    let said = reconcile(case);

    // Each tenant has one outcome, and it is the documented one.
    assert_eq!(said.tenants.len(), case.tenants.len());
    let mut with_tenant = BTreeSet::new();
    for (tenant, keys) in &case.tenants {
        let (outcome, nearest) = &said.tenants[&tenant.id];
        assert!(nearest.len() <= NEAREST);
        let pinned: BTreeSet<_> = case
            .pins
            .iter()
            .filter(|(of, _)| of == tenant)
            .map(|(_, to)| to)
            .collect();
        let exists = |id: &&String| case.customers.iter().any(|(other, _)| other == *id);
        let decided = case.rules.iter().enumerate().find_map(|(at, rule)| {
            let customers = case.customers.iter().zip(0..);
            let common =
                customers.filter(|((_, theirs), _)| have_common_key(rule, &keys[at], &theirs[at]));
            let common: Vec<CustomerIndex> = common.map(|(_, customer)| customer).collect();
            (!common.is_empty()).then_some((at, common))
        });
        let expected = match (pinned.first(), decided) {
            (Some(only), _) if pinned.len() == 1 => match exists(only) {
                true => Outcome::Matched(only.parse().unwrap(), By::Pin),
                false => Outcome::PinnedToNone,
            },
            (Some(_), _) => Outcome::PinConflict,
            (None, Some((rule, customers))) => match customers[..] {
                [only] => Outcome::Matched(only, By::Rule(rule)),
                _ => Outcome::Conflict(customers.into(), rule),
            },
            (None, None) => Outcome::Unmatched,
        };
        assert_eq!(*outcome, expected, "{}", tenant.id);
        match outcome {
            Outcome::Matched(customer, _) => with_tenant.extend([customer.to_string()]),
            Outcome::Conflict(customers, _) => {
                with_tenant.extend(customers.iter().map(u32::to_string))
            }
            Outcome::PinConflict => {
                with_tenant.extend(pinned.into_iter().filter(|id| exists(id)).cloned())
            }
            Outcome::PinnedToNone | Outcome::Unmatched => {}
        }
    }

    // Sums agree.
    assert_eq!(
        with_tenant.len() + said.without_tenant.len(),
        case.customers.len()
    );
    assert!(
        said.without_tenant
            .iter()
            .all(|id| !with_tenant.contains(id))
    );
    let pinned: BTreeSet<_> = case.pins.iter().map(|(tenant, _)| &tenant.id).collect();
    let found = pinned
        .iter()
        .filter(|id| said.tenants.contains_key(**id))
        .count();
    assert_eq!(found + said.pins_at_no_tenant.len(), pinned.len());

    // The order of what is added does not matter.
    let mut shuffled = case.clone();
    random.shuffle(&mut shuffled.customers);
    random.shuffle(&mut shuffled.tenants);
    random.shuffle(&mut shuffled.pins);
    assert_eq!(reconcile(&shuffled), said);
}

#[test]
fn random_tenants_customers_and_pins() {
    let seed = std::env::var("TENANCY_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seeds = seed.map_or(0..4_000, |seed| seed..seed + 1);
    for seed in seeds {
        println!("TENANCY_SEED={seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        let case = case(&mut random);
        check(&case, &mut random);
    }
}

#[test]
fn nearest_customers_are_those_with_the_most_in_common() {
    let rules = [
        Rule::parse("name=name").unwrap(),
        Rule::parse("contact.email=email").unwrap(),
    ];
    let keys = |name: &str, email: &str| vec![vec![name.to_owned()], vec![email.to_owned()]];
    let customers = [
        ("a", keys("Harbour Group", "")),
        ("b", keys("Harbour Dental Group", "")),
        ("c", keys("", "office@harbour.example")),
        ("d", keys("HARBOUR", "")),
        ("e", keys("Nord 2024", "")),
    ];
    let customers = customers.map(|(id, keys)| (id.to_owned(), keys));
    let matcher = Matcher::new(&rules, customers.into(), Pins::new());
    let near = |name: &str, email: &str| {
        let keys = keys(name, email);
        let near = matcher.nearest(&keys);
        let near = near
            .iter()
            .map(|near| format!("{} {:?}", matcher.id(near.customer), near.common));
        near.collect::<Vec<_>>()
    };
    assert_eq!(
        near("Harbour, Inc.", ""),
        ["d Normalised", "a Word(\"harbour\")", "b Word(\"harbour\")"]
    );
    assert_eq!(
        near("Harbour Dental Clinic", ""),
        [
            "b Word(\"harbour\")",
            "a Word(\"harbour\")",
            "d Word(\"harbour\")"
        ]
    );
    assert_eq!(
        near("", "info@harbour.example"),
        ["c Word(\"harbour.example\")"]
    );
    for (name, email) in [
        ("Kafe", ""),
        ("", ""),
        // Neither the name of a mailbox nor a number says who somebody is.
        ("Studio 2024", "office@studio.example"),
    ] {
        assert_eq!(near(name, email), [""; 0]);
    }
}
