//! The output behind a thread of its own, so that a reader who stops reading does not stop the command from ending.

use std::io::{self, Write};
use std::thread;

use tokio::sync::{mpsc, oneshot};

use crate::exit::Failure;
use crate::output::atomic_file::Replacement;

/// How much is gathered before it is handed on, in bytes.
const CHUNK: usize = 64 * 1024;
/// How many chunks may wait for the writer.
const WAITING: usize = 4;

/// Where output goes.
#[derive(Debug)]
pub(crate) enum Destination {
    Stdout,
    File(Replacement),
}

/// The output. What is in its buffer goes out when it is [passed on](Sink::pass_on).
#[derive(Debug)]
pub(crate) struct Sink {
    buffer: Vec<u8>,
    chunks: Option<mpsc::Sender<Vec<u8>>>,
    written: oneshot::Receiver<io::Result<Destination>>,
}

impl Sink {
    /// The output to a destination.
    pub(crate) fn to(destination: Destination) -> Result<Self, Failure> {
        let (chunks, waiting) = mpsc::channel(WAITING);
        let (done, written) = oneshot::channel();
        thread::Builder::new()
            .name("output".to_owned())
            .spawn(move || {
                // Nobody waits for the outcome once the command is ending.
                let _ = done.send(write(waiting, destination));
            })
            .map_err(|error| {
                Failure::machine(format!("no thread for the output can be had: {error}"))
            })?;
        Ok(Self {
            buffer: Vec::with_capacity(CHUNK),
            chunks: Some(chunks),
            written,
        })
    }

    /// Where output is put.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Whether so much is in the buffer that it should be passed on.
    pub(crate) fn is_full(&self) -> bool {
        self.buffer.len() >= CHUNK
    }

    /// Hands the buffer's content on, and waits while the reader is behind. Nothing is lost where the waiting is broken off.
    pub(crate) async fn pass_on(&mut self) -> io::Result<()> {
        let Some(chunks) = self.chunks.as_ref().filter(|_| !self.buffer.is_empty()) else {
            return Ok(());
        };
        if let Ok(place) = chunks.reserve().await {
            let fresh = Vec::with_capacity(CHUNK);
            place.send(std::mem::replace(&mut self.buffer, fresh));
            return Ok(());
        }
        self.finish().await.map(drop)
    }

    /// Hands the rest on and waits until everything is written. A file is not in its place yet.
    pub(crate) async fn finish(&mut self) -> io::Result<Destination> {
        if let Some(chunks) = &self.chunks
            && !self.buffer.is_empty()
            // If it fails, the writer has failed before, and says why.
            && let Ok(place) = chunks.reserve().await
        {
            place.send(std::mem::take(&mut self.buffer));
        }
        self.chunks = None;
        (&mut self.written)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
    }
}

fn write(
    mut waiting: mpsc::Receiver<Vec<u8>>,
    mut destination: Destination,
) -> io::Result<Destination> {
    while let Some(chunk) = waiting.blocking_recv() {
        match &mut destination {
            Destination::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(&chunk)?;
                stdout.flush()?;
            }
            Destination::File(file) => file.write_all(&chunk)?,
        }
    }
    Ok(destination)
}

/// Writes a whole text to standard output. A reader who has enough of it is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::machine(format!(
            "the output cannot be written: {error}"
        ))),
        _ => Ok(()),
    }
}
