//! Programs in Job Objects that end with hotload. The console is shared: Ctrl-C reaches both.

use std::io;
use std::os::windows::io::AsRawHandle;
use std::os::windows::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use hotload_core::running::process::{ProcessEnd, ProcessGroup, Processes, WhenEnded};
use win32job::Job;

use crate::system::keys::Keyboard;
use crate::system::processes::TheirColor;

/// The processes of this system.
pub(crate) struct SystemProcesses {
    keyboard: Keyboard,
    color: TheirColor,
}

/// Nothing is suspended here.
pub(crate) struct Suspension;

impl SystemProcesses {
    pub(crate) fn new() -> Self {
        Self {
            keyboard: Keyboard::new(|_| ()),
            color: TheirColor::default(),
        }
    }

    /// Asks what is started from now on to print in colour, or not to.
    pub(crate) fn set_color(&mut self, color: TheirColor) {
        self.color = color;
    }

    pub(crate) fn keyboard(&self) -> Keyboard {
        self.keyboard.clone()
    }

    pub(crate) fn suspension(&self) -> Suspension {
        Suspension
    }
}

/// The job of a program and of everything it starts. Windows ends them all when the job's only handle is
/// closed: when this is emptied, and when hotload ends, however that happens.
type SharedJob = Arc<Mutex<Option<Job>>>;

impl Processes for SystemProcesses {
    fn spawn(&self, mut command: Command, ended: WhenEnded) -> io::Result<Box<dyn ProcessGroup>> {
        let job = ending_job().map_err(io::Error::other)?;
        self.color.ask(&mut command);
        let mut child = command.spawn()?;
        let id = child.id();
        // Within microseconds of the start, before the program can have started another.
        if let Err(error) = job.assign_process(child.as_raw_handle() as isize) {
            // Nothing else would ever end it.
            let _ = child.kill();
            return Err(io::Error::other(error));
        }
        let job: SharedJob = Arc::new(Mutex::new(Some(job)));
        let ending = Arc::clone(&job);
        let wait = move || wait(&mut child, &ending, ended);
        thread::Builder::new().name("process".into()).spawn(wait)?;
        Ok(Box::new(Group { id, job }))
    }
}

fn ending_job() -> Result<Job, win32job::JobError> {
    let job = Job::create()?;
    let mut limits = job.query_extended_limit_info()?;
    limits.limit_kill_on_job_close();
    job.set_extended_limit_info(&limits)?;
    Ok(job)
}

fn wait(child: &mut Child, job: &SharedJob, ended: WhenEnded) {
    // An end that cannot be found out counts as a failure.
    let status = child.wait().unwrap_or_else(|_| ExitStatus::from_raw(1));
    // Ends what it has left behind.
    lock(job).take();
    ended(ProcessEnd {
        status,
        had_terminal: false,
        left_others: false,
    });
}

fn lock(job: &SharedJob) -> MutexGuard<'_, Option<Job>> {
    job.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Group {
    id: u32,
    job: SharedJob,
}

impl ProcessGroup for Group {
    fn id(&self) -> u32 {
        self.id
    }

    fn interrupt(&self) -> bool {
        // The console has already sent Ctrl-C to it as well. Another cannot be sent to it alone.
        false
    }

    fn kill(&self) {
        lock(&self.job).take();
    }

    fn owns_terminal(&self) -> bool {
        // Not known on Windows.
        false
    }

    fn release_terminal(&self) -> bool {
        false
    }
}
