//! Random bytes for tests: JSON with every trap for a scanner, bytes that are not JSON, and ways to cut them.

use fastrand::Rng;

/// What means something to a scan, what is like it in a few bits, and what is neither.
const PIECES: [&str; 20] = [
    "\"", "\\", "\\\\", "{", "}", "[", "]", ",", ":", " ", "\n", "a", "0", "_", "Y", "y", "\u{7f}",
    "|", "é", "🦀",
];

/// Bytes that are no JSON, or only by chance.
pub(crate) fn garbage(rng: &mut Rng) -> Vec<u8> {
    // Some have few quotes, backslashes and brackets, so that texts and values get long.
    let from = rng.choice([0, 0, 2, 7]).expect("there are some");
    let mut bytes = Vec::new();
    for _ in 0..rng.usize(..400) {
        let from = if rng.u8(..20) == 0 { 0 } else { from };
        bytes.extend_from_slice(PIECES[rng.usize(from..PIECES.len())].as_bytes());
    }
    if rng.bool() && !bytes.is_empty() {
        let at = rng.usize(..bytes.len());
        bytes.insert(at, rng.u8(..));
    }
    bytes
}

/// A JSON value, mostly one in brackets.
pub(crate) fn value(rng: &mut Rng, depth: usize, out: &mut Vec<u8>) {
    match rng.u8(..if depth < 4 { 10 } else { 4 }) {
        0 => out.extend_from_slice(b"-1.5e3"),
        1 => out.extend_from_slice(b"null"),
        2..4 => text(rng, out),
        kind => {
            let is_object = kind < 8;
            out.push(if is_object { b'{' } else { b'[' });
            for at in 0..rng.usize(..4) {
                if at > 0 {
                    comma(rng, out);
                }
                if is_object {
                    text(rng, out);
                    out.push(b':');
                }
                value(rng, depth + 1, out);
            }
            out.push(if is_object { b'}' } else { b']' });
        }
    }
}

fn text(rng: &mut Rng, out: &mut Vec<u8>) {
    let most = rng.choice([2, 10, 100]).expect("there are some");
    out.push(b'"');
    for _ in 0..rng.usize(..most) {
        match rng.choice(PIECES).expect("there are some") {
            "\"" => out.extend_from_slice(b"\\\""),
            "\\" => out.extend_from_slice(b"\\u00e9"),
            "\n" => out.extend_from_slice(b"\\n"),
            piece => out.extend_from_slice(piece.as_bytes()),
        }
    }
    out.push(b'"');
}

/// A comma with or without white space around it.
pub(crate) fn comma(rng: &mut Rng, out: &mut Vec<u8>) {
    let comma = rng.choice([",", ",", ", ", " ,", ",\r\n\t "]);
    out.extend_from_slice(comma.expect("there are some").as_bytes());
}

/// Cuts bytes anywhere.
pub(crate) fn cut<'a>(rng: &mut Rng, mut bytes: &'a [u8]) -> Vec<&'a [u8]> {
    let most = rng.choice([1, 5, 70, 200, 2000]).expect("there are some");
    let mut chunks = Vec::new();
    while !bytes.is_empty() {
        let chunk;
        (chunk, bytes) = bytes.split_at(rng.usize(1..=most).min(bytes.len()));
        chunks.push(chunk);
    }
    chunks
}
