//! What must hold for every schedule.

use std::collections::BTreeSet;

use super::schedule::Schedule;
use super::server::State;
use crate::{Certainty, Report, Status};

pub(super) fn check(
    ids: &[u64],
    report: &Report,
    state: &State,
    schedule: &Schedule,
) -> Result<(), String> {
    let mut listed = BTreeSet::new();
    for id in ids {
        if !listed.insert(*id) {
            return Err(format!("{id} came twice"));
        }
        if !state.ever.contains(id) {
            return Err(format!("{id} was invented"));
        }
    }
    let undisturbed = schedule.interruptions == 0 && schedule.concurrency == 1;
    if undisturbed
        && schedule.filter.is_none()
        && let Some(id) = state.served.difference(&listed).next()
    {
        return Err(format!("{id} was served and not delivered"));
    }
    let certainty = report.sources[0].certainty;
    if schedule.is_lying() && certainty > Certainty::Agreed {
        return Ok(());
    }
    if !report.complete {
        return if report.sources[0].error.is_some() {
            Ok(())
        } else {
            Err("no reason was given".into())
        };
    }
    let asked = |status: &Status| {
        schedule
            .filter
            .as_ref()
            .is_none_or(|filter| filter == status)
    };
    match state
        .steadfast
        .iter()
        .find(|(id, status)| asked(status) && !listed.contains(id))
    {
        Some((id, _)) => Err(format!("{id} was there throughout and did not come")),
        None => Ok(()),
    }
}
