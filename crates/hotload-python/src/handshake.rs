//! Waiting for the interpreter that was started to connect and prove that it is the one.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::driver::{self, Driver};
use crate::hello::Hello;
use crate::shim::Tokens;

/// How long a connection may take to say its first line.
const TIME_TO_SPEAK: Duration = Duration::from_secs(5);

/// A hello is one line with one path in it; whoever says more is a stranger.
const HELLO_LENGTH: u64 = 1 << 16;

/// A connection that has proved its token.
pub(crate) struct Connection {
    pub(crate) hello: Hello,
    pub(crate) stream: TcpStream,
}

type Connected = Box<dyn FnOnce(Connection) + Send>;

/// A listener that takes one authenticated connection, in the background.
pub(crate) struct Reception {
    address: SocketAddr,
    closed: Arc<AtomicBool>,
}

impl Reception {
    /// Listens on the loopback interface. `connected` is called at most once, from a thread.
    pub(crate) fn open(
        tokens: Tokens,
        connected: impl FnOnce(Connection) + Send + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let closed = Arc::new(AtomicBool::new(false));
        let closed_in_thread = Arc::clone(&closed);
        thread::Builder::new()
            .name("reception".into())
            .spawn(move || {
                receive(&listener, &tokens, &closed_in_thread, Box::new(connected));
            })?;
        Ok(Self { address, closed })
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Reception {
    fn drop(&mut self) {
        if !self.closed.load(Ordering::SeqCst) {
            close(&self.closed, self.address);
        }
    }
}

/// Takes connections until one proves its token.
///
/// Each has a thread of its own, so that a stranger who says nothing keeps nobody waiting.
fn receive(
    listener: &TcpListener,
    tokens: &Tokens,
    closed: &Arc<AtomicBool>,
    connected: Connected,
) {
    let connected = Arc::new(Mutex::new(Some(connected)));
    let Ok(address) = listener.local_addr() else {
        return;
    };
    for stream in listener.incoming() {
        if closed.load(Ordering::SeqCst) {
            return;
        }
        // A connection that broke before it was accepted; the next may be ours.
        let Ok(stream) = stream else { continue };
        let (tokens, closed) = (tokens.clone(), Arc::clone(closed));
        let connected = Arc::clone(&connected);
        thread::spawn(move || {
            let Ok(connection) = shake_hands(stream, &tokens) else {
                return;
            };
            let first = connected.lock().ok().and_then(|mut first| first.take());
            if let Some(connected) = first {
                connected(connection);
                close(&closed, address);
            }
        });
    }
}

/// Ends the listening. `accept` has no time limit of its own: a connection wakes it.
fn close(closed: &AtomicBool, address: SocketAddr) {
    closed.store(true, Ordering::SeqCst);
    // Refused when the listener has gone already.
    let _ = TcpStream::connect(address);
}

fn shake_hands(stream: TcpStream, tokens: &Tokens) -> io::Result<Connection> {
    stream.set_read_timeout(Some(TIME_TO_SPEAK))?;
    // Requests and replies are small and each waits for the other.
    stream.set_nodelay(true)?;
    let mut line = String::new();
    // Nothing follows the line until the driver is there, so the buffer takes nothing else.
    BufReader::new((&stream).take(HELLO_LENGTH)).read_line(&mut line)?;
    let hello = Hello::parse(&line, &tokens.ours)
        .ok_or_else(|| io::Error::other("not the interpreter that was started"))?;
    stream.set_read_timeout(None)?;
    Ok(Connection { hello, stream })
}

/// Sends the driver, with hotload's own proof in front.
pub(crate) fn send_driver(
    mut stream: &TcpStream,
    hello: &Hello,
    tokens: &Tokens,
) -> io::Result<()> {
    let Driver { first, later } = driver::generated(hello.version.dialect());
    let lengths = format!("{} {}", first.len(), later.len());
    let message = format!("{} {lengths}\n{first}{later}", tokens.theirs);
    stream.write_all(message.as_bytes())
}
