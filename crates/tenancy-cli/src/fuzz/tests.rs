//! The properties without a fuzzer: seeds, and a bounded number of seeded mutants of them.

use super::configuration::SECRET;
use crate::args::example;

/// `FUZZ_SEED=7 cargo test -p tenancy-cli fuzz` tries other mutants.
fn seed() -> u64 {
    let stated = std::env::var("FUZZ_SEED").ok();
    stated
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_261_129)
}

/// Applies a property to the seeds, and to mutants in which pieces are taken out or replaced by pieces of other seeds.
fn smoke(seeds: &[String], holds: fn(&[u8])) {
    let mut random = fastrand::Rng::with_seed(seed());
    for seed in seeds {
        holds(seed.as_bytes());
        for _ in 0..500 {
            let mut mutant = seed.clone().into_bytes();
            for _ in 0..random.usize(1..=3) {
                let other = random.choice(seeds).expect("there are seeds").as_bytes();
                let from = random.usize(..=other.len());
                let until = from + random.usize(..=(other.len() - from).min(12));
                let at = random.usize(..=mutant.len());
                let to = at + random.usize(..=(mutant.len() - at).min(12));
                mutant.splice(at..to, other[from..until].iter().copied());
            }
            holds(&mutant);
        }
    }
}

#[test]
fn configurations_are_read_or_refused_without_showing_a_secret() {
    let uncommented = example::template().replace("\n#", "\n");
    let account = format!(
        "[[account]]\nname = 'a'\nprovider = 'omnidim'\napi_key = '{SECRET}'\nbase_url = 'https://a.example'\n\
         requests_per_minute = 60\n"
    );
    let seeds = [
        uncommented,
        account,
        format!(
            "[[account]]\nname = 'b'\nprovider = 'vobiz'\nauth_id = '{SECRET}'\nauth_token = {{ env = 'A' }}\n"
        ),
        "[[account]]\nname = 'c'\nprovider = 'vobiz'\nauth_id = {file = 'a'}\nauth_token = {command = ['a', 'b']}\n"
            .to_owned(),
        format!("postgres://u:{SECRET}@h:5432/d?sslmode=require&connect_timeout=3"),
        format!("host=h user=u password={SECRET} dbname=d"),
    ];
    smoke(&seeds, super::configuration);
}

#[test]
fn filters_and_sort_keys_are_consistent() {
    let seeds = [
        "balance<10\n-1.50e3\n10.0\n",
        "metadata.x>=0.1\n1e-7\n+.1\n-0",
        "created_at>2026-06-01\n2026-06-01T14:30:00Z\n2026-06-02\n2026-06-01T14:30:00",
        "name!~acme\nAcme Société\n\nİ",
        "status=Active\nactive\nArchived\nodd",
        "-balance\n1\n2\nx",
        "aliases!=\nx\n\n",
        "permissions.sms=true\nx\nxy",
        "name in (a, \"b, \"\"c\"\"\")\na\nb, \"c\"\nx",
        "created_at>=7d\n2026-06-01\n2026-11-30T14:30:00Z\n2126-01-01",
    ]
    .map(str::to_owned);
    smoke(&seeds, super::filter);
}
