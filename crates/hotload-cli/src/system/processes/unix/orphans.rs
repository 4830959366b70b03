//! Processes whose parent has ended before them.
//!
//! On Linux they become hotload's own children, so that they are known, wherever their groups are. They
//! are ended with what started them, and what has ended is waited for, since as the first process of a
//! container hotload would otherwise collect zombies.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use nix::sys::prctl::set_child_subreaper;
use nix::sys::wait::{Id, WaitPidFlag, waitid, waitpid};
use nix::unistd::{Pid, getpgid, getpgrp, getsid};
use signal_hook::consts::SIGCHLD;
use signal_hook::iterator::Signals;

use super::Shared;
use crate::system::descent::{self, Process};

/// A killed parent leaves its children to hotload, which are looked for again.
const MOST_GENERATIONS: usize = 10;

/// How often a process that another thread waits for may be in the way.
const MOST_TRIES: usize = 20;

/// Between two of these tries.
const A_MOMENT: Duration = Duration::from_millis(5);

/// Has orphans become children of this process.
pub(super) fn adopt_all() {
    // Fails before Linux 3.4. Then they are left alone.
    let _ = set_child_subreaper(true);
}

/// Waits in the background for the end of orphans.
pub(super) fn reap_in_background(shared: &Arc<Shared>) {
    let Ok(mut signals) = Signals::new([SIGCHLD]) else {
        return;
    };
    let shared = Arc::clone(shared);
    let reap = move || {
        for _ in signals.forever() {
            shared.reap();
        }
    };
    // Without the thread zombies stay until hotload ends.
    let _ = thread::Builder::new().name("orphans".into()).spawn(reap);
}

impl Shared {
    fn reap(&self) {
        let ended = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
        let mut tries = 0;
        while let Some(id) = waitid(Id::All, ended).ok().and_then(|status| status.pid()) {
            if self.reap_if_orphan(id) {
                continue;
            }
            // Its own thread is about to wait for it.
            tries += 1;
            if tries == MOST_TRIES {
                return;
            }
            thread::sleep(A_MOMENT);
        }
    }

    fn reap_if_orphan(&self, id: Pid) -> bool {
        // Locked: no group is being started.
        let state = self.lock();
        let is_own = getpgid(Some(id)).is_ok_and(|group| group == getpgrp());
        let is_orphan = !is_own && !state.groups.contains(&id);
        is_orphan && waitpid(id, Some(WaitPidFlag::WNOHANG)).is_ok()
    }

    /// Ends all orphans, once nothing runs that could have left them for later.
    pub(super) fn end_orphans(&self) {
        for _ in 0..MOST_GENERATIONS {
            let orphans = self.orphans();
            if orphans.is_empty() {
                return;
            }
            for orphan in orphans {
                orphan.kill();
            }
            self.reap();
        }
    }

    /// What descends from hotload and is neither its own, nor from before its start, nor in another
    /// session.
    fn orphans(&self) -> Vec<Process> {
        let session = getsid(None).ok();
        let own = getpgrp();
        let state = self.lock();
        if !state.groups.is_empty() {
            return Vec::new();
        }
        let earlier = &state.children_before;
        // Whatever descends from another session's process is in another session, too: the guard.
        let is_elsewhere = |id: &Pid| getsid(Some(*id)).ok() != session;
        let is_known =
            |id: &Pid| earlier.contains(id) || getpgid(Some(*id)) == Ok(own) || is_elsewhere(id);
        if descent::own_children().is_some_and(|children| children.iter().all(is_known)) {
            return Vec::new();
        }
        let all = descent::all();
        let later = descent::below(&all, &[Pid::this()]).into_iter();
        let later = later.filter(|process| !earlier.contains(&process.id));
        later
            .filter(|process| process.session() == session && process.group() != Some(own))
            .collect()
    }
}

/// The children that hotload already has: those of the shell that it has replaced.
pub(super) fn children() -> Vec<Pid> {
    if descent::own_children().is_some_and(|children| children.is_empty()) {
        return Vec::new();
    }
    let found = descent::below(&descent::all(), &[Pid::this()]).into_iter();
    found.map(|process| process.id).collect()
}
