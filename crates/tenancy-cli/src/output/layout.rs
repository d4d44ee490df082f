//! Chooses which columns of a table fit, and their widths.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::select::field::Style;

/// The space between two columns.
pub(super) const GAP: usize = 2;
/// The least width of text: a date and an ellipsis, or two words.
const NARROWEST: usize = 11;

/// A column to lay out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) style: Style,
    /// The width of its header.
    pub(super) header: usize,
    /// The width of its widest cell, the header included.
    pub(super) natural: usize,
}

impl Extent {
    /// The least width. A number is never shortened: it would be another number.
    fn least(&self) -> usize {
        match self.style {
            Style::Number => self.natural,
            Style::Whole | Style::Moment | Style::Prose => {
                self.natural.min(self.header.max(NARROWEST))
            }
        }
    }
}

/// The width of a table whose columns are this wide.
pub(super) fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// The widths of as many columns as fit, at least one. Prose shrinks first, then times, then the rest; the widest first.
pub(super) fn widths(columns: &[Extent], width: usize) -> Vec<usize> {
    let least: Vec<_> = columns.iter().map(Extent::least).collect();
    let mut shown = columns.len();
    while shown > 1 && total(&least[..shown]) > width {
        shown -= 1;
    }
    let columns = &columns[..shown];
    let mut widths: Vec<_> = columns.iter().map(|column| column.natural).collect();
    let mut excess = total(&widths).saturating_sub(width);
    for style in [Style::Prose, Style::Moment, Style::Whole] {
        while excess > 0 {
            let widest = (0..shown)
                .filter(|&at| columns[at].style == style && widths[at] > least[at])
                .max_by_key(|&at| widths[at]);
            let Some(widest) = widest else { break };
            widths[widest] -= 1;
            excess -= 1;
        }
    }
    widths
}

/// The text in at most `width` terminal columns: cut between graphemes, with an ellipsis.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut shortened = String::new();
    let mut used = 1;
    for character in text.graphemes(true) {
        used += character.width();
        if used > width {
            break;
        }
        shortened.push_str(character);
    }
    shortened.truncate(shortened.trim_end().len());
    shortened.push('…');
    shortened
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(style: Style, natural: usize) -> Extent {
        Extent {
            style,
            header: 4,
            natural,
        }
    }

    #[test]
    fn prose_gives_way_first_and_numbers_never() {
        let columns = [
            column(Style::Whole, 20),
            column(Style::Prose, 100),
            column(Style::Prose, 30),
            column(Style::Number, 15),
        ];
        assert_eq!(widths(&columns, 171), [20, 100, 30, 15]);
        assert_eq!(widths(&columns, 100), [20, 30, 29, 15]);
        assert_eq!(widths(&columns, 63), [20, 11, 11, 15]);
        assert_eq!(widths(&columns, 60), [17, 11, 11, 15]);
        assert_eq!(widths(&columns, 54), [11, 11, 11, 15]);
        assert_eq!(
            widths(&columns, 53),
            [20, 15, 14],
            "the last one is left out"
        );
        assert_eq!(widths(&columns, 5), [11], "one is shown in any case");
        let columns = [column(Style::Whole, 40), column(Style::Moment, 24)];
        assert_eq!(widths(&columns, 60), [40, 18], "times before identities");
        assert_eq!(widths(&columns, 45), [32, 11]);
        assert!(widths(&[], 80).is_empty());
    }

    #[test]
    fn text_is_cut_between_characters_as_people_see_them() {
        for (text, width, shown) in [
            ("Acme Inc", 8, "Acme Inc"),
            ("Acme Inc", 7, "Acme I…"),
            ("Acme Inc", 6, "Acme…"),
            ("株式会社さくら", 8, "株式会…"),
            ("株式会社さくら", 7, "株式会…"),
            ("👩‍🚀👩‍🚀👩‍🚀", 5, "👩‍🚀👩‍🚀…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("abc", 1, "…"),
        ] {
            assert_eq!(shortened(text, width), shown, "{text} {width}");
        }
    }
}
