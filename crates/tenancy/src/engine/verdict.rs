//! How far a list can be trusted, from the evidence alone.

use super::evidence::{Earlier, End, Evidence, Order, Total};
use crate::{Certainty, Reason};

/// The certainty of a list, and why. An unproved list is walked again.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) certainty: Certainty,
    pub(super) because: Reason,
}

/// Judges a list. Tests replace it to prove that they notice a missing rule.
pub(super) type Judge = fn(&Evidence) -> Verdict;

/// Judges a list by what one walk observed, and by how it compares with the walk before it.
pub(super) fn verdict(evidence: &Evidence) -> Verdict {
    let confirmed = evidence.earlier == Earlier::Same;
    if let Some(reason) = missing(evidence).or_else(|| flaw(evidence)) {
        return judged(Certainty::Unproved, reason);
    }
    if let Some(doubt) = doubt(evidence).filter(|_| !confirmed) {
        return judged(Certainty::Unproved, doubt);
    }
    if evidence.is_empty && !confirmed {
        let text = "a list in which nothing was found is read once more";
        return judged(Certainty::Unproved, Reason::new("list_empty", text));
    }
    if let Some(why) = &evidence.ambiguous {
        return judged(Certainty::Assumed, Reason::new("ambiguous", why));
    }
    if doubt(evidence).is_none()
        && let Some(reason) = proof(evidence)
    {
        return judged(Certainty::Proved, reason);
    }
    if confirmed {
        return judged(Certainty::Agreed, two_walks());
    }
    judged(Certainty::Assumed, gap(evidence))
}

/// Whether a walk showed by itself that it may have missed records. It then confirms no other walk.
pub(super) fn is_flawed(evidence: &Evidence) -> bool {
    let is_cut = evidence.missing.is_some() || evidence.end == End::NotObserved;
    let is_short = matches!(evidence.total, Total::Exceeds { .. });
    is_cut || is_short || flaw(evidence).is_some()
}

/// Says what to do about a list that stays unproved for this reason.
pub(super) fn advice(because: &Reason) -> &'static str {
    match because.code.as_str() {
        "list_moved" | "fewer_than_before" | "total_contradicted" => {
            "tenants may be missing: run it again at a quieter time"
        }
        _ => "tenants may be missing: run it again, and report it to the provider if it persists",
    }
}

/// Why several lists are only assumed whose last look back failed.
pub(super) fn lists_apart() -> Reason {
    let text = "a tenant whose status changed between two lists may be in neither, and another look at them failed";
    Reason::new("lists_apart", text)
}

/// Why a list is only assumed that may omit tenants of these statuses, which no request selects.
pub(super) fn status_left_out(statuses: &[&str]) -> Reason {
    let text = format!(
        "the list may omit tenants that are {}, and no request selects them",
        statuses.join(" or ")
    );
    Reason::new("status_left_out", text)
}

/// Why a list by status is ambiguous that was empty when it was read first.
pub(super) fn was_empty_at_first() -> String {
    "a list by status was empty at first and had tenants later: one whose status changed in between may be in no list".to_owned()
}

fn judged(certainty: Certainty, because: Reason) -> Verdict {
    Verdict { certainty, because }
}

/// Returns what is missing, if anything. Only a walk that does not observe this can settle it.
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
        let text = format!(
            "the provider says that there are {total} tenants, and a read of the list found {met}"
        );
        return Some(Reason::new("fewer_than_total", text));
    }
    None
}

/// Returns how the walk contradicts itself, if it does. Another walk that contradicts itself in the same way does not settle it.
fn flaw(evidence: &Evidence) -> Option<Reason> {
    if let Some(why) = &evidence.misplaced {
        return Some(Reason::new("place_contradicted", why));
    }
    let is_accounted_for = match evidence.order {
        Order::OneAnswer => true,
        Order::NewestFirst => !matches!(evidence.total, Total::Contradicted(_)),
        _ => false,
    };
    if evidence.moved && !is_accounted_for {
        let text = "the list moved while it was read, and tenants may have been missed";
        return Some(Reason::new("list_moved", text));
    }
    None
}

/// Returns what contradicts the list, if anything. Another walk that finds no other tenants settles it.
fn doubt(evidence: &Evidence) -> Option<Reason> {
    if let Total::Contradicted(why) = &evidence.total {
        return Some(Reason::new("total_contradicted", why));
    }
    if evidence.order == Order::Unverified {
        let text = "the records do not show the order that the provider states";
        return Some(Reason::new("order_unverified", text));
    }
    None
}

fn proof(evidence: &Evidence) -> Option<Reason> {
    match (evidence.order, &evidence.end, &evidence.total) {
        (Order::OneAnswer, End::Observed, Total::Agrees | Total::Absent) => {
            Some(Reason::new("one_answer", "one answer had the whole list"))
        }
        (Order::NewestFirst, End::Observed, Total::Agrees) if !evidence.moved => {
            let text = "the totals between the pages account for every change, and the list is newest first";
            Some(Reason::new("totals_and_order", text))
        }
        (Order::Keyset, End::Observed, Total::Agrees | Total::Absent) => {
            let text = "each page begins after a record that was read, and the list keeps the order of creation";
            Some(Reason::new("keyset_and_order", text))
        }
        (Order::OldestFirst, End::Observed, Total::Agrees | Total::Absent)
            if evidence.earlier == Earlier::Same =>
        {
            let text = "two reads found the same tenants, and new ones come in at the end only";
            Some(Reason::new("two_walks_and_order", text))
        }
        _ => None,
    }
}

fn two_walks() -> Reason {
    let text = "two reads of the list found the same tenants";
    Reason::new("two_walks", text)
}

/// Returns what is lacking for a proof.
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
            order: Order::Tied, ..
        } => Reason::new(
            "ties",
            "records that share a creation time, or have none, may be lost between two pages",
        ),
        Evidence {
            order: Order::Unstated,
            ..
        } => Reason::new("order_unstated", "no order of the list is stated"),
        Evidence {
            order: Order::OldestFirst,
            ..
        } => Reason::new(
            "oldest_first",
            "a tenant deleted while the list was read would hide another one",
        ),
        Evidence {
            total: Total::Agrees,
            ..
        } => Reason::new(
            "total_fell",
            "the total fell while the list was read: a total that lags behind the list would hide a missing tenant",
        ),
        _ => Reason::new("no_total", "no total vouches for the number of tenants"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind of evidence and its verdict. A column is `any` if its value makes no difference.
    fn table() -> String {
        let head = "| end | total | order | moved | first walk | second walk agrees |";
        let mut lines = vec![head.to_owned(), "|---|---|---|---|---|---|".to_owned()];
        rows(&mut Vec::new(), &mut lines);
        lines.join("\n")
    }

    const ENDS: [End; 3] = [End::Observed, End::Implied, End::NotObserved];
    const ORDERS: [Order; 8] = [
        Order::OneAnswer,
        Order::NewestFirst,
        Order::OldestFirst,
        Order::Keyset,
        Order::Tied,
        Order::Links,
        Order::Unstated,
        Order::Unverified,
    ];

    fn totals() -> [Total; 5] {
        [
            Total::Absent,
            Total::Unreadable,
            Total::Agrees,
            Total::Exceeds { total: 3, met: 2 },
            Total::Contradicted("2 of 1".to_owned()),
        ]
    }

    /// The number of choices for each column.
    const CHOICES: [usize; 4] = [ENDS.len(), 5, ORDERS.len(), 2];

    /// The rows that begin with these choices.
    fn rows(chosen: &mut Vec<usize>, lines: &mut Vec<String>) {
        let verdicts = verdicts(chosen);
        let is_one = verdicts.iter().all(|verdict| *verdict == verdicts[0]);
        if !is_one {
            for choice in 0..CHOICES[chosen.len()] {
                chosen.push(choice);
                rows(chosen, lines);
                chosen.pop();
            }
            return;
        }
        let word = |text: String| text.split([' ', '(']).next().unwrap_or_default().to_owned();
        let cells = (0..CHOICES.len()).map(|column| match (column, chosen.get(column)) {
            (_, None) => "any".to_owned(),
            (0, Some(choice)) => format!("{:?}", ENDS[*choice]),
            (1, Some(choice)) => word(format!("{:?}", totals()[*choice])),
            (2, Some(choice)) => format!("{:?}", ORDERS[*choice]),
            (_, Some(choice)) => (*choice == 1).to_string(),
        });
        let cells: Vec<_> = cells.chain(verdicts[0].clone()).collect();
        lines.push(format!("| {} |", cells.join(" | ")));
    }

    /// The verdicts of the first and the second walk for all evidence that begins with these choices.
    fn verdicts(chosen: &[usize]) -> Vec<[String; 2]> {
        if let [end, total, order, moved] = chosen {
            return vec![[Earlier::None, Earlier::Same].map(|earlier| {
                let verdict = verdict(&Evidence {
                    end: ENDS[*end],
                    total: totals()[*total].clone(),
                    order: ORDERS[*order],
                    moved: *moved == 1,
                    ambiguous: None,
                    misplaced: None,
                    missing: None,
                    is_empty: false,
                    earlier,
                });
                format!("{:?} ({})", verdict.certainty, verdict.because.code)
            })];
        }
        let next = |choice| verdicts(&[chosen, &[choice]].concat());
        (0..CHOICES[chosen.len()]).flat_map(next).collect()
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
    fn some_doubts_are_settled_by_no_agreement_and_an_empty_list_by_one() {
        let agreed = Evidence {
            end: End::Observed,
            total: Total::Agrees,
            order: Order::OneAnswer,
            moved: false,
            misplaced: None,
            ambiguous: None,
            missing: None,
            is_empty: false,
            earlier: Earlier::Same,
        };
        let why = || Some("`errors` is not empty".to_owned());
        for (code, certainty, evidence) in [
            (
                "records_missing",
                Certainty::Unproved,
                Evidence {
                    missing: why(),
                    ..agreed.clone()
                },
            ),
            (
                "place_contradicted",
                Certainty::Unproved,
                Evidence {
                    misplaced: why(),
                    ..agreed.clone()
                },
            ),
            (
                "list_empty",
                Certainty::Unproved,
                Evidence {
                    is_empty: true,
                    earlier: Earlier::None,
                    ..agreed.clone()
                },
            ),
            (
                "one_answer",
                Certainty::Proved,
                Evidence {
                    is_empty: true,
                    ..agreed.clone()
                },
            ),
            (
                "ambiguous",
                Certainty::Assumed,
                Evidence {
                    ambiguous: why(),
                    ..agreed.clone()
                },
            ),
        ] {
            let verdict = verdict(&evidence);
            let found = (verdict.because.code.as_str(), verdict.certainty);
            assert_eq!(found, (code, certainty));
        }
    }
}
