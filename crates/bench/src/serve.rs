//! A server that sends rendered bodies: it costs little, so that on two cores the one who lists is the one who is measured.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Failure;
use crate::arguments::Serve;
use crate::bodies::{Bodies, Place};
use crate::meter::nanoseconds;

/// Where the server tells when it had sent the last byte of the last body's first record.
pub(crate) const FIRST_RECORD: &str = "/first-record-sent";
/// How much is written at once.
const PIECE: usize = 64 * 1024;

struct Server {
    bodies: Bodies,
    latency: Duration,
    pause: Duration,
    /// In nanoseconds since 1970.
    first_record_sent: AtomicU64,
}

/// Serves until the standard input ends. Its first line of output is the address.
pub(crate) fn serve(what: &Serve) -> Result<(), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let server = Arc::new(Server {
        bodies: Bodies::open(&what.bodies)?,
        latency: Duration::from_millis(what.latency_ms),
        pause: Duration::from_millis(what.pause_ms),
        first_record_sent: AtomicU64::new(0),
    });
    println!("{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let server = Arc::clone(&server);
            // A client that leaves ends its connection and nothing else.
            thread::spawn(move || server.converse(stream));
        }
    });
    // Whoever started this holds the other end of the standard input.
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

impl Server {
    /// Answers request after request.
    fn converse(&self, mut stream: TcpStream) -> Result<(), Failure> {
        stream.set_nodelay(true)?;
        let mut requests = BufReader::new(stream.try_clone()?);
        while let Some(target) = read_head(&mut requests)? {
            if target == FIRST_RECORD {
                let text = self.first_record_sent.load(Ordering::Relaxed).to_string();
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}",
                    text.len()
                )?;
                continue;
            }
            let query = target.split_once('?').map_or("", |(_, query)| query);
            thread::sleep(self.latency);
            match self.bodies.find(query) {
                Some(place) => self.send(&mut stream, place)?,
                None => stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?,
            }
        }
        Ok(())
    }

    /// Sends a body, the first record by itself where there is a pause after it.
    fn send(&self, stream: &mut TcpStream, place: Place) -> Result<(), Failure> {
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            place.length
        )?;
        let mut sent = 0;
        if !self.pause.is_zero() {
            sent = self.send_range(stream, place, 0, place.first_record)?;
            self.note_first_record();
            thread::sleep(self.pause);
        }
        while sent < place.length {
            let before = sent;
            sent = self.send_range(stream, place, sent, place.length.min(sent + PIECE as u64))?;
            if self.pause.is_zero() && (before..sent).contains(&(place.first_record - 1)) {
                self.note_first_record();
            }
        }
        Ok(())
    }

    fn send_range(
        &self,
        stream: &mut TcpStream,
        place: Place,
        from: u64,
        to: u64,
    ) -> Result<u64, Failure> {
        let mut piece = [0; PIECE];
        let mut at = from;
        while at < to {
            let length = usize::try_from(to - at)?.min(PIECE);
            self.bodies
                .read_at(&mut piece[..length], place.offset + at)?;
            stream.write_all(&piece[..length])?;
            at += length as u64;
        }
        Ok(to)
    }

    fn note_first_record(&self) {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        self.first_record_sent
            .store(nanoseconds(now), Ordering::Relaxed);
    }
}

/// Reads a request's head and gives its target; nothing where the client has left.
fn read_head(requests: &mut impl BufRead) -> Result<Option<String>, Failure> {
    let mut line = String::new();
    requests.by_ref().take(64 * 1024).read_line(&mut line)?;
    let Some(target) = line.split(' ').nth(1).map(str::to_owned) else {
        return Ok(None);
    };
    loop {
        line.clear();
        if requests.read_line(&mut line)? == 0 || line.trim().is_empty() {
            return Ok(Some(target));
        }
    }
}
