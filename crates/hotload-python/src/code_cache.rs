//! Drivers that a Python of this machine has compiled in an earlier session. With one at hand user
//! code does not wait for that: reading code takes a thirtieth of the time of compiling it.
//!
//! A file holds the driver for one build of Python and one build of hotload, and a checksum, since
//! Python reads code without a doubt. Whatever is wrong with the folder or a file: the driver is sent
//! as text.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::driver::Driver;
use crate::hello::Hello;
use crate::ownership;

/// So many files stay, the newest; each has about 200 KB.
const MOST_FILES: usize = 20;

/// Where a file's own form is told, before its checksum.
const MARK: &str = "hotload-code";

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

    fn read(file: &[u8]) -> Option<Self> {
        let (mark, rest) = split_line(file)?;
        let (header, body) = split_line(rest)?;
        (mark == Self::mark(rest)).then(|| Self {
            header: header.to_owned(),
            body: body.to_vec(),
        })
    }

    fn write(&self, mut file: impl Write) -> io::Result<()> {
        let rest = [self.header.as_bytes(), b"\n", &self.body].concat();
        writeln!(file, "{}", Self::mark(&rest))?;
        file.write_all(&rest)
    }

    fn mark(rest: &[u8]) -> String {
        format!("{MARK} {:016x}", hash_of(&rest))
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
    /// Was sent the code in this file.
    Code(PathBuf),
    /// Was sent text. Its code would go into this file.
    Text(PathBuf),
    /// Was asked for its code.
    Asked(PathBuf),
}

impl CodeCache {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        let at_hand = AtHand::Nothing;
        Self { folder, at_hand }
    }

    /// What to send to the interpreter that has said this.
    pub(crate) fn program(&mut self, hello: &Hello, driver: &Driver) -> Program {
        self.at_hand = AtHand::Nothing;
        if let Some(folder) = self.folder.as_ref().filter(|_| has_code(hello)) {
            let place = folder.join(name(hello, driver));
            if let Some(program) = read(&place) {
                self.at_hand = AtHand::Code(place);
                return program;
            }
            self.at_hand = AtHand::Text(place);
        }
        Program::text(driver)
    }

    /// Whether the interpreter at hand is to be asked for its code, which it is once.
    pub(crate) fn asks(&mut self) -> bool {
        match std::mem::replace(&mut self.at_hand, AtHand::Nothing) {
            AtHand::Text(place) => {
                self.at_hand = AtHand::Asked(place);
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
        let AtHand::Asked(place) = std::mem::replace(&mut self.at_hand, AtHand::Nothing) else {
            return;
        };
        let parts: Option<Vec<_>> = driver
            .parts
            .iter()
            .map(|part| Some((part.name, BASE64.decode(codes.get(part.name)?).ok()?)))
            .collect();
        if let (Some(parts), Some(folder)) = (parts, &self.folder) {
            // Without it the next start takes a little longer.
            let _ = write(folder, &place, &Program::of("code", parts.into_iter()));
        }
    }

    /// The interpreter at hand has ended before its first step had: should the code be to blame, it
    /// is not sent again.
    pub(crate) fn distrust(&mut self) {
        if let AtHand::Code(place) = std::mem::replace(&mut self.at_hand, AtHand::Nothing) {
            let _ = fs::remove_file(place);
        }
    }
}

/// Whether this Python can write its code out and read it again.
fn has_code(hello: &Hello) -> bool {
    matches!(hello.implementation.as_str(), "cpython" | "pypy")
}

/// The name of the file for this build of Python and this driver.
fn name(hello: &Hello, driver: &Driver) -> String {
    let python = (&hello.implementation, &hello.build, &hello.executable);
    format!("{:016x}.code", hash_of(&(python, &driver.parts)))
}

fn read(place: &Path) -> Option<Program> {
    let mut file = File::open(place).ok()?;
    let mut bytes = Vec::new();
    let is_ours = ownership::is_ours_alone(&file.metadata().ok()?);
    file.read_to_end(&mut bytes).ok().filter(|_| is_ours)?;
    Program::read(&bytes)
}

fn write(folder: &Path, place: &Path, program: &Program) -> io::Result<()> {
    // In a home that is not ours (`sudo`) nothing of ours is left.
    let mut above = folder.ancestors();
    let there = above.find_map(|folder| fs::metadata(folder).ok());
    if !there.is_some_and(|there| ownership::is_ours(&there)) {
        return Ok(());
    }
    create_private(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    program.write(&mut file)?;
    file.persist(place)?;
    remove_oldest(folder)
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

fn remove_oldest(folder: &Path) -> io::Result<()> {
    let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        files.push((entry.metadata()?.modified()?, entry.path()));
    }
    files.sort();
    let too_many = files.len().saturating_sub(MOST_FILES);
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
        program.write(&mut file).unwrap();
        file
    }

    #[test]
    fn what_was_written_comes_back() {
        let program = Program::read(&file()).unwrap();
        assert_eq!(program.header, "code first=3 later=1");
        assert_eq!(program.body, b"\0\xff\nx");
    }

    #[test]
    fn a_file_that_is_cut_or_changed_anywhere_is_none() {
        let file = file();
        for place in 0..file.len() {
            assert!(Program::read(&file[..place]).is_none(), "cut at {place}");
            let mut changed = file.clone();
            changed[place] ^= 0x20;
            assert!(Program::read(&changed).is_none(), "changed at {place}");
        }
    }
}
