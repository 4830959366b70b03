//! The file that a program which is already running executes to join.
//!
//! Only the user can read it. It is complete at any moment, and goes with hotload.

use std::fs;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::start::shim::private_file;
use crate::transport::literal::escape;
use crate::transport::tokens::{Tokens, random_hex};

const FILE: &str = include_str!("../driver/guest/file.py");
const JOIN: &str = include_str!("../driver/guest/join.py");

/// Starts the line of the file that says on which port its session listens.
const PORT: &str = "# Port ";

/// How many sessions can wait at a time.
const MOST: u32 = 20;

/// A session on this machine accepts a connection at once.
const TIME_TO_ACCEPT: Duration = Duration::from_millis(200);

/// The file of one session. It is removed when this is dropped.
pub(crate) struct GuestFile {
    path: PathBuf,
}

impl GuestFile {
    /// Takes the first of these places that can be written to and that no other session has; a second
    /// session gets the same name with a number. `announce` is called with the file before it exists.
    pub(crate) fn claim(
        places: &[PathBuf],
        announce: impl Fn(&Path) -> io::Result<()>,
    ) -> io::Result<Self> {
        let mut errors = Vec::new();
        for place in places {
            match claim_at(place) {
                Ok(path) => {
                    announce(&path)?;
                    return Ok(Self { path });
                }
                Err(error) => errors.push(format!("`{}`: {error}", place.display())),
            }
        }
        Err(io::Error::other(format!(
            "the file for guests cannot be written: {}",
            errors.join("; ")
        )))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes it anew. Whoever reads it meanwhile reads all of the old or all of the new text.
    pub(crate) fn write(&self, port: u16, tokens: &Tokens) -> io::Result<()> {
        let join = JOIN
            .replace("@PORT@", &port.to_string())
            .replace("@OUR_TOKEN@", &tokens.ours)
            .replace("@THEIR_TOKEN@", &tokens.theirs);
        let text = FILE
            .replace("@PATH@", &shown(&self.path))
            .replace("@PORT@", &port.to_string())
            .replace("@JOIN@", &escape(join.as_bytes()));
        let new = unfinished(&self.path)?;
        private_file(&new)?.write_all(text.as_bytes())?;
        fs::rename(&new, &self.path)
    }
}

impl Drop for GuestFile {
    fn drop(&mut self) {
        // Fails if someone has removed it already.
        let _ = fs::remove_file(&self.path);
    }
}

/// A path as it is written in a Python literal, and easily typed.
#[must_use]
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Creates an empty file there, or beside it.
fn claim_at(place: &Path) -> io::Result<PathBuf> {
    for number in 1..=MOST {
        let path = match number {
            1 => place.to_path_buf(),
            _ => numbered(place, number),
        };
        match private_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !is_in_use(&path) {
                    fs::remove_file(&path)?;
                    return private_file(&path).map(|_| path);
                }
            }
            created => return created.map(|_| path),
        }
    }
    Err(io::Error::other(format!("{MOST} sessions wait already")))
}

fn numbered(place: &Path, number: u32) -> PathBuf {
    let mut name = place.file_name().unwrap_or_default().to_owned();
    name.push(number.to_string());
    place.with_file_name(name)
}

fn unfinished(path: &Path) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!("-{}", random_hex()?));
    Ok(path.with_file_name(name))
}

/// Whether the session that has written a file still listens.
fn is_in_use(path: &Path) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let port = text.lines().find_map(|line| line.strip_prefix(PORT));
    let Some(port) = port.and_then(|port| port.parse().ok()) else {
        // Another session has just created it, or was killed right then.
        let age = fs::metadata(path).and_then(|file| file.modified());
        let age = age.ok().and_then(|modified| modified.elapsed().ok());
        return age.is_some_and(|age| age < Duration::from_secs(2));
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, TIME_TO_ACCEPT).is_ok()
}
