//! Starts hotload in a folder of its own, saves files there, and waits for what it prints.

use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::ChildStdin;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use assert_cmd::assert::{Assert, OutputAssertExt};
use tempfile::TempDir;

use crate::pythons::Python;
use crate::signals;

/// How a header starts, and what `--version` prints.
pub(crate) const NAME_AND_VERSION: &str = concat!("hotload ", env!("CARGO_PKG_VERSION"));

/// Long enough for a busy machine; a test that passes never waits for it.
const DEADLINE: Duration = Duration::from_secs(30);

/// A folder with a user's files.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    /// In a folder elsewhere than in the temporary one.
    #[cfg(unix)]
    pub(crate) fn in_folder(parent: &str) -> Self {
        let folder = tempfile::tempdir_in(parent).unwrap();
        Self { folder }
    }

    pub(crate) fn with(name: &str, text: &str) -> Self {
        let project = Self::new();
        project.save(name, text);
        project
    }

    /// Links resolved, as hotload names it.
    pub(crate) fn path(&self) -> PathBuf {
        dunce::canonicalize(self.folder.path()).unwrap()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        let mut file = self.path();
        file.extend(name.split('/'));
        file
    }

    /// Writes in place.
    pub(crate) fn save(&self, name: &str, text: impl AsRef<[u8]>) {
        let file = self.file(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Every path below the folder, with `/`.
    pub(crate) fn listing(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let below = path.strip_prefix(root).unwrap();
                found.push(below.to_str().unwrap().replace('\\', "/"));
                if path.is_dir() {
                    walk(&path, root, found);
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path(), &self.path(), &mut found);
        found.sort();
        found
    }

    pub(crate) fn hotload(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hotload"));
        command
            .args(arguments)
            .current_dir(self.path())
            .stdin(Stdio::null());
        clean(&mut command);
        command
    }

    /// Starts a session.
    pub(crate) fn start(&self, python: &Python, arguments: &[&str]) -> Session {
        let mut command = self.hotload(&["--python", python.path.to_str().unwrap()]);
        Session::start(command.args(arguments), python)
    }

    /// Runs hotload to its end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Assert {
        run(&mut self.hotload(arguments))
    }

    #[track_caller]
    pub(crate) fn run_with(&self, python: &Python, arguments: &[&str]) -> Assert {
        let mut command = self.hotload(&["--python", python.path.to_str().unwrap()]);
        run(command.args(arguments))
    }
}

/// Runs a program to its end. Whatever is asserted of that shows all that there is when it fails.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Assert {
    without_panic(plain_output(command).assert())
}

/// What a program wrote until its end, with ends of lines as on Unix.
pub(crate) fn plain_output(command: &mut Command) -> Output {
    with_unix_lines(command.output().unwrap())
}

fn with_unix_lines(output: Output) -> Output {
    Output {
        stdout: LineEnds::default().unix(&output.stdout),
        stderr: LineEnds::default().unix(&output.stderr),
        ..output
    }
}

/// As `run`, with this on standard input.
#[track_caller]
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> Assert {
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may end before it has read anything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    without_panic(with_unix_lines(child.wait_with_output().unwrap()).assert())
}

#[track_caller]
fn without_panic(end: Assert) -> Assert {
    assert!(!end.said().contains("panicked"), "{}", end.said());
    end
}

/// What a program that has ended wrote.
pub(crate) trait Written {
    /// On standard output.
    fn printed(&self) -> String;

    /// On standard error.
    fn said(&self) -> String;
}

impl Written for Assert {
    fn printed(&self) -> String {
        String::from_utf8_lossy(&self.get_output().stdout).into_owned()
    }

    fn said(&self) -> String {
        String::from_utf8_lossy(&self.get_output().stderr).into_owned()
    }
}

/// Takes out what changes the result: `PYTHONDONTWRITEBYTECODE` hides stale bytecode.
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let changes = [
            "PYTHON",
            "HOTLOAD",
            "LC_",
            "LANG",
            "NO_COLOR",
            "CLICOLOR",
            "FORCE_COLOR",
        ];
        if changes.iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
    command
        .env_remove("CI")
        .env_remove("VIRTUAL_ENV")
        .env_remove("CONDA_PREFIX")
        .env("LC_ALL", "C.UTF-8")
        // Nothing is kept, so that a test does not depend on those before it.
        .env("HOTLOAD_CACHE_DIR", "");
}

/// Another program where `template` would run: in its folder, with its environment.
pub(crate) fn in_place_of(template: &Command, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    if let Some(folder) = template.get_current_dir() {
        command.current_dir(folder);
    }
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// A word of a command for `--python`, quoted as this system's own commands are.
pub(crate) fn quoted(word: impl AsRef<OsStr>) -> String {
    let quote = if cfg!(windows) { '"' } else { '\'' };
    format!("{quote}{}{quote}", word.as_ref().to_str().unwrap())
}

/// A path as a Python string literal has it, without the quotes.
pub(crate) fn escaped(path: impl AsRef<Path>) -> String {
    path.as_ref().to_str().unwrap().replace('\\', r"\\")
}

/// What hotload says on Windows, as it would be said on Unix: paths, and the system's own words.
pub(crate) fn in_unix_words(text: &str) -> String {
    if !cfg!(windows) {
        return text.into();
    }
    let mut text = text.replace('\\', "/");
    // Windows', and Wine's.
    let words = [
        (
            "The system cannot find the file specified. (os error 2)",
            NOT_FOUND,
        ),
        ("File not found. (os error 2)", NOT_FOUND),
        (
            "The system cannot find the path specified. (os error 3)",
            NOT_FOUND,
        ),
        ("Path not found. (os error 3)", NOT_FOUND),
        ("Access is denied. (os error 5)", IS_A_FOLDER),
        ("Access denied. (os error 5)", IS_A_FOLDER),
    ];
    for (theirs, ours) in words {
        text = text.replace(theirs, ours);
    }
    text
}

const NOT_FOUND: &str = "No such file or directory (os error 2)";
const IS_A_FOLDER: &str = "Is a directory (os error 21)";

/// Makes the ends of lines those of Unix, in pieces: Windows' have two bytes.
#[derive(Default)]
struct LineEnds {
    held: bool,
}

impl LineEnds {
    fn unix(&mut self, bytes: &[u8]) -> Vec<u8> {
        if !cfg!(windows) {
            return bytes.into();
        }
        let mut lines = Vec::with_capacity(bytes.len() + 1);
        for &byte in bytes {
            if std::mem::take(&mut self.held) && byte != b'\n' {
                lines.push(b'\r');
            }
            match byte {
                b'\r' => self.held = true,
                byte => lines.push(byte),
            }
        }
        lines
    }
}

/// Text that a thread collects, and how much of it a test has seen.
#[derive(Clone, Default)]
pub(crate) struct Collected {
    text: Arc<(Mutex<(String, bool)>, Condvar)>,
}

impl Collected {
    pub(crate) fn from(mut reader: impl Read + Send + 'static) -> Self {
        let collected = Self::default();
        let writer = collected.clone();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            let mut ends = LineEnds::default();
            loop {
                let count = reader.read(&mut buffer).unwrap_or(0);
                let text = ends.unix(&buffer[..count]);
                let mut state = writer.text.0.lock().unwrap();
                state.0.push_str(&String::from_utf8_lossy(&text));
                state.1 = count == 0;
                writer.text.1.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        collected
    }

    pub(crate) fn all(&self) -> String {
        self.text.0.lock().unwrap().0.clone()
    }

    /// Waits until `found` finds something, and returns that.
    pub(crate) fn wait<T>(&self, found: impl Fn(&str) -> Option<T>) -> Option<T> {
        let end = Instant::now() + DEADLINE;
        let mut state = self.text.0.lock().unwrap();
        loop {
            if let Some(result) = found(&state.0) {
                return Some(result);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || state.1 {
                return None;
            }
            state = self.text.1.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Waits for `text` after `from`; returns where it ends.
    pub(crate) fn wait_for(&self, text: &str, from: usize) -> Option<usize> {
        self.wait(|all| {
            all.get(from..)?
                .find(text)
                .map(|place| from + place + text.len())
        })
    }
}

/// A running hotload.
pub(crate) struct Session {
    child: Child,
    python: String,
    stdout: Collected,
    stderr: Collected,
    seen_out: usize,
    seen_err: usize,
}

impl Session {
    pub(crate) fn start(command: &mut Command, python: &Python) -> Self {
        signals::in_own_console(command);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            stdout: Collected::from(child.stdout.take().unwrap()),
            stderr: Collected::from(child.stderr.take().unwrap()),
            child,
            python: python.to_string(),
            seen_out: 0,
            seen_err: 0,
        }
    }

    /// As `start`, with this on standard input.
    pub(crate) fn start_with_input(command: &mut Command, python: &Python, input: &str) -> Self {
        let mut session = Self::start(command.stdin(Stdio::piped()), python);
        let mut stdin = session.child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        session
    }

    /// As `start`, with standard input for the test to write to.
    #[cfg(unix)]
    pub(crate) fn start_with_pipe(command: &mut Command, python: &Python) -> (Self, ChildStdin) {
        let mut session = Self::start(command.stdin(Stdio::piped()), python);
        let stdin = session.child.stdin.take().unwrap();
        (session, stdin)
    }

    /// Waits until user code has printed a line.
    #[track_caller]
    pub(crate) fn prints(&mut self, line: &str) {
        let wanted = format!("{line}\n");
        let place = self.stdout.wait(|all| {
            let new = all.get(self.seen_out..)?;
            let place = new.find(&wanted)?;
            (place == 0 || new[..place].ends_with('\n')).then_some(self.seen_out + place)
        });
        match place {
            Some(place) => self.seen_out = place + wanted.len(),
            None => self.fail(&format!("did not print {line:?}")),
        }
    }

    /// Waits until user code has printed something that has `text` in it.
    #[track_caller]
    pub(crate) fn prints_part(&mut self, text: &str) {
        match self.stdout.wait_for(text, self.seen_out) {
            Some(place) => self.seen_out = place,
            None => self.fail(&format!("did not print {text:?}")),
        }
    }

    /// Saves again and again until user code prints a line: for what is watched from some time on.
    #[track_caller]
    pub(crate) fn saves_until(&mut self, save: impl Fn(usize), line: &str) {
        let wanted = format!("{line}\n");
        let end = Instant::now() + DEADLINE;
        for number in 1.. {
            save(number);
            let is_printed = || self.output().contains(&wanted).then_some(());
            if wait_at_most(Duration::from_millis(30), is_printed).is_some() {
                return;
            }
            if Instant::now() >= end {
                self.fail(&format!("did not print {line:?}"));
            }
        }
    }

    /// Waits until hotload has said something.
    #[track_caller]
    pub(crate) fn says(&mut self, text: &str) {
        match self.stderr.wait_for(text, self.seen_err) {
            Some(place) => self.seen_err = place,
            None => self.fail(&format!("did not say {text:?}")),
        }
    }

    /// Waits until hotload has said each of these, in any order, since the last wait or before.
    #[track_caller]
    pub(crate) fn says_each(&mut self, texts: &[&str]) {
        let said = |all: &str| texts.iter().all(|text| all.contains(text)).then_some(());
        if self.stderr.wait(said).is_none() {
            self.fail(&format!("did not say each of {texts:?}"));
        }
    }

    /// Waits until a cycle has ended.
    #[track_caller]
    pub(crate) fn ends_cycle(&mut self, number: u64) {
        self.says(&format!("  #{number}  "));
    }

    /// Waits until something is the case that hotload does not report.
    #[track_caller]
    pub(crate) fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        if wait_until(|| is_so().then_some(())).is_none() {
            self.fail(&format!("not so: {what}"));
        }
    }

    /// Everything that user code has printed so far.
    pub(crate) fn output(&self) -> String {
        self.stdout.all()
    }

    /// Everything that hotload has said so far.
    pub(crate) fn said(&self) -> String {
        self.stderr.all()
    }

    #[track_caller]
    pub(crate) fn fail(&self, why: &str) -> ! {
        panic!(
            "{}: {why}\n--- standard output\n{}\n--- standard error\n{}",
            self.python,
            self.output(),
            self.said()
        )
    }

    pub(crate) fn id(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }

    /// Presses Ctrl-C.
    #[track_caller]
    pub(crate) fn press_ctrl_c(&self) {
        signals::press_ctrl_c(self.id());
    }

    /// Ends hotload by force, and nothing else.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: nix::sys::signal::Signal) {
        let id = nix::unistd::Pid::from_raw(self.child.id().cast_signed());
        nix::sys::signal::kill(id, signal).unwrap();
    }

    /// Waits for hotload's end.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> std::process::ExitStatus {
        let status = wait_until(|| self.child.try_wait().unwrap());
        status.unwrap_or_else(|| self.fail("did not end"))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Has ended already, in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until there is an answer or the deadline has passed.
pub(crate) fn wait_until<T>(answer: impl FnMut() -> Option<T>) -> Option<T> {
    wait_at_most(DEADLINE, answer)
}

/// As `wait_until`, for what is tried again when no answer comes.
pub(crate) fn wait_at_most<T>(limit: Duration, answer: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    std::iter::repeat_with(answer)
        .inspect(|_| pause(Duration::from_millis(2)))
        .find(|answer| answer.is_some() || Instant::now() >= end)
        .flatten()
}

/// Lets some time pass that belongs to what a test plays: an editor between two writes, a kill in
/// the middle of a start. What hotload does is waited for.
pub(crate) fn pause(duration: Duration) {
    thread::sleep(duration);
}
