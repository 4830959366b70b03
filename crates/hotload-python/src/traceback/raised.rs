//! An error as an interpreter tells it: nothing sorted, nothing left out that was told.

use serde::Serialize;

/// An error with the exceptions that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Traceback {
    /// Where and when it was raised.
    pub circumstances: Circumstances,
    /// The root first, then its causes, nearest first, then members of groups; see
    /// [`Exception::relation`]. Never empty.
    pub raised: Vec<Raised>,
    /// How many of the root's furthest causes are not among them.
    pub left_out: u64,
}

/// Where and when an error was raised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Circumstances {
    /// What ran.
    pub phase: Phase,
    /// How we know.
    #[serde(rename = "source")]
    pub origin: Origin,
    /// The interpreter's version, if it is known.
    pub python: Option<String>,
    /// `cpython`, `pypy`, `jython`, …, if it is known.
    #[serde(rename = "impl")]
    pub implementation: Option<String>,
    /// The thread's name, if it was not the main one.
    pub thread: Option<String>,
}

/// What ran when an error was raised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// A module's first load.
    Import,
    /// A module's reload.
    Reload,
    /// A function or statements of a step; for a text: whatever it was.
    #[default]
    Run,
    /// What user code has given to somebody else to call: an event loop, a hook.
    Callback,
    /// A thread.
    Thread,
    /// Where no exception can be raised: `__del__`, a weak reference's callback.
    Unraisable,
    /// The interpreter's end: `atexit`.
    Exit,
    /// The interpreter died.
    Crash,
}

/// How an error is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// From the exception itself.
    Structured,
    /// From a traceback's text.
    #[default]
    Text,
    /// From what the interpreter wrote when it died.
    Crash,
}

/// One exception and where it was raised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Raised {
    /// What it was.
    pub exception: Exception,
    /// Outermost first, without the driver's own.
    pub frames: Vec<Frame>,
    /// How many frames are the driver's own.
    pub tool: u64,
    /// How many further frames were there, in the middle, of a recursion that is too deep to tell.
    pub left_out: u64,
    /// Where these were, if they went on as those before.
    pub gap: Option<Gap>,
    /// Whether it tells only where another process raised the exception that it is the cause of.
    pub is_remote: bool,
}

/// A place in a recursion where frames are left out that go on as those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
pub struct Gap {
    /// How many frames are told before it.
    pub at: usize,
    /// After how many frames each is the same again.
    pub period: usize,
}

/// What one exception was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Exception {
    /// Its place in the list.
    pub id: usize,
    /// Why it is in the list.
    pub relation: Relation,
    /// The exception that it is a cause, the context or a member of; `None` for the root.
    pub parent: Option<usize>,
    /// The last part of the type's name.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The type's qualified name, where the version has one and it is known.
    pub qualname: Option<String>,
    /// The type's module, if it has one and it is known.
    pub module: Option<String>,
    /// Module and type, the module left out where it is Python's own or the user's main one.
    pub display: String,
    /// As given; empty where it is unprintable.
    pub message: String,
    /// What that text is.
    pub message_state: MessageState,
    /// The length of the whole message in characters.
    pub message_chars: usize,
    /// How many lines the whole message has, without empty ones at its end.
    pub message_lines: usize,
    /// What the interpreter suggests: `Did you mean: 'colour'?`
    pub hint: Option<String>,
    /// What `add_note` has added.
    pub notes: Vec<String>,
    /// How many lines each of them has, told or not.
    #[serde(skip)]
    pub note_lines: Vec<usize>,
    /// How many notes there are, told or not.
    pub notes_total: usize,
    /// For a group: how many members it has, listed or not.
    pub group_total: Option<usize>,
    /// Where a source does not compile.
    pub syntax: Option<Syntax>,
}

/// Why an exception is in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It is the one that ended the run.
    #[default]
    Root,
    /// `raise … from` it.
    Cause,
    /// Its parent was raised while it was handled.
    Context,
    /// Its parent is a group that holds it.
    Member,
}

/// What the text of a message is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// The message.
    Ok,
    /// There is none.
    #[default]
    Empty,
    /// `str()` of the exception fails.
    Unprintable,
    /// Its first 65,536 characters.
    Truncated,
    /// It has bytes or surrogates that are no text; they are written as escapes.
    Lossy,
}

/// Where a source does not compile. Columns are characters, counted from 1; an end is exclusive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
pub struct Syntax {
    /// As the interpreter names it; in a report relative to the project where it lies in it, with `/`.
    pub file: Option<String>,
    /// The whole path, if the interpreter names one.
    #[serde(default)]
    pub abs: Option<String>,
    /// Counted from 1.
    pub line: Option<u64>,
    /// `None` where it is not known.
    pub col: Option<u64>,
    /// The last line of the range.
    pub end_line: Option<u64>,
    /// Behind the range's last character.
    pub end_col: Option<u64>,
    /// The line's text with its indentation, if it is known; see [`TextState::Dedented`].
    pub text: Option<String>,
    /// The line above, if it is known and not blank.
    #[serde(default, skip_serializing)]
    pub before: Option<String>,
    /// Whether that is the whole line.
    #[serde(skip, default)]
    pub text_state: TextState,
}

impl Syntax {
    /// Whether it tells at least which file it is.
    #[must_use]
    pub fn is_place(&self) -> bool {
        self.abs.is_some() || self.file.is_some() && self.line.is_some()
    }
}

/// One entry of a traceback. Columns are characters, counted from 1; an end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Frame {
    /// As the code names it.
    pub file: String,
    /// The whole path, if there is such a file.
    #[serde(rename = "abs")]
    pub absolute: Option<String>,
    /// Counted from 1; `None` where the interpreter has lost it.
    pub line: Option<u64>,
    /// Where the innermost statement around the line starts, if it is known.
    pub stmt_line: Option<u64>,
    /// Where the failing expression starts, from 3.11 on.
    pub col: Option<u64>,
    /// Its last line.
    pub end_line: Option<u64>,
    /// Behind its last character.
    pub end_col: Option<u64>,
    /// The function's name, `<module>` for a module's body.
    #[serde(rename = "func")]
    pub function: String,
    /// The function's qualified name, from 3.11 on.
    #[serde(rename = "qual")]
    pub qualname: Option<String>,
    /// The line's text with its indentation, if it is known; see [`TextState::Dedented`].
    pub text: Option<String>,
    /// The line above, if it is known and not blank.
    #[serde(skip)]
    pub before: Option<String>,
    /// The first line of the statement, up to 3.7 and where the line is another one.
    #[serde(skip)]
    pub statement: Option<String>,
    /// Whether that is what ran.
    pub text_state: TextState,
    /// How often it was there in a row, or as part of a block that was.
    pub repeat: u64,
}

impl Default for Frame {
    /// A frame that was there once, and of which nothing is known.
    fn default() -> Self {
        Self {
            file: String::new(),
            absolute: None,
            line: None,
            stmt_line: None,
            col: None,
            end_line: None,
            end_col: None,
            function: String::new(),
            qualname: None,
            text: None,
            before: None,
            statement: None,
            text_state: TextState::None,
            repeat: 1,
        }
    }
}

/// Whether a frame's text is what ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextState {
    /// It is.
    #[default]
    Ok,
    /// It is, but for its indentation, which a printed traceback leaves out: columns count from the
    /// first character of the text.
    Dedented,
    /// It is, but the file holds another text by now, or has been loaded with one since.
    Older,
    /// It is what the file holds by now, which was saved after the interpreter's start: what ran may
    /// have been another line.
    Stale,
    /// There is no text: the code was made from another one than that of the file it names.
    Unknown,
    /// There is no text.
    None,
}

impl TextState {
    /// A place in such a text, if it is one in the file, too.
    #[must_use]
    pub fn in_file(self, place: Option<u64>) -> Option<u64> {
        place.filter(|_| self != Self::Dedented)
    }
}
