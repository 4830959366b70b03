//! A socket on the loopback interface.

use std::io::{self, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::transport::connection::{Reader, Transport};
use crate::transport::shared::Shared;

/// How long a connection may take to say its first line.
const TIME_TO_SPEAK: Duration = Duration::from_secs(5);

/// Listens in the background until this is dropped.
pub(super) struct Listener {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Listener {
    pub(super) fn open(shared: &Arc<Shared>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let in_thread = Arc::clone(shared);
        thread::Builder::new()
            .name("reception".into())
            .spawn(move || listen(&listener, &in_thread))?;
        let shared = Arc::clone(shared);
        Ok(Self { address, shared })
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.close();
        // `accept` has no time limit; a connection wakes it.
        let _ = TcpStream::connect(self.address);
    }
}

/// Accepts connections until the start is over.
///
/// Each has its own thread, so that a stranger who says nothing does not delay the interpreter.
fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.is_closed() {
            return;
        }
        // This connection broke while it was accepted; the next may be ours.
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        thread::spawn(move || shake_hands(stream, &shared));
    }
}

/// A connection that fails here is ignored: the interpreter may still connect.
fn shake_hands(stream: TcpStream, shared: &Shared) -> Option<()> {
    // Requests and replies are small, and each waits for the other.
    stream.set_nodelay(true).ok()?;
    let writer = Box::new(stream.try_clone().ok()?);
    let reader: Reader = Box::new(Patient::new(stream)?);
    shared.receive(Transport::Socket, BufReader::new(reader), writer);
    Some(())
}

/// A stream with a time limit for the first line, and none after it.
struct Patient {
    stream: TcpStream,
    has_spoken: bool,
}

impl Patient {
    fn new(stream: TcpStream) -> Option<Self> {
        stream.set_read_timeout(Some(TIME_TO_SPEAK)).ok()?;
        Some(Self {
            stream,
            has_spoken: false,
        })
    }
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        if !self.has_spoken && buffer[..count].contains(&b'\n') {
            self.has_spoken = true;
            self.stream.set_read_timeout(None)?;
        }
        Ok(count)
    }
}
