//! A way to the database that a test can cut and mend, as a network does.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A proxy on loopback in front of a server.
pub struct Proxy {
    pub port: u16,
    line: Arc<Line>,
}

struct Line {
    is_cut: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// Begins to pass on whatever comes to the server at an address.
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Arc::new(Line { is_cut: AtomicBool::new(false), open: Mutex::default() });
        let (accepted, server) = (Arc::clone(&line), server.to_owned());
        std::thread::spawn(move || {
            for caller in listener.incoming().map_while(Result::ok) {
                accepted.connect(caller, &server);
            }
        });
        Self { port, line }
    }

    /// Ends every connection, and every new one at once.
    pub fn cut(&self) {
        self.line.is_cut.store(true, Ordering::SeqCst);
        for stream in self.line.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets new connections through again.
    pub fn mend(&self) {
        self.line.is_cut.store(false, Ordering::SeqCst);
    }
}

impl Line {
    fn connect(&self, caller: TcpStream, server: &str) {
        let mut open = self.open.lock().unwrap();
        let Ok(server) = TcpStream::connect(server) else { return };
        // Looked at under the lock, so that a cut that comes now finds both ends in the list.
        if self.is_cut.load(Ordering::SeqCst) {
            return;
        }
        open.extend([caller.try_clone().unwrap(), server.try_clone().unwrap()]);
        let (from, to) = (caller.try_clone().unwrap(), server.try_clone().unwrap());
        std::thread::spawn(move || pass(caller, server));
        std::thread::spawn(move || pass(to, from));
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
