//! A session on a PostgreSQL server, in which each call has a deadline.

use std::future::Future;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, SimpleQueryMessage, Socket};

use super::{Server, failure, text};
use crate::database::{Row, Value};
use crate::table::not_one_query;
use crate::{Error, ErrorKind, Table};

/// How long to wait until the server has heard that a session ends.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

type Outcome<T> = Result<T, tokio_postgres::Error>;

/// A session. Statements are unnamed: a pooler may give each transaction another session of the server.
pub(super) struct Session {
    runtime: Runtime,
    client: Option<Client>,
    connection: JoinHandle<()>,
    place: String,
}

impl Session {
    /// Connects and logs in, within the server's time limit for each host together.
    pub(super) fn open(server: &Server) -> Result<Self, Error> {
        let place = server.to_string();
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                let message = format!("cannot start the connection to {place}: {error}");
                Error::new(ErrorKind::Failed, message).caused_by(error)
            })?;
        let limit = server.connect_timeout();
        match runtime.block_on(async { timeout(limit, server.log_in()).await }) {
            Ok(Ok((client, connection))) => Ok(Self {
                runtime,
                client: Some(client),
                connection,
                place,
            }),
            Ok(Err(error)) => Err(error),
            Err(_) => {
                // A name that is still being resolved would be waited for.
                runtime.shutdown_background();
                Err(Error::new(
                    ErrorKind::Unreachable,
                    format!(
                        "{place} cannot be reached: no answer within {} s; check the address and the server, or allow more with \
                         connect_timeout=SECONDS in the address",
                        limit.as_secs()
                    ),
                ))
            }
        }
    }

    /// Runs statements without values.
    pub(super) fn batch(&mut self, sql: &str, deadline: Option<Duration>) -> Result<(), Error> {
        self.call(deadline, async |client| client.batch_execute(sql).await)
    }

    /// Runs a statement, and returns how many rows it wrote.
    pub(super) fn execute(
        &mut self,
        sql: &str,
        values: &[Value],
        deadline: Option<Duration>,
    ) -> Result<u64, Error> {
        let values = typed(values);
        self.call(deadline, async |client| {
            client.execute_typed(sql, &values).await
        })
    }

    /// Runs a query, and returns its rows.
    pub(super) fn query(
        &mut self,
        sql: &str,
        values: &[Value],
        deadline: Option<Duration>,
    ) -> Result<Vec<Row>, Error> {
        let values = typed(values);
        self.call(deadline, async |client| {
            let rows = client.query_typed(sql, &values).await?;
            rows.iter().map(row).collect()
        })
    }

    /// Runs a caller's query, whose values the server writes as text.
    pub(super) fn select(
        &mut self,
        query: &str,
        deadline: Option<Duration>,
    ) -> Result<Table, Error> {
        // Only one SELECT can be a part of another one, and the server runs no other text that has several statements. This one may
        // have no values, so that the server can write those of the next one as text.
        let query = query.trim_end().trim_end_matches(';');
        let within = format!("SELECT FROM (\n{query}\n) AS query LIMIT 0");
        self.query(&within, &[], deadline)?;
        let messages = self.call(deadline, async |client| client.simple_query(query).await)?;
        let mut tables = Vec::new();
        let mut commands = 0;
        for message in messages {
            match message {
                SimpleQueryMessage::RowDescription(columns) => tables.push(Table {
                    columns: columns
                        .iter()
                        .map(|column| column.name().to_owned())
                        .collect(),
                    rows: Vec::new(),
                }),
                SimpleQueryMessage::Row(row) => {
                    let values = (0..row.len()).map(|column| row.get(column).map(str::to_owned));
                    if let Some(table) = tables.last_mut() {
                        table.rows.push(values.collect());
                    }
                }
                SimpleQueryMessage::CommandComplete(_) => commands += 1,
                _ => {}
            }
        }
        match (tables.pop(), commands) {
            (Some(table), 1) => Ok(table),
            _ => Err(not_one_query()),
        }
    }

    fn call<T>(
        &mut self,
        deadline: Option<Duration>,
        call: impl AsyncFnOnce(&Client) -> Outcome<T>,
    ) -> Result<T, Error> {
        let Some(client) = &self.client else {
            return Err(failure::lost(&self.place));
        };
        let outcome = self.runtime.block_on(within(deadline, call(client)));
        match outcome {
            Some(outcome) => outcome.map_err(|error| failure::describe(&self.place, &error)),
            None => {
                // A late answer would be taken for that of the next call.
                self.client = None;
                self.connection.abort();
                Err(failure::silent(&self.place, deadline.unwrap_or_default()))
            }
        }
    }
}

/// Awaits a future, until the deadline if there is one.
async fn within<T>(deadline: Option<Duration>, future: impl Future<Output = T>) -> Option<T> {
    match deadline {
        Some(deadline) => timeout(deadline, future).await.ok(),
        None => Some(future.await),
    }
}

/// Ends the session, and with it its transaction and locks.
impl Drop for Session {
    fn drop(&mut self) {
        if self.client.take().is_some() {
            let farewell = async { timeout(FAREWELL, &mut self.connection).await };
            let _ = self.runtime.block_on(farewell);
        }
    }
}

/// The values with their types, so that the server is not asked for them. It infers the type of null.
fn typed(values: &[Value]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    let kind = |value: &Value| match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
    };
    let values = values.iter();
    values
        .map(|value| (value as &(dyn ToSql + Sync), kind(value)))
        .collect()
}

/// Starts what drives a connection.
pub(super) fn drive<S>(
    connected: Outcome<(Client, tokio_postgres::Connection<Socket, S>)>,
) -> Outcome<(Client, JoinHandle<()>)>
where
    S: tokio_postgres::tls::TlsStream + Unpin + Send + 'static,
{
    let (client, connection) = connected?;
    // Calls report its errors.
    let connection = tokio::spawn(async move { drop(connection.await) });
    Ok((client, connection))
}

fn row(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    let value = |(column, description): (usize, &tokio_postgres::Column)| {
        Ok(match *description.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(column)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(column)?.map(i64::from).into(),
            Type::BOOL => row
                .try_get::<_, Option<bool>>(column)?
                .map(i64::from)
                .into(),
            _ => row
                .try_get::<_, Option<&str>>(column)?
                .map(|stored| text::unescape(stored).into_owned())
                .into(),
        })
    };
    row.columns()
        .iter()
        .enumerate()
        .map(value)
        .collect::<Result<_, _>>()
        .map(Row)
}
