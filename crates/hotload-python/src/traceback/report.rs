//! The normal form of an error: what every front end shows, and what an `error` event contains.

use serde::Serialize;

use super::raised::{Circumstances, Exception, Frame};

/// An error in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorReport {
    /// Where and when it was raised.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// Whether user code has handled it. So far errors that are handled are not reported.
    pub handled: bool,
    /// Where to look first: where the source does not compile, or the innermost frame of the user's code.
    pub primary: Option<CodeLocation>,
    /// The root first; see [`Exception::relation`].
    pub exceptions: Vec<ReportedException>,
    /// How many of the root's furthest causes are not among these.
    pub exceptions_left_out: u64,
}

impl ErrorReport {
    /// The cause that says where in another process this exception was raised, if there is one.
    #[must_use]
    pub fn remote(&self, one: &ReportedException) -> Option<&ReportedException> {
        let id = Some(one.exception.id);
        let mut exceptions = self.exceptions.iter();
        exceptions.find(|remote| remote.is_remote && remote.exception.parent == id)
    }
}

/// A range in a file. Columns are characters, counted from 1; an end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeLocation {
    /// Relative to the current folder if the file is below that, with `/`.
    pub file: String,
    /// The absolute path, if there is such a file.
    pub abs: Option<String>,
    /// Counted from 1.
    pub line: Option<u64>,
    /// The column in which it starts, if that is known.
    pub col: Option<u64>,
    /// Its last line.
    pub end_line: Option<u64>,
    /// After its last character.
    pub end_col: Option<u64>,
}

/// One exception of an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportedException {
    /// What it was.
    #[serde(flatten)]
    pub exception: Exception,
    /// Outermost first, without those of hotload and of the import system.
    pub frames: Vec<ListedFrame>,
    /// How many frames are not listed.
    pub hidden: Hidden,
    /// Whether it only says where another process raised the exception that it is the cause of.
    #[serde(skip)]
    pub is_remote: bool,
}

/// A frame, and whose code it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedFrame {
    /// The frame. Its file is relative to the current folder if it is below that, with `/`.
    #[serde(flatten)]
    pub frame: Frame,
    /// Whose code it is.
    pub kind: Kind,
}

/// Whose code a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The user's.
    User,
    /// The interpreter's own library.
    Stdlib,
    /// An installed library's.
    Library,
    /// Code without a file, which was passed to `compile` as text.
    Generated,
}

/// Frames that are not listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// hotload's own.
    pub tool: u64,
    /// Those of the import system: `importlib`, `runpy` and the like.
    pub import: u64,
    /// Comprehensions, which are part of their function in 3.12 and later.
    pub folded: u64,
    /// Those in the middle of a recursion.
    pub left_out: u64,
}
