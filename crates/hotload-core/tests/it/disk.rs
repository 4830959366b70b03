//! The poller on a real disk, where the ways of saving are those of the system.

use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use hotload_core::watching::file_system::DiskFileSystem;
use hotload_core::watching::poller::{Poller, SourceRead};
use hotload_core::watching::watch_set::WatchSet;

use crate::poll::root;

/// A watched folder on the disk, with `lib.py` in it; gone when it is dropped. The poller's time
/// is the test's: it passes by 10 ms with each tick.
struct Watched {
    folder: PathBuf,
    poller: Poller<DiskFileSystem>,
    now: Instant,
}

impl Watched {
    fn new(prepare: impl FnOnce(&Path)) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hotload-core-{}-{count}", process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).expect("a new folder in the temporary one");
        fs::write(folder.join("lib.py"), "x = 1").expect("a new file in a new folder");
        prepare(&folder);
        let watch_set = WatchSet {
            files: Vec::new(),
            roots: vec![root(folder.to_str().expect("a plain name"), ".py")],
        };
        let now = Instant::now();
        let mut poller = Poller::new(DiskFileSystem::default(), watch_set, now);
        // The folders are walked before anything changes in them.
        poller.tick(&|| now);
        Self {
            folder,
            poller,
            now,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the folder can be written");
    }

    /// Sets a file's mtime to this many seconds from now.
    fn set_mtime(&self, name: &str, offset: i64) {
        let distance = Duration::from_secs(offset.unsigned_abs());
        let now = SystemTime::now();
        let time = if offset < 0 {
            now - distance
        } else {
            now + distance
        };
        set_mtime(&self.path(name), time);
    }

    /// Lets an interpreter read and run a file as it is now.
    fn load(&mut self, name: &str) {
        let path = self.path(name);
        let source = SourceRead {
            bytes: fs::read(&path).expect("it was just written"),
            modified: mtime(&path)
                .duration_since(SystemTime::UNIX_EPOCH)
                .expect("a time after 1970")
                .as_secs_f64(),
            path,
        };
        self.poller.source_was_run(&source, self.now);
    }

    fn tick(&mut self) -> String {
        self.now += Duration::from_millis(10);
        let now = self.now;
        let changes = self.poller.tick(&|| now);
        let changes = changes.iter().map(|(path, kind)| {
            let name = path.strip_prefix(&self.folder).unwrap_or(path);
            format!("{kind} {}", name.display())
        });
        changes.collect::<Vec<_>>().join(", ")
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary one is no reason to fail.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn mtime(path: &Path) -> SystemTime {
    let metadata = fs::metadata(path).expect("the file is there");
    metadata.modified().expect("the system knows mtimes")
}

fn set_mtime(path: &Path, time: SystemTime) {
    let file = File::options().write(true).open(path);
    file.and_then(|file| file.set_times(FileTimes::new().set_modified(time)))
        .expect("the file can be written");
}

#[test]
fn each_way_of_saving_is_one_change() {
    type Deed = fn(&Watched);
    #[rustfmt::skip]
    let cases: [(&str, Deed); 6] = [
        ("in place",              |it| it.write("lib.py", "x = 22")),
        ("older than before",     |it| it.set_mtime("lib.py", -9000)),
        ("newer than now",        |it| it.set_mtime("lib.py", 9000)),
        ("renamed over",          |it| rename_over(it, false)),
        ("renamed over, as old",  |it| rename_over(it, true)),
        ("removed and made anew", |it| {
            fs::remove_file(it.path("lib.py")).unwrap();
            it.write("lib.py", "x = 22");
        }),
    ];
    for (what, deed) in cases {
        let mut watched = Watched::new(|_| {});
        watched.load("lib.py");
        assert_eq!(watched.tick(), "", "before it was saved {what}");
        deed(&watched);
        assert_eq!(watched.tick(), "modified lib.py", "saved {what}");
        watched.load("lib.py");
        assert_eq!(watched.tick(), "", "once it was saved {what}");
    }
}

fn rename_over(watched: &Watched, keeps_mtime: bool) {
    let before = mtime(&watched.path("lib.py"));
    watched.write("lib.py~", "x = 2");
    if keeps_mtime {
        set_mtime(&watched.path("lib.py~"), before);
    }
    fs::rename(watched.path("lib.py~"), watched.path("lib.py")).expect("both are in one folder");
}

#[cfg(unix)] // the inode is what shows it
#[test]
fn a_file_that_nothing_has_loaded_is_modified_when_another_of_its_age_and_length_takes_its_place() {
    let mut watched = Watched::new(|_| {});
    assert_eq!(watched.tick(), "");
    rename_over(&watched, true);
    assert_eq!(watched.tick(), "modified lib.py");
}

#[test]
fn a_loaded_file_rewritten_in_place_with_its_length_and_mtime_is_a_change() {
    let mut watched = Watched::new(|_| {});
    watched.load("lib.py");
    assert_eq!(watched.tick(), "");
    let before = mtime(&watched.path("lib.py"));
    watched.write("lib.py", "x = 2");
    set_mtime(&watched.path("lib.py"), before);
    assert_eq!(mtime(&watched.path("lib.py")), before);
    assert_eq!(watched.tick(), "modified lib.py");
    assert_eq!(watched.tick(), "");
}

#[cfg(unix)] // ctime is what shows it
#[test]
fn such_a_rewrite_is_seen_long_after_the_load_too() {
    let mut watched = Watched::new(|_| {});
    watched.load("lib.py");
    watched.now += Duration::from_secs(3600);
    assert_eq!(watched.tick(), "");
    let before = mtime(&watched.path("lib.py"));
    let ctime = ctime(&watched.path("lib.py"));
    // The clock of a file system moves in steps of some milliseconds.
    while self::ctime(&watched.path("lib.py")) == ctime {
        watched.write("lib.py", "x = 2");
        set_mtime(&watched.path("lib.py"), before);
    }
    // After so long a time without a save not each tick is due.
    let ticks: String = (0..10).map(|_| watched.tick()).collect();
    assert_eq!(ticks, "modified lib.py");
}

#[cfg(unix)]
fn ctime(path: &Path) -> (i64, i64) {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).expect("the file is there");
    (metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(unix)]
#[test]
fn a_change_of_permissions_is_not_a_save() {
    use std::os::unix::fs::PermissionsExt;
    let mut watched = Watched::new(|_| {});
    watched.load("lib.py");
    assert_eq!(watched.tick(), "");
    fs::set_permissions(watched.path("lib.py"), fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(watched.tick(), "");
}

#[test]
fn a_new_file_in_a_new_folder_is_found() {
    let mut watched = Watched::new(|_| {});
    assert_eq!(watched.tick(), "");
    fs::create_dir(watched.path("pkg")).unwrap();
    watched.write("pkg/new.py", "x = 1");
    let expected = Path::new("pkg").join("new.py");
    assert_eq!(watched.tick(), format!("created {}", expected.display()));
    assert_eq!(watched.poller.files_watched(), 2);
}

#[test]
fn a_folder_that_vanishes_takes_its_files_along() {
    let mut watched = Watched::new(|folder| {
        fs::create_dir(folder.join("pkg")).unwrap();
        fs::write(folder.join("pkg/a.py"), "x = 1").unwrap();
    });
    assert_eq!(watched.poller.files_watched(), 2);
    fs::remove_dir_all(watched.path("pkg")).unwrap();
    assert_eq!(watched.tick(), "");
    watched.now += Duration::from_secs(1);
    let expected = Path::new("pkg").join("a.py");
    let expected = format!("removed {}", expected.display());
    let mut seen = watched.tick();
    // On Windows a listing is used again as long as it took, by a clock that is no test's.
    let end = Instant::now() + Duration::from_secs(10);
    while cfg!(windows) && seen.is_empty() && Instant::now() < end {
        seen = watched.tick();
    }
    assert_eq!(seen, expected);
    assert_eq!(watched.poller.files_watched(), 1);
}

#[cfg(unix)] // making links is a privilege on Windows
mod links {
    use super::Watched;
    use hotload_core::watching::file_system::{DiskFileSystem, FileSystem};
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    #[test]
    fn a_link_is_modified_with_its_target_and_when_it_leads_elsewhere() {
        let mut watched = Watched::new(|folder| {
            fs::write(folder.join("text"), "x = 1").unwrap();
            fs::write(folder.join("more"), "x = 11").unwrap();
            symlink("text", folder.join("link.py")).unwrap();
        });
        assert_eq!(watched.poller.files_watched(), 2);
        watched.write("text", "x = 2222");
        assert_eq!(watched.tick(), "modified link.py");
        symlink("more", watched.path("link~")).unwrap();
        fs::rename(watched.path("link~"), watched.path("link.py")).unwrap();
        assert_eq!(watched.tick(), "modified link.py");
        assert_eq!(watched.tick(), "");
    }

    #[test]
    fn a_link_to_nothing_is_not_a_file_until_there_is_something() {
        let mut watched = Watched::new(|folder| {
            symlink("later", folder.join("link.py")).unwrap();
        });
        assert_eq!(watched.poller.files_watched(), 1);
        assert_eq!(watched.tick(), "");
        watched.write("later", "x = 1");
        assert_eq!(watched.tick(), "created link.py");
    }

    #[test]
    fn what_is_not_a_regular_file_is_not_read() {
        let watched = Watched::new(|folder| {
            let made = Command::new("mkfifo").arg(folder.join("pipe.py")).status();
            assert!(made.expect("mkfifo is there").success());
            symlink("/dev/zero", folder.join("endless.py")).unwrap();
            symlink("loop.py", folder.join("loop.py")).unwrap();
        });
        assert_eq!(watched.poller.files_watched(), 1);
        for name in ["pipe.py", "endless.py", "loop.py", "."] {
            let read = DiskFileSystem::default().read(&watched.path(name), 10);
            assert!(read.is_err(), "{name}: {read:?}");
        }
    }

    #[test]
    fn a_link_that_leads_in_circles_is_not_followed() {
        let mut watched = Watched::new(|folder| {
            fs::create_dir(folder.join("inner")).unwrap();
            symlink(".", folder.join("again")).unwrap();
            symlink("/", folder.join("inner/root")).unwrap();
            symlink("..", folder.join("inner/up")).unwrap();
        });
        assert_eq!(watched.poller.files_watched(), 1);
        watched.write("lib.py", "x = 22");
        assert_eq!(watched.tick(), "modified lib.py");
    }

    /// Two folders in a hidden one, which is not watched; a link leads to the first of them.
    fn releases(folder: &Path) -> PathBuf {
        let elsewhere = folder.join(".elsewhere");
        for (name, text) in [("r1", "x = 1"), ("r2", "x = 22")] {
            let release = elsewhere.join(name);
            let made = fs::create_dir_all(release.join("sub"))
                .and_then(|()| fs::write(release.join("a.py"), text))
                .and_then(|()| fs::write(release.join("sub/b.py"), text));
            made.expect("a release can be made");
        }
        symlink(elsewhere.join("r1"), folder.join("now")).expect("a link can be made");
        elsewhere
    }

    /// Everything that is reported within a time that is enough for all looks.
    fn changes(watched: &mut Watched) -> Vec<String> {
        let mut all: Vec<String> = (0..300).map(|_| watched.tick()).collect();
        all.retain(|changes| !changes.is_empty());
        let mut all: Vec<String> = all
            .iter()
            .flat_map(|changes| changes.split(", ").map(str::to_owned))
            .collect();
        all.sort();
        all
    }

    #[test]
    fn a_linked_folder_is_watched_wherever_the_link_leads() {
        let mut elsewhere = PathBuf::new();
        let mut watched = Watched::new(|folder| elsewhere = releases(folder));
        assert_eq!(watched.poller.files_watched(), 3);
        assert_eq!(changes(&mut watched), Vec::<String>::new());
        fs::write(elsewhere.join("r1/sub/b.py"), "x = 333").unwrap();
        assert_eq!(changes(&mut watched), ["modified now/sub/b.py"]);
        symlink(elsewhere.join("r2"), watched.path("now~")).unwrap();
        fs::rename(watched.path("now~"), watched.path("now")).unwrap();
        let both = ["modified now/a.py", "modified now/sub/b.py"];
        assert_eq!(changes(&mut watched), both);
        fs::write(elsewhere.join("r2/sub/c.py"), "x = 4").unwrap();
        assert_eq!(changes(&mut watched), ["created now/sub/c.py"]);
        fs::remove_dir_all(elsewhere).unwrap();
    }

    #[test]
    fn links_to_one_another_are_each_followed_once() {
        let mut watched = Watched::new(|folder| {
            let names: Vec<String> = (0..8).map(|number| format!("n{number}")).collect();
            for name in &names {
                fs::create_dir(folder.join(name)).unwrap();
                fs::write(folder.join(name).join("a.py"), "x = 1").unwrap();
                for other in &names {
                    symlink(format!("../{other}"), folder.join(name).join(other)).unwrap();
                }
            }
        });
        let files = watched.poller.files_watched();
        assert!(files <= 17, "{files}");
        watched.write("n3/a.py", "x = 22");
        assert_eq!(changes(&mut watched).len(), 1);
    }

    #[test]
    fn what_changes_under_two_names_has_changed_once() {
        let mut watched = Watched::new(|folder| {
            fs::create_dir(folder.join("r1")).unwrap();
            fs::write(folder.join("r1/a.py"), "x = 1").unwrap();
            symlink("r1", folder.join("now")).unwrap();
            fs::hard_link(folder.join("lib.py"), folder.join("twin.py")).unwrap();
        });
        assert_eq!(watched.poller.files_watched(), 4);
        watched.write("r1/a.py", "x = 22");
        assert_eq!(changes(&mut watched).len(), 1);
        watched.write("lib.py", "x = 22");
        assert_eq!(changes(&mut watched).len(), 1);
        // What is loaded is reported, by the name under which it is loaded.
        watched.load("now/a.py");
        watched.write("r1/a.py", "x = 333");
        assert_eq!(watched.tick(), "modified now/a.py");
        assert_eq!(changes(&mut watched), Vec::<String>::new());
        // A new name is new.
        fs::hard_link(watched.path("r1/a.py"), watched.path("new.py")).unwrap();
        assert!(changes(&mut watched).contains(&"created new.py".to_owned()));
    }
}

#[cfg(unix)]
mod permissions {
    use super::Watched;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is the test's own");
    }

    #[test]
    fn a_folder_that_cannot_be_read_does_not_hide_the_others() {
        let mut watched = Watched::new(|folder| {
            fs::create_dir(folder.join("secret")).unwrap();
            fs::write(folder.join("secret/a.py"), "x = 1").unwrap();
            set_mode(&folder.join("secret"), 0);
        });
        // Nothing is unreadable to root.
        let readable = fs::read_dir(watched.path("secret")).is_ok();
        assert_eq!(watched.poller.files_watched(), 1 + usize::from(readable));
        watched.write("lib.py", "x = 22");
        assert_eq!(watched.tick(), "modified lib.py");
        set_mode(&watched.path("secret"), 0o700);
        let found = if readable { "" } else { "created secret/a.py" };
        assert_eq!(watched.tick(), found);
    }
}
