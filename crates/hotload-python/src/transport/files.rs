//! Two files in the private folder that are appended to, one for each direction.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::transport::connection::{Outgoing, Reader, Transport};
use crate::transport::shared::Shared;

/// What the interpreter writes.
const FROM_PYTHON: &str = "from_python";

/// What hotload writes.
const TO_PYTHON: &str = "to_python";

/// How often to look for the interpreter's file while it starts.
const HELLO_POLL_INTERVAL: Duration = Duration::from_millis(50);

/// How often to show the interpreter that hotload is alive: if it is killed, its file stays.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// How often to look for more in the file.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// Waits in the background for the file that the shim writes if no other transport works.
pub(super) fn wait(folder: &Path, shared: &Arc<Shared>) -> io::Result<()> {
    let (folder, shared) = (folder.to_path_buf(), Arc::clone(shared));
    let wait = move || {
        while !shared.is_closed() && !shared.is_connected() {
            if let Ok(file) = File::open(folder.join(FROM_PYTHON)) {
                return receive(file, &folder, &shared);
            }
            thread::sleep(HELLO_POLL_INTERVAL);
        }
    };
    thread::Builder::new().name("files".into()).spawn(wait)?;
    Ok(())
}

fn receive(file: File, folder: &Path, shared: &Shared) {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let opened = options.open(folder.join(TO_PYTHON));
    let Ok((writer, touched)) = opened.and_then(|file| Ok((file.try_clone()?, file))) else {
        return; // The start will time out.
    };
    let reader: Reader = Box::new(Growing {
        file,
        folder: folder.to_path_buf(),
        touched,
        beat: Instant::now(),
    });
    shared.receive(
        Transport::Files,
        BufReader::new(reader),
        Box::new(Appended(writer)),
    );
}

/// A file that another process appends to. It ends when its folder is removed.
struct Growing {
    file: File,
    folder: PathBuf,
    /// Our own file. Its time shows the other process that hotload is alive.
    touched: File,
    beat: Instant,
}

impl Read for Growing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.file.read(buffer)?;
            if count > 0 || !self.folder.exists() {
                return Ok(count);
            }
            if self.beat.elapsed() >= HEARTBEAT {
                self.beat = Instant::now();
                // If times cannot be set, only the end of the folder shows that hotload has ended.
                let _ = self.touched.set_modified(SystemTime::now());
            }
            thread::sleep(POLL_INTERVAL);
        }
    }
}

struct Appended(File);

impl Outgoing for Appended {}

impl Write for Appended {
    fn write(&mut self, message: &[u8]) -> io::Result<usize> {
        self.0.write(message)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
