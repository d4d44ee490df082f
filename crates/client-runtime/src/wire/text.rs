//! A text as it was sent, which needs no memory of its own if it is short.

use std::hash::{Hash, Hasher};

/// A text as it was sent. One of `SHORT` bytes at most needs no memory of its own.
#[derive(Clone)]
pub(super) enum Text<const SHORT: usize> {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<str>),
}

impl<const SHORT: usize> Text<SHORT> {
    /// The text, if it is no longer than that.
    fn short(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; SHORT];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        let length = u8::try_from(text.len()).ok()?;
        Some(Self::Short { length, bytes })
    }

    /// The text of bytes that are ASCII, which is quicker to have than that of any bytes.
    pub(super) fn of_ascii(text: &[u8]) -> Option<Self> {
        if !text.is_ascii() {
            return None;
        }
        Self::short(text).or_else(|| Some(Self::from(str::from_utf8(text).ok()?)))
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Short { .. } => str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Self::Long(text) => text,
        }
    }

    /// The bytes of the text: quicker to have than the text.
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short { length, bytes } => &bytes[..usize::from(*length)],
            Self::Long(text) => text.as_bytes(),
        }
    }
}

impl<const SHORT: usize> From<&str> for Text<SHORT> {
    fn from(text: &str) -> Self {
        Self::short(text.as_bytes()).unwrap_or_else(|| Self::Long(text.into()))
    }
}

impl<const SHORT: usize> PartialEq for Text<SHORT> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl<const SHORT: usize> Eq for Text<SHORT> {}

impl<const SHORT: usize> Hash for Text<SHORT> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
