//! Generates the driver, the program that the shim fetches, for one of the two Pythons.
//!
//! The files lie in this folder, one per subject, and parse on all versions. A block under `if PY2:` or
//! `if not PY2:` is resolved here, so that each Python gets only what is for it.

mod bare;
pub(crate) mod cache_folder;
pub(crate) mod code_cache;
pub mod export;
mod programs;
pub(crate) mod sending;
pub(crate) mod source_cache;

use std::fmt;
use std::sync::OnceLock;

use bare::{Documentation, bare, indent_of};
use cache_folder::hash_of;
use export::whole;
use programs::{
    API, DRIVER, EXAMINE, EXPORT, File, IN_GUESTS, ON_DEMAND, OUTPUT, SERVE, SERVE_GUEST,
};

use crate::version::Dialect;

/// The driver for one of the two Pythons. User code has to wait until it is compiled (1 ms for 80
/// lines), so it comes in parts, of which only the first is compiled at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Driver {
    /// What is needed before user code runs, what can wait until it has run, and what is compiled only
    /// when it is needed.
    pub parts: Vec<Part>,
    /// A hash of the parts, by which code that was compiled from them is found.
    hash: u64,
}

/// A part of a driver.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Part {
    /// The name by which the driver asks for it.
    pub name: &'static str,
    /// Its text.
    pub text: String,
}

impl Driver {
    /// The driver as it is sent: without comments and documentation. What user code imports keeps its
    /// documentation.
    #[must_use]
    pub fn to_be_sent(self) -> Self {
        let mut parts = self.parts;
        for part in &mut parts {
            let documentation = match part.name {
                API => Documentation::Kept,
                _ => Documentation::LeftOut,
            };
            part.text = bare(&part.text, documentation);
        }
        Self::of(parts)
    }

    fn of(parts: Vec<Part>) -> Self {
        let hash = hash_of(&parts);
        Self { parts, hash }
    }
}

/// The driver as it is sent, generated once.
pub fn generated(dialect: Dialect) -> &'static Driver {
    static TWO: OnceLock<Driver> = OnceLock::new();
    static THREE: OnceLock<Driver> = OnceLock::new();
    let driver = match dialect {
        Dialect::Two => &TWO,
        Dialect::Three => &THREE,
    };
    driver.get_or_init(|| generate(dialect).to_be_sent())
}

/// Generates the driver.
#[must_use]
pub fn generate(dialect: Dialect) -> Driver {
    generate_with(dialect, Extras::default())
}

/// What a driver does in addition to, or instead of, what every driver does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extras {
    /// Where output goes in a host that swallows it.
    pub(crate) output: Option<&'static str>,
    /// Whether it only reports what the Python is like.
    pub(crate) examines: bool,
    /// Whether it is for a program that is already running.
    pub(crate) is_guest: bool,
}

impl Extras {
    /// The files of the driver proper, in their order.
    fn files(self) -> Vec<File> {
        if self.is_guest {
            return guests_driver();
        }
        let output = if self.output.is_some() { OUTPUT } else { &[] };
        let last = if self.examines { EXAMINE } else { SERVE };
        [DRIVER, output, last].concat()
    }
}

/// The files of a guest's driver: those of every driver, each with what a guest has besides.
fn guests_driver() -> Vec<File> {
    let mut files = Vec::new();
    for file in DRIVER {
        files.push(*file);
        let besides = IN_GUESTS.iter().filter(|(after, _)| *after == file.path);
        files.extend(besides.flat_map(|(_, files)| *files));
    }
    files.extend(SERVE_GUEST);
    files
}

/// Generates the driver for one host or purpose.
pub(crate) fn generate_with(dialect: Dialect, extras: Extras) -> Driver {
    let parts = parts_of(extras).into_iter().map(|(name, pieces)| {
        let texts: Vec<&str> = pieces.iter().map(|(_, text)| *text).collect();
        let text = join(&texts, dialect)
            .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
            .replace("@OUTPUT@", extras.output.unwrap_or_default());
        Part { name, text }
    });
    Driver::of(parts.collect())
}

/// A text that is a file's or a half of one, with the file's path.
type Piece = (&'static str, &'static str);

/// The parts that a driver is sent in, each with what it is joined from.
fn parts_of(extras: Extras) -> Vec<(&'static str, Vec<Piece>)> {
    let files = extras.files();
    let half = |half: fn(&File) -> &'static str| {
        let pieces = files.iter().map(|file| (file.path, half(file)));
        pieces.filter(|(_, text)| !text.is_empty()).collect()
    };
    let mut parts = vec![
        ("first", half(File::first_half)),
        ("later", half(File::later_half)),
    ];
    for (name, files) in ON_DEMAND {
        let pieces = files.iter().map(|file| (file.path, file.text));
        parts.push((name, pieces.collect()));
    }
    parts
}

/// What a program is put together from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembly {
    /// Which program it is.
    pub name: &'static str,
    /// Its files in their order, each by its path in the folder of the driver; those that are
    /// compiled in two halves come twice.
    pub files: Vec<(&'static str, String)>,
}

/// Every program that is made for one of the two Pythons. Tests check them file by file.
#[must_use]
pub fn assemblies(dialect: Dialect) -> Vec<Assembly> {
    let driver = |name, examines, output| {
        let extras = Extras {
            output,
            examines,
            is_guest: name == "guest",
        };
        let pieces = parts_of(extras).into_iter();
        let pieces = pieces.flat_map(|(_, pieces)| pieces);
        let files = pieces.map(|(path, text)| (path, resolve(text, dialect)));
        let files = files.collect();
        Assembly { name, files }
    };
    let exported = EXPORT.iter();
    let exported = exported.map(|file| (file.path, resolve(&whole(file.text), dialect)));
    vec![
        driver("driver", false, None),
        driver(
            "driver of a host that swallows output",
            false,
            Some("channel"),
        ),
        driver("guest", false, None),
        driver("examination", true, None),
        driver("examination of such a host", true, Some("channel")),
        Assembly {
            name: "hotload.py",
            files: exported.collect(),
        },
    ]
}

impl fmt::Display for Driver {
    /// All parts, for people to read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            writeln!(f, "# PART {}\n\n{}", part.name, part.text)?;
        }
        Ok(())
    }
}

fn join(parts: &[&str], dialect: Dialect) -> String {
    let parts: Vec<String> = parts.iter().map(|part| resolve(part, dialect)).collect();
    let mut text = parts.join("\n\n");
    // Left over from code that is only for the other Python.
    while text.contains("\n\n\n\n") {
        text = text.replace("\n\n\n\n", "\n\n\n");
    }
    text
}

/// Resolves the version branches of a file.
fn resolve(part: &str, dialect: Dialect) -> String {
    let lines: Vec<&str> = part.lines().collect();
    let mut resolved = String::with_capacity(part.len());
    resolve_block(&lines, dialect, 0, &mut resolved);
    resolved
}

/// Resolves the branches in some lines. `dedent` is how many columns the branches around them are
/// moved to the left.
fn resolve_block(lines: &[&str], dialect: Dialect, dedent: usize, resolved: &mut String) {
    let mut index = 0;
    while index < lines.len() {
        let line = lines[index];
        let indent = indent_of(line);
        let Some(for_two) = branch(line) else {
            resolved.push_str(line.get(dedent..).unwrap_or_default());
            resolved.push('\n');
            index += 1;
            continue;
        };
        let body = block(&lines[index + 1..], indent);
        index += 1 + body.len();
        let mut otherwise: &[&str] = &[];
        if lines
            .get(index)
            .is_some_and(|line| line.trim() == "else:" && indent_of(line) == indent)
        {
            otherwise = block(&lines[index + 1..], indent);
            index += 1 + otherwise.len();
        }
        let kept = if for_two == (dialect == Dialect::Two) {
            body
        } else {
            otherwise
        };
        resolve_block(kept, dialect, dedent + 4, resolved);
    }
}

fn branch(line: &str) -> Option<bool> {
    match line.trim() {
        "if PY2:" => Some(true),
        "if not PY2:" => Some(false),
        _ => None,
    }
}

/// The first lines, as long as they are indented deeper than `indent`. Blank lines between them are
/// included, blank lines after them are not.
fn block<'l>(lines: &'l [&'l str], indent: usize) -> &'l [&'l str] {
    let end = lines
        .iter()
        .position(|line| !line.trim().is_empty() && indent_of(line) <= indent)
        .unwrap_or(lines.len());
    let is_filled = |line: &&str| !line.trim().is_empty();
    let length = lines[..end]
        .iter()
        .rposition(is_filled)
        .map_or(0, |last| last + 1);
    &lines[..length]
}

#[cfg(test)]
mod tests {
    use super::{Dialect, resolve};

    const PART: &str = "\
a
if PY2:
    b

    if x:
        if not PY2:
            c
        d
else:
    e
f
";

    #[test]
    fn a_version_branch_is_resolved_at_any_depth() {
        assert_eq!(resolve(PART, Dialect::Two), "a\nb\n\nif x:\n    d\nf\n");
        assert_eq!(resolve(PART, Dialect::Three), "a\ne\nf\n");
    }
}
