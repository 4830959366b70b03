//! Takes the commands of `--send`, over a port that only this machine can reach.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use hotload_core::running::input::{Inbox, Input, SessionRequest};
use hotload_core::running::worker::Worker;
use hotload_python::transport::tokens;

use crate::system::sessions::{SessionAddress, SessionFile};

/// The longest command with its token.
const LONGEST: u64 = 200;

/// How long a program may take to send its command.
const TIME_TO_SEND: Duration = Duration::from_secs(1);

/// What programs can send, by the words of `--send`.
const REQUESTS: [(&str, SessionRequest); 6] = [
    ("rerun", SessionRequest::Rerun),
    ("restart", SessionRequest::Restart),
    ("interrupt", SessionRequest::Interrupt),
    ("pause", SessionRequest::Pause),
    ("resume", SessionRequest::Resume),
    ("quit", SessionRequest::Quit),
];

/// Listens until the session has ended. `status` is the answer to `status`, on one line.
pub(crate) fn listen<W: Worker + 'static>(
    sessions: &Path,
    folder: PathBuf,
    name: Option<String>,
    inbox: Inbox<W>,
    status: impl Fn() -> String + Send + 'static,
) -> io::Result<SessionFile>
where
    Inbox<W>: Send,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = SessionAddress {
        folder,
        name,
        port: listener.local_addr()?.port(),
        token: tokens::random_hex()?,
    };
    let token = address.token.clone();
    let serve = move || {
        for stream in listener.incoming().flatten() {
            // A program that has gone does not read its answer.
            let _ = answer(stream, &token, &inbox, &status);
        }
    };
    thread::Builder::new().name("control".into()).spawn(serve)?;
    address.publish(sessions)
}

fn answer<W: Worker>(
    stream: TcpStream,
    token: &str,
    inbox: &Inbox<W>,
    status: &impl Fn() -> String,
) -> io::Result<()> {
    stream.set_read_timeout(Some(TIME_TO_SEND))?;
    stream.set_write_timeout(Some(TIME_TO_SEND))?;
    let mut line = String::new();
    BufReader::new((&stream).take(LONGEST)).read_line(&mut line)?;
    let Some((theirs, command)) = line.trim_end().split_once(' ') else {
        return Ok(());
    };
    if !tokens::are_equal(theirs, token) {
        return Ok(());
    }
    let request = REQUESTS.iter().find(|(word, _)| *word == command);
    let text = match request {
        Some((_, request)) => {
            inbox.send(Input::Request(*request));
            "{\"ok\":true}".into()
        }
        None if command == "status" => status(),
        None => "{\"ok\":false}".into(),
    };
    (&stream).write_all(format!("{text}\n").as_bytes())
}
