//! Repairs numbers that JSON does not have.

use crate::scan::Value;

/// What Python, Java and others write for numbers that are not finite.
const NON_FINITE: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// Makes JSON of a text that would be JSON without `NaN`, `Infinity` and `-Infinity`: they become strings, so that only the
/// number cannot be read, not the whole document. Returns `None` if the text has none of them.
#[must_use]
pub fn quote_non_finite(text: &str) -> Option<String> {
    let mut quoted = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(distance) = text[at..].find(['"', 'N', 'I', '-']) {
        at += distance;
        let rest = &text[at..];
        if rest.starts_with('"') {
            let end = Value::begin(b'"').end(&rest.as_bytes()[1..], &mut |_| false)?;
            at += 1 + end;
        } else if let Some(number) = NON_FINITE.iter().find(|word| rest.starts_with(**word)) {
            quoted.push_str(&text[copied..at]);
            quoted.push_str(&format!("\"{number}\""));
            at += number.len();
            copied = at;
        } else {
            at += 1;
        }
    }
    (copied > 0).then(|| quoted + &text[copied..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_outside_of_strings_is_quoted() {
        for (text, expected) in [
            (
                r#"{"NaN":NaN,"b":[-Infinity,Infinity,-1]}"#,
                Some(r#"{"NaN":"NaN","b":["-Infinity","Infinity",-1]}"#),
            ),
            (r#"["\"NaN",NaN]"#, Some(r#"["\"NaN","NaN"]"#)),
            (r#"["NaN","\\",-1]"#, None),
            (r#"[Nil,"NaN"#, None),
            ("", None),
        ] {
            assert_eq!(quote_non_finite(text).as_deref(), expected, "{text}");
        }
    }
}
