//! An error as an interpreter reports it: nothing is sorted or left out.

use serde::Serialize;

/// An error with the exceptions that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Traceback {
    /// Where and when it was raised.
    pub circumstances: Circumstances,
    /// The root first, then its causes, nearest first, then members of groups; see
    /// [`Exception::relation`]. Never empty.
    pub raised: Vec<Raised>,
    /// How many of the root's furthest causes are not among these.
    pub left_out: u64,
}

/// Where and when an error was raised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Circumstances {
    /// What ran.
    pub phase: Phase,
    /// How it is known.
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
    /// A function or statements of a step; for a text, anything.
    #[default]
    Run,
    /// Something that user code has registered to be called: by an event loop, or as a hook.
    Callback,
    /// A thread.
    Thread,
    /// Code in which an exception cannot be raised: `__del__`, or the callback of a weak reference.
    Unraisable,
    /// The end of the interpreter: `atexit`.
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
    /// From the text of a traceback.
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
    /// Outermost first, without those of the driver.
    pub frames: Vec<Frame>,
    /// How many frames of the driver there were.
    pub tool: u64,
    /// How many frames in the middle of a deep recursion were left out.
    pub left_out: u64,
    /// Where these were, if they were like those before them.
    pub gap: Option<Gap>,
    /// Whether it only says where another process raised the exception that it is the cause of.
    pub is_remote: bool,
}

/// A gap in a recursion: frames that were like those before it are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
pub struct Gap {
    /// How many frames there are before it.
    pub at: usize,
    /// After how many frames the recursion repeats.
    pub period: usize,
}

/// What one exception was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Exception {
    /// Its index in the list.
    pub id: usize,
    /// Why it is in the list.
    pub relation: Relation,
    /// The id of the exception that it is the cause, the context or a member of; `None` for the root.
    pub parent: Option<usize>,
    /// The last part of the type's name.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The qualified name of the type, if the version has such names and it is known.
    pub qualname: Option<String>,
    /// The module of the type, if it has one and it is known.
    pub module: Option<String>,
    /// Module and type, without the module if it is Python's own or the user's main one.
    pub display: String,
    /// The message; empty if it cannot be printed.
    pub message: String,
    /// Whether that is the whole message.
    pub message_state: MessageState,
    /// The length of the whole message, in characters.
    pub message_chars: usize,
    /// How many lines the whole message has, without empty lines at its end.
    pub message_lines: usize,
    /// What the interpreter suggests: `Did you mean: 'colour'?`
    pub hint: Option<String>,
    /// The notes that were added with `add_note`.
    pub notes: Vec<String>,
    /// How many lines each note has in full.
    #[serde(skip)]
    pub note_lines: Vec<usize>,
    /// How many notes there are, including those that are not listed.
    pub notes_total: usize,
    /// For a group: how many members it has, including those that are not listed.
    pub group_total: Option<usize>,
    /// Where the source does not compile, if it is that kind of error.
    pub syntax: Option<Syntax>,
}

/// Why an exception is in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// It is the exception that ended the run.
    #[default]
    Root,
    /// Its parent was raised from it: `raise … from`.
    Cause,
    /// Its parent was raised while it was handled.
    Context,
    /// Its parent is a group that contains it.
    Member,
}

/// Whether the text of a message is the whole message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It is.
    Ok,
    /// There is no message.
    #[default]
    Empty,
    /// `str()` of the exception fails.
    Unprintable,
    /// It is the first 65,536 characters.
    Truncated,
    /// It has bytes or surrogates that are not text, which are written as escapes.
    Lossy,
}

/// Where a source does not compile. Columns are characters, counted from 1; an end is exclusive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
pub struct Syntax {
    /// The file as the interpreter names it. In a report: relative to the current folder if it is below
    /// that, with `/`.
    pub file: Option<String>,
    /// The absolute path, if the interpreter gives one.
    #[serde(default)]
    pub abs: Option<String>,
    /// Counted from 1.
    pub line: Option<u64>,
    /// Counted from 1; `None` if it is not known.
    pub col: Option<u64>,
    /// The last line of the range.
    pub end_line: Option<u64>,
    /// After the last character of the range.
    pub end_col: Option<u64>,
    /// The text of the line with its indentation, if it is known; see [`TextState::Dedented`].
    pub text: Option<String>,
    /// The line above, if it is known and not blank.
    #[serde(default, skip_serializing)]
    pub before: Option<String>,
    /// Whether the text is the whole line.
    #[serde(skip, default)]
    pub text_state: TextState,
}

impl Syntax {
    /// Whether it says at least which file it is.
    #[must_use]
    pub fn is_location(&self) -> bool {
        self.abs.is_some() || self.file.is_some() && self.line.is_some()
    }
}

/// One entry of a traceback. Columns are characters, counted from 1; an end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Frame {
    /// The file as the code names it.
    pub file: String,
    /// The absolute path, if there is such a file.
    #[serde(rename = "abs")]
    pub absolute: Option<String>,
    /// Counted from 1; `None` if the interpreter does not know it.
    pub line: Option<u64>,
    /// The line in which the innermost statement around that line starts, if it is known.
    pub stmt_line: Option<u64>,
    /// Where the failing expression starts; in 3.11 and later.
    pub col: Option<u64>,
    /// Its last line.
    pub end_line: Option<u64>,
    /// After its last character.
    pub end_col: Option<u64>,
    /// The part of it that Python marks with `^` among the `~`: an operator, a subscript, arguments.
    #[serde(skip)]
    pub inner: Option<(u64, u64)>,
    /// The name of the function; `<module>` for the body of a module.
    #[serde(rename = "func")]
    pub function: String,
    /// The qualified name of the function; in 3.11 and later.
    #[serde(rename = "qual")]
    pub qualname: Option<String>,
    /// The text of the line with its indentation, if it is known; see [`TextState::Dedented`].
    pub text: Option<String>,
    /// The line above, if it is known and not blank.
    #[serde(skip)]
    pub before: Option<String>,
    /// The first line of the statement, if that is another line; in 3.7 and earlier.
    #[serde(skip)]
    pub statement: Option<String>,
    /// Whether the text is what ran.
    pub text_state: TextState,
    /// How often it occurred in a row, or as part of a block that did.
    pub repeat: u64,
}

impl Default for Frame {
    /// A frame that occurred once, and of which nothing is known.
    fn default() -> Self {
        Self {
            file: String::new(),
            absolute: None,
            line: None,
            stmt_line: None,
            col: None,
            end_line: None,
            end_col: None,
            inner: None,
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
    /// It is, except for its indentation, which a printed traceback leaves out. Columns count from the
    /// first character of the text.
    Dedented,
    /// It is, but the file has other text now, or has been loaded with other text since.
    Older,
    /// It is the text of the file now, which was saved after the interpreter was started. What ran may
    /// have been another line.
    Stale,
    /// There is no text: the code was not compiled from the file that it names.
    Unknown,
    /// There is no text.
    None,
}

impl TextState {
    /// A column or line of such a text, if it is the same in the file.
    #[must_use]
    pub fn in_file(self, position: Option<u64>) -> Option<u64> {
        position.filter(|_| self != Self::Dedented)
    }
}
