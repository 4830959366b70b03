//! A connection to an interpreter, and how it came about.

use std::fmt;
use std::io::{Read, Write};

use crate::transport::hello::Hello;

/// How hotload and an interpreter talk.
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

/// A connection whose other end has proved that it knows the token.
pub(crate) struct Connection {
    pub(crate) hello: Hello,
    pub(crate) transport: Transport,
    pub(crate) reader: Reader,
    pub(crate) writer: Writer,
}

/// Reads what the interpreter sends.
pub(crate) type Reader = Box<dyn Read + Send>;

/// Writes to the interpreter: one whole message with each call of `write_all`.
pub(crate) type Writer = Box<dyn Outgoing>;

/// The way to an interpreter.
pub(crate) trait Outgoing: Write + Send {
    /// Ends the connection in both directions, where that is possible.
    fn close(&self) {}
}

/// An interpreter that has connected.
pub(crate) enum Arrival {
    /// The first, which is the one that was started.
    First(Connection),
    /// Another one with the same token, because the launcher has started several. It was disconnected.
    Another,
}

/// Called when an interpreter connects, from any thread.
pub(crate) type WhenArrived = Box<dyn Fn(Arrival) + Send + Sync>;
