//! A server that answers each request with whatever bytes the case writes.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Answers a request; `false` closes the connection.
pub(crate) type Answer = fn(&mut Exchange) -> bool;

/// A server, which serves until the test's process ends.
pub(crate) struct Server {
    pub(crate) port: u16,
    /// How long clients waited for more at the longest.
    waited: Arc<Mutex<Duration>>,
}

/// A request and the connection on which it came.
pub(crate) struct Exchange {
    stream: TcpStream,
    /// The number of the request at this server, from 1.
    pub(crate) number: usize,
    /// The bytes of its head.
    pub(crate) head: Vec<u8>,
    pub(crate) port: u16,
    waited: Arc<Mutex<Duration>>,
}

impl Server {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let count = Arc::new(AtomicUsize::new(0));
        let waited = Arc::new(Mutex::default());
        let server = Self {
            port,
            waited: waited.clone(),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = count.clone();
                let exchange = Exchange {
                    stream,
                    number: 0,
                    head: Vec::new(),
                    port,
                    waited: waited.clone(),
                };
                thread::spawn(move || serve(exchange, answer, &count));
            }
        });
        server
    }

    pub(crate) fn waited(&self) -> Duration {
        *self.waited.lock().unwrap()
    }
}

fn serve(mut exchange: Exchange, answer: Answer, count: &AtomicUsize) {
    while exchange.receive() {
        exchange.number = count.fetch_add(1, Ordering::SeqCst) + 1;
        if !answer(&mut exchange) {
            return;
        }
    }
}

impl Exchange {
    /// Reads the head of a request, or a TLS handshake's first bytes.
    fn receive(&mut self) -> bool {
        self.head.clear();
        let mut bytes = [0; 4096];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) | Err(_) => return false,
                Ok(length) => self.head.extend_from_slice(&bytes[..length]),
            }
            let is_tls = self.head[0] == 0x16;
            if is_tls || self.head.ends_with(b"\r\n\r\n") {
                return true;
            }
        }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// Sends the bytes and closes the connection.
    pub(crate) fn send_last(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.send(bytes);
        false
    }

    /// Sends a response whose head has these lines, beside the length.
    pub(crate) fn respond(&mut self, head: &str, body: impl AsRef<[u8]>) -> bool {
        let body = body.as_ref();
        let length = body.len();
        let head = head.trim_end().replace('\n', "\r\n");
        self.send(
            [
                format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\n\r\n").as_bytes(),
                body,
            ]
            .concat(),
        )
    }

    /// Sends the bytes and then these again and again, until the client hangs up.
    pub(crate) fn flood(&mut self, begin: impl AsRef<[u8]>, more: &str) -> bool {
        let more = more.repeat(64 * 1024 / more.len() + 1);
        let mut open = self.send(begin);
        while open {
            open = self.send(&more);
        }
        false
    }

    /// Sends the bytes and then one more every tenth of a second, until the client hangs up.
    pub(crate) fn drip(&mut self, begin: impl AsRef<[u8]>, more: &str) -> bool {
        let mut bytes = more.bytes().cycle();
        let mut open = self.send(begin);
        let begun = Instant::now();
        self.stream
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        while open {
            open = match self.stream.read(&mut [0]) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.send([bytes.next().unwrap()])
                }
                _ => false,
            };
        }
        self.note_wait(begun);
        false
    }

    fn note_wait(&self, begun: Instant) {
        let mut longest = self.waited.lock().unwrap();
        *longest = begun.elapsed().max(*longest);
    }

    /// Sends the bytes and then nothing, until the client hangs up.
    pub(crate) fn stall(&mut self, begin: impl AsRef<[u8]>) -> bool {
        self.send(begin);
        let begun = Instant::now();
        let _ = self.stream.read(&mut [0]);
        self.note_wait(begun);
        false
    }
}
