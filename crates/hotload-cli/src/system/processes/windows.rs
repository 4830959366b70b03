//! Programs in Job Objects that end with hotload. The console is shared: Ctrl-C reaches both, except
//! behind a batch file.

use std::io;
use std::os::windows::io::AsRawHandle;
use std::os::windows::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use hotload_core::running::process::{ProcessEnd, ProcessGroup, Processes, WhenEnded};
use win32job::Job;

use crate::system::keys::Keyboard;
use crate::system::output;
use crate::system::processes::TheirColor;

/// The processes of this system.
pub(crate) struct SystemProcesses {
    keyboard: Keyboard,
    color: TheirColor,
    ctrl_c: CtrlCSent,
}

/// Nothing is suspended here, but the console sends Ctrl-C to others as well.
pub(crate) struct Suspension(CtrlCSent);

/// Whether the console has sent Ctrl-C, which has also reached every program in hotload's own process
/// group, and nothing has been interrupted since.
type CtrlCSent = Arc<AtomicBool>;

impl Suspension {
    /// Ctrl-C was pressed.
    pub(crate) fn note_ctrl_c(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl SystemProcesses {
    pub(crate) fn new() -> Self {
        end_children_with_hotload();
        Self {
            keyboard: Keyboard::new(|_| ()),
            color: TheirColor::default(),
            ctrl_c: CtrlCSent::default(),
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
        Suspension(Arc::clone(&self.ctrl_c))
    }
}

/// Puts hotload into a job of its own, which every program is in from its first instruction: one that
/// is put into its job after its start could have started another by then, or hotload be killed.
fn end_children_with_hotload() {
    // Before Windows 8 there is no job within a job. Then the programs' own have to do.
    let Ok(job) = ending_job() else { return };
    if job.assign_current_process().is_ok() {
        // Closed by the system when hotload has ended: that ends the others, and would end hotload.
        std::mem::forget(job);
    }
}

/// The job of a program and of everything it starts. Windows ends them all when the job's only handle is
/// closed: when this is emptied, and when hotload ends, however that happens.
type SharedJob = Arc<Mutex<Option<Job>>>;

impl Processes for SystemProcesses {
    fn output(&self) -> Stdio {
        output::of_programs()
    }

    fn spawn(&self, mut command: Command, ended: WhenEnded) -> io::Result<Box<dyn ProcessGroup>> {
        let job = ending_job().map_err(io::Error::other)?;
        self.color.ask(&mut command);
        let receives_ctrl_c = !is_batch_file(&command);
        if !receives_ctrl_c {
            // `cmd` is there, whether or not the file is.
            Path::new(command.get_program()).metadata()?;
            command.creation_flags(CREATE_NEW_PROCESS_GROUP);
        }
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
        Ok(Box::new(Group {
            id,
            job,
            ctrl_c: receives_ctrl_c.then(|| Arc::clone(&self.ctrl_c)),
        }))
    }
}

/// Ctrl-C is switched off in a new process group.
const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;

/// Whether `cmd` runs it. At Ctrl-C that would end before the program that it has started, or ask whether
/// to terminate the batch job.
fn is_batch_file(command: &Command) -> bool {
    let ending = Path::new(command.get_program()).extension();
    ending.is_some_and(|ending| {
        ["bat", "cmd"]
            .iter()
            .any(|it| ending.eq_ignore_ascii_case(it))
    })
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
    /// `None` if Ctrl-C does not reach it.
    ctrl_c: Option<CtrlCSent>,
}

impl ProcessGroup for Group {
    fn id(&self) -> u32 {
        self.id
    }

    fn interrupt(&self) -> bool {
        // One cannot be sent to it alone, but perhaps the console has just done so.
        let sent = self.ctrl_c.as_ref();
        sent.is_some_and(|sent| sent.swap(false, Ordering::SeqCst))
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
