//! Writes metrics in the text format of Prometheus (version 0.0.4).

use std::fmt::{Display, Write};

/// Metrics as text.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    pub(crate) text: String,
}

/// The labels of a sample, and its value.
pub(crate) type Sample<'a> = (Vec<(&'static str, &'a str)>, f64);

impl Metrics {
    /// Adds a gauge with its samples; nothing if there are none.
    pub(crate) fn gauge<'a>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = Sample<'a>>,
    ) {
        let mut samples = samples.into_iter().peekable();
        if samples.peek().is_none() {
            return;
        }
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} gauge"));
        for (labels, value) in samples {
            let labels = labels.iter();
            let labels = labels.map(|(label, value)| format!("{label}=\"{}\"", escape(value)));
            match labels.collect::<Vec<_>>().join(",") {
                labels if labels.is_empty() => self.line(format_args!("{name} {value}")),
                labels => self.line(format_args!("{name}{{{labels}}} {value}")),
            }
        }
    }

    fn line(&mut self, line: impl Display) {
        // A string takes everything.
        let _ = writeln!(self.text, "{line}");
    }
}

/// The value of a label between quotes.
fn escape(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_may_have_any_value() {
        let mut metrics = Metrics::default();
        metrics.gauge("empty", "No samples.", []);
        metrics.gauge("up", "No labels.", [(vec![], 1.0)]);
        let labels = vec![("account", "a\"b\\c\nd"), ("kind", "é")];
        metrics.gauge("size_bytes", "Labels.", [(labels, 0.25)]);
        assert_eq!(
            metrics.text,
            "# HELP up No labels.\n# TYPE up gauge\nup 1\n# HELP size_bytes Labels.\n# TYPE size_bytes gauge\n\
             size_bytes{account=\"a\\\"b\\\\c\\nd\",kind=\"é\"} 0.25\n"
        );
    }
}
