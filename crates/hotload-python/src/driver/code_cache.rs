//! Drivers that a Python of this machine has compiled in an earlier session. With one at hand user
//! code does not wait for that: reading code takes a thirtieth of the time of compiling it.
//!
//! A file holds the driver for one build of Python and one build of hotload, and a checksum, since
//! Python reads code without a doubt. Whatever is wrong with the folder or a file: the driver is sent
//! as text.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::driver::Driver;
use crate::ownership;
use crate::transport::hello::Hello;

/// So many files stay, those that were written last; each has about 200 KB.
const MOST_FILES: usize = 20;

/// A file that is larger is none of ours.
const LARGEST_FILE: u64 = 1 << 23;

const ENDING: &str = ".code";
const UNFINISHED: &str = ".hotload-unfinished-";

/// What a file begins with, before its checksum.
const MARK: &str = "hotload-code";

/// What written code begins with, but for a flag in the highest bit.
const CODE: u8 = b'c';

/// A driver as it is sent.
pub(crate) struct Program {
    /// `text` or `code`, and the name and length of each part.
    pub(crate) header: String,
    /// The parts, one behind the other.
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

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The folder of compiled drivers, and what the interpreter at hand has to do with it.
pub(crate) struct CodeCache {
    /// `None`: nothing is kept.
    folder: Option<PathBuf>,
    at_hand: AtHand,
}

enum AtHand {
    /// Nothing to be done.
    Nothing,
    /// Was sent the code in the file of this name, and has not come up yet.
    Code(String),
    /// Was sent text. Its code would go into a file of this name.
    Text(String),
    /// Was asked for its code.
    Asked(String),
}

impl CodeCache {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        let at_hand = AtHand::Nothing;
        Self { folder, at_hand }
    }

    /// What to send to the interpreter that has said this.
    pub(crate) fn program(&mut self, hello: &Hello, driver: &Driver) -> Program {
        self.at_hand = AtHand::Nothing;
        let folder = self.folder.as_ref().filter(|_| has_code(hello));
        if let Some(folder) = folder.filter(|folder| may_be_used(folder)) {
            let name = name(hello, driver);
            if let Some(program) = read(folder, &name) {
                self.at_hand = AtHand::Code(name);
                return program;
            }
            self.at_hand = AtHand::Text(name);
        }
        Program::text(driver)
    }

    /// Whether the interpreter at hand is to be asked for its code, which it is once.
    pub(crate) fn asks(&mut self) -> bool {
        match std::mem::replace(&mut self.at_hand, AtHand::Nothing) {
            AtHand::Text(name) => {
                self.at_hand = AtHand::Asked(name);
                true
            }
            other => {
                self.at_hand = other;
                false
            }
        }
    }

    /// Keeps the code of the driver's parts, in base64, that the interpreter has answered with.
    pub(crate) fn keep(&mut self, driver: &Driver, codes: &BTreeMap<String, String>) {
        let AtHand::Asked(name) = std::mem::replace(&mut self.at_hand, AtHand::Nothing) else {
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
            // Without it the next start takes a little longer.
            let _ = write(folder, &name, &Program::of("code", parts.into_iter()));
        }
    }

    /// The interpreter at hand has come up.
    pub(crate) fn trust(&mut self) {
        if matches!(self.at_hand, AtHand::Code(_)) {
            self.at_hand = AtHand::Nothing;
        }
    }

    /// The interpreter at hand has ended by itself. If it had not come up the code may be to blame,
    /// and is not sent again.
    pub(crate) fn distrust(&mut self) {
        let at_hand = std::mem::replace(&mut self.at_hand, AtHand::Nothing);
        if let (AtHand::Code(name), Some(folder)) = (at_hand, &self.folder) {
            let _ = fs::remove_file(folder.join(name));
        }
    }
}

/// Whether this Python can write its code out and read it again.
fn has_code(hello: &Hello) -> bool {
    matches!(hello.implementation.as_str(), "cpython" | "pypy")
}

/// The name of the file for this build of Python and this driver. Which executable it has does not
/// count: an environment's is another one.
fn name(hello: &Hello, driver: &Driver) -> String {
    let python = (&hello.implementation, &hello.build);
    format!("{:016x}{ENDING}", hash_of(&(python, &driver.parts)))
}

fn is_name(name: &str) -> bool {
    let digits = name.strip_suffix(ENDING);
    let is_digit = |digit: char| digit.is_ascii_hexdigit();
    name.starts_with(UNFINISHED)
        || digits.is_some_and(|digits| digits.len() == 16 && digits.chars().all(is_digit))
}

/// Whether the folder is the user's alone, so that nobody else can put anything there; or whether it
/// could become that. In a home that is not the user's own (`sudo`) nothing is left.
fn may_be_used(folder: &Path) -> bool {
    match fs::symlink_metadata(folder) {
        Ok(found) => found.is_dir() && ownership::is_ours_alone(&found),
        Err(_) => {
            let there = folder
                .ancestors()
                .find_map(|above| fs::metadata(above).ok());
            there.is_some_and(|there| there.is_dir() && ownership::is_ours_or_roots(&there))
        }
    }
}

fn read(folder: &Path, name: &str) -> Option<Program> {
    let place = folder.join(name);
    let found = fs::symlink_metadata(&place).ok()?;
    if !found.is_file() || !ownership::is_ours_alone(&found) || found.len() > LARGEST_FILE {
        return None;
    }
    Program::read(name, &fs::read(place).ok()?)
}

fn write(folder: &Path, name: &str, program: &Program) -> io::Result<()> {
    create_private(folder)?;
    if !may_be_used(folder) {
        return Ok(());
    }
    let mut builder = tempfile::Builder::new();
    let mut file = builder.prefix(UNFINISHED).tempfile_in(folder)?;
    program.write(name, &mut file)?;
    file.persist(folder.join(name))?;
    remove_oldest(folder, name)
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Removes what was written first, but for what was written now. What has no name of ours stays.
fn remove_oldest(folder: &Path, written: &str) -> io::Result<()> {
    let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (name, found) = (entry.file_name(), entry.metadata()?);
        let is_ours = name
            .to_str()
            .is_some_and(|name| name != written && is_name(name));
        if is_ours && found.is_file() {
            files.push((found.modified()?, entry.path()));
        }
    }
    files.sort();
    let too_many = (files.len() + 1).saturating_sub(MOST_FILES);
    for (_, file) in &files[..too_many] {
        fs::remove_file(file)?;
    }
    Ok(())
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
    fn a_file_under_the_name_of_another_is_none() {
        assert!(Program::read("other", &file()).is_none());
    }

    #[test]
    fn a_file_that_is_cut_or_changed_anywhere_is_none() {
        let file = file();
        for place in 0..file.len() {
            assert!(
                Program::read("name", &file[..place]).is_none(),
                "cut at {place}"
            );
            let mut changed = file.clone();
            changed[place] ^= 0x20;
            assert!(
                Program::read("name", &changed).is_none(),
                "changed at {place}"
            );
        }
    }
}
