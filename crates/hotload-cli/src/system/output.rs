//! Notices that standard output's reader has gone away, even while nothing is printed.

use std::fs::File;
use std::io;
#[cfg(unix)]
use std::os::fd::AsFd;
#[cfg(windows)]
use std::sync::atomic::{AtomicBool, Ordering};

use hotload_core::running::input::Inbox;
use hotload_core::running::worker::Worker;

/// What a session has changed on the terminal, besides its mode, and takes back at its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Traces {
    /// The title is hotload's, and the one from before is on the terminal's stack.
    pub(crate) title: bool,
    /// Something is shown in the taskbar.
    pub(crate) progress: bool,
}

/// Takes the title from the terminal's stack.
const RESTORE_TITLE: &str = "\x1b[23;2t";

/// Shows nothing in the taskbar.
pub(crate) const NO_PROGRESS: &str = "\x1b]9;4;0;0\x1b\\";

impl Traces {
    /// What takes them back.
    pub(crate) fn undo(self) -> String {
        let title = if self.title { RESTORE_TITLE } else { "" };
        let progress = if self.progress { NO_PROGRESS } else { "" };
        format!("{title}{progress}")
    }
}

/// Takes standard output for hotload's own use. What hotload, user code and commands print from now on
/// goes to standard error.
///
/// # Errors
///
/// When there is no standard output or error.
#[cfg(unix)]
pub(crate) fn take() -> io::Result<File> {
    let taken = io::stdout().as_fd().try_clone_to_owned()?;
    nix::unistd::dup2_stdout(io::stderr().as_fd())?;
    Ok(taken.into())
}

/// Whether standard output has been taken. On Windows the streams of a running program cannot be
/// exchanged without unsafe code, so what is started from then on is given another one.
#[cfg(windows)]
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes standard output for hotload's own use. What user code and commands print from now on goes to
/// standard error.
///
/// # Errors
///
/// When there is no standard output.
#[cfg(windows)]
pub(crate) fn take() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    let taken = io::stdout().as_handle().try_clone_to_owned()?;
    IS_TAKEN.store(true, Ordering::SeqCst);
    Ok(taken.into())
}

/// Where the programs print that are started from now on.
#[cfg(windows)]
pub(crate) fn of_programs() -> std::process::Stdio {
    use std::os::windows::io::AsHandle;
    use std::process::Stdio;
    if !is_taken() {
        return Stdio::inherit();
    }
    let errors = io::stderr().as_handle().try_clone_to_owned();
    errors.map_or_else(|_| Stdio::null(), Stdio::from)
}

/// Whether what user code prints has to be sent to standard error.
#[cfg(windows)]
pub(crate) fn is_taken() -> bool {
    IS_TAKEN.load(Ordering::SeqCst)
}

/// Standard output itself has become standard error.
#[cfg(unix)]
pub(crate) fn is_taken() -> bool {
    false
}

/// Tells the session when the reader of a pipe or socket goes away: `hotload lib | head`. `taken` is
/// standard output if hotload has taken it.
#[cfg(unix)]
pub(crate) fn watch<W: Worker + 'static>(inbox: &Inbox<W>, taken: Option<&File>)
where
    Inbox<W>: Send,
{
    use hotload_core::running::input::Input;

    let output = match taken {
        Some(taken) => taken.try_clone(),
        None => io::stdout().as_fd().try_clone_to_owned().map(File::from),
    };
    let Ok(output) = output else { return };
    if !is_read(&output) {
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

/// Whether another program reads standard output, such as a pager, which reads keys from the terminal.
#[cfg(unix)]
pub(crate) fn is_pipe() -> bool {
    let output = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    output.is_ok_and(|output| is_read(&output))
}

/// A console's keys are for every program in it.
#[cfg(windows)]
pub(crate) fn is_pipe() -> bool {
    false
}

#[cfg(unix)]
fn is_read(output: &File) -> bool {
    use std::os::unix::fs::FileTypeExt;
    output.metadata().is_ok_and(|metadata| {
        let kind = metadata.file_type();
        kind.is_fifo() || kind.is_socket()
    })
}

/// Writes all of this, also if user code has left the stream in a state in which a write does not wait.
#[cfg(unix)]
pub(crate) fn write_all(mut stream: impl io::Write + AsFd, mut bytes: &[u8]) -> io::Result<()> {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let mut waits = [PollFd::new(stream.as_fd(), PollFlags::POLLOUT)];
                // If it is interrupted, the next write is tried a little early.
                let _ = poll(&mut waits, PollTimeout::NONE);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    stream.flush()
}

/// Writes all of this.
#[cfg(windows)]
pub(crate) fn write_all(mut stream: impl io::Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}

/// Sleeps until the other end is closed; false if the system cannot report that.
#[cfg(unix)]
fn wait_until_closed(output: &std::fs::File) -> bool {
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

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
pub(crate) fn watch<W: Worker>(_inbox: &Inbox<W>, _taken: Option<&File>) {}
