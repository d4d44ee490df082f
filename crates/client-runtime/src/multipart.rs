//! A form with files, as `multipart/form-data`.

use std::fmt::Display;

use bytes::Bytes;

/// A form with files.
///
/// ```
/// use client_runtime::Multipart;
///
/// let form = Multipart::new()
///     .text("purpose", "avatar")
///     .file("file", "me.png", "image/png", vec![0x89, 0x50]);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Multipart {
    parts: Vec<(String, Bytes)>,
}

impl Multipart {
    /// A form without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field with a text, a number or a boolean.
    pub fn text(mut self, name: &str, value: impl Display) -> Self {
        let head = format!(
            "content-disposition: form-data; name=\"{}\"\r\n",
            quoted(name)
        );
        self.parts.push((head, value.to_string().into()));
        self
    }

    /// Adds a field with a file.
    pub fn file(
        mut self,
        name: &str,
        file_name: &str,
        media_type: &str,
        content: impl Into<Bytes>,
    ) -> Self {
        let (name, file_name, media_type) = (quoted(name), quoted(file_name), quoted(media_type));
        let head = format!(
            "content-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\ncontent-type: {media_type}\r\n"
        );
        self.parts.push((head, content.into()));
        self
    }

    /// The boundary, and the body.
    pub(crate) fn encode(&self) -> (String, Bytes) {
        let boundary = self.boundary();
        let mut body = Vec::new();
        for (head, content) in &self.parts {
            body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        (boundary, body.into())
    }

    /// The first of a series of boundaries that is in no part.
    fn boundary(&self) -> String {
        let mut number = 0_u64;
        loop {
            let boundary = format!("client-runtime-part-{number}");
            let is_in = |content: &Bytes| {
                let mut windows = content.windows(boundary.len());
                windows.any(|window| window == boundary.as_bytes())
            };
            if !self.parts.iter().any(|(_, content)| is_in(content)) {
                return boundary;
            }
            number += 1;
        }
    }
}

/// A name without what would end its quotes or its line, as browsers write it.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boundary_is_in_no_part_and_names_end_no_line() {
        let form = Multipart::new().text("a\"\r\nb", 7).file(
            "f",
            "x",
            "text/plain",
            "client-runtime-part-0",
        );
        let (boundary, body) = form.encode();
        assert_eq!(boundary, "client-runtime-part-1");
        assert_eq!(
            body,
            "--client-runtime-part-1\r\ncontent-disposition: form-data; name=\"a%22%0D%0Ab\"\r\n\r\n7\r\n\
             --client-runtime-part-1\r\ncontent-disposition: form-data; name=\"f\"; filename=\"x\"\r\n\
             content-type: text/plain\r\n\r\nclient-runtime-part-0\r\n--client-runtime-part-1--\r\n"
        );
    }
}
