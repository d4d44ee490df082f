//! Writes output on a separate thread, so that a reader who stops reading cannot keep the command from ending.

use std::io::{self, Write};

use tokio::sync::mpsc;

use super::atomic_file::AtomicFile;
use crate::exit::Failure;
use crate::worker::Worker;

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
    worker: Worker<Vec<u8>, io::Result<()>>,
    /// Not moved to the thread, which may outlive the command and would leave a temporary file.
    destination: Option<Destination>,
}

impl Sink {
    /// Starts the thread that writes to a destination.
    pub(crate) fn start(destination: Destination) -> Result<Self, Failure> {
        let writer: Box<dyn Write + Send> =
            match &destination {
                Destination::Stdout => stdout(),
                Destination::File(file) => Box::new(file.handle().map_err(|error| {
                    Failure::machine(format!("cannot write the output: {error}"))
                })?),
            };
        Ok(Self {
            buffer: Vec::with_capacity(CHUNK),
            worker: Worker::start("output", WAITING, |chunks| write(chunks, writer))?,
            destination: Some(destination),
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
        if self.buffer.is_empty() {
            return Ok(());
        }
        match self.worker.reserve().await {
            Some(slot) => {
                let empty = Vec::with_capacity(CHUNK);
                slot.send(std::mem::replace(&mut self.buffer, empty));
                Ok(())
            }
            // The thread has failed, and its outcome says why.
            None => self.outcome().await,
        }
    }

    /// Flushes and waits until everything is written. Does not commit a file.
    pub(crate) async fn finish(&mut self) -> io::Result<Destination> {
        self.flush().await?;
        self.outcome().await?;
        let destination = self.destination.take();
        destination.ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }

    async fn outcome(&mut self) -> io::Result<()> {
        let outcome = self.worker.finish().await;
        outcome.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()))
    }
}

fn write(mut chunks: mpsc::Receiver<Vec<u8>>, mut writer: impl Write) -> io::Result<()> {
    while let Some(chunk) = chunks.blocking_recv() {
        writer.write_all(&chunk)?;
        writer.flush()?;
    }
    Ok(())
}

/// Standard output, which reports every error: the standard library's handle hides that it is not open for writing.
pub(crate) fn stdout() -> Box<dyn Write + Send> {
    #[cfg(unix)]
    if let Ok(descriptor) = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned() {
        return Box::new(std::fs::File::from(descriptor));
    }
    Box::new(io::stdout())
}

/// Writes text to standard output. A closed pipe is no failure.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut stdout = stdout();
    match stdout
        .write_all(text.as_ref())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::machine(format!(
            "cannot write to standard output: {error}"
        ))),
        _ => Ok(()),
    }
}
