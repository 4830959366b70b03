//! What all transports of one start share: its tokens, and whether its interpreter has connected.

use std::io::{self, BufRead, BufReader, PipeWriter, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::transport::connection::{Arrival, Connection, Reader, Transport, WhenArrived, Writer};
use crate::transport::hello::Hello;
use crate::transport::tokens::Tokens;

/// A hello is one line with one path in it. Whoever says more than this is a stranger.
pub(super) const HELLO_LENGTH: usize = 1 << 16;

/// What all transports of one start share.
pub(super) struct Shared {
    pub(super) tokens: Tokens,
    arrived: WhenArrived,
    is_connected: Mutex<bool>,
    has_met_strangers: AtomicBool,
    is_closed: AtomicBool,
    /// The program's standard input, if hotload holds it.
    input: Mutex<Option<PipeWriter>>,
}

impl Shared {
    pub(super) fn new(tokens: Tokens, arrived: WhenArrived) -> Self {
        Self {
            tokens,
            arrived,
            is_connected: Mutex::new(false),
            has_met_strangers: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            input: Mutex::new(None),
        }
    }

    /// Whether to stop waiting.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
    }

    /// Whether the interpreter has connected.
    pub(super) fn is_connected(&self) -> bool {
        *lock(&self.is_connected)
    }

    /// Whether anyone has connected with a wrong token.
    pub(super) fn has_met_strangers(&self) -> bool {
        self.has_met_strangers.load(Ordering::SeqCst)
    }

    /// Keeps the program's standard input open, unless the interpreter has connected in another way.
    pub(super) fn hold_input(&self, input: PipeWriter) {
        *lock(&self.input) = Some(input).filter(|_| !self.is_connected());
    }

    /// Writes to the program's standard input.
    pub(super) fn write_input(&self, line: &[u8]) -> io::Result<()> {
        let mut input = lock(&self.input);
        input
            .as_mut()
            .ok_or(io::ErrorKind::BrokenPipe)?
            .write_all(line)
    }

    /// Accepts a connection if it says a hello with the right token, and is the first to do so.
    pub(super) fn receive(
        &self,
        transport: Transport,
        mut reader: BufReader<Reader>,
        writer: Writer,
    ) {
        let mut line = String::new();
        let read = (&mut reader).take(HELLO_LENGTH as u64).read_line(&mut line);
        let hello = read
            .ok()
            .and_then(|_| Hello::parse(&line, &self.tokens.ours));
        let Some(hello) = hello else {
            self.has_met_strangers.store(true, Ordering::SeqCst);
            return;
        };
        let mut is_connected = lock(&self.is_connected);
        if std::mem::replace(&mut *is_connected, true) {
            return (self.arrived)(Arrival::Another);
        }
        if transport != Transport::Streams {
            // Closed, so that user code finds it empty instead of waiting for ever.
            lock(&self.input).take();
        }
        (self.arrived)(Arrival::First(Connection {
            hello,
            transport,
            reader: Box::new(reader),
            writer,
        }));
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
