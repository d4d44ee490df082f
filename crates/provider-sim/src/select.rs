//! Selects one page of a list, for every family of paging.

use std::borrow::Cow;

use crate::account::Settings;
use crate::cursor::{Cursor, Start};
use crate::log::Request;
use crate::page::{Page, Token};
use crate::paging::{Direction, Listed, Order, PageSize, Paging};
use crate::parent::Tenant;
use crate::population::Population;
use crate::status::Status;

/// The page that `request` asks for.
///
/// # Errors
/// The message for a parameter that the provider refuses.
pub(crate) fn select(
    settings: &Settings,
    population: &Population,
    request: &Request,
) -> Result<Page, String> {
    let provider = population.provider;
    let (parameter, page_size) = provider.paging().parameters();
    let asked = size(settings, page_size, request)?;
    let size = settings.max_size.map_or(asked, |most| asked.min(most));
    let sent = request.query(parameter);
    let (here, number) = place(provider.paging(), sent, size)?;
    let mut full = request.clone();
    let remembered = here.query.iter();
    let missing = remembered.filter(|(name, _)| request.query(name).is_none());
    full.query.extend(missing.cloned());
    let filter = provider.filter(&population.parent, &full)?;
    let direction = provider.direction(&population.parent, &full)?;
    let mut matching = matching(settings, population, filter);
    if direction == Direction::Backwards {
        matching.to_mut().reverse();
    }
    provider.sort(&population.parent, &full, &mut matching);
    let parent = provider.parent_record(&population.parent);
    let parent = parent.filter(|_| filter.is_none_or(|asked| asked.contains(&Status::Active)));
    let above = usize::from(parent.is_some());
    let records = matching.len() + above;
    let start = position(population, &matching, above, &here.start)?;
    let (start, end) = match (direction, &here.start) {
        (Direction::Swapped, Start::After(_)) => (start.saturating_sub(size + 1), start - 1),
        _ => (start, records.min(start.saturating_add(size))),
    };
    let tenants = &matching[start.saturating_sub(above)..end.saturating_sub(above)];
    full.query
        .retain(|(name, _)| name != parameter && name != page_size.parameter);
    let more = end < records;
    let first = tenants.first().filter(|_| start > 0);
    let last = tenants.last().filter(|_| more);
    let (previous, following) = match direction {
        Direction::Swapped => (last, first),
        _ => (first, last),
    };
    let next = match provider.paging() {
        Paging::Keyset { .. } => following.map(|tenant| population.id(tenant)),
        paging => more.then(|| match paging {
            Paging::Numbers { .. } => (number + 1).to_string(),
            Paging::Token { .. } => token(settings, full.query, end, last).encode(),
            _ => end.to_string(),
        }),
    };
    let listed = Listed {
        total: records,
        offset: start,
        records: end - start,
        page: number,
        size: if settings.hides_clamp { asked } else { size },
        previous: previous.map(|tenant| population.id(tenant)),
        next_path: next
            .as_deref()
            .map(|next| path_with(request, parameter, next)),
        next,
    };
    let mut page = page(population, tenants, &listed);
    if start == 0 {
        page.records().splice(0..0, parent);
    }
    if settings.omits_last_cursor {
        page.remove_next(true);
    }
    if let Paging::Token { .. } | Paging::Offset { .. } = provider.paging() {
        let sent = sent.map(ToOwned::to_owned);
        let address = path_with(request, parameter, "");
        page.token = Some(Token {
            sent,
            here,
            paging: provider.paging(),
            address,
        });
    }
    Ok(page)
}

/// The provider's envelope around these tenants.
fn page(population: &Population, tenants: &[Tenant], listed: &Listed) -> Page {
    let (provider, parent) = (population.provider, &population.parent);
    let mut page = provider.page(parent, tenants, listed);
    let records = tenants.iter().map(|tenant| population.record(tenant));
    *page.records() = records.collect();
    page
}

fn size(settings: &Settings, size: PageSize, request: &Request) -> Result<usize, String> {
    let Some(text) = request.query(size.parameter) else {
        return Ok(settings.default_size.unwrap_or(size.default));
    };
    let largest = size.max.unwrap_or(usize::MAX);
    let asked = text
        .parse()
        .ok()
        .filter(|asked| (1..=largest).contains(asked));
    asked.ok_or_else(|| match size.max {
        Some(max) => format!("{} must be between 1 and {max}", size.parameter),
        None => format!("{} must be a positive integer", size.parameter),
    })
}

/// Where the page begins that `sent` leads to, and its number.
fn place(paging: Paging, sent: Option<&str>, size: usize) -> Result<(Cursor, usize), String> {
    let at = |start| Cursor {
        start,
        query: Vec::new(),
        again: 0,
    };
    let number = |name: &str, least: usize| match sent.map(str::parse) {
        None => Ok(least),
        Some(Ok(number)) if number >= least => Ok(number),
        Some(_) => Err(format!("{name} must be an integer of at least {least}")),
    };
    match (paging, sent) {
        (Paging::Numbers { page, first, .. }, _) => {
            let number = number(page, first)?;
            let offset = (number - first).saturating_mul(size);
            Ok((at(Start::Offset(offset)), number))
        }
        (Paging::Offset { offset, .. }, _) => {
            let offset = number(offset, 0)?;
            Ok((at(Start::Offset(offset)), offset / size + 1))
        }
        (Paging::Token { token, .. }, Some(text)) => match Cursor::decode(text) {
            Some(cursor) => Ok((cursor, 1)),
            None => Err(format!("{token} is not valid")),
        },
        (Paging::Keyset { .. }, Some(id)) => Ok((at(Start::After(id.to_owned())), 1)),
        _ => Ok((at(Start::Offset(0)), 1)),
    }
}

/// The tenants that the filter selects. Without a filter this copies nothing.
fn matching<'a>(
    settings: &Settings,
    population: &'a Population,
    filter: Option<&[Status]>,
) -> Cow<'a, [Tenant]> {
    let matches = |status: Status| match filter {
        Some(asked) => asked.contains(&status),
        None => settings.hidden != Some(status),
    };
    if filter.is_none() && settings.hidden.is_none() {
        return Cow::Borrowed(&population.tenants);
    }
    let tenants = population.tenants.iter();
    let selected = tenants.filter(|tenant| matches(tenant.status)).cloned();
    Cow::Owned(selected.collect())
}

/// The position of the page's first record, where so many are above the tenants.
fn position(
    population: &Population,
    matching: &[Tenant],
    above: usize,
    start: &Start,
) -> Result<usize, String> {
    match start {
        Start::Offset(offset) => Ok((*offset).min(matching.len() + above)),
        Start::Beyond(number) => {
            let passed = matching.partition_point(|tenant| match population.order {
                Order::NewestFirst => tenant.number >= *number,
                Order::OldestFirst => tenant.number <= *number,
            });
            Ok(passed + above)
        }
        Start::After(id) => {
            let found = matching
                .iter()
                .position(|tenant| population.id(tenant) == *id);
            found
                .map(|at| at + 1 + above)
                .ok_or_else(|| format!("no such record: {id}"))
        }
    }
}

/// The token of the page that begins at `end`, after the tenant `last`.
fn token(
    settings: &Settings,
    query: Vec<(String, String)>,
    end: usize,
    last: Option<&Tenant>,
) -> Cursor {
    Cursor {
        start: match last {
            Some(last) if settings.key_cursors => Start::Beyond(last.number),
            _ => Start::Offset(end),
        },
        query: match settings.cursor_remembers_filter {
            true => query,
            false => Vec::new(),
        },
        again: 0,
    }
}

/// The request's path and query, with `value` for `parameter`.
fn path_with(request: &Request, parameter: &str, value: &str) -> String {
    let others = request.query.iter().filter(|(name, _)| name != parameter);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(parameter, value)
        .finish();
    format!("{}?{query}", request.path)
}
