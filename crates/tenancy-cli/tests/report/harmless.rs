//! Text of strangers stays text: whatever tenants are called, a report has the same elements.

use html5gum::{Token, Tokenizer};
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::json;

use crate::history::History;
use crate::report;
use crate::sandbox::Sandbox;

/// What would act, if it were not text.
const PLANTED: [&str; 9] = [
    "<script>alert(1)</script>",
    "]]></style></title><img src=x onerror=alert(2)>",
    "\"' onmouseover='alert(3)\" style=\"x",
    "&lt;b&gt;&#x3c;i&#x3e;",
    "\u{1b}]0;owned\u{7}\u{1b}[31m",
    "\u{202e}gnp.exe\u{2069}",
    "a|b`c``d\n\n# e\n- [f](javascript:alert(4)) @everyone #1 https://g.example ![h](i)",
    "\\` <!-- --> ~~j~~ | k",
    "{{7*7}}${7*7}",
];

/// A database in which everything that strangers choose is this text.
fn planted(text: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let mut history = History::create(&sandbox.path("t.db"));
    // The schema of the database does not bound these either.
    let text: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let account = (text, text);
    let tenant = |number: u32, status: &str| json!({ "id": format!("{text}{number}"), "name": text, "status": status, "balance": { "amount": "1", "currency": text } });
    let report = json!({
        "complete": false, "error": text, "drift": [{ "path": text, "kind": "unknown_field", "records": 1 }],
        "left_out": [{ "path": text, "reason": text, "records": 1 }],
    });
    history.night(1);
    history.list(account, &[tenant(1, text), tenant(2, text)], &json!({}));
    history.night(2);
    history.list(
        account,
        &[tenant(1, "suspended"), tenant(3, text)],
        &json!({}),
    );
    history.night(3);
    history.list(account, &[tenant(1, "suspended"), tenant(3, text)], &report);
    sandbox
}

fn rendered(text: &str, format: &str) -> String {
    let sandbox = planted(text);
    let customer = json!({ "id": text }).to_string();
    std::fs::write(sandbox.path("c.ndjson"), customer).unwrap();
    let arguments = [
        "--balance-below",
        "2",
        "--customers",
        "c.ndjson",
        "--match",
        "id=id",
        "--format",
        format,
    ];
    let ran = report(&sandbox, &arguments);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stdout.len() < 100_000, "{} bytes", ran.stdout.len());
    let acts = |character: char| {
        character != '\n'
            && (character.is_control()
                || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    };
    assert!(!ran.stdout.contains(acts), "{text:?} {format}");
    ran.stdout
}

/// The tags of a page with their attributes, but for the label of a chart, and its text.
fn parsed(page: &str) -> (Vec<String>, String) {
    let (mut tags, mut text) = (Vec::new(), String::new());
    for token in Tokenizer::new(page) {
        let Ok(token) = token;
        // What tags keep apart stays apart.
        if !matches!(token, Token::String(_)) {
            text.push('\n');
        }
        match token {
            Token::StartTag(tag) => {
                let mut shown = format!("{:?}", tag.name);
                for (name, value) in &tag.attributes {
                    let value = (**name != *b"aria-label").then_some(value);
                    shown.push_str(&format!(" {name:?}={value:?}"));
                }
                tags.push(shown);
            }
            Token::EndTag(tag) => tags.push(format!("/{:?}", tag.name)),
            Token::String(string) => text.push_str(&String::from_utf8_lossy(&string)),
            Token::Doctype(_) => tags.push("doctype".to_owned()),
            other => panic!("a page has no {other:?}"),
        }
    }
    (tags, text)
}

/// The text of a page.
pub(crate) fn text(page: &str) -> String {
    parsed(page).1
}

/// What a stranger's text is shown as.
fn shown(text: &str) -> String {
    let control = |c: char| c.is_control() || c == '\u{202e}' || c == '\u{2069}';
    text.chars()
        .map(|c| {
            if control(c) {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        })
        .collect()
}

#[test]
fn a_page_has_no_element_that_a_stranger_chose() {
    let (harmless, _) = parsed(&rendered("Acme", "html"));
    for planted in PLANTED {
        let (tags, text) = parsed(&rendered(planted, "html"));
        assert_eq!(tags, harmless, "{planted:?}");
        assert!(
            text.matches(&shown(planted)).count() > 20,
            "{planted:?} is lost: {text}"
        );
    }
    let (tags, text) = parsed(&rendered(&"<b>Ω".repeat(1_250_000), "html"));
    assert_eq!(tags, harmless);
    assert!(text.contains("<b>Ω… (5000000 characters)"), "{text}");
}

#[test]
fn a_text_has_no_markup_that_a_stranger_chose() {
    let events = |text: &str| {
        let (mut shape, mut codes) = (Vec::new(), Vec::new());
        for event in Parser::new_ext(text, Options::all()) {
            match event {
                Event::Code(code) => {
                    shape.push("code".to_owned());
                    codes.push(code.to_string());
                }
                Event::Start(Tag::Link { .. } | Tag::Image { .. })
                | Event::Html(_)
                | Event::InlineHtml(_) => panic!("{event:?}"),
                Event::Text(_) => {}
                other => shape.push(format!("{other:?}")),
            }
        }
        (shape, codes)
    };
    let (harmless, _) = events(&rendered("Acme", "markdown"));
    for planted in PLANTED {
        let (shape, codes) = events(&rendered(planted, "markdown"));
        assert_eq!(shape, harmless, "{planted:?}");
        let shown = shown(planted).replace('|', "\\u{7c}");
        assert!(
            codes.iter().filter(|code| code.contains(&shown)).count() > 20,
            "{planted:?}: {codes:?}"
        );
    }
}
