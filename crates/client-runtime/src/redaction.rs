//! Finds a secret in a text, also as JSON, an address or base64 encodes it.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};

use crate::Secret;

/// The texts to look for, so that a secret is found in base64 too, whatever is encoded with it.
pub(crate) fn spellings(secret: &Secret) -> Vec<Secret> {
    let mut spellings = vec![secret.clone()];
    // A byte begins at one of three places in a group of four characters.
    for before in 0..3 {
        let bytes = [&[0; 3][..before], secret.expose().as_bytes()].concat();
        let (begin, end) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        for engine in [BASE64_STANDARD, BASE64_URL_SAFE] {
            // Only these characters depend on nothing but the secret.
            let encoded = Secret::from(&engine.encode(&bytes)[begin..end]);
            if !spellings.iter().any(|it| it.expose() == encoded.expose()) {
                spellings.push(encoded);
            }
        }
    }
    spellings
}

/// Replaces a secret in a text. Any of its characters may be escaped, as in JSON or in an address.
pub(crate) fn redact(text: &str, secret: &str) -> String {
    let (mut redacted, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        match length(rest.as_bytes(), secret.as_bytes()) {
            Some(length) if length > 0 => {
                redacted.push_str(record_stream::REDACTED);
                rest = &rest[length..];
            }
            _ => {
                redacted.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    redacted
}

/// The number of bytes that the secret takes at the beginning of a text, if it is there.
fn length(text: &[u8], secret: &[u8]) -> Option<usize> {
    let Some((byte, secret)) = secret.split_first() else {
        return Some(0);
    };
    let escaped = escape(text).filter(|(it, _)| it == byte);
    let plain = text
        .first()
        .filter(|first| *first == byte || (**first, *byte) == (b'+', b' '));
    let lengths = [escaped.map(|(_, length)| length), plain.map(|_| 1)];
    let mut lengths = lengths.into_iter().flatten();
    lengths.find_map(|taken| Some(taken + length(&text[taken..], secret)?))
}

/// Decodes the escape sequence at the start of a text: the byte that it encodes, and the length of the sequence.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let hexadecimal = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok()?;
        u8::from_str_radix(digits, 16).ok()
    };
    match text {
        [b'%', high, low, ..] => Some((hexadecimal(&[*high, *low])?, 3)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => Some((hexadecimal(&[*high, *low])?, 6)),
        [b'\\', byte, ..] => Some((*byte, 2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_however_a_text_encodes_it() {
        let secret = Secret::from(r#"k/3y+%25"\ 0?~"#);
        for (encoded, expected) in [
            (r#"<k/3y+%25"\ 0?~>"#, "<_>"),
            ("k%2F3y%2B%2525%22%5C%200%3F%7E", "_"),
            ("k%2f3y%2b%2525%22%5c+0%3f~", "_"),
            (r#"k\/3y+%25\"\\ 0?~"#, "_"),
            (
                r"\u006b\u002F3y\u002b\u002525\u0022\u005c\u00200?\u007e",
                "_",
            ),
            ("ay8zeSslMjUiXCAwP34=", "_4="),
            ("ay8zeSslMjUiXCAwP34", "_4"),
            ("ay8zeSslMjUiXCAwP34%3D", "_4%3D"),
            // `Bearer ` and `user:` before it.
            ("QmVhcmVyIGsvM3krJTI1IlwgMD9+", "QmVhcmVyIG_"),
            (r"QmVhcmVyIGsvM3krJTI1IlwgMD9-", "QmVhcmVyIG_"),
            ("dXNlcjprLzN5KyUyNSJcIDA/fg==", "dXNlcjp_g=="),
            ("k/3y+%25", "k/3y+%25"),
            ("%", "%"),
            ("\\", "\\"),
        ] {
            let text = spellings(&secret)
                .iter()
                .fold(encoded.to_owned(), |text, it| redact(&text, it.expose()));
            assert_eq!(
                text.replace(record_stream::REDACTED, "_"),
                expected,
                "{encoded}"
            );
        }
    }
}
