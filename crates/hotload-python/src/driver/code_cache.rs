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

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::driver::Driver;
use crate::driver::cache_folder::{self, UNFINISHED, hash_of, may_be_used};
use crate::ownership;
use crate::transport::hello::Hello;

/// A larger file is not one of ours.
const LARGEST_FILE: u64 = 1 << 23;

const ENDING: &str = ".code";

/// The first word of a file, before the checksum.
const MARK: &str = "hotload-code";

/// The first byte of marshalled code, without the flag in its highest bit.
const CODE: u8 = b'c';

/// A driver as it is sent.
pub(crate) struct Program {
    /// `text` or `code`, followed by the name and length of each part.
    pub(crate) header: String,
    /// The parts, one after the other.
    pub(crate) body: Vec<u8>,
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
        let (mut header, mut body) = (form.to_owned(), Vec::new());
        for (name, mut part) in parts {
            header.push_str(&format!(" {name}={}", part.len()));
            body.append(&mut part);
        }
        Self { header, body }
    }

    fn read(name: &str, file: &[u8]) -> Option<Self> {
        let (mark, rest) = split_line(file)?;
        let (header, body) = split_line(rest)?;
        (mark == Self::mark(name, rest)).then(|| Self {
            header: header.to_owned(),
            body: body.to_vec(),
        })
    }

    fn write(&self, name: &str, mut file: impl Write) -> io::Result<()> {
        let rest = [self.header.as_bytes(), b"\n", &self.body].concat();
        writeln!(file, "{}", Self::mark(name, &rest))?;
        file.write_all(&rest)
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
        let current = Current::Nothing;
        Self { folder, current }
    }

    /// What to send to the interpreter that said this hello.
    pub(crate) fn program(&mut self, hello: &Hello, driver: &Driver) -> Program {
        self.current = Current::Nothing;
        let folder = self.folder.as_ref().filter(|_| has_code(hello));
        if let Some(folder) = folder.filter(|folder| may_be_used(folder)) {
            let name = name(hello, driver);
            if let Some(program) = read(folder, &name) {
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
        if matches!(self.current, Current::Code(_)) {
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

/// The name of the file for this build of Python and this driver. The executable does not matter: each
/// environment has its own.
fn name(hello: &Hello, driver: &Driver) -> String {
    let python = (&hello.implementation, &hello.build);
    format!("{:016x}{ENDING}", hash_of(&(python, &driver.parts)))
}

fn read(folder: &Path, name: &str) -> Option<Program> {
    let path = folder.join(name);
    let found = fs::symlink_metadata(&path).ok()?;
    if !found.is_file() || !ownership::is_ours_alone(&found) || found.len() > LARGEST_FILE {
        return None;
    }
    Program::read(name, &fs::read(path).ok()?)
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
    use super::Program;

    fn file() -> Vec<u8> {
        let parts = [("first", b"\0\xff\n".to_vec()), ("later", b"x".to_vec())];
        let mut file = Vec::new();
        let program = Program::of("code", parts.into_iter());
        program.write("name", &mut file).unwrap();
        file
    }

    #[test]
    fn what_was_written_comes_back() {
        let program = Program::read("name", &file()).unwrap();
        assert_eq!(program.header, "code first=3 later=1");
        assert_eq!(program.body, b"\0\xff\nx");
    }

    #[test]
    fn a_file_with_the_name_of_another_is_not_used() {
        assert!(Program::read("other", &file()).is_none());
    }

    #[test]
    fn a_file_that_is_cut_or_changed_anywhere_is_not_used() {
        let file = file();
        for index in 0..file.len() {
            assert!(
                Program::read("name", &file[..index]).is_none(),
                "cut at {index}"
            );
            let mut changed = file.clone();
            changed[index] ^= 0x20;
            assert!(
                Program::read("name", &changed).is_none(),
                "changed at {index}"
            );
        }
    }
}
