//! The running sessions of this user: a file for each, with its address and a token.
//!
//! The folder and the files are this user's alone: whoever can read the token can control the session.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use hotload_python::ownership;
use serde_json::{Value, json};

/// How long a session may take to answer.
const TIME_TO_ANSWER: Duration = Duration::from_secs(5);

/// The longest answer that is read.
const LONGEST_ANSWER: u64 = 10_000_000;

/// How to reach a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionAddress {
    /// The folder that it was started in.
    pub(crate) folder: PathBuf,
    /// Its name, if it has one.
    pub(crate) name: Option<String>,
    pub(crate) port: u16,
    pub(crate) token: String,
}

/// The file of a session, which is removed with this.
pub(crate) struct SessionFile(PathBuf);

impl Drop for SessionFile {
    fn drop(&mut self) {
        // It may have been removed by hand.
        let _ = fs::remove_file(&self.0);
    }
}

impl SessionAddress {
    /// Makes this process's session known.
    pub(crate) fn publish(&self, sessions: &Path) -> io::Result<SessionFile> {
        create_private(sessions)?;
        let path = sessions.join(format!("{}.json", process::id()));
        // Left behind by a process with the same id.
        let _ = fs::remove_file(&path);
        let text = json!({
            "folder": self.folder,
            "session": self.name,
            "port": self.port,
            "token": self.token,
        });
        private_file()
            .open(&path)?
            .write_all(text.to_string().as_bytes())?;
        Ok(SessionFile(path))
    }

    fn read(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let found = file.metadata().ok()?;
        if !found.is_file() || !ownership::is_ours_alone(&found) {
            return None;
        }
        let value: Value = serde_json::from_reader(file).ok()?;
        Some(Self {
            folder: value.get("folder")?.as_str()?.into(),
            name: value.get("session")?.as_str().map(String::from),
            port: u16::try_from(value.get("port")?.as_u64()?).ok()?,
            token: value.get("token")?.as_str()?.to_owned(),
        })
    }

    /// Sends a command, and returns the answer.
    pub(crate) fn send(&self, command: &str) -> io::Result<String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let mut stream = TcpStream::connect_timeout(&address, TIME_TO_ANSWER)?;
        stream.set_read_timeout(Some(TIME_TO_ANSWER))?;
        stream.write_all(format!("{} {command}\n", self.token).as_bytes())?;
        let mut answer = String::new();
        BufReader::new(stream.take(LONGEST_ANSWER)).read_line(&mut answer)?;
        if answer.is_empty() {
            // Another program has got the port since.
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(answer)
    }
}

/// All sessions that are known, with their files.
pub(crate) fn known(sessions: &Path) -> Vec<(PathBuf, SessionAddress)> {
    let is_ours = fs::symlink_metadata(sessions)
        .is_ok_and(|found| found.is_dir() && ownership::is_ours_alone(&found));
    if !is_ours {
        return Vec::new();
    }
    let entries = fs::read_dir(sessions).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let mut known: Vec<_> = paths
        .filter_map(|path| {
            let address = SessionAddress::read(&path)?;
            Some((path, address))
        })
        .collect();
    known.sort_by(|one, other| one.0.cmp(&other.0));
    known
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let found = fs::symlink_metadata(folder)?;
    if found.is_dir() && ownership::is_ours_alone(&found) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "others may write to the folder",
    ))
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
