//! What an interpreter writes when it crashes: `Fatal Python error: …`, then the frames of each thread,
//! innermost first.

use crate::traceback::raised::{Circumstances, Exception, Frame, Origin, Phase, Raised, Traceback};

use super::draft::NO_EXCEPTION;
use super::frames::frame;
use super::grammar;
use super::lines::{Line, decoded};
use super::message::Message;

/// More frames than Python itself writes of a thread.
const MOST_FRAMES: usize = 1_000;

/// How many lines before the first thread may belong to the message.
const MOST_LINES: usize = 6;

/// The report of a crash, as far as it has been read.
pub(super) struct Crash {
    /// How it begins; `None` if it has only stacks.
    what: Option<&'static str>,
    message: Message,
    lines: usize,
    /// The thread that is reported: the current one, or else the first.
    reported: Option<Thread>,
    /// Whether the frames that are being read belong to another thread.
    is_other: bool,
    /// How many other threads there are.
    others: usize,
}

#[derive(Default)]
struct Thread {
    is_current: bool,
    name: Option<String>,
    /// Innermost first.
    frames: Vec<Frame>,
    is_cut: bool,
}

impl Crash {
    pub(super) fn start(line: &str) -> Option<Self> {
        let fatal = grammar::fatal(line);
        let mut crash = Self {
            what: fatal.map(|(what, _)| what),
            message: Message::new(fatal.map_or("", |(_, message)| message), 0, false),
            lines: 0,
            reported: None,
            is_other: false,
            others: 0,
        };
        (fatal.is_some() || crash.take_thread(line)).then_some(crash)
    }

    /// Takes a line that belongs to it.
    pub(super) fn take(&mut self, line: Line<'_>) -> bool {
        let text = decoded(line.bytes).0;
        if text.is_empty() || text.starts_with("Python runtime state: ") {
            return true;
        }
        if grammar::is_header(line.bytes) {
            return false;
        }
        if self.take_thread(&text) || self.take_frame(&text) {
            return true;
        }
        let is_explanation = self.reported.is_none() && self.lines < MOST_LINES;
        if is_explanation {
            self.lines += 1;
            self.message.add_line(line);
        }
        is_explanation
    }

    fn take_thread(&mut self, line: &str) -> bool {
        let Some(header) = grammar::thread_header(line) else {
            return false;
        };
        let is_reported = header.is_current || self.reported.is_none();
        self.others += usize::from(self.reported.is_some());
        self.is_other = !is_reported
            || self
                .reported
                .as_ref()
                .is_some_and(|thread| thread.is_current);
        if !self.is_other {
            self.reported = Some(Thread {
                is_current: header.is_current,
                name: header.name.map(str::to_owned),
                ..Thread::default()
            });
        }
        true
    }

    fn take_frame(&mut self, line: &str) -> bool {
        let entry = grammar::crash_entry(line);
        let is_cut = line == "  ...";
        if entry.is_none() && !is_cut && line != "  <no Python frame>" {
            return false;
        }
        if let Some(thread) = &mut self.reported
            && !self.is_other
        {
            thread.is_cut |= is_cut;
            if let Some(entry) = entry
                && thread.frames.len() < MOST_FRAMES
            {
                thread.frames.push(frame(&entry));
            }
        }
        self.reported.is_some()
    }

    pub(super) fn finish(self) -> Option<Traceback> {
        let notes = self.notes();
        let message = self.message.finish();
        let thread = self.reported.unwrap_or_default();
        let exception = Exception {
            type_name: self.what.unwrap_or_default().into(),
            display: self.what.unwrap_or(NO_EXCEPTION).into(),
            message: message.text,
            message_state: message.state,
            message_chars: message.chars,
            message_lines: message.lines,
            note_lines: vec![1; notes.len()],
            notes_total: notes.len(),
            notes,
            ..Exception::default()
        };
        let frames: Vec<Frame> = thread.frames.into_iter().rev().collect();
        if self.what.is_none() && frames.is_empty() {
            return None;
        }
        let is_death = self.what.is_some();
        Some(Traceback {
            circumstances: Circumstances {
                phase: if is_death { Phase::Crash } else { Phase::Run },
                origin: if is_death {
                    Origin::Crash
                } else {
                    Origin::Text
                },
                thread: thread.name,
                ..Circumstances::default()
            },
            raised: vec![Raised {
                exception,
                frames,
                ..Raised::default()
            }],
            left_out: 0,
        })
    }

    /// What the frames do not show.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.reported.as_ref().is_some_and(|thread| thread.is_cut) {
            notes.push("the outermost frames are not known".to_owned());
        }
        match self.others {
            0 => {}
            1 => notes.push("1 other thread is not shown".to_owned()),
            count => notes.push(format!("{count} other threads are not shown")),
        }
        notes
    }
}
