//! What user code starts in a group or session of its own, or leaves without a parent.

#[cfg(target_os = "linux")]
use std::fs;
#[cfg(target_os = "linux")]
use std::process::Command;
use std::time::{Duration, Instant};

use indoc::indoc;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::harness::{Project, Session, wait_until};
#[cfg(target_os = "linux")]
use crate::harness::{in_place_of, pause};
#[cfg(target_os = "linux")]
use crate::pythons::skip;
use crate::pythons::{Python, two_pythons};
use crate::signals::is_alive;

/// Starts a program in a group of its own, and prints its id.
const IN_A_GROUP: &str = indoc! {r"
    import os, subprocess, sys
    nowhere = open(os.devnull, 'w')
    child = subprocess.Popen(
        ['sleep', '300'], stdout=nowhere, stderr=nowhere, preexec_fn=os.setpgrp)
    print(child.pid)
"};

/// The same from a program that has ended.
#[cfg(target_os = "linux")]
const WITHOUT_A_PARENT: &str = indoc! {r"
    import os, subprocess
    command = 'sleep 300 >/dev/null 2>&1 & echo $!'
    parent = subprocess.Popen(
        ['sh', '-c', command], stdout=subprocess.PIPE, preexec_fn=os.setpgrp)
    print(int(parent.communicate()[0]))
"};

#[track_caller]
fn printed_id(session: &Session) -> i32 {
    let id = wait_until(|| session.output().lines().next()?.parse().ok());
    id.unwrap_or_else(|| session.fail("printed no process id"))
}

#[track_caller]
fn ends_it(python: &Python, lib: &str, signal: Signal) {
    let project = Project::with("lib.py", lib);
    let mut session = project.start(python, &["lib"]);
    session.ends_cycle(1);
    let id = printed_id(&session);
    assert!(is_alive(id), "{python}");
    session.signal(signal);
    session.ends();
    let gone = wait_until(|| (!is_alive(id)).then_some(()));
    let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
    assert!(
        gone.is_some(),
        "{python}: {signal} left process {id} behind"
    );
}

#[test]
fn a_group_of_its_own_ends_with_hotload() {
    for python in two_pythons() {
        for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGKILL] {
            ends_it(python, IN_A_GROUP, signal);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_group_whose_parent_has_ended_ends_with_hotload() {
    for python in two_pythons() {
        for signal in [Signal::SIGINT, Signal::SIGTERM] {
            ends_it(python, WITHOUT_A_PARENT, signal);
        }
    }
}

#[test]
fn a_group_of_its_own_ends_with_its_interpreter() {
    for python in two_pythons() {
        let project = Project::with("lib.py", IN_A_GROUP);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        let id = printed_id(&session);
        project.save("lib.py", "import os\nos._exit(3)\n");
        session.says("state is lost");
        let gone = wait_until(|| (!is_alive(id)).then_some(()));
        assert!(gone.is_some(), "{python}");
    }
}

/// It holds the connection, too: hotload does not wait for that.
#[test]
fn a_session_of_its_own_outlives_hotload_and_delays_nothing() {
    const DAEMON: &str = indoc! {r"
        import os, time
        child = os.fork()
        if child == 0:
            os.setsid()
            time.sleep(300)
            os._exit(0)
        print(child)
    "};
    for python in two_pythons() {
        let project = Project::with("lib.py", DAEMON);
        let mut session = project.start(python, &["lib"]);
        session.ends_cycle(1);
        let id = printed_id(&session);
        let start = Instant::now();
        session.signal(Signal::SIGTERM);
        session.ends();
        let took = start.elapsed();
        let is_left = is_alive(id);
        let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
        assert!(is_left, "{python}");
        assert!(took < Duration::from_millis(2500), "{python}: {took:?}");
    }
}

/// As in a container, where no one else waits for them.
#[cfg(target_os = "linux")]
#[test]
fn no_zombies_are_left_where_hotload_is_the_first_process() {
    const LEAVES_A_ZOMBIE: &str = indoc! {r"
        import os
        def zombies():
            for name in os.listdir('/proc'):
                try:
                    fields = open('/proc/%s/stat' % name).read().rpartition(')')[2].split()
                except EnvironmentError:
                    continue
                if fields[0] == 'Z' and fields[1] == '1':
                    yield name
        print('zombies: %d' % len(list(zombies())))
        os.system('(sleep 0.01 &)')
    "};
    let unshare = ["-fp", "--mount-proc"];
    let is_allowed = Command::new("unshare").args(unshare).arg("true").status();
    if !is_allowed.is_ok_and(|status| status.success()) {
        return skip("may not be the first process");
    }
    for python in two_pythons() {
        let project = Project::with("lib.py", LEAVES_A_ZOMBIE);
        let hotload = project.hotload(&["--python", python.path.to_str().unwrap(), "lib"]);
        let mut command = in_place_of(&hotload, "unshare");
        command
            .args(unshare)
            .arg("--kill-child")
            .arg(hotload.get_program());
        command.args(hotload.get_args());
        let mut session = Session::start(&mut command, python);
        session.ends_cycle(1);
        for cycle in 2..6 {
            pause(Duration::from_millis(100));
            project.save("lib.py", format!("{LEAVES_A_ZOMBIE}# {cycle}\n"));
            session.ends_cycle(cycle);
        }
        assert!(
            !session.output().contains("zombies: 2"),
            "{python}: {}",
            session.output()
        );
        assert!(
            session.output().ends_with("zombies: 0\n"),
            "{python}: {}",
            session.output()
        );
    }
}

/// Ctrl-C, or a terminal that goes away, reaches everything in hotload's group.
#[cfg(target_os = "linux")]
#[test]
fn the_guard_is_out_of_reach_from_its_first_instruction() {
    let guards = |parent: i32| {
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let mut ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        ids.find(|id| {
            let arguments = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            let is_child = || {
                let status = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
                let fields = status.rsplit_once(')').map_or("", |(_, fields)| fields);
                fields.split_whitespace().nth(1) == Some(&parent.to_string())
            };
            arguments.ends_with(b"--hotload-guard\0") && is_child()
        })
    };
    let python = two_pythons()[1];
    for _ in 0..10 {
        let project = Project::with("lib.py", "print('ran')\n");
        let session = project.start(python, &["lib"]);
        let end = Instant::now() + Duration::from_secs(10);
        let guard = std::iter::repeat_with(|| guards(session.id()))
            .find(|found| found.is_some() || Instant::now() > end)
            .flatten();
        let guard = guard.unwrap_or_else(|| session.fail("has no guard"));
        let own = nix::unistd::getsid(None).unwrap();
        assert_ne!(nix::unistd::getsid(Some(Pid::from_raw(guard))), Ok(own));
    }
}
