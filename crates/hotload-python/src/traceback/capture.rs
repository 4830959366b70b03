//! An error as the driver describes it, which has the exception itself.

use serde::Deserialize;

use super::raised::{
    Circumstances, Exception, Frame, Gap, MessageState, Origin, Phase, Raised, Relation, Syntax,
    TextState, Traceback,
};
use super::remote;
use crate::transport::hello::Hello;

/// What the driver sends for one error.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Capture {
    phase: Phase,
    thread: Option<String>,
    /// Folders of the interpreter's own library.
    pub(crate) stdlib: Vec<String>,
    /// Files in it whose text is no longer what was loaded last, and that are not targets.
    pub(crate) not_reloaded: Vec<String>,
    /// The locations of frames; each frame is an index into this list.
    sites: Vec<Site>,
    exceptions: Vec<CapturedException>,
    /// How many of the root's causes were left out.
    exceptions_left_out: u64,
    /// What the interpreter itself would print, if that was asked for.
    pub(crate) native: Option<String>,
}

/// A location in some code.
#[derive(Debug, Clone, Deserialize)]
struct Site {
    file: String,
    abs: Option<String>,
    line: Option<u64>,
    stmt_line: Option<u64>,
    stmt_text: Option<String>,
    col: Option<u64>,
    end_line: Option<u64>,
    end_col: Option<u64>,
    #[serde(default)]
    inner: Option<(u64, u64)>,
    func: String,
    qual: Option<String>,
    text: Option<String>,
    before: Option<String>,
    text_state: TextState,
}

#[derive(Debug, Clone, Deserialize)]
struct CapturedException {
    relation: Relation,
    parent: Option<usize>,
    #[serde(rename = "type")]
    type_name: String,
    qualname: Option<String>,
    module: Option<String>,
    message: String,
    message_state: MessageState,
    message_chars: usize,
    message_lines: usize,
    hint: Option<String>,
    notes: Vec<String>,
    note_lines: Vec<usize>,
    notes_total: usize,
    group_total: Option<usize>,
    syntax: Option<Syntax>,
    frames: Vec<usize>,
    /// How many frames are the driver's own.
    tool: u64,
    left_out: u64,
    gap: Option<Gap>,
}

impl Capture {
    /// The error; `None` from a driver whose names user code has replaced, which may send anything.
    #[must_use]
    pub fn decode(&self, hello: &Hello) -> Option<Traceback> {
        if self.exceptions.is_empty() {
            return None;
        }
        let circumstances = Circumstances {
            phase: self.phase,
            origin: Origin::Structured,
            python: Some(hello.version.to_string()),
            implementation: Some(hello.implementation.clone()),
            thread: self.thread.clone(),
        };
        let raised = self.exceptions.iter().enumerate();
        let raised = raised.map(|(id, one)| self.raised(id, one)).collect();
        Some(Traceback {
            circumstances,
            raised: remote::with_frames(raised),
            left_out: self.exceptions_left_out,
        })
    }

    fn raised(&self, id: usize, captured: &CapturedException) -> Raised {
        let sites = captured.frames.iter();
        let sites = sites.filter_map(|index| self.sites.get(*index));
        Raised {
            exception: captured.exception(id),
            frames: sites.map(Site::frame).collect(),
            tool: captured.tool,
            left_out: captured.left_out,
            gap: captured.gap,
            is_remote: false,
        }
    }
}

impl CapturedException {
    fn exception(&self, id: usize) -> Exception {
        Exception {
            id,
            relation: self.relation,
            // A parent that is not further up would make readers loop for ever.
            parent: self.parent.filter(|parent| *parent < id),
            display: display_name(self.module.as_deref(), &self.type_name),
            type_name: self.type_name.clone(),
            qualname: self.qualname.clone(),
            module: self.module.clone(),
            message: self.message.clone(),
            message_state: self.message_state,
            message_chars: self.message_chars,
            message_lines: self.message_lines,
            hint: self.hint.clone(),
            notes: self.notes.clone(),
            note_lines: self.note_lines.clone(),
            notes_total: self.notes_total,
            group_total: self.group_total,
            syntax: self.syntax.clone(),
        }
    }
}

impl Site {
    fn frame(&self) -> Frame {
        Frame {
            file: self.file.clone(),
            absolute: self.abs.clone(),
            line: self.line,
            stmt_line: self.stmt_line,
            col: self.col,
            end_line: self.end_line,
            end_col: self.end_col,
            inner: self.inner.filter(|(start, end)| start < end),
            function: self.func.clone(),
            qualname: self.qual.clone(),
            text: self.text.clone(),
            before: self.before.clone(),
            statement: self.stmt_text.clone(),
            text_state: self.text_state,
            ..Frame::default()
        }
    }
}

/// Module and type, without the module if it is Python's own or the main one.
pub(crate) fn display_name(module: Option<&str>, type_name: &str) -> String {
    match module {
        None | Some("builtins" | "exceptions" | "__builtin__" | "__main__") => type_name.into(),
        Some(module) => format!("{module}.{type_name}"),
    }
}
