//! The ways on which hotload and an interpreter may talk, and the connection that comes of one.
//!
//! All carry the same bytes: a hello, the driver, then frames. A socket on the loopback interface is
//! tried first. The shim falls back by itself: to marked lines on the standard streams, where
//! hotload holds those, and to files in the private folder.

mod connection;
mod files;
pub mod frame;
pub mod hello;
pub(crate) mod literal;
mod shared;
mod sink;
mod socket;
mod streams;
pub(crate) mod tokens;

use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use crate::discovery::hosts::PreferredTransport;
use crate::transport::shared::Shared;
use crate::transport::tokens::Tokens;

pub use connection::Transport;
pub(crate) use connection::{Arrival, Connection, WhenArrived, Writer};
pub use sink::Sink;

/// The ways in, open until this is dropped.
pub(crate) struct Reception {
    shared: Arc<Shared>,
    listener: Option<socket::Listener>,
    streams: Option<streams::Streams>,
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
        let shared = Arc::new(Shared::new(tokens.clone(), arrived));
        // Where there is no loopback interface, there are other ways.
        let listener = match preferred {
            None => socket::Listener::open(&shared).ok(),
            Some(_) => None,
        };
        let wants_streams = match preferred {
            None => is_shared || listener.is_none(),
            Some(preferred) => preferred == PreferredTransport::Streams,
        };
        let streams = wants_streams.then(streams::Streams::new).transpose()?;
        Ok(Self {
            shared,
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

    /// From here on, with the program started, its files are looked at, and its standard output where
    /// hotload holds that: what is not for hotload goes to `output`.
    pub(crate) fn wait(&mut self, folder: &Path, output: &Sink) -> io::Result<()> {
        if let Some(streams) = self.streams.take() {
            streams.relay(&self.shared, output)?;
        }
        files::wait(folder, &self.shared)
    }

    /// Whether somebody has connected with a wrong token.
    pub(crate) fn has_met_strangers(&self) -> bool {
        self.shared.has_met_strangers()
    }
}

impl Drop for Reception {
    fn drop(&mut self) {
        self.shared.close();
    }
}
