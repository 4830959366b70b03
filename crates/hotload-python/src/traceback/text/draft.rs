//! An exception while it is read.

use crate::traceback::raised::{Exception, Raised, Syntax, TextState};

use super::carets::Excerpt;
use super::frames::Frames;
use super::grammar::{self, Entry};
use super::message::Message;
use super::names::TypeName;

/// What has been read of one exception.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    frames: Frames,
    syntax: Option<SyntaxDraft>,
    /// Its type as printed, and its message.
    exception: Option<(String, Message)>,
    /// Whether it has only frames, and no exception follows.
    is_stack: bool,
    /// Whether another process has reported it.
    is_remote: bool,
}

/// Where a source does not compile, while it is read.
#[derive(Debug, Clone)]
struct SyntaxDraft {
    file: String,
    line: Option<u64>,
    excerpt: Excerpt,
}

impl Draft {
    /// An exception of which nothing else is known.
    pub(super) fn of(printed_type: &str, message: Message) -> Self {
        Self {
            exception: Some((printed_type.to_owned(), message)),
            ..Self::default()
        }
    }

    /// Frames that no exception follows.
    pub(super) fn of_stack() -> Self {
        Self {
            is_stack: true,
            ..Self::default()
        }
    }

    /// Whether nothing is known.
    pub(super) fn is_empty(&self) -> bool {
        self.exception.is_none() && self.syntax.is_none() && self.frames.is_empty()
    }

    pub(super) fn add_entry(&mut self, entry: &Entry<'_>) {
        match entry.function {
            Some(_) => self.frames.add(entry),
            None => {
                self.syntax = Some(SyntaxDraft {
                    file: entry.file.to_owned(),
                    line: entry.line,
                    excerpt: Excerpt::default(),
                });
            }
        }
    }

    /// Adds a line below a frame or an entry without a function, without the four spaces before it.
    pub(super) fn add_source(&mut self, line: &str) {
        match &mut self.syntax {
            Some(syntax) => syntax.excerpt.add(line),
            None => self.frames.add_source(line),
        }
    }

    /// Another process has reported it.
    pub(super) fn set_remote(&mut self) {
        self.is_remote = true;
    }

    pub(super) fn repeat(&mut self, more: u64) {
        self.frames.repeat(more);
    }

    /// Returns false if no exception can follow.
    pub(super) fn set_exception(&mut self, printed_type: &str, message: Message) -> bool {
        if !self.is_stack {
            self.exception = Some((printed_type.to_owned(), message));
        }
        !self.is_stack
    }

    pub(super) fn message(&mut self) -> Option<&mut Message> {
        self.exception.as_mut().map(|(_, message)| message)
    }

    /// The exception, without its index in the list.
    pub(super) fn finish(self, is_group: bool) -> Raised {
        let (frames, left_out, gap) = self.frames.finish();
        let (printed, message) = self.exception.unwrap_or_default();
        let message = message.finish();
        let name = TypeName::new(&printed);
        let mut text = message.text;
        let group_total = is_group.then(|| grammar::group_total(&text)).flatten();
        let (kept, hint) = grammar::without_hint(&name.name, &text);
        let (kept, hint) = (kept.len(), hint.map(str::to_owned));
        let added = hint.as_ref().map_or(0, |hint| hint.chars().count() + 2);
        text.truncate(kept);
        let exception = Exception {
            module: name.module,
            display: if name.name.is_empty() {
                NO_EXCEPTION.into()
            } else {
                name.display
            },
            type_name: name.name,
            group_total,
            message: text,
            message_state: message.state,
            message_chars: message.chars - added,
            message_lines: message.lines,
            hint,
            syntax: self.syntax.map(SyntaxDraft::finish),
            ..Exception::default()
        };
        Raised {
            exception,
            frames,
            left_out,
            gap,
            is_remote: self.is_remote,
            ..Raised::default()
        }
    }
}

/// The type of an exception that a text does not contain: it has only frames, such as
/// `traceback.print_stack` prints, or ends after them.
pub(super) const NO_EXCEPTION: &str = "stack without an exception";

impl SyntaxDraft {
    fn finish(self) -> Syntax {
        let marked = self.excerpt.of_syntax();
        Syntax {
            file: Some(self.file),
            line: self.line,
            col: marked.col,
            end_line: self.line.filter(|_| marked.end_col.is_some()),
            end_col: marked.end_col,
            text_state: match marked.text {
                Some(_) => TextState::Dedented,
                None => TextState::None,
            },
            text: marked.text,
            ..Syntax::default()
        }
    }
}
