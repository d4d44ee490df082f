//! Runs the engine, or a variant of it, on one schedule.

use std::num::NonZeroU32;
use std::sync::Arc;

use fastrand::Rng;
use futures::StreamExt;

use super::super::route::{self, WalkMaker};
use super::super::shared::Shared;
use super::super::verdict::{Judge, verdict};
use super::properties::check;
use super::provider::refusal;
use super::schedule::Schedule;
use super::server::Server;
use crate::{Account, Listing, Query, Report};

/// Reads a listing, a new one or an earlier one resumed, to its end or until so many items have come. Read to its end, it has to
/// end with an error if and only if its report says that the list is not complete.
async fn read(
    server: &Arc<Server>,
    schedule: &Schedule,
    earlier: Option<Report>,
    stop_after: usize,
    engine: Engine,
    ids: &mut Vec<u64>,
) -> Result<Report, String> {
    let query = Query {
        page_size: NonZeroU32::new(schedule.page_size),
        concurrency: NonZeroU32::new(schedule.concurrency).unwrap(),
        statuses: schedule.filter.iter().cloned().collect(),
        verify: schedule.verify,
        ..Query::default()
    };
    let accounts = vec![Account::new("model", server.clone()).unwrap()];
    let shared = Shared {
        new_walk: engine.new_walk,
        judge: engine.judge,
        most_records: engine.most_records,
        refusal,
        ..Shared::new(query)
    };
    let mut listing = Listing::begin(accounts, &shared, earlier)
        .map_err(|error| format!("it could not begin: {error}"))?;
    let (mut failed, mut ended) = (false, false);
    for _ in 0..stop_after {
        match listing.next().await {
            Some(Ok(tenant)) => {
                let id = tenant.id.parse();
                ids.push(id.map_err(|_| format!("{} was invented", tenant.id))?);
            }
            Some(Err(_)) => failed = true,
            None => {
                ended = true;
                break;
            }
        }
    }
    listing.stop("interrupted");
    let report = listing.report();
    match ended && failed == report.complete {
        true => Err(format!(
            "its last item was an error: {failed}; its report says complete: {failed}"
        )),
        false => Ok(report),
    }
}

/// What a schedule came to: whether the report says complete, or what promise was broken.
pub(super) fn run(schedule: &Schedule) -> Result<Report, String> {
    run_with(schedule, ENGINE)
}

/// What of the engine a test replaces.
#[derive(Clone, Copy)]
pub(super) struct Engine {
    pub(super) new_walk: WalkMaker,
    pub(super) judge: Judge,
    pub(super) most_records: u64,
}

pub(super) const ENGINE: Engine = Engine {
    new_walk: route::begin,
    judge: verdict,
    most_records: u64::MAX,
};

/// The same with another engine.
pub(super) fn run_with(schedule: &Schedule, engine: Engine) -> Result<Report, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let server = Arc::new(Server::new(schedule.clone()));
    let (ids, report) = runtime.block_on(async {
        let mut ids = Vec::new();
        let mut interruptions = Rng::with_seed(schedule.seed ^ 0x5709);
        let mut earlier = None;
        for left in (0..=schedule.interruptions).rev() {
            let stop_after = if left > 0 {
                interruptions.usize(..40)
            } else {
                usize::MAX
            };
            let report = read(
                &server,
                schedule,
                earlier.take(),
                stop_after,
                engine,
                &mut ids,
            )
            .await?;
            // What is resumed has been through a file.
            let file = serde_json::to_string(&report).map_err(|error| error.to_string())?;
            earlier = Some(serde_json::from_str(&file).map_err(|error| error.to_string())?);
        }
        Ok::<_, String>((ids, earlier.unwrap()))
    })?;
    let state = server.state();
    let most_requests = server.most_requests(state.list.ever.len());
    let verdict = check(&ids, &report, &state, schedule, most_requests);
    if verdict.is_err() && std::env::var_os("TENANCY_SEED").is_some() {
        eprintln!("{schedule:#?}\n{}\n{report:#?}", state.log.join("\n"));
    }
    verdict.map(|()| report)
}
