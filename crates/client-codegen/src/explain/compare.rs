//! Compares the facts of two documents.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Fact, Facts, Place};

/// A difference between two documents.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    /// The operation's id.
    pub(super) operation: String,
    /// The place; `None` for the operation as a whole.
    pub(super) place: Option<Place>,
    pub(super) kind: Kind,
}

/// How a place differs.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Added(Fact),
    Removed,
    /// The place is renamed, and nothing else differs but its text.
    Renamed(Place),
    /// One aspect has another value; `None` means that it is absent.
    Changed(&'static str, Option<String>, Option<String>),
    /// An enumeration has one word more or less.
    Word(String, bool),
}

/// All differences, by operation and place.
pub(super) fn compare(before: &Facts, after: &Facts) -> Vec<Difference> {
    let mut all = Vec::new();
    let operations: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for id in operations {
        let mut push = |place: Option<&Place>, kind| {
            all.push(Difference {
                operation: id.clone(),
                place: place.cloned(),
                kind,
            });
        };
        match (before.get(id), after.get(id)) {
            (Some(before), Some(after)) => places(before, after, &mut push),
            (None, _) => push(None, Kind::Added(Fact::new())),
            (_, None) => push(None, Kind::Removed),
        }
    }
    all
}

type Places = BTreeMap<Place, Fact>;

fn places(before: &Places, after: &Places, push: &mut dyn FnMut(Option<&Place>, Kind)) {
    let renamed = renamed(before, after);
    for (place, fact) in before {
        match (after.get(place), renamed.get(place)) {
            (Some(now), _) => aspects(fact, now, &mut |kind| push(Some(place), kind)),
            (None, Some(now)) => push(Some(place), Kind::Renamed((*now).clone())),
            (None, None) if is_below_removed(place, before, after) => {}
            (None, None) => push(Some(place), Kind::Removed),
        }
    }
    for (place, fact) in after {
        let is_renamed = renamed.values().any(|now| *now == place);
        if !before.contains_key(place) && !is_renamed && !is_below_removed(place, after, before) {
            push(Some(place), Kind::Added(fact.clone()));
        }
    }
}

/// Whether a field is inside another field that differs in the same way, as records are inside their list.
fn is_below_removed(place: &Place, here: &Places, there: &Places) -> bool {
    let is_record = |place: &Place| matches!(place, Place::Record(_));
    if is_record(place) && !there.keys().any(is_record) {
        return true;
    }
    let mut above = parent(place);
    while let Some(place) = above {
        if here.contains_key(&place) && !there.contains_key(&place) {
            return true;
        }
        above = parent(&place);
    }
    false
}

/// The field that contains a field.
fn parent(place: &Place) -> Option<Place> {
    let cut = |path: &str| match path.strip_suffix("[]") {
        Some(list) => Some(list.to_owned()),
        None => Some(path.rsplit_once('.')?.0.to_owned()),
    };
    match place {
        Place::Envelope(path) => cut(path).map(Place::Envelope),
        Place::Record(path) => cut(path).map(Place::Record),
        _ => None,
    }
}

/// The renamed places: the only removed one and the only new one of their group, otherwise alike.
fn renamed<'a>(before: &'a Places, after: &'a Places) -> BTreeMap<&'a Place, &'a Place> {
    let only = |here: &'a Places, there: &'a Places| {
        let mut groups: BTreeMap<String, Vec<&'a Place>> = BTreeMap::new();
        for place in here.keys().filter(|place| !there.contains_key(place)) {
            if !is_below_removed(place, here, there) {
                groups.entry(group(place)).or_default().push(place);
            }
        }
        groups
    };
    let (gone, new) = (only(before, after), only(after, before));
    let pairs = gone.iter().filter_map(|(group, gone)| {
        match (gone.as_slice(), new.get(group)?.as_slice()) {
            ([old], [new]) if bare(&before[*old]) == bare(&after[*new]) => Some((*old, *new)),
            _ => None,
        }
    });
    pairs.collect()
}

fn group(place: &Place) -> String {
    match place {
        Place::Parameter(within, _) => format!("parameter in {within}"),
        Place::Envelope(_) => format!("page {:?}", parent(place)),
        Place::Record(_) => format!("record {:?}", parent(place)),
        other => format!("{other:?}"),
    }
}

fn bare(fact: &Fact) -> Fact {
    let mut fact = fact.clone();
    fact.remove("prose");
    fact
}

fn aspects(before: &Fact, after: &Fact, push: &mut dyn FnMut(Kind)) {
    let names: BTreeSet<&'static str> = before.keys().chain(after.keys()).copied().collect();
    for aspect in names {
        let (old, new) = (before.get(aspect), after.get(aspect));
        if old == new {
            continue;
        }
        match (aspect, old, new) {
            ("words", Some(old), Some(new)) => words(old, new, push),
            _ => push(Kind::Changed(aspect, old.cloned(), new.cloned())),
        }
    }
}

fn words(before: &str, after: &str, push: &mut dyn FnMut(Kind)) {
    let split = |text: &str| text.split('|').map(str::to_owned).collect::<BTreeSet<_>>();
    let (before, after) = (split(before), split(after));
    for word in after.difference(&before) {
        push(Kind::Word(word.clone(), true));
    }
    for word in before.difference(&after) {
        push(Kind::Word(word.clone(), false));
    }
}
