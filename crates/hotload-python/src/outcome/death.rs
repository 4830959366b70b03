//! How an interpreter ended that was not asked to.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::ExitStatus;

use crate::outcome::failure::UserError;

/// As much of a dump is read: a hundred threads of a hundred frames each have room in it.
const LONGEST_DUMP: u64 = 1 << 20;

/// What the driver leaves behind when it finds its connection gone.
const CONNECTION_GONE: &str = "hotload: the connection is gone";

/// How an interpreter ended that was not asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Death {
    /// What ended it.
    pub cause: Cause,
    /// What `faulthandler` has written about it: Python's own text.
    pub dump: Option<String>,
    /// The same as an error, so far as it can be read.
    pub crash: Option<Box<UserError>>,
}

/// What ended an interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its process ended.
    Ended(ExitStatus),
    /// The process that was started ended like this, while the interpreter below it had not.
    LauncherEnded(ExitStatus),
    /// User code closed its connection to hotload.
    ConnectionClosed,
    /// It has sent what is no message: user code wrote into the connection.
    Garbled,
    /// Its connection ended, and its process did not.
    Disconnected,
}

/// What an interpreter has left in its private folder.
pub(crate) struct LastWords {
    text: String,
}

impl LastWords {
    /// Of an interpreter that has no private folder.
    pub(crate) fn none() -> Self {
        Self {
            text: String::new(),
        }
    }

    /// Reads them; empty where there are none.
    pub(crate) fn read(path: &Path) -> Self {
        Self {
            text: read_end(path).unwrap_or_default(),
        }
    }

    pub(crate) fn is_connection_gone(&self) -> bool {
        self.text.contains(CONNECTION_GONE)
    }

    /// The last dump, if there is one.
    pub(crate) fn dump(&self) -> Option<String> {
        // A child that was forked writes into the same file; what comes last is ours.
        let start = ["Fatal Python error: ", "Windows fatal exception: "]
            .iter()
            .filter_map(|start| self.text.rfind(start))
            .max()?;
        Some(self.text[start..].to_owned())
    }
}

fn read_end(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST_DUMP)))?;
    let mut bytes = Vec::new();
    file.take(LONGEST_DUMP).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::LastWords;

    fn words(text: &str) -> LastWords {
        LastWords { text: text.into() }
    }

    #[test]
    fn the_last_dump_is_the_interpreters() {
        let text = "Fatal Python error: Aborted\n\n  File \"child.py\"\n\
            Fatal Python error: Segmentation fault\n\n  File \"lib.py\"\n";
        let dump = words(text).dump().unwrap();
        assert!(
            dump.starts_with("Fatal Python error: Segmentation fault"),
            "{dump}"
        );
        assert_eq!(words("").dump(), None);
        assert_eq!(words("hotload: the connection is gone\n").dump(), None);
    }
}
