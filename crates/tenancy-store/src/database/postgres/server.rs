//! Parses the address of a PostgreSQL server, and connects to it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};

use super::{failure, tls};
use crate::address::refused;
use crate::{Error, ErrorKind};

/// The time limit for connecting and logging in, unless the address has one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// A database on a PostgreSQL server, and how to log in.
#[derive(Clone)]
pub struct Server {
    config: Config,
    tls: Tls,
}

/// How the connection is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tls {
    /// Not at all: it stays on this machine, or the address asks for it.
    None,
    /// By TLS, with a certificate trusted by the authorities in this file, or by the operating system.
    Verified { authorities: Option<PathBuf> },
}

impl Server {
    /// Parses an address such as `postgres://user@host:5432/database?sslmode=require`.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        if let Some((before, _)) = text.rsplit_once('@')
            && before
                .split_once("://")
                .is_some_and(|(_, login)| login.contains(['/', '?', '#', '@']))
        {
            return Err(refused(
                "a user, password or parameter contains `@`, `/`, `?` or `#`: write them as %40, %2F, %3F and %23",
            ));
        }
        let (rest, mode, authorities) = without_tls(text);
        let mut config: Config = rest.parse().map_err(|error: postgres::Error| {
            let why = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            refused(&why)
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("tenancy");
        }
        let tls = tls(mode.as_deref(), authorities, is_local(&config))?;
        config.ssl_mode(match tls {
            Tls::None => SslMode::Disable,
            Tls::Verified { .. } => SslMode::Require,
        });
        Ok(Self { config, tls })
    }

    /// Whether the address contains a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }

    /// Sets the password.
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.config.password(password);
        self
    }

    /// The user, if the address names one.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.config.get_user()
    }

    /// The database, if the address names one. The default is the user's name.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.config.get_dbname()
    }

    /// The host and the port. A Unix socket counts as `localhost`.
    #[must_use]
    pub fn host(&self) -> (String, u16) {
        let host = match self.config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            Some(_) => "localhost".to_owned(),
            None => self
                .config
                .get_hostaddrs()
                .first()
                .map_or_else(|| "localhost".to_owned(), ToString::to_string),
        };
        (
            host,
            self.config.get_ports().first().copied().unwrap_or(5432),
        )
    }

    /// Whether everything, including the password, goes unencrypted to another machine.
    #[must_use]
    pub fn is_unencrypted(&self) -> bool {
        self.tls == Tls::None && !is_local(&self.config)
    }

    /// Connects, logs in and runs `setup`, within the time limit for each host together.
    ///
    /// The driver limits only the TCP connection. A thread that gets no answer is left behind.
    pub(super) fn connect(&self, setup: &'static str) -> Result<Client, Error> {
        let limit = self.config.get_connect_timeout();
        let limit = limit.copied().unwrap_or(CONNECT_TIMEOUT);
        let hosts = self.config.get_hosts().len().max(1) as u32;
        let server = self.clone();
        let (sender, answer) = mpsc::channel();
        thread::spawn(move || sender.send(server.log_in(setup)).ok());
        answer.recv_timeout(limit * hosts).unwrap_or_else(|_| {
            Err(Error::new(
                ErrorKind::Unreachable,
                format!(
                    "{self} cannot be reached: no answer within {} s; check the address and the server, or allow more with \
                     connect_timeout=SECONDS in the address",
                    limit.as_secs()
                ),
            ))
        })
    }

    fn log_in(&self, setup: &str) -> Result<Client, Error> {
        let connected = match &self.tls {
            Tls::None => self.config.connect(NoTls),
            Tls::Verified { authorities } => {
                self.config.connect(tls::connector(authorities.as_deref())?)
            }
        };
        connected
            .and_then(|mut client| client.batch_execute(setup).map(|()| client))
            .map_err(|error| failure::describe(&self.to_string(), &error))
    }
}

/// Splits the TLS parameters off an address: the mode, and the file of trusted authorities.
fn without_tls(text: &str) -> (String, Option<String>, Option<PathBuf>) {
    let Some((base, query)) = text.split_once('?') else {
        return (text.to_owned(), None, None);
    };
    let (mut mode, mut authorities) = (None, None);
    let rest: Vec<_> = query
        .split('&')
        .filter(|pair| {
            for (key, value) in form_urlencoded::parse(pair.as_bytes()) {
                match key.as_ref() {
                    "sslmode" => mode = Some(value.into_owned()),
                    "sslrootcert" => authorities = Some(PathBuf::from(value.into_owned())),
                    _ => return true,
                }
            }
            false
        })
        .collect();
    let rest = if rest.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", rest.join("&"))
    };
    (rest, mode, authorities)
}

fn tls(mode: Option<&str>, authorities: Option<PathBuf>, is_local: bool) -> Result<Tls, Error> {
    match mode {
        Some("disable") => Ok(Tls::None),
        None | Some("allow" | "prefer") if is_local => Ok(Tls::None),
        None | Some("require" | "verify-ca" | "verify-full") => Ok(Tls::Verified { authorities }),
        Some(lax @ ("allow" | "prefer")) => Err(refused(&format!(
            "sslmode={lax} falls back to no encryption: use `require`, or `disable` to send everything, including the password, \
             unencrypted"
        ))),
        Some(other) => Err(refused(&format!(
            "unknown sslmode `{other}`: use disable, require or verify-full"
        ))),
    }
}

/// Whether the server is on this machine.
fn is_local(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

/// Formats the address without the password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, port) = self.host();
        f.write_str("postgres://")?;
        if let Some(user) = self.user() {
            write!(f, "{user}@")?;
        }
        write!(f, "{host}:{port}")?;
        self.database()
            .map_or(Ok(()), |database| write!(f, "/{database}"))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls_of(address: &str) -> Result<Tls, String> {
        Server::parse(address)
            .map(|server| server.tls)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_leaves_the_machine_unencrypted_unless_that_is_asked_for() {
        let verified = || Ok(Tls::Verified { authorities: None });
        for local in [
            "postgres:///tenants",
            "postgres://localhost/t",
            "postgres://127.0.0.1/t?sslmode=prefer",
            "postgres://[::1]/t",
            "postgres://%2Frun%2Fpostgresql/t",
        ] {
            assert_eq!(tls_of(local), Ok(Tls::None), "{local}");
        }
        for remote in [
            "postgres://db.example.com/t",
            "postgres://10.0.0.7/t?sslmode=require",
            "postgres://localhost/t?sslmode=verify-full",
            "postgres://localhost/t?hostaddr=10.0.0.7",
        ] {
            assert_eq!(tls_of(remote), verified(), "{remote}");
        }
        let plain = Server::parse("postgres://db.example.com/t?sslmode=disable").unwrap();
        assert!(plain.is_unencrypted());
        assert!(
            tls_of("postgres://db.example.com/t?sslmode=prefer")
                .unwrap_err()
                .contains("use `require`")
        );
        assert!(
            tls_of("postgres://localhost/t?sslmode=on")
                .unwrap_err()
                .contains("unknown sslmode")
        );
        assert_eq!(
            tls_of("postgres://db/t?sslrootcert=%2Fetc%2Fca.pem&application_name=x"),
            Ok(Tls::Verified {
                authorities: Some(PathBuf::from("/etc/ca.pem"))
            })
        );
    }

    #[test]
    fn a_password_is_never_shown() {
        let server = Server::parse("postgres://me:s3cret@db.example.com:6000/t").unwrap();
        assert!(server.has_password());
        assert_eq!(server.to_string(), "postgres://me@db.example.com:6000/t");
        assert_eq!(
            format!("{server:?}"),
            "Server(postgres://me@db.example.com:6000/t)"
        );
        let wrong = Server::parse("postgres://me:s3cret@db:port/t").unwrap_err();
        assert!(!wrong.to_string().contains("s3cret"), "{wrong}");
    }
}
