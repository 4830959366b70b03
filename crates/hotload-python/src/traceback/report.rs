//! The normal form of an error: what every front end shows, and what the `error` event holds.

use serde::Serialize;

use super::raised::{Circumstances, Exception, Frame};

/// An error in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorReport {
    /// Where and when it was raised.
    #[serde(flatten)]
    pub circumstances: Circumstances,
    /// Whether user code has handled it. Nothing that user code handles is told so far.
    pub handled: bool,
    /// Where to look first: the place that does not compile, else the innermost frame of the user's.
    pub primary: Option<Place>,
    /// The root first; see [`Exception::relation`].
    pub exceptions: Vec<ReportedException>,
    /// How many of the root's furthest causes are not among them.
    pub exceptions_left_out: u64,
}

impl ErrorReport {
    /// What tells where in another process this exception was raised, if it was raised there.
    #[must_use]
    pub fn remote(&self, one: &ReportedException) -> Option<&ReportedException> {
        let id = Some(one.exception.id);
        let mut exceptions = self.exceptions.iter();
        exceptions.find(|remote| remote.is_remote && remote.exception.parent == id)
    }
}

/// A range in a file. Columns are characters, counted from 1; an end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Relative to the project where it lies in it, with `/`.
    pub file: String,
    /// The whole path, if there is such a file.
    pub abs: Option<String>,
    /// Counted from 1.
    pub line: Option<u64>,
    /// Where it starts, if that is known.
    pub col: Option<u64>,
    /// Its last line.
    pub end_line: Option<u64>,
    /// Behind its last character.
    pub end_col: Option<u64>,
}

/// One exception of an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportedException {
    /// What it was.
    #[serde(flatten)]
    pub exception: Exception,
    /// Outermost first, without those of hotload and of importing.
    pub frames: Vec<ListedFrame>,
    /// How many frames are not listed.
    pub hidden: Hidden,
    /// Whether it tells only where another process raised the exception that it is the cause of.
    #[serde(skip)]
    pub is_remote: bool,
}

/// A frame, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedFrame {
    /// The frame; its file relative to the project where it lies in it, with `/`.
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
    /// Somebody else's.
    Library,
    /// Of no file: what was given to `compile` as a text.
    Generated,
}

/// Frames that are not listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// hotload's own.
    pub tool: u64,
    /// Of importing: `importlib`, `runpy` and the like.
    pub import: u64,
    /// Comprehensions, told as their function from 3.12 on.
    pub folded: u64,
    /// In the middle of a recursion.
    pub left_out: u64,
}
