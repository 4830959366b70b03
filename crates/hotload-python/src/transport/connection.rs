//! A connection to an interpreter, and what is known of how it came about.

use std::fmt;
use std::io::{Read, Write};

use crate::transport::hello::Hello;

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
    pub(crate) reader: Reader,
    pub(crate) writer: Writer,
}

/// Gives what the interpreter sends.
pub(crate) type Reader = Box<dyn Read + Send>;

/// Takes one whole message with each call of `write_all`.
pub(crate) type Writer = Box<dyn Write + Send>;

/// What the ways in report.
pub(crate) enum Arrival {
    /// The interpreter that was started, once.
    First(Connection),
    /// Another one with the same token: the launcher has started several. It is sent away.
    Another,
}

/// Called with who arrives, from any thread.
pub(crate) type WhenArrived = Box<dyn Fn(Arrival) + Send + Sync>;
