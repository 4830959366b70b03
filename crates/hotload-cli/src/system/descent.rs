//! Which processes descend from which, as far as the system shows it.

use std::fs;
#[cfg(test)]
use std::path::Path;
use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgid, getsid};

/// A process at the time of a look at all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) id: Pid,
    parent: Pid,
    /// Since the system's start. Tells it from a later process with the same number; 0 where that is not
    /// known.
    started: u64,
}

impl Process {
    /// Kills it, unless it has ended: its number may belong to another one by now.
    pub(crate) fn kill(self) {
        let now = self.started_now();
        if now == Some(self.started) {
            let _ = kill(self.id, Signal::SIGKILL);
        }
    }

    pub(crate) fn group(self) -> Option<Pid> {
        getpgid(Some(self.id)).ok()
    }

    pub(crate) fn session(self) -> Option<Pid> {
        getsid(Some(self.id)).ok()
    }

    fn started_now(self) -> Option<u64> {
        if self.started == 0 {
            return Some(0);
        }
        let status = fs::read_to_string(format!("/proc/{}/stat", self.id)).ok()?;
        Some(parse(self.id, &status)?.started)
    }
}

/// The children of this process's main thread, which orphans become too; `None` where that takes a look
/// at everything that runs.
pub(crate) fn own_children() -> Option<Vec<Pid>> {
    let listed = fs::read_to_string(format!("/proc/self/task/{}/children", Pid::this())).ok()?;
    let ids = listed.split_whitespace();
    ids.map(|id| id.parse().ok().map(Pid::from_raw)).collect()
}

/// Everything that runs. Zombies are left out.
pub(crate) fn all() -> Vec<Process> {
    match fs::read_dir("/proc") {
        Ok(entries) => entries
            .flatten()
            .filter_map(|entry| {
                let id = entry.file_name().to_str()?.parse().ok()?;
                let status = fs::read_to_string(entry.path().join("stat")).ok()?;
                parse(Pid::from_raw(id), &status)
            })
            .collect(),
        Err(_) => all_of_ps(),
    }
}

/// A line like `4711 (name) S 4710 ...`. The name may contain anything.
fn parse(id: Pid, status: &str) -> Option<Process> {
    let fields: Vec<&str> = status.rsplit_once(')')?.1.split_whitespace().collect();
    let process = Process {
        id,
        parent: Pid::from_raw(fields.get(1)?.parse().ok()?),
        started: fields.get(19)?.parse().ok()?,
    };
    (*fields.first()? != "Z").then_some(process)
}

/// The same on a system without `/proc`.
fn all_of_ps() -> Vec<Process> {
    let listing = Command::new("ps")
        .args(["-ax", "-o", "pid=,ppid=,stat="])
        .output();
    let listing = listing.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&listing)
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            let mut number = || fields.next()?.parse().ok().map(Pid::from_raw);
            let (id, parent) = (number()?, number()?);
            let process = Process {
                id,
                parent,
                started: 0,
            };
            (!fields.next()?.starts_with('Z')).then_some(process)
        })
        .collect()
}

/// Those that descend from one of these, without these.
pub(crate) fn below(all: &[Process], roots: &[Pid]) -> Vec<Process> {
    let mut found: Vec<Process> = Vec::new();
    let mut parents = roots.to_vec();
    while !parents.is_empty() {
        let children: Vec<Process> = all
            .iter()
            .filter(|process| parents.contains(&process.parent))
            .filter(|process| !found.contains(process) && !roots.contains(&process.id))
            .copied()
            .collect();
        parents = children.iter().map(|process| process.id).collect();
        found.extend(children);
    }
    found
}

/// What descends from the leader of a group, except sessions of their own: a process that has made
/// itself one wants to be left alone.
pub(crate) fn of_leader(leader: Pid) -> Vec<Process> {
    let session = getsid(Some(leader)).ok();
    let found = below(&all(), &[leader]).into_iter();
    found
        .filter(|process| session.is_some() && process.session() == session)
        .collect()
}

/// Whether this is a system that shows processes as files.
#[cfg(test)]
fn has_proc() -> bool {
    Path::new("/proc/self/stat").exists()
}

#[cfg(test)]
mod tests {
    use nix::unistd::Pid;

    use super::{Process, all, all_of_ps, below, has_proc, parse};

    #[test]
    fn a_name_may_contain_anything() {
        let rest = "7 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0";
        let process = parse(Pid::from_raw(9), &format!("9 (a) S (b c) S {rest}")).unwrap();
        assert_eq!((process.parent.as_raw(), process.started), (7, 4711));
        assert_eq!(parse(Pid::from_raw(9), &format!("9 (a) Z {rest}")), None);
    }

    #[test]
    fn descendants_are_found_however_far_below() {
        let process = |id: i32, parent: i32| Process {
            id: Pid::from_raw(id),
            parent: Pid::from_raw(parent),
            started: 1,
        };
        let table = [process(5, 4), process(2, 1), process(4, 2), process(3, 9)];
        let found = below(&table, &[Pid::from_raw(2)]);
        let found: Vec<i32> = found.iter().map(|process| process.id.as_raw()).collect();
        assert_eq!(found, [4, 5]);
    }

    #[test]
    fn this_process_is_listed_with_its_parent() {
        let own = |all: Vec<Process>| all.into_iter().find(|process| process.id == Pid::this());
        let parent = own(all_of_ps()).map(|process| process.parent);
        assert_eq!(parent, Some(Pid::parent()));
        if has_proc() {
            assert_eq!(own(all()).map(|process| process.parent), parent);
        }
    }
}
