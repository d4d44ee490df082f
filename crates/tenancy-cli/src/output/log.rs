//! Logs requests to standard error through `tracing`.

use std::io::{self, Write};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::controls;

/// Starts logging the requests of this workspace's crates. HTTP libraries below them may log headers, and are left out.
pub(crate) fn show() {
    let ours = Targets::new()
        .with_target("client_runtime", LevelFilter::DEBUG)
        .with_target("tenancy", LevelFilter::DEBUG);
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_target(false)
        // It would use `eprintln!`, which panics where standard error is closed.
        .log_internal_errors(false)
        .with_writer(|| Escaped);
    // There is no subscriber yet: this is the only place that sets one.
    let _ = tracing_subscriber::registry()
        .with(ours)
        .with(lines)
        .try_init();
}

/// Standard error, for whole lines that may quote a provider.
struct Escaped;

impl Write for Escaped {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        writeln!(
            io::stderr(),
            "{}",
            controls::escape(text.trim_end_matches('\n'))
        )?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
