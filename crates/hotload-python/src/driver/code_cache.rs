//! Drivers that were compiled by Pythons on this machine in earlier sessions. With a compiled driver
//! user code starts sooner: reading code takes a thirtieth of the time that compiling it takes.
//!
//! A file contains the driver for one build of Python and one build of hotload, and a checksum, because
//! Python does not check the code that it reads. If anything is wrong with the folder or the file, the
//! driver is sent as text.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::driver::Driver;
use crate::driver::cache_folder::{self, UNFINISHED, hash_of, may_be_used};
use crate::ownership;
use crate::transport::hello::Hello;
use crate::transport::tokens::Tokens;

/// A larger file is not one of ours.
const LARGEST_FILE: u64 = 1 << 23;

const ENDING: &str = ".code";

/// How many files are read before it is known which Python has been started: those that were used last.
const MOST_AHEAD: usize = 4;

/// The first word of a file, before the checksum.
const MARK: &str = "hotload-code";

/// The first byte of marshalled code, without the flag in its highest bit.
const CODE: u8 = b'c';

/// A driver as it is sent.
pub(crate) struct Program {
    /// `text` or `code`, followed by the name and length of each part.
    header: String,
    /// Ends with the parts, one after the other.
    bytes: Vec<u8>,
    /// Where the parts begin.
    start: usize,
}

impl Program {
    /// The driver as text.
    pub(crate) fn text(driver: &Driver) -> Self {
        let parts = driver.parts.iter();
        Self::of(
            "text",
            parts.map(|part| (part.name, part.text.clone().into_bytes())),
        )
    }

    fn of<'p>(form: &str, parts: impl Iterator<Item = (&'p str, Vec<u8>)>) -> Self {
        let (mut header, mut bytes) = (form.to_owned(), Vec::new());
        for (name, mut part) in parts {
            header.push_str(&format!(" {name}={}", part.len()));
            bytes.append(&mut part);
        }
        Self {
            header,
            bytes,
            start: 0,
        }
    }

    /// What is in the file of this name, without copying the parts.
    fn read(name: &str, file: Vec<u8>) -> Option<Self> {
        let (mark, rest) = split_line(&file)?;
        let (header, parts) = split_line(rest)?;
        let is_whole = mark == Self::mark(name, rest);
        let (header, start) = (header.to_owned(), file.len() - parts.len());
        is_whole.then_some(Self {
            header,
            bytes: file,
            start,
        })
    }

    fn write(&self, name: &str, mut file: impl Write) -> io::Result<()> {
        let rest = [self.header.as_bytes(), b"\n", self.parts()].concat();
        writeln!(file, "{}", Self::mark(name, &rest))?;
        file.write_all(&rest)
    }

    /// Sends it, preceded by the token that proves that it comes from hotload.
    ///
    /// # Errors
    ///
    /// The connection cannot be written to.
    pub(crate) fn send(&self, tokens: &Tokens, mut writer: impl Write) -> io::Result<()> {
        writer.write_all(format!("{} {}\n", tokens.theirs, self.header).as_bytes())?;
        writer.write_all(self.parts())?;
        writer.flush()
    }

    fn parts(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    fn mark(name: &str, rest: &[u8]) -> String {
        format!("{MARK} {:016x}", hash_of(&(name, rest)))
    }
}

fn split_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

/// The folder of compiled drivers, and what is being done for the current interpreter.
pub(crate) struct CodeCache {
    /// `None`: no drivers are kept.
    folder: Option<PathBuf>,
    /// What was read ahead, by the names of the files.
    ahead: Vec<(String, Program)>,
    current: Current,
}

enum Current {
    /// There is nothing to do.
    Nothing,
    /// It was sent the code in the file of this name, and is not up yet.
    Code(String),
    /// It was sent text. Its code belongs in a file of this name.
    Text(String),
    /// It was asked for its code, which belongs in a file of this name.
    Asked(String),
}

impl CodeCache {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            ahead: Vec::new(),
            current: Current::Nothing,
        }
    }

    /// Reads what a Python may be sent that has just been started, while it does not ask for it yet.
    pub(crate) fn read_ahead(&mut self, drivers: &[&Driver]) {
        let folder = self.folder.as_ref().filter(|folder| may_be_used(folder));
        let Some(folder) = folder else {
            return;
        };
        let names = cache_folder::newest_first(folder, ENDING).unwrap_or_default();
        let is_wanted = |name: &String| drivers.iter().any(|driver| is_from(name, driver));
        let wanted = names.into_iter().filter(is_wanted).take(MOST_AHEAD);
        let found = wanted.filter_map(|name| Some((name.clone(), read(folder, &name)?)));
        self.ahead = found.collect();
    }

    /// What to send to the interpreter that said this hello.
    pub(crate) fn program(&mut self, hello: &Hello, driver: &Driver) -> Program {
        self.current = Current::Nothing;
        let ahead = std::mem::take(&mut self.ahead);
        let folder = self.folder.as_ref().filter(|_| has_code(hello));
        if let Some(folder) = folder.filter(|folder| may_be_used(folder)) {
            let name = name(hello, driver);
            let is_it = |(ahead, _): &(String, Program)| *ahead == name;
            let program = ahead.into_iter().find(is_it).map(|(_, program)| program);
            if let Some(program) = program.or_else(|| read(folder, &name)) {
                self.current = Current::Code(name);
                return program;
            }
            self.current = Current::Text(name);
        }
        Program::text(driver)
    }

    /// Whether to ask the current interpreter for its code now. True once.
    pub(crate) fn asks(&mut self) -> bool {
        match std::mem::replace(&mut self.current, Current::Nothing) {
            Current::Text(name) => {
                self.current = Current::Asked(name);
                true
            }
            other => {
                self.current = other;
                false
            }
        }
    }

    /// Keeps the code of the driver's parts, with which the interpreter has answered in base64.
    pub(crate) fn keep(&mut self, driver: &Driver, codes: &BTreeMap<String, String>) {
        let Current::Asked(name) = std::mem::replace(&mut self.current, Current::Nothing) else {
            return;
        };
        let code = |name: &str| {
            let code = BASE64.decode(codes.get(name)?).ok()?;
            (code.first()? & 0x7f == CODE).then_some(code)
        };
        let parts = driver.parts.iter();
        let parts: Option<Vec<_>> = parts
            .map(|part| Some((part.name, code(part.name)?)))
            .collect();
        if let (Some(parts), Some(folder)) = (parts, &self.folder) {
            // If this fails, the next start takes a little longer.
            let _ = write(folder, &name, &Program::of("code", parts.into_iter()));
        }
    }

    /// The current interpreter is up.
    pub(crate) fn trust(&mut self) {
        if let (Current::Code(name), Some(folder)) = (&self.current, &self.folder) {
            // The files that are used last are kept and read ahead.
            let file = fs::OpenOptions::new().append(true).open(folder.join(name));
            let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
            self.current = Current::Nothing;
        }
    }

    /// The current interpreter has ended unexpectedly. If it was not up yet, the code may be to blame,
    /// and is not sent again.
    pub(crate) fn distrust(&mut self) {
        let current = std::mem::replace(&mut self.current, Current::Nothing);
        if let (Current::Code(name), Some(folder)) = (current, &self.folder) {
            let _ = fs::remove_file(folder.join(name));
        }
    }
}

/// Whether this Python can write code and read it again.
pub(crate) fn has_code(hello: &Hello) -> bool {
    matches!(hello.implementation.as_str(), "cpython" | "pypy")
}

/// The name of the file for this driver and this build of Python. The executable does not matter: each
/// environment has its own.
fn name(hello: &Hello, driver: &Driver) -> String {
    let python = hash_of(&(&hello.implementation, &hello.build));
    format!("{:016x}{python:016x}{ENDING}", driver.hash)
}

/// Whether the file of this name contains code of the driver.
fn is_from(name: &str, driver: &Driver) -> bool {
    name.starts_with(&format!("{:016x}", driver.hash))
}

fn read(folder: &Path, name: &str) -> Option<Program> {
    let path = folder.join(name);
    let found = fs::symlink_metadata(&path).ok()?;
    if !found.is_file() || !ownership::is_ours_alone(&found) || found.len() > LARGEST_FILE {
        return None;
    }
    Program::read(name, fs::read(path).ok()?)
}

fn write(folder: &Path, name: &str, program: &Program) -> io::Result<()> {
    if !cache_folder::is_made(folder)? {
        return Ok(());
    }
    let mut builder = tempfile::Builder::new();
    let mut file = builder.prefix(UNFINISHED).tempfile_in(folder)?;
    program.write(name, &mut file)?;
    file.persist(folder.join(name))?;
    cache_folder::remove_oldest(folder, ENDING)
}

#[cfg(test)]
mod tests {
    use super::{Program, Tokens};

    fn file() -> Vec<u8> {
        let parts = [("first", b"\0\xff\n".to_vec()), ("later", b"x".to_vec())];
        let mut file = Vec::new();
        let program = Program::of("code", parts.into_iter());
        program.write("name", &mut file).unwrap();
        file
    }

    #[test]
    fn what_was_written_comes_back() {
        let program = Program::read("name", file()).unwrap();
        let mut sent = Vec::new();
        let tokens = Tokens {
            ours: "ours".into(),
            theirs: "token".into(),
        };
        program.send(&tokens, &mut sent).unwrap();
        assert_eq!(sent, b"token code first=3 later=1\n\0\xff\nx");
    }

    #[test]
    fn a_file_with_the_name_of_another_is_not_used() {
        assert!(Program::read("other", file()).is_none());
    }

    #[test]
    fn a_file_that_is_cut_or_changed_anywhere_is_not_used() {
        let file = file();
        for index in 0..file.len() {
            assert!(
                Program::read("name", file[..index].to_vec()).is_none(),
                "cut at {index}"
            );
            let mut changed = file.clone();
            changed[index] ^= 0x20;
            assert!(
                Program::read("name", changed).is_none(),
                "changed at {index}"
            );
        }
    }
}
