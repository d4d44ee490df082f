//! What a person sees on a terminal: the table at two widths, colours, progress, and what strangers' text does to it.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::Child;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Instant;

use provider_sim::{Fault, Record, Simulator, When};
use pty_process::Size;
use pty_process::blocking::{Command, Pty};
use unicode_width::UnicodeWidthStr;

use crate::sandbox::*;

/// A terminal in which the command runs.
struct Terminal {
    child: Child,
    pty: Pty,
    arriving: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// Every byte that reached the terminal.
    raw: Vec<u8>,
}

impl Terminal {
    fn start(sandbox: &Sandbox, columns: u16, arguments: &[&str]) -> Self {
        const ROWS: NonZeroU16 = NonZeroU16::new(60).unwrap();
        let (pty, pts) = pty_process::blocking::open().unwrap();
        pty.resize(Size::new(ROWS.get(), columns)).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_tenancy"))
            .args(arguments)
            .current_dir(sandbox.folder.path())
            .env_clear()
            .env("TERM", "xterm-256color")
            .env("HOME", sandbox.folder.path())
            .envs(sandbox.variables.iter().map(|(name, value)| (name, value)))
            .spawn(pts)
            .unwrap();
        let (bytes, arriving) = mpsc::channel();
        let mut output = pty_reader(&pty);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The terminal's end is an error on Linux, and no bytes elsewhere.
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if bytes.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            pty,
            arriving,
            screen: vt100::Parser::new(ROWS, NonZeroU16::new(columns).unwrap(), 0),
            raw: Vec::new(),
        }
    }

    /// Reads until the screen shows this.
    fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.shown().contains(text) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.arriving.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(error) => panic!("`{text}` did not come ({error}):\n{}", self.shown()),
            }
        }
    }

    /// Reads to the end, and gives the exit code.
    fn end(&mut self) -> Option<i32> {
        loop {
            match self.arriving.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().unwrap().code(),
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.shown()),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.raw.extend_from_slice(bytes);
    }

    /// The screen's lines, without the empty ones at the end.
    fn shown(&self) -> String {
        self.screen.screen().contents()
    }

    /// The lines that were too long for the screen.
    fn wrapped(&self) -> Vec<String> {
        let screen = self.screen.screen();
        let (rows, columns) = screen.size();
        let lines: Vec<_> = screen.rows(0, columns.get()).collect();
        (0..rows.get())
            .filter(|row| screen.row_wrapped(*row))
            .map(|row| lines[usize::from(row)].clone())
            .collect()
    }

    /// What reached the terminal, without the sequences that set colours and attributes.
    fn without_colours(&self) -> String {
        let text = String::from_utf8(self.raw.clone()).unwrap();
        let mut plain = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            let end = after.find(|c: char| !matches!(c, '0'..='9' | ';')).unwrap();
            assert_eq!(&after[end..=end], "m", "{text:?}");
            rest = &after[end + 1..];
        }
        plain + rest
    }
}

/// The terminal's other end for a thread of its own.
fn pty_reader(pty: &Pty) -> impl Read + Send + use<> {
    use std::os::fd::AsFd;
    std::fs::File::from(pty.as_fd().try_clone_to_owned().unwrap())
}

/// Tenants whose names are hard to show.
fn hard_names() -> (Simulator, Sandbox) {
    let names = [
        "Acme Inc",
        "株式会社さくら商事 東京都千代田区丸の内一丁目支店",
        "مؤسسة النور للتجارة العامة والمقاولات",
        "עברית 123 (ltd)",
        "Café Lumière ☕🚀🇫🇷",
        "👩‍🚀👨‍👩‍👧‍👦 Families",
        "बेंगलुरु रोबोटिक्स",
        "e\u{301}\u{301}\u{301} stacked",
        "zero\u{200b}width\u{feff}",
        "\u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7}",
        "\u{9b}2J\u{90}q\u{9c} C1",
        "bell\u{7} back\u{8}\u{8} del\u{7f} nul\u{0}",
        "gnp\u{202e}exe.\u{2066}x\u{2069}\u{200f}\u{61c}",
        "two\r\nlines\ttab\u{2028}line\u{85}",
        "=cmd|' /C calc'!A0",
        "Regional Association of Independent Veterinary Clinics, Animal Shelters and Rehabilitation Centres",
        "",
    ];
    let records = names.iter().enumerate().map(|(number, name)| {
        let record = serde_json::json!({
            "auth_id": format!("SA_{number:016}"), "name": name, "enabled": number % 2 == 0, "is_active": true,
            "created_at": "2026-06-01T14:30:00.123456Z", "email": format!("{number}@example.com"),
        });
        Record::raw(record.to_string())
    });
    serve([numbered("agency").records(records)])
}

#[test]
fn the_table_fits_the_terminal_and_shows_what_strangers_sent_escaped() {
    let (_simulator, sandbox) = hard_names();
    for columns in [80, 200] {
        let mut terminal = Terminal::start(&sandbox, columns, &list(&["--quiet"]));
        assert_eq!(terminal.end(), Some(0));
        // A terminal that shows a joined emoji as its parts, as this one does, needs more columns for it.
        let mut wrapped = terminal.wrapped();
        wrapped.retain(|line| !line.contains('\u{200d}'));
        assert!(wrapped.is_empty(), "{wrapped:?}");
        insta::assert_snapshot!(format!("names_at_{columns}"), terminal.shown());
        let plain = terminal.without_colours();
        let acts = |c: char| {
            c.is_control() && !matches!(c, '\r' | '\n')
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!plain.contains(acts), "{plain:?}");
        assert_eq!(
            plain.lines().count(),
            19,
            "each tenant is one line: {plain:?}"
        );
    }
}

#[test]
fn other_formats_are_as_safe_on_a_terminal() {
    let (_simulator, sandbox) = hard_names();
    for format in ["json", "ndjson", "csv"] {
        let mut terminal = Terminal::start(&sandbox, 200, &list(&["--quiet", "--format", format]));
        assert_eq!(terminal.end(), Some(0));
        let raw = String::from_utf8(terminal.raw).unwrap();
        let acts = |c: char| c.is_control() && !matches!(c, '\r' | '\n') || c == '\u{202e}';
        assert!(!raw.contains(acts), "{format}: {raw:?}");
    }
}

#[test]
fn columns_that_do_not_fit_are_named() {
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::start(&sandbox, 40, &["list", "--demo"]);
    assert_eq!(terminal.end(), Some(0));
    let said = terminal.shown().replace('\n', "");
    assert!(
        said.contains("no room for name, status, balance, created_at; "),
        "{said}"
    );
    // What the shell says of the width counts more than what the terminal does.
    let sandbox = Sandbox::new().with("COLUMNS", "120");
    let mut terminal = Terminal::start(&sandbox, 200, &["list", "--demo", "--quiet"]);
    assert_eq!(terminal.end(), Some(0));
    let shown = terminal.shown();
    let widest = shown.lines().map(|line| line.trim_end().width()).max();
    assert!(widest > Some(100) && widest <= Some(120), "{shown}");
}

#[test]
fn the_demonstration_on_a_terminal() {
    for columns in [80, 200] {
        let mut terminal = Terminal::start(&Sandbox::new(), columns, &["list", "--demo"]);
        assert_eq!(terminal.end(), Some(0));
        assert_eq!(terminal.wrapped(), [""; 0]);
    }
}

#[test]
fn the_picture_in_the_readme_is_what_a_terminal_shows() {
    let mut terminal = Terminal::start(&Sandbox::new(), 110, &["list", "--demo", "--quiet"]);
    assert_eq!(terminal.end(), Some(0));
    let shown = String::from_utf8(terminal.raw).unwrap().replace('\r', "");
    let session = format!("$ tenancy list --demo\n{shown}");
    let picture = anstyle_svg::Term::new().render_svg(&session);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/list.svg");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        std::fs::write(&path, &picture).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(
        kept == picture,
        "docs/list.svg is out of date: INSTA_UPDATE=always writes it anew"
    );
}

#[test]
fn colours_are_for_terminals_and_whoever_asks_for_them() {
    let coloured = |sandbox: Sandbox, more: &[&str]| {
        let arguments = [&["list", "--demo", "--quiet"], more].concat();
        let mut terminal = Terminal::start(&sandbox, 80, &arguments);
        assert_eq!(terminal.end(), Some(0));
        terminal.raw.contains(&b'\x1b')
    };
    assert!(coloured(Sandbox::new(), &[]));
    assert!(!coloured(Sandbox::new(), &["--color", "never"]));
    assert!(!coloured(Sandbox::new().with("NO_COLOR", "1"), &[]));
    assert!(!coloured(Sandbox::new().with("CLICOLOR", "0"), &[]));
    assert!(coloured(
        Sandbox::new().with("NO_COLOR", "1"),
        &["--color", "always"]
    ));
    let piped = |more: &[&str]| {
        let arguments = [&["list", "--demo", "--format", "table"], more].concat();
        let ran = Sandbox::new().run(&arguments);
        (ran.stdout + &ran.stderr).contains('\u{1b}')
    };
    assert!(!piped(&[]));
    assert!(piped(&["--color", "always"]));
}

#[test]
fn status_and_debts_are_coloured() {
    let sandbox = Sandbox::new();
    let columns = ["list", "--demo", "-q", "--columns", "status,balance"];
    let mut terminal = Terminal::start(&sandbox, 80, &columns);
    assert_eq!(terminal.end(), Some(0));
    let screen = terminal.screen.screen();
    let colour_of = |text: &str| {
        let (rows, columns) = screen.size();
        let lines: Vec<_> = screen.rows(0, columns.get()).collect();
        let row = (0..rows.get())
            .find(|row| lines[usize::from(*row)].contains(text))
            .unwrap();
        let at = lines[usize::from(row)].find(text).unwrap();
        screen
            .cell(row, u16::try_from(at).unwrap())
            .unwrap()
            .fgcolor()
    };
    let colours = ["active", "suspended", "pending_review", "$ -87.35", "$ 13"].map(colour_of);
    insta::assert_snapshot!(format!("{colours:?}"));
}

#[test]
fn progress_says_what_is_waited_for_and_ends_with_ctrl_c() {
    let (simulator, sandbox) = serve([
        numbered("agency").population(250, 1),
        cursors("brands").population(20, 1),
    ]);
    let account = simulator.account("agency");
    account.fault(When::query("page", "2"), Fault::rate_limited(100));
    let arguments = [
        "--concurrency",
        "1",
        "--report",
        "r.json",
        "--format",
        "table",
    ];
    let mut terminal = Terminal::start(&sandbox, 120, &list(&arguments));
    let provider = numbered_provider().name();
    terminal.wait_for(&format!(
        "s as {provider} requested, 120 of 270 tenants (44 %), "
    ));
    let shown = terminal.shown();
    let line = shown.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    assert!(
        line.starts_with("waiting 100 s as ") || line.starts_with("waiting 99 s as "),
        "{shown}"
    );
    assert!(
        line.trim_end()
            .ends_with("1 of 2 accounts complete, reading agency"),
        "{shown}"
    );
    terminal.pty.write_all(b"\x03").unwrap();
    assert_eq!(terminal.end(), Some(130));
    let screen = terminal.screen.screen();
    let lines: Vec<_> = screen
        .rows(0, 120)
        .filter(|line| !line.is_empty())
        .collect();
    // The rows that came are above.
    let [.., agency, brands] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert_eq!(
        agency,
        &format!("agency ({provider}): 100 tenants, incomplete: interrupted")
    );
    assert!(brands.ends_with(": 20 tenants, complete"), "{brands}");
    assert_eq!(sandbox.report()["sources"][0]["error"], "interrupted");
}

#[test]
fn progress_is_for_terminals_that_nothing_else_is_written_to() {
    let (simulator, sandbox) = serve([numbered("agency").population(250, 1)]);
    let account = simulator.account("agency");
    for (more, wanted) in [
        (&["-o", "t.ndjson"][..], true),
        (&[], false),
        (&["-o", "t", "-q"], false),
    ] {
        account.hold();
        let before = account.stats().requests;
        let mut terminal = Terminal::start(
            &sandbox,
            80,
            &list(&[more, &["--format", "ndjson"]].concat()),
        );
        if wanted {
            terminal.wait_for("0 tenants, 0 pages, 0 of 1 accounts complete");
        } else {
            wait_for_request_number(&account, before + 1);
        }
        account.release_all();
        assert_eq!(terminal.end(), Some(0));
        let drawn = String::from_utf8_lossy(&terminal.raw).contains("pages");
        assert_eq!(drawn, wanted, "{more:?}");
        assert!(
            !terminal.shown().contains("pages"),
            "it is taken away at the end"
        );
    }
}
