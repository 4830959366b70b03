//! Notices that standard output's reader has gone away, even while nothing is printed.

use hotload_core::running::input::Inbox;
use hotload_python::interpreter::Interpreter;

/// Tells the session when the reader of a pipe or socket goes away: `hotload lib | head`.
#[cfg(unix)]
pub(crate) fn watch(inbox: &Inbox<Interpreter>) {
    use hotload_core::running::input::Input;
    use std::fs::File;
    use std::io;
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;

    let Ok(output) = io::stdout().as_fd().try_clone_to_owned().map(File::from) else {
        return;
    };
    let is_read = output.metadata().is_ok_and(|metadata| {
        let kind = metadata.file_type();
        kind.is_fifo() || kind.is_socket()
    });
    if !is_read {
        return;
    }
    let inbox = inbox.clone();
    let wait = move || {
        if wait_until_closed(&output) {
            inbox.send(Input::OutputClosed);
        }
    };
    // Without the thread, printing the next line finds out.
    let _ = std::thread::Builder::new()
        .name("output".into())
        .spawn(wait);
}

/// Sleeps until the other end is closed; false if the system cannot report that.
#[cfg(unix)]
fn wait_until_closed(output: &std::fs::File) -> bool {
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;

    loop {
        // Errors and hang-ups are always reported.
        let mut waits = [PollFd::new(output.as_fd(), PollFlags::empty())];
        match poll(&mut waits, PollTimeout::NONE) {
            Ok(_) => {
                let came = waits[0].revents().unwrap_or(PollFlags::empty());
                return came.intersects(PollFlags::POLLERR | PollFlags::POLLHUP);
            }
            Err(Errno::EINTR) => {}
            Err(_) => return false,
        }
    }
}

/// Windows has no such wait: printing the next line finds out.
#[cfg(windows)]
pub(crate) fn watch(_inbox: &Inbox<Interpreter>) {}
