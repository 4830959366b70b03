//! What the guard looks after, and what it does when hotload is gone.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::sys::termios::LocalFlags;
use nix::unistd::{Pid, getpgid};

use super::mode::WholeMode;
use crate::system::descent;
use crate::system::keys::Mark;
use crate::system::output::{self, Traces};

/// How long an interpreter that finds hotload gone may take to end by itself, so that `atexit` runs.
const TIME_TO_END: Duration = Duration::from_millis(300);

/// What the guard looks after.
#[derive(Default)]
pub(super) struct Charges {
    groups: Vec<Pid>,
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// Whether something is being started with a file in the last of the folders, and its group is not
    /// yet known.
    is_starting: bool,
    /// Set while keys are read.
    mark: Option<Mark>,
    /// What hotload has left on the terminal, besides its mode.
    traces: Traces,
    /// The terminal's mode from before user code had the terminal. Set while user code has it.
    mode: Option<WholeMode>,
}

impl Charges {
    /// Takes a line that hotload has written.
    pub(super) fn take(&mut self, line: &[u8]) {
        let Some((what, rest)) = line.split_first() else {
            return;
        };
        let text = str::from_utf8(rest).unwrap_or_default();
        match what {
            b'/' => {
                self.folders.retain(|folder| folder.exists());
                self.folders.push(PathBuf::from(OsStr::from_bytes(rest)));
                self.is_starting = true;
            }
            b'f' => self.files.push(PathBuf::from(OsStr::from_bytes(rest))),
            b'k' => {
                let flags = LocalFlags::from_bits_truncate(text.parse().unwrap_or_default());
                self.mark = (!flags.is_empty()).then_some(Mark(flags));
            }
            b'w' => {
                self.traces = Traces {
                    title: text.starts_with('1'),
                    progress: text.ends_with('1'),
                }
            }
            b't' => self.mode = text.parse().ok(),
            b'+' | b'-' => {
                if let Ok(group) = text.parse().map(Pid::from_raw) {
                    self.group(group, *what == b'+');
                }
            }
            _ => {}
        }
    }

    fn group(&mut self, group: Pid, is_there: bool) {
        self.groups.retain(|known| *known != group);
        if is_there {
            self.is_starting = false;
            self.groups.push(group);
        }
    }

    /// Finds what was being started when hotload died.
    fn find_started(&mut self) {
        if let (true, Some(folder)) = (self.is_starting, self.folders.last()) {
            self.groups.extend(groups_started_from(folder));
        }
    }

    /// hotload is gone: puts the terminal back, and ends and removes what is left.
    pub(super) fn end(&mut self) {
        // Before a shell shows its prompt.
        if let Some(mode) = &self.mode {
            mode.put_back(&io::stdout());
        } else if let Some(mark) = self.mark {
            mark.undo(&io::stdout());
        }
        // There may be no terminal any more.
        let _ = output::write_all(io::stdout().lock(), self.traces.undo().as_bytes());
        self.find_started();
        // Looked for before, since children of what has ended cannot be told from others.
        let elsewhere: Vec<_> = self
            .groups
            .iter()
            .flat_map(|group| descent::of_leader(*group))
            .collect();
        if self.is_starting || !self.groups.is_empty() {
            thread::sleep(TIME_TO_END);
        }
        // The pipe stayed open until what was being started became its program, but not quite until
        // its arguments could be seen.
        self.find_started();
        for group in &self.groups {
            // It may have ended by itself.
            let _ = killpg(*group, Signal::SIGKILL);
        }
        for process in elsewhere {
            process.kill();
        }
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in &self.folders {
            // hotload has removed it already, unless it was killed.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// The groups of the processes with a file in this folder among their arguments. Its name is random.
fn groups_started_from(folder: &Path) -> Vec<Pid> {
    let name = folder.file_name().unwrap_or_default().as_bytes();
    let mut groups: Vec<Pid> = processes()
        .into_iter()
        .filter(|(_, arguments)| !name.is_empty() && contains(arguments, name))
        .filter_map(|(id, _)| getpgid(Some(id)).ok())
        .collect();
    groups.dedup();
    groups
}

/// Every process whose arguments can be seen, and these.
fn processes() -> Vec<(Pid, Vec<u8>)> {
    match fs::read_dir("/proc") {
        Ok(entries) => entries
            .flatten()
            .filter_map(|entry| {
                let id = entry.file_name().to_str()?.parse().ok()?;
                let arguments = fs::read(entry.path().join("cmdline")).ok()?;
                Some((Pid::from_raw(id), arguments))
            })
            .collect(),
        Err(_) => processes_of_ps(),
    }
}

/// The same on a system without `/proc`.
fn processes_of_ps() -> Vec<(Pid, Vec<u8>)> {
    let listing = Command::new("ps")
        .args(["-axww", "-o", "pid=,command="])
        .output();
    let listing = listing.map(|output| output.stdout).unwrap_or_default();
    listing
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let text = str::from_utf8(line).ok()?.trim_start();
            let (id, arguments) = text.split_once(' ')?;
            Some((Pid::from_raw(id.parse().ok()?), arguments.into()))
        })
        .collect()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use nix::unistd::Pid;

    use super::{Charges, groups_started_from, processes, processes_of_ps};

    #[test]
    fn lines_are_taken_as_they_come() {
        let mut charges = Charges::default();
        for line in ["+12", "+34", "-12", "t1:2:3:4:5", "", "x", "+many"] {
            charges.take(line.as_bytes());
        }
        assert_eq!(charges.groups, [Pid::from_raw(34)]);
        assert!(charges.mode.is_some() && !charges.is_starting);
        charges.take(b"t");
        charges.take(b"//tmp");
        assert!(charges.mode.is_none() && charges.is_starting);
        assert_eq!(charges.folders, [std::path::PathBuf::from("/tmp")]);
        charges.take(b"+56");
        assert!(!charges.is_starting);
    }

    #[test]
    fn what_was_started_from_a_folder_is_found_by_its_arguments() {
        let folder = tempfile::tempdir().unwrap();
        let mut program = std::process::Command::new("sh");
        let mut child = program
            .args(["-c", "sleep 60; :"])
            .arg(folder.path().join("file"))
            .spawn()
            .unwrap();
        let id = Pid::from_raw(child.id().cast_signed());
        let group = nix::unistd::getpgid(Some(id)).unwrap();
        // Its arguments can be seen a moment after it has become its program.
        let mut found = Vec::new();
        while found.is_empty() {
            found = groups_started_from(folder.path());
        }
        let listed = [processes(), processes_of_ps()]
            .map(|all| all.iter().any(|(process, _)| *process == id));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(found, [group]);
        assert_eq!(listed, [true, true]);
        assert!(groups_started_from(std::path::Path::new("/")).is_empty());
    }
}
