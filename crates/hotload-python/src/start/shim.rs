//! The shim on disk: the first program that the interpreter runs, in a private folder. It is removed as
//! soon as it has run.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::path;
#[cfg(windows)]
use crate::start::abandoned;
use crate::transport::literal::escape;
use crate::transport::tokens::{Tokens, random_hex};

const SHIM: &str = include_str!("../driver/shim.py");
const FALLBACK: &str = include_str!("../driver/fallback.py");
///
/// Python leaves files out of warnings whose names contain `importlib` and `_bootstrap`.
const FILE_NAME: &str = "hotload_shim_importlib_bootstrap.py";
/// What the names of the private folders begin with.
const PREFIX: &str = "hotload-";
const LAST_WORDS: &str = "last_words.txt";

/// The shim in its folder, and the file for the interpreter's last words. Both are removed when this is
/// dropped.
pub(crate) struct ShimFile {
    /// Closed before the folder is removed.
    #[cfg(windows)]
    _in_use: fs::File,
    folder: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) last_words: PathBuf,
}

impl ShimFile {
    /// Writes it into a private folder, in `parent` if that is given. The interpreter may connect
    /// through `transports`. `announce` is called with the folder before it exists.
    pub(crate) fn write(
        transports: OpenTransports,
        tokens: &Tokens,
        parent: Option<&Path>,
        announce: impl Fn(&Path) -> io::Result<()>,
    ) -> io::Result<Self> {
        let folder = private_folder(parent, announce)?;
        let path = folder.path().join(FILE_NAME);
        let parent = path.parent().unwrap_or(folder.path());
        let text = SHIM
            .replace("@PORT@", &transports.port.to_string())
            .replace("@STREAMS@", if transports.streams { "1" } else { "0" })
            .replace("@FOLDER@", &escape(parent.to_string_lossy().as_bytes()))
            .replace("@OUR_TOKEN@", &tokens.ours)
            .replace("@THEIR_TOKEN@", &tokens.theirs)
            .replace("@FALLBACK@", &escape(FALLBACK.as_bytes()));
        private_file(&path)?.write_all(text.as_bytes())?;
        let last_words = path.with_file_name(LAST_WORDS);
        private_file(&last_words)?;
        Ok(Self {
            #[cfg(windows)]
            _in_use: abandoned::hold(folder.path())?,
            folder,
            path,
            last_words,
        })
    }

    /// Removes the shim, which has run. The folder stays.
    pub(crate) fn remove_script(&self) {
        // Fails on Windows, where Python keeps its script open. Then it is removed with the folder.
        let _ = fs::remove_file(&self.path);
    }

    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(self.folder.path())
    }
}

/// How the interpreter may reach hotload, besides files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenTransports {
    /// The port of the socket; 0 if there is none.
    pub(crate) port: u16,
    /// Whether hotload holds the program's standard streams.
    pub(crate) streams: bool,
}

/// In the shared folder, or else in the first folder that can be used.
fn private_folder(
    shared: Option<&Path>,
    announce: impl Fn(&Path) -> io::Result<()>,
) -> io::Result<TempDir> {
    if let Some(shared) = shared {
        return private_folder_in(shared, &announce).map_err(|error| {
            let place = format!("`{}` (from HOTLOAD_DIR)", shared.display());
            io::Error::new(error.kind(), format!("{place}: {error}"))
        });
    }
    let mut errors = Vec::new();
    for parent in temporary_folders() {
        match private_folder_in(&parent, &announce) {
            Ok(folder) => return Ok(folder),
            Err(error) => errors.push(format!("`{}`: {error}", parent.display())),
        }
    }
    let errors = errors.join("; ");
    Err(io::Error::other(format!(
        "no folder for temporary files can be used: {errors}"
    )))
}

/// Those that Python's `tempfile` tries, in its order.
fn temporary_folders() -> Vec<PathBuf> {
    if cfg!(windows) {
        let users = env::temp_dir();
        // Python 2.7 is passed no path that its code page does not have. Others cannot read what is in
        // a user's folder in here, either.
        let root = env::var_os("SystemRoot").unwrap_or_default();
        let mut folders = vec![users, Path::new(&root).join("Temp")];
        folders.sort_by_key(|folder| !folder.as_os_str().is_ascii());
        return folders;
    }
    let named = ["TMPDIR", "TEMP", "TMP"].into_iter();
    let named = named
        .filter_map(env::var_os)
        .filter(|name| !name.is_empty());
    let usual = ["/tmp", "/var/tmp", "/usr/tmp", "."].into_iter();
    named
        .map(PathBuf::from)
        .chain(usual.map(PathBuf::from))
        .collect()
}

fn private_folder_in(
    parent: &Path,
    announce: impl Fn(&Path) -> io::Result<()>,
) -> io::Result<TempDir> {
    // Links are resolved because the driver compares the folder with `sys.path[0]`, and on macOS /tmp
    // is a link.
    let parent = path::real(parent)?;
    #[cfg(windows)]
    sweep_in_background(&parent);
    let name = format!("{PREFIX}{}", &random_hex()?[..16]);
    announce(&parent.join(&name))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(&name).rand_bytes(0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    builder.tempdir_in(parent)
}

/// There may be many folders for temporary files.
#[cfg(windows)]
fn sweep_in_background(parent: &Path) {
    let parent = parent.to_path_buf();
    let sweep = move || abandoned::sweep(&parent, PREFIX);
    // Without the thread, the next start does it.
    let _ = std::thread::Builder::new()
        .name("sweep".into())
        .spawn(sweep);
}

pub(super) fn private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
