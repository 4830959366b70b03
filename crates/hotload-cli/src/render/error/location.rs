//! Where to look first: file, line, column and the code there.

use hotload_python::traceback::fold::innermost_user_frame;
use hotload_python::traceback::raised::{Syntax, TextState};
use hotload_python::traceback::report::{CodeLocation, Kind, ListedFrame};

use super::code::{Code, arrow, end_on_line, mark_of};
use super::page::{Page, Section};
use super::words::{function_in, location, location_of, short_file, wrapped};
use crate::render::plain::plain_line;
use crate::render::source_line::Mark;
use crate::render::source_line::columns;

impl Page<'_> {
    /// `--> file:line:col` and the code there.
    pub(super) fn location(&self) -> Section {
        let mut lines = match (&self.report.primary, self.root.exception.syntax.as_ref()) {
            (Some(place), Some(syntax)) if syntax.is_location() => self.syntax(place, syntax),
            _ => self.frame(),
        };
        lines.extend(self.raised_deeper());
        Section::whole(lines)
    }

    fn syntax(&self, place: &CodeLocation, syntax: &Syntax) -> Vec<String> {
        let type_name = self.root.exception.type_name.as_str();
        let code = Code {
            line: place.line.unwrap_or(1),
            before: syntax.before.as_deref(),
            text: syntax.text.as_deref(),
            mark: syntax.col.map(|col| {
                let end = end_on_line(syntax.line, syntax.end_line, syntax.end_col);
                Mark {
                    start: col,
                    end,
                    inner: None,
                }
            }),
            is_indentation: matches!(type_name, "IndentationError" | "TabError"),
        };
        let mut lines = vec![arrow(&code, &location(place), "")];
        lines.extend(code.lines(self.look));
        lines
    }

    fn frame(&self) -> Vec<String> {
        let Some(listed) = self.shown_frame() else {
            return Vec::new();
        };
        let frame = &listed.frame;
        let code = Code {
            line: frame.line.unwrap_or(1),
            before: frame.before.as_deref(),
            text: frame.text.as_deref(),
            mark: mark_of(listed),
            is_indentation: false,
        };
        let times = self.times(listed);
        let worker = if self.in_worker {
            " (in a worker process)"
        } else {
            ""
        };
        let older = match frame.text_state {
            TextState::Older => " (the file has changed since this was loaded)",
            TextState::Stale => " (the file has changed; the line that ran may be a different one)",
            TextState::Unknown => " (the file does not contain the code that ran)",
            TextState::Ok | TextState::Dedented | TextState::None => "",
        };
        let beside = format!("{worker}{older}");
        let location = location_of(listed);
        let start = arrow(&code, &location, " in ");
        let width = self.look.width();
        let used = code.gutter() + "-->  in ".len() + columns(&location) + columns(&times);
        let function = function_in(listed, width.saturating_sub(used), self.look);
        let mut lines = vec![format!("{start}{function}{times}")];
        if !beside.is_empty() && used + columns(&function) + beside.len() > width {
            lines.extend(wrapped(&format!(" {beside}"), 0, width));
        } else if let Some(first) = lines.first_mut() {
            first.push_str(&beside);
        }
        lines.extend(code.lines(self.look));
        lines
    }

    /// The innermost frame of user code, or the innermost of all if there is none.
    pub(super) fn shown_frame(&self) -> Option<&ListedFrame> {
        innermost_user_frame(&self.root.frames).or(self.root.frames.last())
    }

    /// Where it was raised, if that is not in user code.
    fn raised_deeper(&self) -> Vec<String> {
        let frames = &self.root.frames;
        let (Some(innermost), Some(user_frame)) = (frames.last(), innermost_user_frame(frames))
        else {
            return Vec::new();
        };
        if innermost.is_users() || std::ptr::eq(innermost, user_frame) {
            return Vec::new();
        }
        let whose = match innermost.kind {
            Kind::Stdlib => "stdlib",
            _ => "library",
        };
        let file = short_file(&innermost.frame.file);
        let line = innermost
            .frame
            .line
            .map_or(String::new(), |line| format!(":{line}"));
        let text = format!("  raised in {}{line} ({whose})", plain_line(file));
        wrapped(&text, 0, self.look.width())
    }
}
