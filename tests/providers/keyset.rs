//! What holds for every provider whose pages begin after a record.

use std::num::NonZeroU32;

use provider_sim::{Account as SimAccount, Churn, Provider, Simulator};
use tenancy::providers::Paging;
use tenancy::{Certainty, Query};

use crate::{Outcome, connect, hurried, list, provider};

fn simulated() -> impl Iterator<Item = SimAccount> {
    let keyset = Provider::ALL.iter().filter(|simulated| {
        let paging = provider(simulated.name()).capabilities.paging;
        matches!(paging, Paging::Keyset { .. })
    });
    keyset.map(|provider| SimAccount::new(*provider, provider.name()))
}

async fn read(sim: &Simulator, size: u32) -> Outcome {
    let mut query = Query::default();
    query.page_size = NonZeroU32::new(size);
    let account = connect(&sim.accounts()[0], &hurried());
    list(vec![account], query).await
}

#[tokio::test]
async fn tenants_that_come_and_go_cost_none_of_the_others() {
    for account in simulated() {
        let churn = Churn::before_each(|request, population| {
            population.create(1);
            // The last one of the page before.
            population.delete_at((request as usize - 1) * 10);
        });
        let sim = Simulator::start([account.population(60, 1).churn(churn)]).unwrap();
        let before = sim.accounts()[0].ids();
        let outcome = read(&sim, 10).await;
        let after = sim.accounts()[0].ids();
        let listed = outcome.ids();
        let mut stayed = before.iter().filter(|id| after.contains(id));
        assert!(stayed.all(|id| listed.contains(&id.as_str())));
        let source = &outcome.report.sources[0];
        assert_eq!(
            (source.certainty, source.duplicates),
            (Certainty::Proved, 0)
        );
    }
}

#[tokio::test]
async fn a_thousand_come_once_in_the_fewest_pages_of_one_and_of_a_hundred() {
    for (size, pages) in [(1, 1000), (100, 10)] {
        for account in simulated() {
            let sim = Simulator::start([account.population(1000, 1)]).unwrap();
            let outcome = read(&sim, size).await;
            assert_eq!(outcome.ids(), sim.accounts()[0].ids());
            let source = &outcome.report.sources[0];
            assert!(source.complete, "{source:?}");
            assert_eq!(
                (source.requests, source.certainty),
                (pages, Certainty::Proved)
            );
            assert_eq!((&source.drift[..], &source.omitted[..]), (&[][..], &[][..]));
        }
    }
}
