//! What a test does to processes: it presses Ctrl-C, ends them by force, and asks whether they are there.

use std::process::Command;

/// Presses Ctrl-C for hotload. A console sends it to all of its programs, so on Windows a session has a
/// console of its own.
#[cfg(unix)]
#[track_caller]
pub(crate) fn press_ctrl_c(id: i32) {
    use nix::sys::signal::{Signal, kill};
    // It may have ended already.
    let _ = kill(nix::unistd::Pid::from_raw(id), Signal::SIGINT);
}

#[cfg(windows)]
#[track_caller]
pub(crate) fn press_ctrl_c(id: i32) {
    const PRESS: &str = "import ctypes, sys\n\
        kernel = ctypes.windll.kernel32\n\
        kernel.FreeConsole()\n\
        assert kernel.AttachConsole(int(sys.argv[1]))\n\
        kernel.SetConsoleCtrlHandler(None, 1)\n\
        assert kernel.GenerateConsoleCtrlEvent(0, 0)\n";
    // It may have ended already.
    asked_of_windows(PRESS, id);
}

/// Whether a process is there and no zombie.
#[cfg(unix)]
pub(crate) fn is_alive(id: i32) -> bool {
    let state = Command::new("ps")
        .args(["-o", "stat=", "-p", &id.to_string()])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&state.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

#[cfg(windows)]
pub(crate) fn is_alive(id: i32) -> bool {
    // SYNCHRONIZE; WAIT_TIMEOUT.
    const ASK: &str = "import ctypes, sys\n\
        kernel = ctypes.windll.kernel32\n\
        handle = kernel.OpenProcess(0x100000, 0, int(sys.argv[1]))\n\
        sys.exit(0 if handle and kernel.WaitForSingleObject(handle, 0) == 258 else 1)\n";
    asked_of_windows(ASK, id) == Some(0)
}

/// What a Python exits with that does this with a process: Rust's library cannot.
#[cfg(windows)]
fn asked_of_windows(text: &str, id: i32) -> Option<i32> {
    let python = crate::pythons::pythons().last().unwrap();
    let mut command = python.command();
    let status = command.args(["-c", text, &id.to_string()]).status();
    status.unwrap().code()
}

/// Gives a program a console of its own, which nothing shows.
#[cfg(windows)]
pub(crate) fn in_own_console(command: &mut Command) {
    use std::os::windows::process::CommandExt;
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(CREATE_NO_WINDOW);
}

#[cfg(unix)]
pub(crate) fn in_own_console(_command: &mut Command) {}
