//! The numbers that pages state for themselves, compared with those that were requested.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use crate::{Page, Position, RankBy};

/// The ways of counting pages that fit what the pages state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Numbering {
    /// Whether a page rules out that pages are counted from 0, or from 1, or that each states 0, or 1.
    ruled_out: [bool; 4],
    /// The first page whose number is not the requested one.
    contradiction: Option<String>,
}

impl Numbering {
    /// Takes the number that a page states.
    pub(super) fn take(&mut self, answer: &Answer, by: RankBy, page: &Page) {
        let (&Position::Number(asked), RankBy::Number { first }, Some(stated)) =
            (&answer.position, by, page.place.number)
        else {
            return;
        };
        if answer.len() == 0 {
            // A page without records has no place.
            return;
        }
        let before = asked - first;
        let fitting = [before, before + 1, 0, 1];
        for (is_ruled_out, number) in self.ruled_out.iter_mut().zip(fitting) {
            *is_ruled_out |= stated != number;
        }
        if stated != asked {
            let says = || format!("{} says that it is page {stated}", answer.name());
            self.contradiction.get_or_insert_with(says);
        }
    }

    /// Describes a contradiction that no way of counting explains.
    pub(super) fn misplaced(&self) -> Option<String> {
        let is_wrong = self.ruled_out == [true; 4];
        self.contradiction.clone().filter(|_| is_wrong)
    }

    /// Describes a contradiction that another way of counting explains. It then says nothing of the pages' places.
    pub(super) fn ambiguous(&self) -> Option<String> {
        let is_wrong = self.ruled_out == [true; 4];
        self.contradiction.clone().filter(|_| !is_wrong)
    }
}
