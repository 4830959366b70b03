//! Notices that nobody reads standard output any more, also while nothing is printed.

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
    // Without a thread the next line that is printed tells.
    let _ = std::thread::Builder::new()
        .name("output".into())
        .spawn(wait);
}

/// Sleeps in the system until the other end is closed; false when that cannot be seen.
#[cfg(unix)]
fn wait_until_closed(output: &std::fs::File) -> bool {
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;

    loop {
        // Errors and the end are told unasked.
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

/// Windows has no such wait: the next line that is printed tells.
#[cfg(windows)]
pub(crate) fn watch(_inbox: &Inbox<Interpreter>) {}
