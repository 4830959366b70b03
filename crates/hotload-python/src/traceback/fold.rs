//! From what an interpreter reports to the normal form: frames are sorted and folded, and one location
//! becomes the primary one.

use super::raised::{Exception, Frame, Gap, Raised, Syntax, Traceback};
use super::report::{CodeLocation, ErrorReport, Hidden, Kind, ListedFrame, ReportedException};
use super::territory::{CodeOwner, Territory};

/// The longest cycle of functions that is recognised as a recursion.
const LONGEST_CYCLE: usize = 8;

/// How often a cycle has to repeat before it is listed only once.
const CYCLES_TO_FOLD: usize = 3;

/// The bodies of comprehensions, which are functions up to 3.11.
const COMPREHENSIONS: [&str; 3] = ["<listcomp>", "<setcomp>", "<dictcomp>"];

/// The normal form of an error.
#[must_use]
pub fn report(traceback: Traceback, territory: &Territory) -> ErrorReport {
    let raised = traceback.raised.into_iter();
    let exceptions: Vec<ReportedException> = raised.map(|one| exception(one, territory)).collect();
    let mut report = ErrorReport {
        circumstances: traceback.circumstances,
        exceptions_left_out: traceback.left_out,
        handled: false,
        primary: None,
        exceptions,
    };
    report.primary = primary(&report);
    report
}

fn exception(raised: Raised, territory: &Territory) -> ReportedException {
    let (frames, mut hidden) = match raised.gap.filter(|gap| gap.is_in(&raised.frames)) {
        Some(gap) => bridged(&raised.frames, gap, raised.left_out, territory),
        None => {
            let (listed, mut hidden) = list(raised.frames, territory);
            hidden.left_out += raised.left_out;
            (fold_cycles(listed, None).0, hidden)
        }
    };
    hidden.tool += raised.tool;
    ReportedException {
        exception: named(raised.exception, territory),
        frames,
        hidden,
        is_remote: raised.is_remote,
    }
}

/// The exception with the shortest names that still identify it and its file.
fn named(mut exception: Exception, territory: &Territory) -> Exception {
    let module = exception.module.as_deref();
    if module.is_some_and(|module| territory.is_entry_module(module)) {
        exception.display.clone_from(&exception.type_name);
    }
    if let Some(syntax) = &mut exception.syntax
        && let Some(file) = syntax.file.take()
    {
        syntax.file = Some(territory.shown(&file));
        syntax.abs = is_absolute(&file).then_some(file);
    }
    exception
}

/// The frames that are listed, with those of comprehensions folded into their functions.
fn list(frames: Vec<Frame>, territory: &Territory) -> (Vec<ListedFrame>, Hidden) {
    let mut hidden = Hidden::default();
    let listed = without_thread_start(sort(frames, territory, &mut hidden), &mut hidden);
    (fold_comprehensions(listed, &mut hidden), hidden)
}

/// The functions of `threading` in which a thread starts, in 2.7, 3 and Jython.
const THREAD_START: [&str; 6] = [
    "_bootstrap",
    "_bootstrap_inner",
    "__bootstrap",
    "__bootstrap_inner",
    "_Thread__bootstrap",
    "run",
];

/// Removes the outermost frames of a thread, which are those of `threading`: the user has not called
/// them, and how many there are depends on the version. If there are no others they stay.
fn without_thread_start(mut frames: Vec<ListedFrame>, hidden: &mut Hidden) -> Vec<ListedFrame> {
    let starts = frames.iter().take_while(|listed| is_thread_start(listed));
    let count = starts.count();
    if count < frames.len() {
        hidden.tool += frames
            .drain(..count)
            .map(|listed| listed.frame.repeat)
            .sum::<u64>();
    }
    frames
}

fn is_thread_start(listed: &ListedFrame) -> bool {
    let name = listed.frame.file.rsplit('/').next().unwrap_or_default();
    let is_threading = name == "threading.py" || name == "threading$py.class";
    listed.kind == Kind::Stdlib
        && is_threading
        && THREAD_START.contains(&listed.frame.function.as_str())
}

/// The frames of a recursion that is listed once, although only the frames at its ends are known.
fn bridged(
    frames: &[Frame],
    gap: Gap,
    left_out: u64,
    territory: &Territory,
) -> (Vec<ListedFrame>, Hidden) {
    let (before, after) = frames.split_at(gap.at);
    let period = &before[before.len() - gap.period..];
    let times = left_out / period.len() as u64;
    // Frames that do not make up a whole period are filled in as copies.
    let (again, rest) = period.split_at((left_out % period.len() as u64) as usize);
    let (near, near_hidden) = list([before, again].concat(), territory);
    let (further, further_hidden) = list([before, again, rest, again].concat(), territory);
    let stretch = Stretch {
        end: near.len(),
        length: further.len() - near.len(),
        times,
    };
    let (listed, mut hidden) = list([before, again, after].concat(), territory);
    match fold_cycles(listed, Some(&stretch)) {
        (folded, true) => {
            hidden.tool += times * (further_hidden.tool - near_hidden.tool);
            hidden.import += times * (further_hidden.import - near_hidden.import);
            hidden.folded += times * (further_hidden.folded - near_hidden.folded);
            (folded, hidden)
        }
        (folded, false) => {
            hidden.left_out += times * period.len() as u64;
            (folded, hidden)
        }
    }
}

impl Gap {
    fn is_in(self, frames: &[Frame]) -> bool {
        (1..=self.at).contains(&self.period) && self.at <= frames.len()
    }
}

/// Frames of a recursion that occurred more often than they are in the list.
struct Stretch {
    /// How many frames the list has up to its end.
    end: usize,
    /// How many of these, the last ones, occurred more often.
    length: usize,
    times: u64,
}

impl Stretch {
    /// How many more cycles there were than the `count` that are in the list from `start` on; `None` if
    /// these do not cover the stretch.
    fn more_cycles(&self, start: usize, length: usize, count: usize) -> Option<u64> {
        let reaches = start + self.length <= self.end && start + length * count >= self.end;
        let fits = self.length > 0 && self.length.is_multiple_of(length);
        (reaches && fits).then(|| self.times * (self.length / length) as u64)
    }
}

/// The frames that are listed, each with its kind. The others are counted.
fn sort(frames: Vec<Frame>, territory: &Territory, hidden: &mut Hidden) -> Vec<ListedFrame> {
    let mut listed = Vec::with_capacity(frames.len());
    for mut frame in frames {
        match territory.owner(&frame) {
            CodeOwner::Tool => hidden.tool += frame.repeat,
            CodeOwner::Import => hidden.import += frame.repeat,
            CodeOwner::Listed(kind) => {
                let path = frame.absolute.as_deref().unwrap_or(&frame.file);
                frame.file = territory.shown(path);
                listed.push(ListedFrame { frame, kind });
            }
        }
    }
    listed
}

/// Shows comprehensions as 3.12 and later do: as lines of their function.
fn fold_comprehensions(frames: Vec<ListedFrame>, hidden: &mut Hidden) -> Vec<ListedFrame> {
    let mut folded: Vec<ListedFrame> = Vec::with_capacity(frames.len());
    for listed in frames {
        let is_comprehension = COMPREHENSIONS.contains(&listed.frame.function.as_str());
        match folded.last_mut() {
            Some(function) if is_comprehension && can_hold(&function.frame, &listed.frame) => {
                let outer = &mut function.frame;
                hidden.folded += 1;
                *outer = Frame {
                    function: std::mem::take(&mut outer.function),
                    qualname: outer.qualname.take(),
                    ..listed.frame
                };
            }
            _ => folded.push(listed),
        }
    }
    folded
}

fn can_hold(function: &Frame, comprehension: &Frame) -> bool {
    function.file == comprehension.file && function.repeat == 1 && comprehension.repeat == 1
}

/// Lists the frames of each recursion once, with how often they occurred. Also returns whether the
/// stretch was part of one.
fn fold_cycles(frames: Vec<ListedFrame>, stretch: Option<&Stretch>) -> (Vec<ListedFrame>, bool) {
    let mut folded: Vec<ListedFrame> = Vec::new();
    let mut is_bridged = false;
    let mut index = 0;
    while index < frames.len() {
        let (length, count) = cycle_at(&frames[index..]).unwrap_or((1, 1));
        let more = stretch.and_then(|stretch| stretch.more_cycles(index, length, count));
        is_bridged |= more.is_some();
        let times = (count as u64).saturating_add(more.unwrap_or(0));
        for listed in &frames[index..index + length] {
            let mut listed = listed.clone();
            listed.frame.repeat = listed.frame.repeat.saturating_mul(times);
            folded.push(listed);
        }
        index += length * count;
    }
    (folded, is_bridged)
}

/// The length of the shortest cycle at the beginning, and how often it repeats.
fn cycle_at(frames: &[ListedFrame]) -> Option<(usize, usize)> {
    (1..=LONGEST_CYCLE).find_map(|length| {
        let (cycle, rest) = frames.split_at_checked(length)?;
        let more = rest
            .chunks_exact(length)
            .take_while(|block| {
                block
                    .iter()
                    .zip(cycle)
                    .all(|(one, other)| is_same(one, other))
            })
            .count();
        (more + 1 >= CYCLES_TO_FOLD).then_some((length, more + 1))
    })
}

fn is_same(one: &ListedFrame, other: &ListedFrame) -> bool {
    let location =
        |listed: &ListedFrame| (listed.frame.line, listed.frame.col, listed.frame.repeat);
    location(one) == location(other)
        && one.frame.function == other.frame.function
        && one.frame.file == other.frame.file
}

fn primary(report: &ErrorReport) -> Option<CodeLocation> {
    let root = report.exceptions.first()?;
    let syntax = root.exception.syntax.as_ref();
    if let Some(syntax) = syntax.filter(|syntax| syntax.is_location()) {
        return location_of_syntax(syntax);
    }
    let remote = report.remote(root);
    let innermost = remote
        .and_then(|remote| innermost_user_frame(&remote.frames))
        .or_else(|| innermost_user_frame(&root.frames))
        .or_else(|| remote.and_then(|remote| remote.frames.last()))
        .or(root.frames.last());
    innermost.map(|listed| location_of_frame(&listed.frame))
}

/// The innermost frame of the user's code.
#[must_use]
pub fn innermost_user_frame(frames: &[ListedFrame]) -> Option<&ListedFrame> {
    frames.iter().rev().find(|listed| listed.is_users())
}

impl ListedFrame {
    /// Whether it is shown as the user's own. Code without a file was most likely generated by it.
    #[must_use]
    pub fn is_users(&self) -> bool {
        matches!(self.kind, Kind::User | Kind::Generated)
    }
}

fn location_of_syntax(syntax: &Syntax) -> Option<CodeLocation> {
    Some(CodeLocation {
        file: syntax.file.clone()?,
        abs: syntax.abs.clone(),
        line: syntax.line,
        col: syntax.text_state.in_file(syntax.col),
        end_line: syntax.text_state.in_file(syntax.end_line),
        end_col: syntax.text_state.in_file(syntax.end_col),
    })
}

fn location_of_frame(frame: &Frame) -> CodeLocation {
    CodeLocation {
        file: frame.file.clone(),
        abs: frame.absolute.clone(),
        line: frame.line,
        col: frame.text_state.in_file(frame.col),
        end_line: frame.text_state.in_file(frame.end_line),
        end_col: frame.text_state.in_file(frame.end_col),
    }
}

/// Whether the path is absolute, on any system.
fn is_absolute(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':')
}
