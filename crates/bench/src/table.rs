//! Formats Markdown tables, and writes them into `BENCHMARKS.md`.

use std::fs;
use std::path::Path;

use crate::Failure;

/// A table whose first column is text and whose others are figures.
pub(crate) struct Table(String);

impl Table {
    pub(crate) fn new(headings: &[&str]) -> Self {
        let rule = "---:|".repeat(headings.len() - 1);
        Self(format!("| {} |\n|---|{rule}\n", headings.join(" | ")))
    }

    pub(crate) fn row(&mut self, cells: &[String]) {
        self.0.push_str(&format!("| {} |\n", cells.join(" | ")));
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// Formats a duration in a fitting unit.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        1.0.. => format!("{seconds:.2} s"),
        1e-3.. => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{:.0} µs", seconds * 1e6),
    }
}

/// Formats a number with thousands separators.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// Formats KiB as MiB.
pub(crate) fn mib(kib: u64) -> String {
    format!("{:.1} MiB", kib as f64 / 1024.0)
}

/// Replaces the part of a document between the markers of a case.
pub(crate) fn write(path: &Path, case: &str, text: &str) -> Result<(), Failure> {
    let document = fs::read_to_string(path)?;
    let changed = with_part(&document, case, text)
        .ok_or_else(|| format!("{} has no markers for `{case}`", path.display()))?;
    Ok(fs::write(path, changed)?)
}

fn with_part(document: &str, case: &str, text: &str) -> Option<String> {
    let (begin, end) = (
        format!("<!-- measured: {case} -->"),
        format!("<!-- end: {case} -->"),
    );
    let (before, rest) = document.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!(
        "{before}{begin}\n\n{}\n\n{end}{after}",
        text.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_readable() {
        assert_eq!(
            [time(1.5), time(0.0123), time(0.000_25)],
            ["1.50 s", "12.3 ms", "250 µs"]
        );
        assert_eq!(
            [count(7), count(1_000), count(1_234_567)],
            ["7", "1,000", "1,234,567"]
        );
        let mut table = Table::new(&["a", "b"]);
        table.row(&["x".to_owned(), "1".to_owned()]);
        assert_eq!(table.finish(), "| a | b |\n|---|---:|\n| x | 1 |\n");
    }

    #[test]
    fn only_the_part_of_the_case_is_replaced() {
        let document = "a\n<!-- measured: x -->\nold\n<!-- end: x -->\nb\n";
        let changed = with_part(document, "x", "new\n").unwrap();
        assert_eq!(
            changed,
            "a\n<!-- measured: x -->\n\nnew\n\n<!-- end: x -->\nb\n"
        );
        assert_eq!(with_part(document, "y", "new"), None);
    }
}
