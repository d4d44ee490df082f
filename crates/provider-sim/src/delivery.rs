//! How an answer's bytes are sent, and where they break off.

use std::time::Duration;

/// How the end of a body is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Length,
    Chunked,
    UntilClose,
}

/// How an answer's bytes are sent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) gzip: bool,
    /// Without one, a short body is sent with its length, a long one chunked.
    pub(crate) framing: Option<Framing>,
    pub(crate) stop: Option<(Place, End)>,
    pub(crate) slow: Option<(usize, Duration)>,
}

/// Where an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before its first byte, the status line included.
    Start,
    /// After half of its body.
    Middle,
    /// After this many bytes of its body as sent (compressed, if it is); after all of it, when it is shorter.
    Byte(u64),
}

/// What happens where an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Close,
    Reset,
    Stall,
}
