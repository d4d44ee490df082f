//! How far a list can be trusted, from the evidence alone.

use super::evidence::{Earlier, End, Evidence, Order, Total};
use crate::{Certainty, Reason};

/// How far a list can be trusted, and why. An unproved list is walked again.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) certainty: Certainty,
    pub(super) because: Reason,
}

/// Judges a list. Tests prove with another one that they notice a missing rule.
pub(super) type Judge = fn(&Evidence) -> Verdict;

/// Judges a list by what one walk observed, and by how it compares with the walk before it.
pub(super) fn verdict(evidence: &Evidence) -> Verdict {
    let confirmed = evidence.earlier == Earlier::Same;
    if let Some(reason) = missing(evidence) {
        return judged(Certainty::Unproved, reason);
    }
    if let Some(doubt) = doubt(evidence) {
        return if confirmed {
            judged(Certainty::Agreed, two_walks())
        } else {
            judged(Certainty::Unproved, doubt)
        };
    }
    if let Some(reason) = proof(evidence) {
        return judged(Certainty::Proved, reason);
    }
    if confirmed {
        return judged(Certainty::Agreed, two_walks());
    }
    judged(Certainty::Assumed, gap(evidence))
}

fn judged(certainty: Certainty, because: Reason) -> Verdict {
    Verdict { certainty, because }
}

/// What is missing: only a walk that does not observe this can settle it.
fn missing(evidence: &Evidence) -> Option<Reason> {
    if let Some(why) = &evidence.missing {
        return Some(Reason::new("records_missing", why));
    }
    if let Earlier::Fewer { before, met } = evidence.earlier {
        let text = format!("one read of the list found {before} tenants, and another {met}");
        return Some(Reason::new("fewer_than_before", text));
    }
    if evidence.end == End::NotObserved {
        let text = "the last page was full and did not say whether there is another";
        return Some(Reason::new("end_not_observed", text));
    }
    if let Total::Exceeds { total, met } = evidence.total {
        let text = format!("the provider says that there are {total} tenants, and sent {met}");
        return Some(Reason::new("fewer_than_total", text));
    }
    None
}

/// What contradicts the list: another walk that finds no other tenants settles it.
fn doubt(evidence: &Evidence) -> Option<Reason> {
    if let Total::Contradicted(why) = &evidence.total {
        return Some(Reason::new("total_contradicted", why));
    }
    if let Some(why) = &evidence.misplaced {
        return Some(Reason::new("place_contradicted", why));
    }
    if evidence.moved && !matches!(evidence.order, Order::NewestFirst | Order::OneAnswer) {
        let text = "the list moved while it was read, and tenants may have been missed";
        return Some(Reason::new("list_moved", text));
    }
    None
}

fn proof(evidence: &Evidence) -> Option<Reason> {
    match (evidence.order, &evidence.end, &evidence.total) {
        (Order::OneAnswer, End::Observed, Total::Agrees | Total::Absent) => {
            Some(Reason::new("one_answer", "one answer had the whole list"))
        }
        (Order::NewestFirst, End::Observed, Total::Agrees) => {
            let text = "the totals between the pages account for every change, and the list is newest first";
            Some(Reason::new("totals_and_order", text))
        }
        (Order::Keyset, End::Observed, Total::Agrees | Total::Absent) => {
            let text = "each page begins after a record that was read, and the list keeps the order of creation";
            Some(Reason::new("keyset_and_order", text))
        }
        _ => None,
    }
}

fn two_walks() -> Reason {
    let text = "two reads of the list found the same tenants";
    Reason::new("two_walks", text)
}

/// What a proof lacks.
fn gap(evidence: &Evidence) -> Reason {
    match evidence {
        Evidence {
            end: End::Implied, ..
        } => Reason::new("end_implied", "the last page does not mark the end"),
        Evidence {
            total: Total::Unreadable,
            ..
        } => Reason::new(
            "total_unreadable",
            "the total cannot be read, or the list is null",
        ),
        Evidence {
            order: Order::Links,
            ..
        } => Reason::new("links", "only the provider's links connect the pages"),
        Evidence {
            order: Order::Unverified,
            ..
        } => Reason::new(
            "order_unverified",
            "the records do not show that the list is newest first",
        ),
        _ => Reason::new("no_total", "no total vouches for the number of tenants"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind of evidence and its verdict.
    fn table() -> String {
        let ends = [End::Observed, End::Implied, End::NotObserved];
        let totals = [
            Total::Absent,
            Total::Unreadable,
            Total::Agrees,
            Total::Exceeds { total: 3, met: 2 },
            Total::Contradicted("2 of 1".to_owned()),
        ];
        let orders = [
            Order::OneAnswer,
            Order::NewestFirst,
            Order::Unverified,
            Order::Links,
            Order::Keyset,
        ];
        let mut lines = vec![
            "| end | total | order | moved | first walk | second walk agrees |".to_owned(),
            "|---|---|---|---|---|---|".to_owned(),
        ];
        for end in ends {
            for total in &totals {
                for order in orders {
                    for moved in [false, true] {
                        let [first, second] = [Earlier::None, Earlier::Same].map(|earlier| {
                            let verdict = verdict(&Evidence {
                                end,
                                total: total.clone(),
                                order,
                                moved,
                                misplaced: None,
                                missing: None,
                                earlier,
                            });
                            format!("{:?} ({})", verdict.certainty, verdict.because.code)
                        });
                        let word = |name: String| name.split([' ', '(']).next().unwrap().to_owned();
                        let (end, total) = (word(format!("{end:?}")), word(format!("{total:?}")));
                        lines.push(format!(
                            "| {end} | {total} | {order:?} | {moved} | {first} | {second} |"
                        ));
                    }
                }
            }
        }
        lines.join("\n")
    }

    /// `CERTAINTY_UPDATE=1 cargo test -p tenancy --lib verdict` writes the table anew.
    #[test]
    fn the_documented_table_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/certainty.md");
        let document = std::fs::read_to_string(path).unwrap();
        let (text, _) = document.split_once("| end |").unwrap();
        let expected = format!("{text}{}\n", table());
        if std::env::var_os("CERTAINTY_UPDATE").is_some() {
            std::fs::write(path, expected).unwrap();
        } else {
            assert!(document == expected, "docs/certainty.md is out of date");
        }
    }

    #[test]
    fn what_the_provider_says_is_missing_is_settled_by_no_agreement() {
        let evidence = Evidence {
            end: End::Observed,
            total: Total::Agrees,
            order: Order::OneAnswer,
            moved: false,
            misplaced: None,
            missing: Some("`errors` is not empty".to_owned()),
            earlier: Earlier::Same,
        };
        assert_eq!(verdict(&evidence).certainty, Certainty::Unproved);
    }
}
