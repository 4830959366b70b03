//! `--explain`: the tracebacks in a text, shown as errors are.
//!
//! Each is shown as soon as it has been read, so that a log may be as long as it likes.

use std::collections::HashSet;
use std::env;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

use hotload_python::traceback::fold;
use hotload_python::traceback::raised::Traceback;
use hotload_python::traceback::territory::Territory;
use hotload_python::traceback::text::sources::Sources;
use hotload_python::traceback::text::tracebacks;
use hotload_python::traceback::text::utf16::{ByteOrder, Utf16};

use crate::answers::print::Answer;
use crate::arguments::{Color, TracebackStyle};
use crate::config::display;
use crate::config::environment::is_unicode;
use crate::config::layers::Layers;
use crate::exit::Exit;
use crate::render;
use crate::render::error::Look;
use crate::screen::terminal::{self, Terminal};

/// How much is looked at to tell what kind of file it is.
const LOOKED_AT: usize = 64 << 10;

/// More different errors than that nobody reads, and reading a log is much faster than showing it.
const MOST_SHOWN: usize = 100;

/// So many of them are known again when they come again.
const MOST_REMEMBERED: usize = 1 << 20;

/// Shows the tracebacks in a file; `-` is standard input.
pub(super) fn run(path: &Path, layers: &Layers) -> Result<ExitCode, Exit> {
    let color = display::color(layers);
    let input = Input::open(path, color)?;
    let mut answer = Answer::new(color);
    let look = Look {
        style: display::traceback(layers),
        columns: terminal::columns_of_output(),
        unicode: is_unicode(),
    };
    let name = input.name.clone();
    let kind = input.kind;
    let mut shown = Shown::new(look.style);
    let mut reports = Reports::new(look);
    for traceback in tracebacks(input.text) {
        let traceback = traceback.map_err(|error| unreadable(&name, error))?;
        shown.add(traceback, &mut reports, &mut answer)?;
        if !answer.is_wanted() {
            return Ok(ExitCode::SUCCESS);
        }
    }
    match shown.finish(&mut answer)? {
        0 => Err(kind.nothing_found(&name)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// What is read.
struct Input {
    /// As messages name it.
    name: String,
    kind: Kind,
    text: Box<dyn Read>,
}

/// What kind of file it is, from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Empty,
    Binary,
    Text,
}

impl Input {
    fn open(path: &Path, color: Color) -> Result<Self, Exit> {
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
    fn nothing_found(self, name: &str) -> Exit {
        let message = match self {
            Self::Empty => format!("{name} is empty"),
            Self::Binary => format!("no traceback in {name}, which is no text"),
            Self::Text => format!("no traceback in {name}"),
        };
        Exit::nothing_found(message).hint(
            "`--explain` takes what Python prints when a program fails, from \
             `Traceback (most recent call last):` to the line with the error; the long style of pytest, \
             Jupyter's and JSON are not read (`pytest --tb=native` gives what is)",
        )
    }
}

fn unreadable(name: &str, error: io::Error) -> Exit {
    Exit::usage_because(format!("cannot read {name}"), error)
}

/// Makes reports. No interpreter can be asked whose a file is, so the usual places have to do.
struct Reports {
    sources: Sources,
    territory: Territory,
    look: Look,
}

impl Reports {
    fn new(look: Look) -> Self {
        let folder = env::current_dir().ok();
        Self {
            territory: Territory::new(folder.as_deref(), [], Vec::new()),
            sources: Sources::new(folder.unwrap_or_default()),
            look,
        }
    }

    fn report(&mut self, mut traceback: Traceback) -> String {
        self.sources.complete(&mut traceback);
        let report = fold::report(traceback, &self.territory);
        render::error::report(&report, &[], self.look)
    }
}

/// What has been shown. A log often has the same error again and again, which is shown once.
struct Shown {
    /// How many different ones are shown at most.
    most: usize,
    /// Hashes of what was shown, as it was read and as it looks.
    seen: HashSet<u64>,
    hasher: Gathered,
    last: Option<[u64; 2]>,
    count: usize,
    /// How often the last one has come again.
    repeated: u64,
    /// How often others have come again.
    again: u64,
    /// How many were not looked at.
    others: u64,
}

impl Shown {
    fn new(style: TracebackStyle) -> Self {
        Self {
            most: match style {
                TracebackStyle::Full => usize::MAX,
                TracebackStyle::Short | TracebackStyle::Native => MOST_SHOWN,
            },
            seen: HashSet::new(),
            hasher: Gathered::default(),
            last: None,
            count: 0,
            repeated: 0,
            again: 0,
            others: 0,
        }
    }

    fn add(
        &mut self,
        traceback: Traceback,
        reports: &mut Reports,
        answer: &mut Answer,
    ) -> Result<(), Exit> {
        if self.count >= self.most {
            self.others += 1;
            return Ok(());
        }
        let key = self.hasher.hash(&traceback);
        if self.is_known(key) {
            return Ok(());
        }
        let report = reports.report(traceback);
        let look = self.hasher.hash(&report);
        self.remember(key);
        if self.is_known(look) {
            return Ok(());
        }
        self.remember(look);
        self.tell_repeated(answer)?;
        let gap = if self.count == 0 { "" } else { "\n" };
        answer.print(&format!("{gap}{report}"))?;
        self.count += 1;
        self.last = Some([key, look]);
        Ok(())
    }

    /// Whether it was shown before; counted then.
    fn is_known(&mut self, key: u64) -> bool {
        if self.last.is_some_and(|last| last.contains(&key)) {
            self.repeated += 1;
            return true;
        }
        let is_known = self.seen.contains(&key);
        self.again += u64::from(is_known);
        is_known
    }

    fn remember(&mut self, key: u64) {
        if self.seen.len() < MOST_REMEMBERED {
            self.seen.insert(key);
        }
    }

    /// How many different ones were shown.
    fn finish(mut self, answer: &mut Answer) -> Result<usize, Exit> {
        self.tell_repeated(answer)?;
        if self.again + self.others > 0 {
            answer.print(&render::explained::not_shown(self.again, self.others))?;
        }
        Ok(self.count)
    }

    fn tell_repeated(&mut self, answer: &mut Answer) -> Result<(), Exit> {
        match std::mem::take(&mut self.repeated) {
            0 => Ok(()),
            times => answer.print(&render::explained::repeated(times)),
        }
    }
}

/// Hashes everything at once: a value of many small parts takes three times as long one by one.
#[derive(Default)]
struct Gathered {
    bytes: Vec<u8>,
}

impl Gathered {
    fn hash(&mut self, value: &impl Hash) -> u64 {
        self.bytes.clear();
        value.hash(self);
        self.finish()
    }
}

impl Hasher for Gathered {
    fn write(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.bytes);
        hasher.finish()
    }
}
