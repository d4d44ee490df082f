//! Tables in Markdown, and how figures are written in them.

/// A table: the first column to the left, the others to the right.
#[derive(Debug)]
pub(super) struct Table {
    text: String,
}

impl Table {
    pub(super) fn new(headings: &[&str]) -> Self {
        let lines: String = headings
            .iter()
            .enumerate()
            .map(|(column, _)| if column == 0 { "|---" } else { "|---:" })
            .collect();
        Self {
            text: format!("| {} |\n{lines}|\n", headings.join(" | ")),
        }
    }

    pub(super) fn row(&mut self, cells: &[String]) {
        self.text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A length of time in the unit that suits it.
pub(super) fn time(seconds: f64) -> String {
    if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else if seconds >= 1e-3 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{:.0} µs", seconds * 1e6)
    }
}

/// A ratio.
pub(super) fn ratio(of: f64, to: f64) -> String {
    format!("{:.2}", of / to)
}

/// A number with its thousands apart.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let apart = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<&str> = apart
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_to_be_read() {
        assert_eq!(time(1.5), "1.50 s");
        assert_eq!(time(0.0123), "12.3 ms");
        assert_eq!(time(0.000_25), "250 µs");
        assert_eq!(
            [count(7), count(1_000), count(1_234_567)],
            ["7", "1,000", "1,234,567"]
        );
        let mut table = Table::new(&["a", "b"]);
        table.row(&["x".to_owned(), ratio(1.0, 4.0)]);
        assert_eq!(table.finish(), "| a | b |\n|---|---:|\n| x | 0.25 |\n");
    }
}
