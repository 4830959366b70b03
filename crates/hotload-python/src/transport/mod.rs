//! How hotload and an interpreter talk: three transports, and the connection that one of them makes.
//!
//! All carry the same bytes: a hello, the driver, then frames. A socket on the loopback interface is
//! tried first. If there is none, the shim falls back on its own: to marked lines on the standard
//! streams if hotload holds those, then to files in the private folder.

mod connection;
mod files;
pub mod frame;
pub mod hello;
pub(crate) mod literal;
mod shared;
mod sink;
mod socket;
mod streams;
pub mod tokens;

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

/// Waits for an interpreter on every transport, until this is dropped.
pub(crate) struct Reception {
    shared: Arc<Shared>,
    listener: Option<socket::Listener>,
    streams: Option<streams::Streams>,
}

impl Reception {
    /// Opens the transports that a start needs. `is_shared`: the private folder is shared with another
    /// machine or container, from which the loopback interface of this one may be out of reach.
    pub(crate) fn open(
        tokens: &Tokens,
        preferred: Option<PreferredTransport>,
        is_shared: bool,
        arrived: WhenArrived,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(tokens.clone(), arrived));
        // Without a loopback interface the other transports remain.
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

    /// Opens the socket only: for a program that is already running.
    pub(crate) fn open_socket(tokens: &Tokens, arrived: WhenArrived) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(tokens.clone(), arrived));
        let listener = socket::Listener::open(&shared)?;
        Ok(Self {
            shared,
            listener: Some(listener),
            streams: None,
        })
    }

    /// The port of the socket; 0 if there is none.
    pub(crate) fn port(&self) -> u16 {
        self.listener.as_ref().map_or(0, socket::Listener::port)
    }

    /// Whether hotload holds the program's standard input and output.
    pub(crate) fn holds_streams(&self) -> bool {
        self.streams.is_some()
    }

    /// Gives the program the standard streams that hotload holds, if it does.
    pub(crate) fn attach(&mut self, command: &mut Command) {
        if let Some(streams) = &mut self.streams {
            streams.attach(command);
        }
    }

    /// Waits for the program, which has been started, on its files, and on its standard output if
    /// hotload holds that. What it prints that is not for hotload goes to `output`.
    pub(crate) fn wait(&mut self, folder: &Path, output: &Sink) -> io::Result<()> {
        if let Some(streams) = self.streams.take() {
            streams.relay(&self.shared, output)?;
        }
        files::wait(folder, &self.shared)
    }

    /// Whether anyone has connected with a wrong token.
    pub(crate) fn has_met_strangers(&self) -> bool {
        self.shared.has_met_strangers()
    }
}

impl Drop for Reception {
    fn drop(&mut self) {
        self.shared.close();
    }
}
