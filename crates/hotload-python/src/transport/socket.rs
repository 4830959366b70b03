//! A socket on the loopback interface.

use std::collections::VecDeque;
use std::io::{self, BufReader, Cursor, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::transport::connection::{Outgoing, Reader, Transport};
use crate::transport::shared::{HELLO_LENGTH, Shared};

/// How long a connection may take to say its first line.
const TIME_TO_SPEAK: Duration = Duration::from_secs(5);

/// How many connections may be silent at a time; the oldest is dropped first. The interpreter speaks at
/// once.
const MOST_SILENT: usize = 32;

/// How long after it has connected the interpreter has said its line.
const TIME_TO_BEGIN: Duration = Duration::from_millis(50);

/// Between two looks at silent connections.
const REST: Duration = Duration::from_millis(5);

/// The same while one of them is about to speak.
const SHORT_REST: Duration = Duration::from_micros(100);

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
/// A single thread looks at all of them in turn, and is never in the middle of one: whatever strangers
/// do, they cost neither a thread nor more than a few descriptors.
fn listen(listener: &TcpListener, shared: &Shared) {
    let mut silent = VecDeque::new();
    while !shared.is_closed() {
        // With no one to listen to it may sleep in `accept`.
        let accepted = listener
            .set_nonblocking(!silent.is_empty())
            .and_then(|()| listener.accept());
        match accepted {
            Ok((stream, _)) => {
                if silent.len() == MOST_SILENT {
                    silent.pop_front();
                }
                silent.extend(Peer::new(stream).ok());
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                thread::sleep(time_to_rest(&silent));
            }
            Err(_) => {
                // It broke while it was accepted, or no descriptor is left. The next may be ours.
                silent.pop_front();
                thread::sleep(REST);
            }
        }
        silent = silent
            .into_iter()
            .filter_map(|peer| peer.hear(shared))
            .collect();
    }
}

/// Whoever has just connected is about to speak.
fn time_to_rest(silent: &VecDeque<Peer>) -> Duration {
    let newest = silent.back().map(|peer| peer.since.elapsed());
    if newest.is_some_and(|age| age < TIME_TO_BEGIN) {
        SHORT_REST
    } else {
        REST
    }
}

/// Someone who has connected and not yet said a whole line.
struct Peer {
    stream: TcpStream,
    since: Instant,
    said: Vec<u8>,
}

impl Peer {
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        let (since, said) = (Instant::now(), Vec::new());
        Ok(Self {
            stream,
            since,
            said,
        })
    }

    /// Takes what it has said. Returns it if more is to come; a connection that fails is ignored, since
    /// the interpreter may still connect.
    fn hear(mut self, shared: &Shared) -> Option<Self> {
        let mut buffer = [0; 4096];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => self.said.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Some(self).filter(|peer| peer.since.elapsed() < TIME_TO_SPEAK);
                }
                Err(_) => return None,
            }
            if self.said.contains(&b'\n') || self.said.len() >= HELLO_LENGTH {
                break;
            }
        }
        self.shake_hands(shared).ok()?;
        None
    }

    fn shake_hands(self, shared: &Shared) -> io::Result<()> {
        self.stream.set_nonblocking(false)?;
        // Requests and replies are small, and each waits for the other.
        self.stream.set_nodelay(true)?;
        let stream = SharedStream(Arc::new(self.stream));
        let writer = Box::new(stream.clone());
        let reader: Reader = Box::new(Cursor::new(self.said).chain(stream));
        shared.receive(Transport::Socket, BufReader::new(reader), writer);
        Ok(())
    }
}

/// One descriptor for both directions.
#[derive(Clone)]
struct SharedStream(Arc<TcpStream>);

impl Read for SharedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self.0).read(buffer)
    }
}

impl Write for SharedStream {
    fn write(&mut self, message: &[u8]) -> io::Result<usize> {
        (&*self.0).write(message)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.0).flush()
    }
}

impl Outgoing for SharedStream {
    fn close(&self) {
        // Fails if the other end has closed it already.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}
