//! Writes rows as one YAML sequence.

use std::io;

use serde::Serialize;

use super::controls;
use super::format::Format;
use super::json::Object;
use crate::select::field::{Field, Row};

/// One sequence.
#[derive(Debug)]
pub(super) struct Yaml {
    columns: Vec<Field>,
    begun: bool,
}

impl Yaml {
    /// Rows with the fields of these columns, or with all fields.
    pub(super) fn new(columns: Vec<Field>) -> Self {
        let begun = false;
        Self { columns, begun }
    }
}

impl Format for Yaml {
    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        self.begun = true;
        let columns = &self.columns;
        yaml_item(&Object { row, columns }, out)
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        if !self.begun {
            out.extend_from_slice(b"[]\n");
        }
        Ok(())
    }
}

/// Writes an item of a sequence, safe on a terminal. Texts that a reader of YAML 1.1 or 1.2 would take for something else, such as
/// `no` and `1e3`, are quoted.
pub(crate) fn yaml_item(item: &impl Serialize, out: &mut Vec<u8>) -> io::Result<()> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let text = serde_saphyr::to_string_with_options(&[item], options).map_err(io::Error::other)?;
    if text.lines().all(|line| controls::escape(line) == line) {
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    // JSON is YAML, and can escape every character.
    let text = serde_json::to_string(item)?;
    out.extend_from_slice(format!("- {}\n", controls::escape_json(&text)).as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tenancy::Tenant;

    use super::*;

    fn written(tenants: &[Tenant], columns: &[&str]) -> String {
        let columns = columns.iter().map(|name| Field::parse(name).unwrap());
        let (mut yaml, mut out) = (Yaml::new(columns.collect()), Vec::new());
        yaml.begin(&mut out).unwrap();
        for tenant in tenants {
            yaml.row(tenant.into(), &mut out).unwrap();
        }
        yaml.end(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_text_is_read_as_the_same_text() {
        let texts = [
            "Acme",
            "",
            " ",
            "no",
            "NO",
            "y",
            "on",
            "true",
            "null",
            "~",
            "1",
            "1e3",
            "1_000",
            "0x1F",
            "0o7",
            "017",
            ".5",
            "-.inf",
            ".nan",
            "12:30:45",
            "2026-06-01",
            "<<",
            "=",
            "- a",
            "a: b",
            "a #b",
            "# a",
            "&a",
            "*a",
            "!a",
            "%a",
            "@a",
            "`a",
            "|",
            ">",
            "?",
            "-",
            "---",
            "...",
            "[a",
            "{a",
            "a,b",
            "'",
            "\"",
            "\\",
            "\\n",
            "a\nb",
            "a\n",
            "\n",
            "\na",
            "a\r\nb",
            "\t",
            "a\tb",
            " a ",
            "\0",
            "\u{1b}[31m",
            "\u{7f}",
            "\u{85}",
            "\u{9b}",
            "\u{2028}",
            "\u{202e}x",
            "\u{feff}",
            "\u{fffe}",
            "\u{ffff}",
            "🚀",
            "مؤسسة",
            "e\u{301}",
            "a: b\n  c: d\n# e",
            "| \n a",
        ];
        let long = "a ".repeat(500) + "\n " + &"b".repeat(500);
        let tenants: Vec<Tenant> = texts
            .into_iter()
            .chain([long.as_str()])
            .map(|text| {
                serde_json::from_value(serde_json::json!({
                    "provider": "p", "account": "a", "id": text, "name": text, "aliases": [text, "x"], "members": [],
                    "metadata": { text: text, "plan": "gold" }, "permissions": { text: true }, "balance": { "amount": "1.10" },
                    "limits": { "concurrent_calls": i64::MAX }
                }))
                .unwrap()
            })
            .collect();
        let text = written(&tenants, &[]);
        assert!(
            text.starts_with("- provider: p\n  account: a\n  id: Acme\n"),
            "{text}"
        );
        let safe = |line: &str| controls::escape(line) == line;
        assert!(text.lines().all(safe));
        let read: Vec<Value> = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(Value::from(read), serde_json::to_value(&tenants).unwrap());
        assert_eq!(written(&[], &[]), "[]\n");
    }

    #[test]
    fn columns_choose_the_fields() {
        let tenant = Tenant::new("p", "a", "1e3");
        assert_eq!(
            written(&[tenant], &["id", "name", "account"]),
            "- id: \"1e3\"\n  account: a\n"
        );
    }
}
