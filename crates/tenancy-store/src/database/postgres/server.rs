//! Parses the address of a PostgreSQL server, and connects to it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, NoTls};

use super::session::drive;
use super::{failure, tls};
use crate::Error;
use crate::address::refused;

/// The time limit for connecting and logging in, unless the address has one.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// The time limit for a statement, unless the address has one. The longest one compares a whole list with the current state.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(600);
/// When to ask a silent peer whether it still exists, how often, and how many times. A claim waits for nothing else.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(30), Duration::from_secs(10), 3);

/// A database on a PostgreSQL server, and how to log in.
#[derive(Clone)]
pub struct Server {
    config: Config,
    tls: Tls,
    statement_timeout: Duration,
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
        let (rest, own) = split_off(text)?;
        let mut config: Config = rest.parse().map_err(|error: tokio_postgres::Error| {
            let why = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            // It quotes the parameter, which may be a password.
            let is_unknown = why.starts_with("unknown option");
            refused(if is_unknown {
                "unknown parameter after `?`"
            } else {
                &why
            })
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
        let (idle, interval, retries) = KEEPALIVE;
        config.keepalives_idle(idle);
        config.keepalives_interval(interval);
        config.keepalives_retries(retries);
        config.tcp_user_timeout(idle + interval * retries);
        let tls = tls(own.mode.as_deref(), own.authorities, is_local(&config))?;
        config.ssl_mode(match tls {
            Tls::None => SslMode::Disable,
            Tls::Verified { .. } => SslMode::Require,
        });
        Ok(Self {
            config,
            tls,
            statement_timeout: own.statement_timeout,
        })
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

    /// The time limit for a statement, not counting what it waits for locks.
    pub(super) fn statement_timeout(&self) -> Duration {
        self.statement_timeout
    }

    /// The time limit for connecting and logging in, to all hosts together.
    pub(super) fn connect_timeout(&self) -> Duration {
        let limit = self.config.get_connect_timeout();
        let hosts = self.config.get_hosts().len().max(1) as u32;
        limit.copied().unwrap_or(CONNECT_TIMEOUT) * hosts
    }

    /// Connects and logs in.
    pub(super) async fn log_in(&self) -> Result<(Client, JoinHandle<()>), Error> {
        let connected = match &self.tls {
            Tls::None => drive(self.config.connect(NoTls).await),
            Tls::Verified { authorities } => {
                let connector = tls::connector(authorities.as_deref())?;
                drive(self.config.connect(connector).await)
            }
        };
        connected.map_err(|error| {
            let error = failure::describe(&self.to_string(), &error);
            let password = self.config.get_password().unwrap_or_default();
            match str::from_utf8(password) {
                Ok(password) if !password.is_empty() => error.without(password),
                _ => error,
            }
        })
    }
}

/// The parameters of an address that are ours.
struct OwnParameters {
    mode: Option<String>,
    authorities: Option<PathBuf>,
    statement_timeout: Duration,
}

/// Splits our own parameters off an address.
fn split_off(text: &str) -> Result<(String, OwnParameters), Error> {
    let mut own = OwnParameters {
        mode: None,
        authorities: None,
        statement_timeout: STATEMENT_TIMEOUT,
    };
    let Some((base, query)) = text.split_once('?') else {
        return Ok((text.to_owned(), own));
    };
    let mut rest = Vec::new();
    for pair in query.split('&') {
        for (key, value) in form_urlencoded::parse(pair.as_bytes()) {
            match key.as_ref() {
                "sslmode" => own.mode = Some(value.into_owned()),
                "sslrootcert" => own.authorities = Some(PathBuf::from(value.into_owned())),
                "statement_timeout" => own.statement_timeout = seconds(&value)?,
                _ => rest.push(pair),
            }
        }
    }
    let rest = if rest.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", rest.join("&"))
    };
    Ok((rest, own))
}

fn seconds(text: &str) -> Result<Duration, Error> {
    match text.parse() {
        Ok(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds)),
        _ => Err(refused("statement_timeout must be 1 to 86400 seconds")),
    }
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
        Some(_) => Err(refused(
            "unknown sslmode: use disable, require or verify-full",
        )),
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
