//! A network between a client and a server, which loses answers and says that it is busy when it is told to.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// A way to a server.
pub struct Network {
    pub url: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    lose: AtomicBool,
    lost: AtomicU32,
    busy: AtomicU32,
    busy_count: AtomicU32,
}

impl Network {
    /// A way to the server of an address.
    pub fn before(url: &str) -> Self {
        let server = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (server, state) = (server.clone(), Arc::clone(&shared));
                std::thread::spawn(move || carry(client, &server, &state));
            }
        });
        Self { url, state }
    }

    /// The next request with an idempotency key reaches the server; its answer reaches nobody.
    pub fn lose_the_next_answer_to_a_commit(&self) {
        self.state.lose.store(true, Ordering::SeqCst);
    }

    /// Answers so many connections that it is busy.
    pub fn be_busy(&self, times: u32) {
        self.state.busy.store(times, Ordering::SeqCst);
    }

    pub fn lost_count(&self) -> u32 {
        self.state.lost.load(Ordering::SeqCst)
    }

    pub fn busy_count(&self) -> u32 {
        self.state.busy_count.load(Ordering::SeqCst)
    }
}

/// Carries one connection both ways.
fn carry(mut client: TcpStream, server: &str, state: &State) {
    let busy = state.busy.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
    if busy {
        state.busy_count.fetch_add(1, Ordering::SeqCst);
        let _ = client.read(&mut [0; 4096]);
        let answer =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let _ = client.write_all(answer.as_bytes());
        return;
    }
    let mut to_server = TcpStream::connect(server).unwrap();
    let mut from_server = to_server.try_clone().unwrap();
    let mut from_client = client.try_clone().unwrap();
    let commits = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut part = [0; 16 * 1024];
            while let Ok(read @ 1..) = from_client.read(&mut part) {
                let text = String::from_utf8_lossy(&part[..read]).to_lowercase();
                commits.fetch_or(text.contains("idempotency-key:"), Ordering::SeqCst);
                if to_server.write_all(&part[..read]).is_err() {
                    break;
                }
            }
            let _ = to_server.shutdown(std::net::Shutdown::Both);
        });
        let mut part = [0; 16 * 1024];
        while let Ok(read @ 1..) = from_server.read(&mut part) {
            if commits.load(Ordering::SeqCst) && state.lose.swap(false, Ordering::SeqCst) {
                state.lost.fetch_add(1, Ordering::SeqCst);
                break;
            }
            if client.write_all(&part[..read]).is_err() {
                break;
            }
        }
        let _ = client.shutdown(std::net::Shutdown::Both);
    });
}
