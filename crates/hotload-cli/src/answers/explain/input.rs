//! What `--explain` reads, and what kind of text it is.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::Path;

use hotload_python::traceback::text::utf16::{ByteOrder, Utf16};

use crate::arguments::Color;
use crate::exit::Exit;
use crate::render;
use crate::screen::terminal::Terminal;

/// How many bytes decide what kind of file it is.
const LOOKED_AT: usize = 64 << 10;

/// What is read.
pub(super) struct Input {
    /// What messages call it.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) text: Box<dyn Read>,
}

/// What kind of file it is, from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    Binary,
    Text,
}

impl Input {
    pub(super) fn open(path: &Path, color: Color) -> Result<Self, Exit> {
        if path == Path::new("-") {
            if io::stdin().is_terminal() {
                Terminal::new(color).write(&render::explained::paste_here());
            }
            let reader = BufReader::with_capacity(LOOKED_AT, io::stdin());
            return Self::new("standard input".into(), reader);
        }
        let name = format!("`{}`", path.display());
        let file = File::open(path).map_err(|error| unreadable(&name, error))?;
        Self::new(name, BufReader::with_capacity(LOOKED_AT, file))
    }

    fn new(name: String, mut reader: impl BufRead + 'static) -> Result<Self, Exit> {
        let start = reader
            .fill_buf()
            .map_err(|error| unreadable(&name, error))?;
        let order = ByteOrder::of(start);
        let kind = match start {
            [] => Kind::Empty,
            start if order.is_none() && start.contains(&0) => Kind::Binary,
            _ => Kind::Text,
        };
        let text: Box<dyn Read> = match order {
            Some(order) => Box::new(Utf16::new(reader, order)),
            None => Box::new(reader),
        };
        Ok(Self { name, kind, text })
    }
}

impl Kind {
    pub(super) fn nothing_found(self, name: &str) -> Exit {
        let message = match self {
            Self::Empty => format!("{name} is empty"),
            Self::Binary => format!("no traceback in {name}: it is a binary file"),
            Self::Text => format!("no traceback in {name}"),
        };
        Exit::nothing_found(message).hint(
            "`--explain` reads what Python prints when a program fails, from \
             `Traceback (most recent call last):` to the line with the error; it does not read JSON, \
             Jupyter's tracebacks, or pytest's long style (use `pytest --tb=native`)",
        )
    }
}

pub(super) fn unreadable(name: &str, error: io::Error) -> Exit {
    Exit::usage_because(format!("cannot read {name}"), error)
}
