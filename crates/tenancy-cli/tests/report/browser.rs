//! A report in Chromium, which `TENANCY_TEST_CHROMIUM` names: it fits each screen, loads nothing and can be read by everybody.
//! `REPORT_PICTURE=1` takes the README's picture.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::history::{self, History};
use crate::report;
use crate::sandbox::Sandbox;
use crate::tenant;

/// Opens a page in a frame of 390 pixels, then of 1280, and writes what it observes as JSON.
const OBSERVER: &str = r#"<!DOCTYPE html>
<pre id="result"></pre>
<iframe id="frame" height="800"></iframe>
<script>
const page = PAGE, axe = AXE;
const observe = width => new Promise(observed => {
    frame.width = width;
    frame.onload = async () => {
        const { document, performance } = frame.contentWindow, root = document.documentElement;
        const fits = root.scrollWidth <= root.clientWidth;
        const loaded = performance.getEntriesByType("resource").map(entry => entry.name);
        const script = document.createElement("script");
        script.textContent = axe;
        document.head.append(script);
        const rules = axe ? (await frame.contentWindow.axe.run(document)).violations : [];
        const violations = rules.map(rule => [rule.id, rule.nodes.map(node => node.html)]);
        observed({ width: root.clientWidth, fits, loaded, violations });
    };
    frame.srcdoc = page;
});
(async () => {
    const observed = JSON.stringify([await observe(390), await observe(1280)]);
    result.textContent = observed.replace(/[<>&]/g, mark => "\\u00" + mark.charCodeAt(0).toString(16));
})();
</script>"#;

/// The browser, if there is one.
fn chromium() -> Option<Command> {
    let Some(path) = std::env::var_os("TENANCY_TEST_CHROMIUM") else {
        eprintln!("!!! SKIPPED, because TENANCY_TEST_CHROMIUM is not set: a report in a browser");
        return None;
    };
    let mut command = Command::new(path);
    // Nothing of the machine's, and no request of the browser's own.
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--hide-scrollbars",
    ]);
    command.args([
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]);
    Some(command)
}

/// What the browser observes of a page.
fn observe(page: &str, is_dark: bool) -> Option<Value> {
    let axe =
        std::env::var_os("TENANCY_TEST_AXE").map(|path| std::fs::read_to_string(path).unwrap());
    if axe.is_none() {
        eprintln!(
            "!!! SKIPPED, because TENANCY_TEST_AXE is not set: whether a report is accessible"
        );
    }
    // The page's own policy keeps scripts out, and would hide what it tries to load.
    let (before, policy) = page
        .split_once("<meta http-equiv=\"Content-Security-Policy\"")
        .unwrap();
    let page = [before, policy.split_once('>').unwrap().1].concat();
    let literal = |text: &str| Value::from(text).to_string().replace('<', "\\u003c");
    let observer = OBSERVER
        .replace("PAGE", &literal(&page))
        .replace("AXE", &literal(&axe.unwrap_or_default()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("observer.html");
    std::fs::write(&path, observer).unwrap();
    let mut command = chromium()?;
    command.arg(format!(
        "--user-data-dir={}",
        folder.path().join("profile").display()
    ));
    command.arg(format!(
        "--blink-settings=preferredColorScheme={}",
        u8::from(!is_dark)
    ));
    command
        .args(["--virtual-time-budget=60000", "--dump-dom"])
        .arg(path);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let result = text
        .split_once("<pre id=\"result\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"));
    let (observed, _) =
        result.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    Some(serde_json::from_str(observed).unwrap())
}

#[test]
fn a_page_fits_every_screen_and_loads_nothing() {
    if chromium().is_none() {
        return;
    }
    let sandbox = Sandbox::new();
    history::month(&sandbox.path("t.db"));
    let page = report(&sandbox, &["--balance-below", "10"]).stdout;
    // A name without a place to break it, and one that asks for a picture.
    let strange = Sandbox::new();
    let mut history = History::create(&strange.path("t.db"));
    let names = ["W".repeat(500), "<img src=http://127.0.0.1/x>".to_owned()];
    history.night(1);
    history.list(crate::AGENCY, &[], &Value::Null);
    history.night(2);
    let tenants = names.map(|name| tenant(&name, &name, &name));
    history.list(crate::AGENCY, &tenants, &Value::Null);
    let strange = report(&strange, &[]).stdout;
    for (page, is_dark) in [(&page, false), (&page, true), (&strange, false)] {
        for (observed, width) in observe(page, is_dark)
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .zip([390, 1280])
        {
            let none = Value::Array(Vec::new());
            assert_eq!(
                (&observed["width"], &observed["fits"]),
                (&width.into(), &true.into()),
                "{observed}"
            );
            assert_eq!(
                (&observed["loaded"], &observed["violations"]),
                (&none, &none),
                "dark: {is_dark}"
            );
        }
    }
}

#[test]
fn the_picture_is_of_a_report() {
    if std::env::var_os("REPORT_PICTURE").is_none() {
        return;
    }
    let sandbox = Sandbox::new();
    history::month(&sandbox.path("t.db"));
    report(&sandbox, &["--balance-below", "10", "-o", "r.html"]);
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/report.png");
    let mut command = chromium().unwrap();
    command.arg(format!(
        "--user-data-dir={}",
        sandbox.path("profile").display()
    ));
    command.arg("--window-size=1280,1130");
    command
        .arg(format!("--screenshot={}", picture.display()))
        .arg(sandbox.path("r.html"));
    assert!(command.output().unwrap().status.success());
}
