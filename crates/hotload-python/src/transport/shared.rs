//! What all ways in share: who may come in, who has, and whether any is still waited for.

use std::io::{self, BufRead, BufReader, PipeWriter, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::transport::connection::{Arrival, Connection, Reader, Transport, WhenArrived, Writer};
use crate::transport::hello::Hello;
use crate::transport::tokens::Tokens;

/// A hello is one line with one path in it; whoever says more is a stranger.
const HELLO_LENGTH: u64 = 1 << 16;

/// What all ways in share.
pub(super) struct Shared {
    pub(super) tokens: Tokens,
    arrived: WhenArrived,
    is_taken: Mutex<bool>,
    has_met_strangers: AtomicBool,
    is_closed: AtomicBool,
    /// The program's standard input, where hotload holds it.
    input: Mutex<Option<PipeWriter>>,
}

impl Shared {
    pub(super) fn new(tokens: Tokens, arrived: WhenArrived) -> Self {
        Self {
            tokens,
            arrived,
            is_taken: Mutex::new(false),
            has_met_strangers: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            input: Mutex::new(None),
        }
    }

    /// Whether nobody is waited for any more.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
    }

    /// Whether the interpreter has come in.
    pub(super) fn is_taken(&self) -> bool {
        *lock(&self.is_taken)
    }

    /// Whether somebody has come with a wrong token.
    pub(super) fn has_met_strangers(&self) -> bool {
        self.has_met_strangers.load(Ordering::SeqCst)
    }

    /// Holds the program's standard input, unless the interpreter has come in on another way.
    pub(super) fn hold_input(&self, input: PipeWriter) {
        *lock(&self.input) = Some(input).filter(|_| !self.is_taken());
    }

    /// Writes to the program's standard input.
    pub(super) fn write_input(&self, line: &[u8]) -> io::Result<()> {
        let mut input = lock(&self.input);
        input
            .as_mut()
            .ok_or(io::ErrorKind::BrokenPipe)?
            .write_all(line)
    }

    /// Takes in what says hello, if it is who was started and the first.
    pub(super) fn receive(
        &self,
        transport: Transport,
        mut reader: BufReader<Reader>,
        writer: Writer,
    ) {
        let mut line = String::new();
        let read = (&mut reader).take(HELLO_LENGTH).read_line(&mut line);
        let hello = read
            .ok()
            .and_then(|_| Hello::parse(&line, &self.tokens.ours));
        let Some(hello) = hello else {
            self.has_met_strangers.store(true, Ordering::SeqCst);
            return;
        };
        let mut is_taken = lock(&self.is_taken);
        if std::mem::replace(&mut *is_taken, true) {
            return (self.arrived)(Arrival::Another);
        }
        if transport != Transport::Streams {
            // User code finds its input empty, rather than waiting for ever.
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
