//! Serves connections: any number of requests on each, until either side closes it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::answering::{Plan, Shared};
use crate::wire::{Reply, client_left, read};

/// Serves each account at its own listener, until it is dropped, and every connection with it.
pub(crate) async fn serve(listeners: Vec<TcpListener>, shared: Arc<Shared>) {
    let mut accounts = JoinSet::new();
    for (account, listener) in listeners.into_iter().enumerate() {
        accounts.spawn(serve_account(listener, account, Arc::clone(&shared)));
    }
    while accounts.join_next().await.is_some() {}
}

async fn serve_account(listener: TcpListener, account: usize, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    number += 1;
                    connections.spawn(serve_connection(stream, account, Arc::clone(&shared), number));
                }
                // Out of file descriptors, or the client has closed the connection: accept the next one.
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve_connection(mut stream: TcpStream, account: usize, shared: Arc<Shared>, number: u64) {
    let mut buffer = Vec::new();
    let _ = stream.set_nodelay(true);
    loop {
        let head = match read(&mut stream, &mut buffer).await {
            Ok(Some(head)) => head,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let reply = Reply::new(400, "text/plain", error.to_string());
                let _ = reply.send(&mut stream, false, false).await;
                return;
            }
            Ok(None) | Err(_) => return,
        };
        // Its answer (a 405) has a body, which a client does not expect.
        let keep_alive = head.keep_alive && head.method != "HEAD";
        let knows_chunks = head.knows_chunks;
        let plan = shared.receive(account, head, number);
        if !matches!(
            answer(&mut stream, plan, keep_alive, knows_chunks).await,
            Ok(true)
        ) {
            return;
        }
    }
}

async fn answer(
    stream: &mut TcpStream,
    plan: Plan,
    keep_alive: bool,
    knows_chunks: bool,
) -> io::Result<bool> {
    let Plan {
        reply,
        delay,
        gate,
        in_flight,
    } = plan;
    let wait = async {
        if let Some(gate) = gate
            && let Ok(permit) = gate.acquire().await
        {
            permit.forget();
        }
        if delay > Duration::ZERO {
            tokio::time::sleep(delay).await;
        }
    };
    tokio::select! {
        biased;
        () = wait => {}
        () = client_left(stream) => return Ok(false),
    }
    let again = reply.send(stream, keep_alive, knows_chunks).await;
    drop(in_flight);
    again
}
