//! The ways on which hotload and an interpreter may talk, and the connection that comes of one.
//!
//! All carry the same bytes: a hello, the driver, then frames. A socket on the loopback interface is
//! tried first. The shim falls back by itself: to marked lines on the standard streams, where
//! hotload holds those, and to files in the private folder.

mod files;
pub mod frame;
pub mod hello;
pub(crate) mod literal;
mod socket;
mod streams;
pub(crate) mod tokens;

use std::fmt;
use std::io::{self, BufRead, BufReader, PipeWriter, Read, Write};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::discovery::hosts::PreferredTransport;
use crate::transport::hello::Hello;
use crate::transport::tokens::Tokens;

/// A hello is one line with one path in it; whoever says more is a stranger.
const HELLO_LENGTH: u64 = 1 << 16;

/// On which way hotload and an interpreter talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// A socket on the loopback interface.
    Socket,
    /// Marked lines on standard input and output.
    Streams,
    /// Files in the private folder.
    Files,
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Socket => "a socket on 127.0.0.1",
            Self::Streams => "marked lines on standard input and output",
            Self::Files => "files in a private folder",
        })
    }
}

/// A connection that has proved its token.
pub(crate) struct Connection {
    pub(crate) hello: Hello,
    pub(crate) transport: Transport,
    pub(crate) reader: Box<dyn Read + Send>,
    pub(crate) writer: Writer,
}

/// Takes one whole message with each call of `write_all`.
pub(crate) type Writer = Box<dyn Write + Send>;

/// What the ways in tell the session.
pub(crate) enum Arrival {
    /// The interpreter that was started, once.
    First(Connection),
    /// Another one with the same token: the launcher has started several. It is sent away.
    Another,
}

/// Told who arrives, from any thread.
pub(crate) type WhenArrived = Box<dyn Fn(Arrival) + Send + Sync>;

/// The ways in, open until this is dropped.
pub(crate) struct Reception {
    hall: Arc<Hall>,
    listener: Option<socket::Listener>,
    streams: Option<streams::Streams>,
}

/// What all ways in share.
pub(crate) struct Hall {
    tokens: Tokens,
    arrived: WhenArrived,
    is_taken: Mutex<bool>,
    strangers: AtomicBool,
    is_closed: AtomicBool,
    /// The program's standard input, where hotload holds it.
    input: Mutex<Option<PipeWriter>>,
}

impl Reception {
    /// Opens the ways that a start needs. `is_shared` says that the interpreter may be where no
    /// loopback interface of ours is.
    pub(crate) fn open(
        tokens: &Tokens,
        preferred: Option<PreferredTransport>,
        is_shared: bool,
        arrived: WhenArrived,
    ) -> io::Result<Self> {
        let hall = Arc::new(Hall {
            tokens: tokens.clone(),
            arrived,
            is_taken: Mutex::new(false),
            strangers: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            input: Mutex::new(None),
        });
        // Where there is no loopback interface, there are other ways.
        let listener = match preferred {
            None => socket::Listener::open(&hall).ok(),
            Some(_) => None,
        };
        let wants_streams = match preferred {
            None => is_shared || listener.is_none(),
            Some(preferred) => preferred == PreferredTransport::Streams,
        };
        let streams = wants_streams.then(streams::Streams::new).transpose()?;
        Ok(Self {
            hall,
            listener,
            streams,
        })
    }

    /// The port that is listened on; 0 where there is none.
    pub(crate) fn port(&self) -> u16 {
        self.listener.as_ref().map_or(0, socket::Listener::port)
    }

    /// Whether the program gets standard streams that hotload holds.
    pub(crate) fn holds_streams(&self) -> bool {
        self.streams.is_some()
    }

    /// Gives the program the streams that this needs.
    pub(crate) fn attach(&mut self, command: &mut Command) {
        if let Some(streams) = &mut self.streams {
            streams.attach(command);
        }
    }

    /// From here on, with the program started, its output and its files are looked at.
    pub(crate) fn wait(&mut self, folder: &Path) -> io::Result<()> {
        if let Some(streams) = self.streams.take() {
            streams.relay(&self.hall)?;
        }
        files::wait(folder, &self.hall)
    }

    /// Whether somebody has connected with a wrong token.
    pub(crate) fn has_met_strangers(&self) -> bool {
        self.hall.strangers.load(Ordering::SeqCst)
    }
}

impl Drop for Reception {
    fn drop(&mut self) {
        self.hall.is_closed.store(true, Ordering::SeqCst);
    }
}

impl Hall {
    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    fn is_taken(&self) -> bool {
        *lock(&self.is_taken)
    }

    /// Takes in what says hello, if it is who was started and the first.
    fn receive(
        &self,
        transport: Transport,
        mut reader: BufReader<Box<dyn Read + Send>>,
        writer: Writer,
    ) {
        let mut line = String::new();
        let read = (&mut reader).take(HELLO_LENGTH).read_line(&mut line);
        let hello = read
            .ok()
            .and_then(|_| Hello::parse(&line, &self.tokens.ours));
        let Some(hello) = hello else {
            self.strangers.store(true, Ordering::SeqCst);
            return;
        };
        let mut is_taken = self.is_taken.lock().unwrap_or_else(PoisonError::into_inner);
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
