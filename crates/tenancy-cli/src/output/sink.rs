//! Writes output on a separate thread, so that a reader who stops reading cannot keep the command from ending.

use std::io::{self, Write};
use std::thread;

use tokio::sync::{mpsc, oneshot};

use super::atomic_file::AtomicFile;
use crate::exit::Failure;

/// The size of the buffer, in bytes.
const CHUNK: usize = 64 * 1024;
/// How many buffers may wait for the thread.
const WAITING: usize = 4;

/// Where output goes.
#[derive(Debug)]
pub(crate) enum Destination {
    Stdout,
    File(AtomicFile),
}

/// A buffered output.
#[derive(Debug)]
pub(crate) struct Sink {
    buffer: Vec<u8>,
    chunks: Option<mpsc::Sender<Vec<u8>>>,
    written: oneshot::Receiver<io::Result<Destination>>,
}

impl Sink {
    /// Starts the thread that writes to a destination.
    pub(crate) fn start(destination: Destination) -> Result<Self, Failure> {
        let (chunks, waiting) = mpsc::channel(WAITING);
        let (done, written) = oneshot::channel();
        thread::Builder::new()
            .name("output".to_owned())
            .spawn(move || {
                // Nobody receives the outcome if the command is ending.
                let _ = done.send(write(waiting, destination));
            })
            .map_err(|error| {
                Failure::machine(format!("cannot start a thread for the output: {error}"))
            })?;
        Ok(Self {
            buffer: Vec::with_capacity(CHUNK),
            chunks: Some(chunks),
            written,
        })
    }

    /// The buffer, to be appended to.
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Whether the buffer should be flushed.
    pub(crate) fn is_full(&self) -> bool {
        self.buffer.len() >= CHUNK
    }

    /// Sends the buffer to the thread, and waits while the reader is slow. Loses nothing if cancelled.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
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

    /// Flushes and waits until everything is written. Does not commit a file.
    pub(crate) async fn finish(&mut self) -> io::Result<Destination> {
        if let Some(chunks) = &self.chunks
            && !self.buffer.is_empty()
            // If this fails, the thread has failed and returns the error.
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

/// Writes text to standard output. A closed pipe is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::machine(format!(
            "cannot write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}
