//! What must hold for every schedule.

use std::collections::BTreeSet;

use super::schedule::Schedule;
use super::state::State;
use crate::{Certainty, Report, Status};

/// Checks what a listing came to, and names the property that does not hold.
pub(super) fn check(
    ids: &[u64],
    report: &Report,
    state: &State,
    schedule: &Schedule,
    most_requests: u64,
) -> Result<(), String> {
    let mut listed = BTreeSet::new();
    for id in ids {
        if !listed.insert(*id) {
            return Err(format!("{id} came twice"));
        }
        if !state.list.ever.contains(id) {
            return Err(format!("{id} was invented"));
        }
    }
    if state.requests > most_requests {
        return Err(format!("it did not end after {most_requests} requests"));
    }
    let source = &report.sources[0];
    // Pages in flight are lost when a listing is interrupted.
    let undisturbed = schedule.interruptions == 0;
    let mut undelivered = state.served.difference(&listed);
    // A tenant may have had another status when it came first.
    let is_due = |id: &&u64| schedule.filter.is_none() || state.list.steadfast.contains_key(id);
    if undisturbed && let Some(id) = undelivered.find(is_due) {
        return Err(format!("{id} was served and not delivered"));
    }
    if !source.complete && source.error.is_none() {
        return Err("no reason was given".to_owned());
    }
    let claims =
        source.certainty <= Certainty::Agreed || (source.complete && schedule.leaves_traces());
    if !claims {
        return Ok(());
    }
    let asked =
        |status: &Status| schedule.filter.is_none() || schedule.filter.as_ref() == Some(status);
    let mut steadfast = state.list.steadfast.iter();
    if let Some((id, _)) = steadfast.find(|(id, status)| asked(status) && !listed.contains(id)) {
        return Err(format!("{id} was there throughout and did not come"));
    }
    let proves = source.certainty == Certainty::Proved && schedule.filter.is_none();
    match state.list.moved.difference(&listed).next() {
        Some(id) if proves => Err(format!(
            "{id} moved once, was there throughout and did not come"
        )),
        _ => Ok(()),
    }
}
