//! A model server as a provider: what its document says, and the delays and errors of its answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use client_runtime::Traffic;

use super::super::shared;
use super::schedule::{Lists, Schedule};
use super::server::{Refusal, Server};
use crate::provider::{Arrivals, Fetch};
use crate::{Capabilities, Error, PageRequest, Provider};

/// The messages by which the engine knows a refused position here: an error with a status needs a connection.
const REFUSED: &str = "the position is refused";
const NO_PAGE: &str = "there is no such page";

/// How an answer refused the position that was asked for.
pub(super) fn refusal(error: &Error) -> Option<shared::Refusal> {
    match error.to_string().as_str() {
        REFUSED => Some(shared::Refusal::Position),
        NO_PAGE => Some(shared::Refusal::NoPage),
        _ => None,
    }
}

/// What the server's document says. Each kind of list is kept for as long as the process lives.
fn capabilities(schedule: &Schedule) -> &'static Capabilities {
    static KNOWN: Mutex<Vec<&'static Capabilities>> = Mutex::new(Vec::new());
    let (status_filter, maybe_left_out): (&[&str], &[&str]) = match schedule.lists {
        Lists::One => (&[], &[]),
        Lists::Merged { .. } => (&["active", "suspended", "archived"], &["archived"]),
        Lists::Apart { .. } => (&["active", "suspended"], &["active", "suspended"]),
        Lists::Filtered => (&["active", "suspended"], &[]),
    };
    let stated = Capabilities {
        default_page_size: 10,
        reports_status: true,
        reports_total: schedule.has_total,
        status_filter,
        maybe_left_out,
        status_from_filter: schedule.lists == Lists::Filtered,
        ..Capabilities::new(schedule.paging, "a model")
    };
    let mut known = KNOWN.lock().unwrap();
    let same = known.iter().find(|other| {
        other.paging == stated.paging
            && other.status_filter == stated.status_filter
            && other.maybe_left_out == stated.maybe_left_out
            && other.reports_total == stated.reports_total
    });
    if let Some(same) = same {
        return same;
    }
    let stated: &'static Capabilities = Box::leak(Box::new(stated));
    known.push(stated);
    stated
}

impl Provider for Arc<Server> {
    fn name(&self) -> &'static str {
        "model"
    }

    fn capabilities(&self) -> &'static Capabilities {
        capabilities(&self.schedule)
    }

    fn fetch<'a>(&'a self, request: &'a PageRequest, _: &'a Arrivals) -> Fetch<'a> {
        let [there, back] = {
            let mut state = self.state();
            [(); 2].map(|()| Duration::from_millis(state.rng.u64(..20)))
        };
        Box::pin(async move {
            tokio::time::sleep(there).await;
            let page = self.answer(request).map_err(|refusal| {
                let message = match refusal {
                    Refusal::Position => REFUSED,
                    Refusal::NoPage => NO_PAGE,
                    Refusal::Trouble => "the server is on fire",
                };
                Error::refused(message, None)
            });
            tokio::time::sleep(back).await;
            page
        })
    }

    fn traffic(&self) -> Traffic {
        Traffic::default()
    }
}
